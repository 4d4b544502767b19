"""The desk and the API at which lists are imported: the same services, the same words."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from tests import people
from tests.registry import lists
from tests.registry.lists import resident, workbook
from xiangyue.access.models import PersonalRead
from xiangyue.places.models import Person
from xiangyue.registry.importing import services
from xiangyue.registry.importing.models import Import, State

pytestmark = pytest.mark.django_db
DESK = "/desk/imports/"
API = "/api/v1/imports"
ROWS = [
    resident("张三", 户号="12", 住址="文化巷3号", 出生日期="1965-03-01", 手机号="13700000001"),
    resident("李四", 户号="12"),
]


@pytest.fixture
def clerk() -> Person:
    return lists.keeper()


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def file(content: bytes, name: str = "名单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def worked() -> Import:
    """The newest import, after the worker's turn."""
    services.work_on_imports(at=timezone.now())
    return Import.objects.order_by("-created_at").first()


def uploaded(client: Client, content: bytes, name: str = "名单.xlsx") -> Import:
    client.post(DESK, {"file": file(content, name)})
    return worked()


class TestDesk:
    def test_a_clerk_uploads_looks_and_confirms(self, clerk):
        client = signed_in(clerk)
        assert "还没有导入过名单" in client.get(DESK).content.decode()
        response = client.post(DESK, {"file": file(workbook(ROWS))})
        batch = Import.objects.get()
        assert response.url == f"{DESK}{batch.pk}/"
        page = client.get(response.url).content.decode()
        assert "正在排队" in page
        assert "every 2s" in page
        worked()
        page = client.get(response.url).content.decode()
        assert "every 2s" not in page
        assert "文化巷3号" in page
        assert "确认导入" in page
        batch.refresh_from_db()
        client.post(f"{DESK}{batch.pk}/confirm/", {"plan": batch.plan})
        assert worked().state == State.DONE
        page = client.get(response.url).content.decode()
        assert "名单已导入" in page
        assert batch.digest in page
        page = client.get(f"{DESK}?state=done").content.decode()
        assert "名单.xlsx" in page
        assert "没有符合条件的导入" in client.get(f"{DESK}?state=faulty").content.decode()

    def test_the_progress_asks_again_until_it_is_done(self, clerk):
        client = signed_in(clerk)
        client.post(DESK, {"file": file(workbook(ROWS))})
        batch = Import.objects.get()
        url = f"{DESK}{batch.pk}/progress/"
        begun = timezone.now() - timezone.timedelta(seconds=10)
        Import.objects.update(
            state=State.CHECKING, done_count=50, total_count=100, begun_at=begun, claim="x"
        )
        page = client.get(url).content.decode()
        assert "50%" in page
        assert "大约还要 1" in page  # eleven seconds
        Import.objects.update(state=State.WAITING, claim="")
        worked()
        response = client.get(url)
        assert (response.status_code, response.headers["HX-Refresh"]) == (204, "true")

    def test_faults_are_listed_by_row_and_column_and_narrowed(self, clerk):
        client = signed_in(clerk)
        rows = [resident("", 手机号="1"), *(resident(f"人{n}", 手机号="2") for n in range(60))]
        batch = uploaded(client, workbook(rows))
        url = f"{DESK}{batch.pk}/"
        page = client.get(url).content.decode()
        assert "61 行中共有 62 处错误" in page
        assert "F 手机号" in page
        assert "此项必填" in page
        page = client.get(f"{url}?column=phone").content.decode()
        assert "此项必填" not in page
        assert "第 1 页" in page or "page=2" in page
        marked = client.get(f"{url}marked.xlsx")
        assert lists.cells_of(marked.content)[0][0] == "错误"
        assert "确认导入" not in page

    def test_a_change_shows_old_and_new_and_the_reading_is_noted(self, clerk):
        lists.imported(clerk, ROWS)
        client = signed_in(clerk)
        changed = [ROWS[0] | {"手机号": "13700000002"}]
        batch = uploaded(client, workbook(changed))
        page = client.get(f"{DESK}{batch.pk}/").content.decode()
        assert "<del>13700000001</del>" in page
        assert "<ins>13700000002</ins>" in page
        read = PersonalRead.objects.get(subject__phone="13700000001")
        assert (read.reader, read.what, read.purpose) == (clerk, "phone", "核对导入的名单")

    def test_a_list_that_says_nothing_new_offers_nothing_to_confirm(self, clerk):
        lists.imported(clerk, ROWS)
        client = signed_in(clerk)
        batch = uploaded(client, workbook(ROWS))
        page = client.get(f"{DESK}{batch.pk}/").content.decode()
        assert "名单没有新内容" in page
        assert "确认导入" not in page
        response = client.post(f"{DESK}{batch.pk}/confirm/", {"plan": batch.plan})
        assert response.status_code == 409

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("a.xlsx", b"%PDF-1.4", "这不是能读取的名单"),
            ("a.csv", b"", "空"),
            ("a.xlsm", b"PK", "宏"),
        ],
    )
    def test_a_file_that_is_no_list_is_refused_in_place(self, clerk, name, content, words):
        client = signed_in(clerk)
        response = client.post(DESK, {"file": file(content, name)})
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Import.objects.exists()

    def test_a_list_with_identity_numbers_is_refused_and_its_file_deleted(self, clerk):
        client = signed_in(clerk)
        text = f"姓名,网格,身份证号\n张三,{lists.GRID},620725196503011237\n"
        batch = uploaded(client, text.encode(), "名单.csv")
        assert batch.state == State.REFUSED
        page = client.get(f"{DESK}{batch.pk}/").content.decode()
        assert "C 列是身份证号" in page
        assert "620725196503011237" not in page

    def test_too_large_a_file_is_refused_before_it_is_read(self, clerk, settings):
        settings.IMPORT_MEGABYTES_MOST = 0
        response = signed_in(clerk).post(DESK, {"file": file(workbook(ROWS))})
        assert response.status_code == 422
        assert "文件超过 0 MB" in response.content.decode()

    def test_more_rows_than_are_taken_are_refused(self, clerk, settings):
        settings.IMPORT_ROWS_MOST = 1
        batch = uploaded(signed_in(clerk), workbook(ROWS))
        assert (batch.state, batch.refusal) == (State.REFUSED, "too_many_rows")

    def test_the_template_knows_the_grids_of_the_area_and_can_be_uploaded(self, clerk):
        client = signed_in(clerk)
        content = client.get(f"{DESK}template.xlsx").content
        book = load_workbook(BytesIO(content))
        sheet, _about, choices = book.worksheets
        listed = [row[1] for row in choices.iter_rows(min_row=2, values_only=True)]
        assert lists.GRID in listed
        assert not [name for name in listed if name and "位奇" in name]
        assert len(sheet.data_validations.dataValidation) == 2
        heads = {cell.value: cell.column for cell in sheet[1]}
        called = {"住址": "住址或门牌", "手机号": "手机号码"}
        for key, value in ROWS[0].items():
            sheet.cell(2, heads[called.get(key, key)], value)
        buffer = BytesIO()
        book.save(buffer)
        batch = uploaded(client, buffer.getvalue())
        assert lists.counts(batch) == (1, 0, 0, 0), lists.faults(batch)

    def test_pages_cost_the_same_with_one_row_and_with_many(self, clerk):
        lists.imported(clerk, [resident(f"人{n}", 户号=str(n)) for n in range(3)])
        client = signed_in(clerk)
        found = []
        for count in (1, 3):
            rows = [resident(f"人{n}", 户号=str(n), 住址=f"{n}号") for n in range(count)]
            batch = uploaded(client, workbook([*rows, resident(f"新人{count}")]))
            pages = (f"{DESK}{batch.pk}/?show=changed", f"{DESK}{batch.pk}/?show=new")
            for page in (DESK, *pages):
                with CaptureQueriesContext(connection) as queries:
                    client.get(page)
                found.append(len(queries))
        assert found[:3] == found[3:]


class TestOthers:
    """Other people's lists are none of one's business."""

    def test_nobody_else_sees_a_list_outside_their_area(self, clerk):
        batch = lists.upload(clerk, ROWS)
        other = people.place(people.OTHER_VILLAGE)
        stranger = people.posted(
            "village_clerk", at_place=other, organisation=people.unit("VC", other), name="外村文书"
        )
        resident_client, client = signed_in(people.somebody("居民")), signed_in(stranger)
        for path in ("", "progress/", "marked.xlsx"):
            assert client.get(f"{DESK}{batch.pk}/{path}").status_code == 404
            assert resident_client.get(f"{DESK}{batch.pk}/{path}").status_code == 403
        for path in ("confirm/", "cancel/"):
            assert client.post(f"{DESK}{batch.pk}/{path}").status_code == 404
            assert resident_client.post(f"{DESK}{batch.pk}/{path}").status_code == 403
        assert "名单.xlsx" not in client.get(DESK).content.decode()
        for path in ("", "/faults", "/rows", "/marked.xlsx"):
            assert client.get(f"{API}/{batch.pk}{path}").status_code == 404
            assert resident_client.get(f"{API}/{batch.pk}{path}").status_code == 403
        assert resident_client.get(API).status_code == 403
        assert resident_client.post(API, {"file": file(workbook(ROWS))}).status_code == 403
        assert Client().get(DESK).status_code == 302
        assert Client().get(API).status_code == 401

    def test_a_colleague_looks_but_does_not_confirm(self, clerk):
        batch = lists.upload(clerk, ROWS)
        client = signed_in(lists.keeper())
        page = client.get(f"{DESK}{batch.pk}/").content.decode()
        assert "名单由上传人本人确认" in page
        response = client.post(f"{DESK}{batch.pk}/confirm/", {"plan": batch.plan})
        assert response.status_code == 403


class TestApi:
    def test_a_program_uploads_waits_reads_faults_and_confirms(self, clerk):
        client = signed_in(clerk)
        response = client.post(API, {"file": file(workbook([resident("")]))})
        assert response.status_code == 202
        found = response.json()
        assert (found["state"], found["row_count"]) == ("waiting", 0)
        worked()
        listed = client.get(f"{API}/{found['id']}/faults").json()
        assert listed["count"] == 1
        assert listed["items"][0] == {
            "row": 2, "column": "name", "where": "D 姓名", "code": "missing",
            "message": "此项必填。",
        }  # fmt: skip
        client.post(f"{API}/{found['id']}/cancel")
        found = client.post(API, {"file": file(workbook(ROWS))}).json()
        worked()
        found = client.get(f"{API}/{found['id']}").json()
        assert (found["state"], found["new_count"]) == ("ready", 2)
        rows = client.get(f"{API}/{found['id']}/rows?verdict=new").json()
        assert [row["name"] for row in rows["items"]] == ["张三", "李四"]
        response = client.post(
            f"{API}/{found['id']}/confirm",
            json.dumps({"plan": found["plan"]}),
            content_type="application/json",
        )
        assert response.json()["state"] == "confirmed"
        worked()
        assert client.get(f"{API}/{found['id']}").json()["state"] == "done"
        assert client.get(f"{API}?state=done").json()["count"] == 1

    def test_page_and_program_refuse_with_the_same_words(self, clerk):
        client = signed_in(clerk)
        page = client.post(DESK, {"file": file(b"%PDF-1.4")})
        answer = client.post(API, {"file": file(b"%PDF-1.4")})
        assert answer.status_code == 422
        assert answer.json()["title"] in page.content.decode()

    def test_the_template_is_there_for_programs_too(self, clerk):
        response = signed_in(clerk).get(f"{API}/template.xlsx")
        assert lists.cells_of(response.content)[0][0] == "村（社区）"
