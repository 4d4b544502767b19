"""Records leave the house with a purpose, many of them with two persons' word, and marked."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests import people
from tests.registry import lists, living
from tests.registry.lists import resident
from xiangyue.access.models import PersonalRead
from xiangyue.access.queries import standing_of
from xiangyue.activity.models import Entry
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person
from xiangyue.registry import services as register
from xiangyue.registry.exporting.services import take_out_workbook
from xiangyue.registry.models import BulkRead
from xiangyue.registry.services import bulk as bulk_service
from xiangyue.registry.services.bulk import ApprovalNeeded, TooManyToShow

pytestmark = pytest.mark.django_db
PAGE = "/desk/take-out/"
API = "/api/v1/register/take-out.xlsx"
PURPOSE = "核对医保参保名单"


@pytest.fixture
def clerk() -> Person:
    return lists.keeper()


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def settled(clerk: Person, count: int) -> None:
    rows = [
        resident(
            f"居民{number}", 户号=str(number // 3), 住址=f"{number // 3}号", 编号=f"N{number}",
            出生日期="1965-03-01", 手机号=str(13_700_000_000 + number),
        )
        for number in range(count)
    ]  # fmt: skip
    assert lists.imported(clerk, rows).state == "done"


def taken(clerk: Person, *, kind: str = "person", **how: object) -> bytes:
    with take_out_workbook(
        kind_key=kind,
        place=how.pop("place", people.place()),  # type: ignore[arg-type]
        by=standing_of(clerk, at=people.MONDAY),
        taken_by=clerk,
        at=people.MONDAY,
        **({"purpose": PURPOSE} if "bulk" not in how else {}),
        **how,  # type: ignore[arg-type]
    ) as file:
        return file.read()


def approved(clerk: Person) -> BulkRead:
    bulk = register.ask_bulk_read(
        kind_key="person",
        place=people.place(),
        purpose=PURPOSE,
        by=standing_of(clerk, at=people.MONDAY),
        at=people.MONDAY,
    )
    lead = living.approver()
    return register.decide_bulk_read(
        bulk=bulk, is_approved=True, by=standing_of(lead, at=people.MONDAY), at=people.MONDAY
    )


class TestSheet:
    def test_it_says_who_took_it_out_when_and_what_for(self, clerk):
        settled(clerk, 2)
        cells = lists.cells_of(taken(clerk))
        for word in ("吕文书", "2026-06-08 09:00", PURPOSE, "仅限此用途"):
            assert word in cells[0][0]
        book = load_workbook(BytesIO(taken(clerk)))
        assert PURPOSE in book.worksheets[0].oddFooter.center.text

    def test_what_was_exported_can_be_corrected_and_imported_again(self, clerk):
        settled(clerk, 6)
        content = taken(clerk)
        batch = lists.upload(clerk, content)
        assert lists.counts(batch) == (0, 0, 7, 0), lists.faults(batch)  # the clerk lives here too
        book = load_workbook(BytesIO(content))
        sheet = book.worksheets[0]
        heads = {cell.value: cell.column for cell in sheet[2]}
        for row in sheet.iter_rows(min_row=3):
            if row[heads["姓名"] - 1].value == "居民3":
                row[heads["姓名"] - 1].value = "居民叁"
                row[heads["手机号码"] - 1].value = "13711112222"
        buffer = BytesIO()
        book.save(buffer)
        batch = lists.imported(clerk, buffer.getvalue())
        assert lists.counts(batch) == (0, 1, 6, 0)
        assert Person.objects.get(phone="13711112222").name == "居民叁"

    @pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1"])
    def test_nothing_in_it_is_a_formula(self, clerk, name):
        person = people.somebody("某人")
        Person.objects.filter(pk=person.pk).update(name=name)
        content = taken(clerk)
        sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert name.strip() in str(lists.cells_of(content))

    def test_no_identity_number_is_in_it(self, clerk):
        person = people.somebody("某人")
        person.refresh_from_db()
        heads = lists.cells_of(taken(clerk))[1]
        assert not [head for head in heads if head and "身份证" in head]

    def test_things_come_with_what_is_held_of_them(self, clerk):
        living.hydrant(clerk)
        cells = lists.cells_of(taken(clerk, kind="hydrant"))
        assert "村委会门口" in cells[2]


class TestSafeguards:
    def test_everybody_on_it_finds_who_read_it_and_why(self, clerk):
        settled(clerk, 3)
        taken(clerk)
        reads = PersonalRead.objects.filter(reader=clerk, subject__name__startswith="居民")
        assert reads.count() == 3
        assert set(reads.values_list("purpose", flat=True)) == {PURPOSE}
        assert Entry.objects.filter(name="registry.records_taken").count() == 1

    def test_more_than_fifty_need_somebody_else_and_that_once(self, clerk):
        settled(clerk, 60)
        with pytest.raises(ApprovalNeeded):
            taken(clerk)
        bulk = approved(clerk)
        cells = lists.cells_of(taken(clerk, bulk=bulk))
        assert "批准人：孙总长" in cells[0][0]
        assert len(cells) == 2 + 61
        with pytest.raises(ApprovalNeeded):
            taken(clerk, bulk=bulk)

    def test_a_workbook_has_all_records_and_a_page_says_when_it_cannot(self, clerk, monkeypatch):
        settled(clerk, 60)
        monkeypatch.setattr(bulk_service, "AT_ONCE", 7)
        monkeypatch.setattr(bulk_service, "SHOWN_MOST", 20)
        bulk = approved(clerk)
        with pytest.raises(TooManyToShow):
            register.take_out(
                kind_key="person", place=people.place(), bulk=bulk, at=people.MONDAY,
                by=standing_of(clerk, at=people.MONDAY),
            )  # fmt: skip
        cells = lists.cells_of(taken(clerk, bulk=bulk))  # which was not used up by the refusal
        assert len(cells) == 2 + 61
        names = {cell for row in cells[2:] for cell in row if cell and cell.startswith("居民")}
        assert names == {f"居民{number}" for number in range(60)}
        assert "共 61 条" in cells[0][0]
        assert PersonalRead.objects.filter(reader=clerk).count() == 60

    def test_who_keeps_a_whole_town_s_register_still_needs_a_purpose_and_another_s_yes(self, clerk):
        settled(clerk, 60)
        keeper = people.posted("register_keeper", at_place=people.town(), name="钱专员")
        mine, town = standing_of(keeper, at=people.MONDAY), people.town()
        with pytest.raises(ApprovalNeeded):
            taken(keeper, place=town)
        bulk = register.ask_bulk_read(
            kind_key="person", place=town, purpose=PURPOSE, by=mine, at=people.MONDAY
        )
        with pytest.raises(NotAllowed):
            register.decide_bulk_read(bulk=bulk, is_approved=True, by=mine, at=people.MONDAY)
        register.decide_bulk_read(
            bulk=bulk,
            is_approved=True,
            by=standing_of(living.approver(), at=people.MONDAY),
            at=people.MONDAY,
        )
        cells = lists.cells_of(taken(keeper, place=town, bulk=bulk))
        assert len(cells) > 2 + 60
        assert not mine.areas("incidents.see")
        assert signed_in(keeper).get("/", follow=True).status_code == 200

    def test_page_and_program_refuse_with_the_same_words(self, clerk):
        settled(clerk, 60)
        client = signed_in(clerk)
        asked = {"kind_key": "person", "place": people.VILLAGE, "purpose": PURPOSE}
        page = client.post(PAGE, asked)
        answer = client.post(
            API,
            json.dumps({"kind": "person", "place": people.VILLAGE, "purpose": PURPOSE}),
            content_type="application/json",
        )
        assert (page.status_code, answer.status_code) == (403, 403)
        assert answer.json()["title"] in page.content.decode()
        assert PURPOSE in page.content.decode()

    def test_nobody_takes_out_without_saying_what_for(self, clerk):
        client = signed_in(clerk)
        page = client.post(PAGE, {"kind_key": "person", "place": people.VILLAGE})
        assert page.status_code == 422

    def test_nobody_uses_another_s_approval_or_reaches_beyond_their_area(self, clerk):
        settled(clerk, 2)
        bulk = approved(clerk)
        colleague = signed_in(lists.keeper())
        assert colleague.post(PAGE, {"bulk": str(bulk.pk)}).status_code == 404
        answer = colleague.post(
            API, json.dumps({"bulk": str(bulk.pk)}), content_type="application/json"
        )
        assert answer.status_code == 404
        asked = {"kind_key": "person", "place": people.OTHER_VILLAGE, "purpose": PURPOSE}
        assert colleague.post(PAGE, asked).status_code in {404, 422}
        for client, status in ((signed_in(people.somebody()), 403), (Client(), 302)):
            assert client.get(PAGE).status_code == status
        assert Client().post(API, "{}", content_type="application/json").status_code == 401
        assert colleague.get(f"{PAGE}?bulk=nonsense").status_code == 404


class TestPage:
    def test_a_clerk_takes_out_a_few_and_with_approval_many(self, clerk):
        settled(clerk, 60)
        client = signed_in(clerk)
        bulk = approved(clerk)
        BulkRead.objects.filter(pk=bulk.pk).update(usable_until=people.MONDAY.replace(year=2099))
        assert PURPOSE in client.get(PAGE).content.decode()
        page = client.get(f"{PAGE}?bulk={bulk.pk}").content.decode()
        assert "立即导出" in page
        answer = client.post(PAGE, {"bulk": str(bulk.pk)})
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content)
        assert len(lists.cells_of(content)) == 2 + 61
        assert client.post(PAGE, {"bulk": str(bulk.pk)}).status_code == 403
