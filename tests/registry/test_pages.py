"""Pages: found masked, opened with a purpose, kept at the door; strangers get nothing."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.registry.living import (
    ID_NUMBER,
    approver,
    household,
    hydrant,
    keeper,
    resident,
    service_need,
    standing,
    worker,
)
from xiangyue.access.models import DataRequest, PersonalRead
from xiangyue.places.models import Household, Person
from xiangyue.registry import services
from xiangyue.registry.access import record_of_person
from xiangyue.registry.models import BulkRead, Change, DeletionCertificate, Element, ElementRead
from xiangyue.registry.services.ground import Agreed

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    """The person's client; a resident without a number gets one to sign in with."""
    if person.phone is None:
        person.phone = str(next(people._phones))
        person.save(update_fields=["phone"])
    client = Client()
    people.sign_in(client, person)
    return client


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def clerk() -> Person:
    return keeper()


@pytest.fixture
def desk(clerk) -> Client:
    return signed_in(clerk)


def person_url(person: Person, verb: str = "") -> str:
    return f"/register/people/{person.pk}/{verb + '/' if verb else ''}"


def record_url(element: Element, verb: str = "") -> str:
    return f"/register/records/{element.code}/{verb + '/' if verb else ''}"


class TestFinding:
    def test_people_are_found_masked_by_name_and_number(self, clerk, desk):
        person = resident("王秀英", phone="13936004321", home=household(address="幸福巷18号院"))
        for words in ("秀英", "13936004321"):
            page = text_of(desk.get("/register/", {"q": words}))
            assert person_url(person) in page
            for secret in ("王秀英", "幸福巷18号院"):
                assert secret not in page
            assert "139****21" in page
        assert person_url(person) not in text_of(desk.get("/register/", {"q": "李"}))

    def test_an_identity_number_is_no_way_to_look_for_anybody(self, clerk, desk):
        """It would stand in addresses and in the server's log."""
        person = resident("王秀英")
        services.supplement_element(
            element=record_of_person(person, at=timezone.now()),
            values={"id_number": ID_NUMBER},
            agreed=Agreed.to({"id_number"}),
            by=standing(clerk),
            at=timezone.now(),
        )
        page = text_of(desk.get("/register/", {"q": ID_NUMBER}))
        assert "不要用身份证号" in page
        assert person_url(person) not in page

    def test_households_things_and_circumstances_have_their_lists(self, clerk, desk):
        home = household(address="幸福巷18号院")
        person = resident("王秀英", home=home)
        need = service_need(clerk, person)
        found = hydrant(clerk)
        page = text_of(desk.get("/register/", {"what": "households", "q": "幸福巷"}))
        assert f"/register/households/{home.pk}/" in page
        assert "王**" in page
        assert "王秀英" not in page
        page = text_of(desk.get("/register/", {"what": "thing", "q": "村委会"}))
        assert record_url(found) in page
        page = text_of(desk.get("/register/", {"what": "circumstance"}))
        assert record_url(need) in page
        assert "中午十二点" not in page
        assert "送餐" not in page

    def test_a_search_of_two_characters_finds_and_nonsense_finds_nothing(self, clerk, desk):
        found = hydrant(clerk, where="小学西墙外")
        assert record_url(found) in text_of(desk.get("/register/", {"what": "thing", "q": "西墙"}))
        for nonsense in ("%", "' OR 1=1 --", "\x00", "不存在的", '"', "*"):
            answer = desk.get("/register/", {"what": "thing", "q": nonsense})
            assert answer.status_code == (400 if nonsense == "\x00" else 200)
            assert record_url(found) not in text_of(answer)

    def test_a_filter_that_makes_no_sense_is_left_out_and_a_foreign_place_is_not_found(self, desk):
        assert (
            desk.get("/register/", {"what": "weapons", "kind": "x", "page": "abc"}).status_code
            == 200
        )
        assert desk.get("/register/", {"place": people.OTHER_VILLAGE}).status_code == 404

    @pytest.mark.parametrize("what", ["people", "households", "thing", "circumstance"])
    def test_a_list_costs_the_same_with_one_and_with_three(self, clerk, desk, what):
        def fill() -> None:
            person = resident()
            hydrant(clerk, where=f"{person.pk}")
            service_need(clerk, person)

        fill()
        desk.get("/register/", {"what": what})
        with CaptureQueriesContext(
            connection,
        ) as one:
            desk.get("/register/", {"what": what})
        fill()
        fill()
        with CaptureQueriesContext(connection) as three:
            desk.get("/register/", {"what": what})
        assert len(three) == len(one)


class TestReading:
    def test_a_record_is_masked_until_its_reader_says_what_for(self, clerk, desk):
        element = service_need(clerk, resident("王秀英"))
        page = text_of(desk.get(record_url(element)))
        assert "送餐助餐" not in page
        assert "中午十二点" not in page
        assert not ElementRead.objects.exists()
        refused = desk.post(record_url(element, "read"), {"purpose": ""})
        assert refused.status_code == 422
        assert "送餐助餐" not in text_of(refused)
        shown = text_of(desk.post(record_url(element, "read"), {"purpose": "安排送餐"}))
        assert "送餐助餐" in shown
        assert "中午十二点" in shown
        assert PersonalRead.objects.get().purpose == "安排送餐"
        assert "安排送餐" in text_of(desk.get(record_url(element)))

    def test_a_person_is_masked_and_then_shown_with_number_and_birthday(self, desk):
        person = resident("王秀英", phone="13936004321", birth_date=date(1950, 3, 5))
        page = text_of(desk.get(person_url(person)))
        assert "王**" in page
        for secret in ("王秀英", "13936004321", "1950-03-05"):
            assert secret not in page
        shown = text_of(desk.post(person_url(person, "read"), {"purpose": "上门走访"}))
        for secret in ("王秀英", "13936004321", "1950-03-05"):
            assert secret in shown
        read = PersonalRead.objects.get()
        assert read.subject == person
        assert read.what == "birth_date,name,phone"

    def test_what_the_person_changed_themselves_names_them_to_nobody(self, desk):
        person = resident("王秀英")
        signed_in(person).post("/me/record/change/", {"nickname": "英子"})
        page = text_of(desk.get(person_url(person)))
        assert "本人 ·" in page
        assert "王秀英" not in page

    def test_a_thing_is_nobodys_and_shown_as_it_is(self, clerk, desk):
        page = text_of(desk.get(record_url(hydrant(clerk))))
        assert "村委会门口" in page
        assert "显示明文" not in page

    def test_strangers_get_no_record_of_any_kind(self, clerk):
        person = resident("王秀英")
        need, thing = service_need(clerk, person), hydrant(clerk)
        home = person.household
        addresses = [
            person_url(person), person_url(person, "supplement"), person_url(person, "correct"),
            person_url(person, "delete"), record_url(need), record_url(thing),
            record_url(thing, "correct"), f"/register/households/{home.pk}/",
            f"/register/households/{home.pk}/enter/",
            f"/register/enter/service_need/?person={person.pk}",
            f"/register/enter/empty_house/?household={home.pk}",
        ]  # fmt: skip
        for stranger, allowed in (
            (keeper(people.OTHER_VILLAGE), {404}),
            (worker(people.OTHER_VILLAGE), {404}),
            (resident("路人", home=household(people.OTHER_VILLAGE)), {403}),
            (approver(), {403}),
        ):
            client = signed_in(stranger)
            for address in addresses:
                answer = client.get(address)
                assert answer.status_code in allowed, (stranger.name, address)
                assert "秀英" not in text_of(answer)
            for address in (person_url(person, "read"), record_url(need, "read"),
                            record_url(thing, "confirm")):  # fmt: skip
                assert client.post(address, {"purpose": "看看"}).status_code in allowed
        assert not ElementRead.objects.exists()
        assert Change.objects.count() == 2
        for address in addresses:
            assert Client().get(address).status_code == 302

    def test_a_tombstone_says_that_it_was_deleted(self, clerk, desk):
        element = service_need(clerk, resident("王秀英"))
        services.delete_values(
            element=element, reason="本人要求", by=standing(clerk), at=timezone.now()
        )
        page = text_of(desk.get(record_url(element)))
        assert "已删除" in page
        assert "王" not in re.sub(r"<[^>]*>", "", page.split("<main")[1])


class TestKeeping:
    def test_a_worker_at_the_door_sees_who_lives_here_and_what_is_missing(self):
        home = household()
        resident("王秀英", home=home)
        page = text_of(signed_in(worker()).get(f"/register/households/{home.pk}/"))
        assert "王**" in page
        assert "补充缺项" in page
        assert "取暖方式" in page

    def test_a_supplement_asks_only_what_is_not_known(self, clerk, desk):
        person = resident("王秀英", phone="13936004321")
        page = text_of(desk.get(person_url(person, "supplement")))
        assert 'name="phone"' not in page
        assert 'name="birth_date"' in page
        assert 'name="id_number"' not in page
        answer = desk.post(
            person_url(person, "supplement"),
            {"birth_date": "1950-03-05", "nickname": "英子", "version": "0"},
        )
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person.birth_date == date(1950, 3, 5)

    def test_what_is_refused_keeps_what_was_entered(self, desk):
        person = resident("王秀英")
        answer = desk.post(
            person_url(person, "supplement"),
            {"nickname": "英子", "family_phone": "12345", "version": "0"},
        )
        page = text_of(answer)
        assert answer.status_code == 422
        assert 'value="英子"' in page
        assert 'value="12345"' in page
        assert "电话号码不对" in page
        assert not Element.objects.exists()

    def test_an_identity_number_is_asked_alone_and_shown_masked(self, desk):
        person = resident("王秀英")
        page = text_of(desk.get(f"{person_url(person, 'supplement')}?field=id_number"))
        assert 'name="id_number"' in page
        assert 'name="nickname"' not in page
        address = f"{person_url(person, 'supplement')}?field=id_number"
        refused = desk.post(address, {"id_number": ID_NUMBER, "version": "0"})
        assert refused.status_code == 422
        assert "征得" in text_of(refused)
        desk.post(address, {"id_number": ID_NUMBER, "agrees_id_number": "on", "given_by": "self"})
        page = text_of(desk.get(person_url(person)))
        assert f"{ID_NUMBER[:3]}*************{ID_NUMBER[-2:]}" in page
        assert ID_NUMBER not in page
        assert ID_NUMBER not in text_of(desk.get(person_url(person, "correct")))

    def test_a_correction_shows_no_personal_value_and_needs_a_reason(self, desk):
        person = resident("王秀英", phone="13936004321")
        page = text_of(desk.get(person_url(person, "correct")))
        assert "13936004321" not in page
        assert "王秀英" not in page
        entered = {"name": "王秀瑛", "reason": "", "version": "0"}
        refused = desk.post(person_url(person, "correct"), entered)
        assert refused.status_code == 422
        assert 'value="王秀瑛"' in text_of(refused)
        desk.post(person_url(person, "correct"), {**entered, "reason": "写错了字"})
        person.refresh_from_db()
        assert (person.name, person.phone) == ("王秀瑛", "13936004321")

    def test_whoever_was_too_late_is_told_and_their_words_are_kept(self, clerk, desk):
        element = hydrant(clerk)
        services.supplement_element(
            element=element,
            values={"tried_on": "2026-05-01"},
            by=standing(clerk),
            at=timezone.now(),
        )
        answer = desk.post(
            record_url(element, "correct"), {"where": "小学门口", "reason": "搬了", "version": "1"}
        )
        assert answer.status_code == 409
        assert 'value="小学门口"' in text_of(answer)
        element.refresh_from_db()
        assert element.title == "村委会门口"

    def test_a_thing_is_entered_where_the_phone_was(self, desk):
        answer = desk.post(
            "/register/enter/hydrant/",
            {"place": people.VILLAGE, "where": "小学西墙外", "gives_water": "yes",
             "latitude": "38.78", "longitude": "101.08"},
        )  # fmt: skip
        element = Element.objects.get()
        assert answer.headers["Location"] == record_url(element)
        assert (str(element.latitude), str(element.longitude)) == ("38.78000", "101.08000")

    @pytest.mark.parametrize(
        "hostile",
        [
            {"place": people.OTHER_VILLAGE, "where": "渠边"},
            {"place": "", "where": "渠边"},
            {"place": people.VILLAGE, "where": ""},
            {"place": people.VILLAGE, "where": "x" * 1999},
            {"place": people.VILLAGE, "where": "渠边", "tried_on": "2026-02-31"},
            {"place": people.VILLAGE, "where": "渠边", "gives_water": "perhaps"},
        ],
    )
    def test_hostile_input_enters_nothing(self, desk, hostile):
        assert desk.post("/register/enter/hydrant/", hostile).status_code in {404, 422}
        assert not Element.objects.exists()

    def test_what_is_typed_is_no_markup(self, clerk, desk):
        element = hydrant(clerk, where="<script>alert(1)</script>")
        for address in (
            record_url(element),
            "/register/?what=thing",
            record_url(element, "correct"),
        ):
            assert "<script>alert(1)" not in text_of(desk.get(address))

    def test_records_of_people_are_not_entered_by_kind_alone(self, desk):
        for kind in ("person", "nothing", "service_need"):
            assert desk.get(f"/register/enter/{kind}/").status_code == 404
        for query in ("", "?person=x", f"?person={household().pk}"):
            assert desk.get(f"/register/enter/service_need/{query}").status_code == 404

    def test_a_household_and_who_lives_in_it_are_entered(self, desk):
        group = people.place()
        answer = desk.post(
            "/register/enter/household/", {"place": group.code, "address": "幸福巷1号"}
        )
        home = Household.objects.get()
        assert answer.headers["Location"] == f"/register/households/{home.pk}/"
        address = f"/register/households/{home.pk}/enter/"
        assert desk.post(address, {"name": ""}).status_code == 422
        answer = desk.post(address, {"name": "王秀英", "phone": "", "birth_date": "1950-03-05"})
        assert answer.status_code == 302
        assert Person.objects.get(household=home).name == "王秀英"

    def test_deleting_leaves_a_certificate_and_confirming_a_note(self, clerk, desk):
        element = hydrant(clerk)
        assert desk.post(record_url(element, "confirm"), {"version": "1"}).status_code == 302
        assert desk.post(record_url(element, "delete"), {"version": "2"}).status_code == 422
        answer = desk.post(record_url(element, "delete"), {"reason": "拆除了", "version": "2"},
                           follow=True)  # fmt: skip
        assert answer.status_code == 200
        assert DeletionCertificate.objects.get().items[0]["record"] == str(element.code)


class TestOwnRecord:
    def test_it_shows_all_that_is_held_why_how_long_and_who_read_it(self, clerk):
        home = household(address="幸福巷18号院")
        person = resident("王秀英", home=home, phone="13936004321")
        need = service_need(clerk, person)
        services.read_element(
            element=need, purpose="安排送餐", by=standing(clerk), at=timezone.now()
        )
        page = text_of(signed_in(person).get("/me/record/"))
        held = ("王秀英", "13936004321", "幸福巷18号院", "送餐助餐", "中午十二点")
        for shown in (*held, "安排您要的服务", "第二十九条", "保存期限", "安排送餐", clerk.name):
            assert shown in page

    def test_nobody_finds_anybody_elses(self, clerk):
        service_need(clerk, resident("王秀英"))
        other = signed_in(resident("李四"))
        page = text_of(other.get("/me/record/"))
        assert "送餐" not in page
        assert "王秀英" not in page
        assert Client().get("/me/record/").status_code == 302

    def test_a_consent_is_withdrawn_with_one_press(self, clerk):
        person = resident()
        need = service_need(clerk, person)
        address = f"/me/record/{need.code}/withdraw/service/"
        assert signed_in(resident("李四")).post(address).status_code == 404
        assert Client().post(address).status_code == 302
        assert signed_in(clerk).post(address).status_code == 404
        need.refresh_from_db()
        assert "service" in need.sealed
        client = signed_in(person)
        assert client.get(address).status_code == 405
        assert client.post(address).status_code == 302
        need.refresh_from_db()
        assert "service" not in need.sealed
        assert client.post(address).status_code == 422

    def test_what_is_mine_to_change_i_change_and_the_rest_i_ask_for(self):
        person = resident()
        client = signed_in(person)
        client.post("/me/record/change/", {"nickname": "英子", "family_phone": ""})
        assert "英子" in text_of(client.get("/me/record/"))
        refused = client.post("/me/record/change/", {"family_phone": "123", "nickname": "大英子"})
        assert refused.status_code == 422
        assert "大英子" in text_of(refused)
        refused = client.post("/me/record/ask/", {"wish": "correction", "text": ""})
        assert refused.status_code == 422
        client.post("/me/record/ask/", {"wish": "correction", "text": "生日写错了"})
        assert DataRequest.objects.get().text == "生日写错了"
        assert "应于" in text_of(client.get("/me/record/"))

    def test_a_name_is_not_changed_by_adding_it_to_the_form(self):
        person = resident("王秀英")
        signed_in(person).post("/me/record/change/", {"name": "大王", "nickname": "英子"})
        person.refresh_from_db()
        assert person.name == "王秀英"

    def test_it_costs_the_same_with_one_and_with_three_records(self, clerk):
        person = resident()
        service_need(clerk, person)
        client = signed_in(person)
        client.get("/me/record/")
        with CaptureQueriesContext(connection) as one:
            client.get("/me/record/")
        service_need(clerk, person, service="errands")
        service_need(clerk, person, service="repairs")
        with CaptureQueriesContext(connection) as three:
            client.get("/me/record/")
        assert len(three) == len(one)

    def test_whoever_lives_nowhere_yet_has_a_page_too(self):
        from xiangyue.places.services import register_person

        person = register_person(name="新来的", phone="13936009999", at=people.LONG_AGO)
        assert signed_in(person).get("/me/record/").status_code == 200


class TestManyAtOnce:
    def test_asked_by_one_and_decided_by_another(self, clerk, desk):
        desk.post("/register/bulk/", {
            "kind_key": "person", "place": people.VILLAGE, "purpose": "核对应急名册"
        })  # fmt: skip
        bulk = BulkRead.objects.get()
        assert desk.get(f"/register/bulk/{bulk.pk}/").status_code == 403
        other_town = signed_in(approver(people.OTHER_VILLAGE))
        assert other_town.get(f"/register/bulk/{bulk.pk}/").status_code == 404
        lead = signed_in(approver())
        assert "核对应急名册" in text_of(lead.get("/register/bulk/"))
        assert lead.post(f"/register/bulk/{bulk.pk}/", {"answer": "no"}).status_code == 422
        assert lead.post(f"/register/bulk/{bulk.pk}/", {"answer": "yes"}).status_code == 302
        bulk.refresh_from_db()
        assert bulk.is_approved
        assert bulk.usable_until - bulk.decided_at == timedelta(hours=24)
        assert "已同意" in text_of(desk.get("/register/bulk/?decided=1"))

    def test_what_was_approved_is_shown_once_and_logged_for_each(self, clerk, desk):
        person = resident("王秀英", phone="13936004321")
        desk.post("/register/bulk/", {
            "kind_key": "person", "place": people.VILLAGE, "purpose": "核对应急名册"
        })  # fmt: skip
        bulk = BulkRead.objects.get()
        address = f"/register/bulk/{bulk.pk}/use/"
        assert desk.post(address).status_code == 403
        lead = signed_in(approver())
        lead.post(f"/register/bulk/{bulk.pk}/", {"answer": "yes"})
        assert lead.post(address).status_code == 403
        assert signed_in(keeper()).post(address).status_code == 404
        assert desk.get(address).status_code == 405
        page = text_of(desk.post(address))
        assert "13936004321" in page
        assert f"{clerk.name} 于" in page
        assert PersonalRead.objects.get(subject=person).purpose == "核对应急名册"
        again = desk.post(address)
        assert again.status_code == 403
        assert "13936004321" not in text_of(again)

    def test_asking_for_a_foreign_place_or_without_purpose_is_refused(self, desk):
        for entered in (
            {"kind_key": "person", "place": people.OTHER_VILLAGE, "purpose": "看看"},
            {"kind_key": "person", "place": people.VILLAGE, "purpose": ""},
            {"kind_key": "hydrant", "place": people.VILLAGE, "purpose": "看看"},
        ):
            assert desk.post("/register/bulk/", entered).status_code == 422
        assert not BulkRead.objects.exists()

    def test_neither_residents_nor_workers_have_the_page(self):
        for person in (resident(), worker()):
            assert signed_in(person).get("/register/bulk/").status_code == 403


class TestDeletions:
    def test_certificates_are_listed_shown_and_downloaded_by_their_area(self, clerk):
        person = resident("王秀英")
        certificate = services.delete_values(
            element=service_need(clerk, person), reason="本人要求", by=standing(clerk),
            at=timezone.now(),
        )  # fmt: skip
        lead = signed_in(approver())
        page = text_of(lead.get("/register/deletions/"))
        assert str(certificate.pk) in page
        page = text_of(lead.get(f"/register/deletions/{certificate.pk}/"))
        assert certificate.digest in page
        assert "王" not in re.sub(r"<[^>]*>", "", page.split("<main")[1])
        file = lead.get(f"/register/deletions/{certificate.pk}/certificate.json")
        assert file.json()["digest"] == certificate.digest
        assert file.headers["Content-Disposition"].startswith("attachment")
        elsewhere = signed_in(approver(people.OTHER_VILLAGE))
        assert elsewhere.get(f"/register/deletions/{certificate.pk}/").status_code == 404
        assert signed_in(clerk).get("/register/deletions/").status_code == 403

    def test_what_was_due_all_over_the_county_is_for_those_of_the_county(self, clerk):
        service_need(clerk, resident())
        services.forget_due(at=people.MONDAY + timedelta(days=400))
        certificate = DeletionCertificate.objects.get()
        auditor = people.posted("auditor", at_place=people.county(), name="王审计")
        assert signed_in(auditor).get(f"/register/deletions/{certificate.pk}/").status_code == 200
        assert (
            signed_in(approver()).get(f"/register/deletions/{certificate.pk}/").status_code == 404
        )


class TestPublicCatalogue:
    def test_everybody_reads_what_may_be_held_and_why(self):
        page = text_of(Client().get("/register/catalogue/"))
        for shown in ("身份证号", "90天", "须本人同意", "不保存的信息", "上限"):
            assert shown in page

    def test_keepers_see_what_villages_are_asked_against_the_quota(self, clerk, desk):
        hydrant(clerk)
        page = text_of(desk.get("/register/burden/"))
        assert "12 / 14" in page
        assert "35 / 50" in page
