"""The pages: what they show to whom, what they refuse in place, and that lists cost the same."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from xiangyue.access.models import PersonalRead
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident, SavedView
from xiangyue.incidents.services import report_incident
from xiangyue.incidents.templatetags.incidents import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def reporter():
    return people.somebody()


def reported(reporter, **facts) -> Incident:
    incident, _code = report_incident(
        **{
            "category_key": "0401",
            "place": people.place(),
            "at": timezone.now() - timedelta(hours=2),
            "channel": "resident",
            "description": "村口垃圾堆了三天没人清",
            "reporter": reporter,
        }
        | facts
    )
    return incident


def phone_time(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def signed_in(person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


LISTS = {
    "/": "reporter",
    "/mine/": "reporter",
    "/desk/": "dispatcher",
    "/desk/areas/": "dispatcher",
    "/desk/map/": "dispatcher",
    "/desk/map/points.json": "dispatcher",
    "/public/": "visitor",
    f"/public/{people.VILLAGE}/": "visitor",
    "/api/v1/incidents": "dispatcher",
    "/api/v1/me/incidents": "reporter",
    "/api/v1/public/incidents": "visitor",
    "/api/v1/areas": "dispatcher",
}


@pytest.mark.parametrize(("path", "who"), LISTS.items())
def test_a_list_of_three_asks_no_more_than_a_list_of_one(path, who, reporter):
    client = {
        "reporter": lambda: signed_in(reporter),
        "dispatcher": lambda: signed_in(people.dispatcher()),
        "visitor": Client,
    }[who]()

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    reported(reporter)
    count()  # what is looked up once per process is looked up
    of_one = count()
    for number in range(2):
        reported(reporter, place=people.place(f"{people.VILLAGE}-00{number + 1}"))
    count()  # what is counted once after each act is counted
    assert count() == of_one


class TestReporting:
    def send(self, client: Client, **entered):
        return client.post(
            "/report/",
            {"description": "村口路灯不亮好几天了", "place": people.VILLAGE} | entered,
        )

    def test_a_visitor_sends_a_sentence_and_gets_a_slip_that_opens_it(self, client):
        sent = self.send(client)
        assert sent.status_code == 302
        page = client.get(sent.url).content.decode()
        incident = Incident.objects.get()
        assert incident.category_key == "0501"
        assert incident.number in page
        assert incident.reporter is None
        code = client.session["new_slip"]["code"]
        assert client.get(f"/slip/{code}/").status_code == 200

    def test_who_is_signed_in_is_the_reporter_unless_they_say_no(self, reporter):
        client = signed_in(reporter)
        self.send(client)
        self.send(client, is_anonymous="on")
        named, unnamed = Incident.objects.order_by("pk")
        assert (named.reporter, unnamed.reporter) == (reporter, None)

    @pytest.mark.parametrize(
        ("entered", "told"),
        [
            ({"description": " "}, "description"),
            ({"place": ""}, "place"),
            ({"place": "000000000000"}, "place"),
            ({"latitude": "999"}, "latitude"),
            ({"category": "9999"}, "category"),
        ],
    )
    def test_what_is_missing_is_said_in_place_and_nothing_typed_is_lost(
        self, client, entered, told
    ):
        answer = self.send(client, address="东头水井边", **entered)
        assert answer.status_code == 422
        assert told in answer.context["form"].errors
        assert "东头水井边" in answer.content.decode()
        assert not Incident.objects.exists()

    def test_a_file_that_is_no_picture_refuses_the_whole_report(self, client):
        from django.core.files.uploadedfile import SimpleUploadedFile

        answer = self.send(client, photos=SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg"))
        assert answer.status_code == 422
        assert "村口路灯不亮好几天了" in answer.content.decode()
        assert not Incident.objects.exists()

    def test_the_same_form_sent_twice_is_one_report(self, client):
        key = "019a0000-0000-7000-8000-000000000001"
        self.send(client, client_key=key)
        again = self.send(client, client_key=key)
        assert again.status_code == 302
        assert Incident.objects.count() == 1

    def test_a_report_that_waited_in_a_phone_says_when_it_was_written(self, client):
        now = timezone.now()
        written = now - timedelta(hours=5)
        # The phone's clock is an hour behind.
        claim = {"phone_recorded": phone_time(written - timedelta(hours=1)),
                 "phone_offset_then": "3600000"}  # fmt: skip
        self.send(client, **claim)
        incident = Incident.objects.get()
        assert abs(incident.written_at - written) < timedelta(seconds=1)
        assert incident.clock.started_at == incident.created_at >= now
        page = signed_in(people.dispatcher()).get(f"/incidents/{incident.number}/")
        assert f"手机上写于{moment(written)}" in page.content.decode()

    @pytest.mark.parametrize(
        "ago",
        [timedelta(seconds=30), timedelta(hours=-3), timedelta(days=31), timedelta(days=9_000)],
        ids=["at once", "in the future", "too long ago", "when there was no such county"],
    )
    def test_what_a_phone_cannot_know_is_not_kept(self, client, ago):
        self.send(client, phone_recorded=phone_time(timezone.now() - ago))
        assert Incident.objects.get().written_at is None

    def test_when_a_hidden_reporter_wrote_is_not_kept(self):
        reporter, now = people.somebody(), timezone.now()
        incident, _code = report_incident(
            category_key="0302", place=people.place(), at=now, channel="resident",
            description="有人聚赌", reporter=reporter, written_at=now - timedelta(hours=2),
        )  # fmt: skip
        assert incident.reporter_tag
        assert incident.written_at is None

    def test_the_scanned_village_is_remembered(self, client):
        client.get(f"/at/{people.VILLAGE}/")
        page = client.get("/report/").content.decode()
        assert f'<option value="{people.VILLAGE}" selected>' in page

    def test_a_stranger_does_not_read_in_a_repeat_what_others_wrote(self, client, reporter):
        reported(reporter, description="张三家门口路灯不亮", category_key="0501")
        shown = client.post(
            "/report/suggest/", {"description": "路灯不亮没人修", "place": people.VILLAGE}
        ).content.decode()
        assert "张三" not in shown


class TestEnteringForOthers:
    def test_a_clerk_enters_for_a_caller_who_then_is_the_reporter(self):
        clerk = people.clerk()
        client = signed_in(clerk)
        client.post(
            "/enter/",
            {
                "came_by": "telephone",
                "description": "家里没水三天了",
                "place": people.VILLAGE,
                "for_name": "王奶奶",
                "for_phone": "138 0000 0000",
            },
        )
        incident = Incident.objects.get()
        assert (incident.channel, incident.entered_by) == ("telephone", clerk)
        assert (incident.reporter.name, incident.reporter.phone) == ("王奶奶", "13800000000")

    def test_elsewhere_they_may_not(self):
        client = signed_in(people.clerk())
        answer = client.post(
            "/enter/", {"came_by": "counter", "description": "没水", "place": people.OTHER_VILLAGE}
        )
        assert answer.status_code == 403
        assert not Incident.objects.exists()


class TestIncidentPage:
    def test_the_reporter_does_not_see_a_reply_before_it_is_verified(self, reporter):
        clerk, dispatcher = people.clerk(), people.dispatcher()
        incident = reported(reporter)
        now = timezone.now()
        services.take_on_incident(incident=incident, actor=people.acting(clerk, at=now), at=now)
        services.handle_incident(
            incident=incident, actor=people.acting(clerk, at=now), at=now,
            outcome="fixed", reply="昨天已清运干净",
        )  # fmt: skip
        client = signed_in(reporter)
        path, api = f"/incidents/{incident.number}/", f"/api/v1/incidents/{incident.number}"
        assert "昨天已清运干净" not in client.get(path).content.decode()
        assert client.get(api).json()["reply"] == ""
        services.pass_incident(incident=incident, actor=people.acting(dispatcher, at=now), at=now)
        assert "昨天已清运干净" in client.get(path).content.decode()
        assert client.get(api).json()["reply"] == "昨天已清运干净"

    def test_showing_the_reporter_is_a_logged_act(self, reporter):
        """GD05, PE02: who read it and why."""
        clerk, incident = people.clerk(), reported(reporter)
        client = signed_in(clerk)
        path = f"/incidents/{incident.number}/"
        assert reporter.phone not in client.get(path).content.decode()
        client.post(f"{path}reporter/")
        assert reporter.phone in client.get(path).content.decode()
        read = PersonalRead.objects.get()
        assert (read.reader, read.subject) == (clerk, reporter)
        assert reporter.phone not in client.get(path).content.decode()

    def test_an_act_refused_keeps_what_was_typed_and_says_why(self, reporter):
        incident = reported(reporter)
        client = signed_in(people.clerk())
        answer = client.post(
            f"/incidents/{incident.number}/do/hand_on/",
            {"version": incident.version, "unit": str(incident.unit_id), "note": "应归镇里"},
        )
        assert answer.status_code == 422
        assert "应归镇里" in answer.content.decode()

    def test_of_two_clerks_the_later_is_told_and_led_back(self, reporter):
        incident = reported(reporter)
        first, second = signed_in(people.clerk()), signed_in(people.clerk())
        path = f"/incidents/{incident.number}/do/take_on/"
        version = {"version": incident.version}
        assert first.post(path, version).status_code == 302
        told = second.post(
            f"/incidents/{incident.number}/do/refuse/", version | {"note": "不归我们"}
        )
        assert told.status_code == 409
        assert f"/incidents/{incident.number}/" in told.content.decode()


class TestDesk:
    def test_filters_narrow_and_stand_in_the_address(self, reporter):
        one = reported(reporter, description="东街路灯坏了", category_key="0501")
        other = reported(reporter)
        client = signed_in(people.dispatcher())

        def numbers(query: str) -> set[str]:
            return {row.number for row in client.get(f"/desk/?{query}").context["page"]}

        assert numbers("") == {one.number, other.number}
        assert numbers("category=05") == {one.number}
        assert numbers("q=路灯") == {one.number}
        assert numbers("q=没有这样的") == set()
        assert numbers("state=handled") == set()
        assert numbers(f"place={people.OTHER_VILLAGE}") == set()
        assert numbers("since=2999-01-01") == set()
        assert numbers("page=999") == {one.number, other.number}
        assert numbers("state=x&since=x&urgency='") == set()

    def test_many_are_dispatched_at_once_and_the_refused_are_named(self, reporter):
        rows = [reported(reporter), reported(reporter)]
        dispatcher = people.dispatcher()
        settled = reported(reporter)
        services.withdraw_incident(
            incident=settled, actor=people.acting(reporter), at=timezone.now()
        )
        client = signed_in(dispatcher)
        unit = people.unit("TV", people.town())
        answer = client.post(
            "/desk/dispatch/",
            {"number": [row.number for row in [*rows, settled]], "unit": str(unit.pk)},
            follow=True,
        )
        told = [str(message) for message in answer.context["messages"]]
        assert any("2" in sentence for sentence in told)
        assert any(settled.number in sentence for sentence in told)
        assert Incident.objects.filter(unit=unit).count() == 2

    def test_a_view_is_saved_renamed_by_nobody_else_and_deleted(self, reporter):
        client, other = signed_in(people.dispatcher()), signed_in(people.dispatcher())
        client.post("/desk/views/", {"name": "我的甲视图", "query": "category=05"})
        view = SavedView.objects.get()
        assert "我的甲视图" in client.get("/desk/").content.decode()
        assert "我的甲视图" not in other.get("/desk/").content.decode()
        assert other.post(f"/desk/views/{view.pk}/delete/").status_code == 404
        client.post(f"/desk/views/{view.pk}/delete/")
        assert not SavedView.objects.exists()

    def test_the_workbook_has_no_reporter_and_no_formula(self, reporter):
        from io import BytesIO

        from openpyxl import load_workbook

        incident = reported(reporter, description="=HYPERLINK(1)+cmd|'/c calc'!A1")
        client = signed_in(people.supervisor())
        book = load_workbook(BytesIO(client.get("/desk/export.xlsx").content))
        cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
        assert all(cell.data_type == "s" for cell in cells)
        texts = " ".join(str(cell.value) for cell in cells)
        assert incident.number in texts
        assert reporter.name not in texts
        assert reporter.phone not in texts

    def test_every_number_of_the_areas_leads_to_as_many_rows(self, reporter):
        now = timezone.now()
        reported(reporter, at=now - timedelta(days=40))
        reported(reporter)
        clerk, dispatcher = people.clerk(), people.dispatcher()
        answered, closed = reported(reporter), reported(reporter)
        for incident in (answered, closed):
            for service, who, facts in (
                (services.take_on_incident, clerk, {}),
                (services.handle_incident, clerk, {"outcome": "not_fixed", "reply": "没有经费"}),
                (services.pass_incident, dispatcher, {}),
            ):
                service(incident=incident, actor=people.acting(who, at=now), at=now, **facts)
        services.close_in_silence(incident=closed, at=now + timedelta(days=30))
        client = signed_in(dispatcher)
        rows = client.get("/desk/areas/").context["rows"]
        seen = [(count, url) for row in rows for count, url in row["counts"] if url]
        assert sum(count for count, _url in seen) >= 5
        for count, url in seen:
            assert client.get(url).context["page"].paginator.count == count, url


class TestPublicPage:
    def test_it_shows_no_words_names_numbers_or_addresses(self, client, reporter):
        incident = reported(reporter, description="张三家的事", address="三组12号")
        for path in (
            "/public/", f"/public/{people.VILLAGE}/", f"/public/incidents/{incident.number}/",
        ):  # fmt: skip
            page = client.get(path).content.decode()
            for personal in ("张三", "12号", reporter.phone):
                assert personal not in page

    def test_private_matters_are_not_listed_nor_counted(self, client, reporter):
        private = reported(reporter, category_key="0101", description="家里的事")
        assert private.audience == "private"
        assert client.get("/public/").context["counts"]["reported"] == 0
        assert client.get(f"/public/incidents/{private.number}/").status_code == 404


REFUSED_ALIKE: dict[str, tuple[Callable, dict, str, dict]] = {
    "a reason is missing": ("refuse", {"note": " "}, "refuse", {"note": " "}),
    "the state does not allow it": ("resume", {"note": ""}, "resume", {"note": ""}),
    "too many days": (
        "request_extension", {"days": "99", "note": "因为"},
        "request-extension", {"days": 99, "note": "因为"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED_ALIKE)
def test_page_and_api_refuse_alike(case, reporter):
    verb, entered, api_verb, body = REFUSED_ALIKE[case]
    incident = reported(reporter)
    client = signed_in(people.clerk())
    page = client.post(f"/incidents/{incident.number}/do/{verb}/", entered)
    api = client.post(
        f"/api/v1/incidents/{incident.number}/{api_verb}", body, content_type="application/json"
    )
    assert page.status_code == api.status_code
    assert page.status_code in {409, 422}
    incident.refresh_from_db()
    assert incident.version == 1


@pytest.mark.parametrize(
    "send",
    [
        lambda client: client.get("/slip/?code=%00"),
        lambda client: client.get("/public/%00/"),
        lambda client: client.get("/api/v1/places?below=a%00b"),
        lambda client: client.post(
            "/report/", {"description": "坏\x00字", "place": people.VILLAGE}
        ),
        lambda client: client.post(
            "/report/",
            "description=%E5%9D%8F%00&place=620725101201",
            content_type="application/x-www-form-urlencoded",
        ),
        lambda client: client.post(
            "/api/v1/incidents",
            {"category": "0401", "place": people.VILLAGE, "description": "坏\x00字"},
            content_type="application/json",
        ),
    ],
)
def test_a_character_that_no_text_has_is_refused(send, client):
    assert send(client).status_code in {400, 404, 422}
    assert not Incident.objects.exists()
