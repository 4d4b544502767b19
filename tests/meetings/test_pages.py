"""The pages: what they show to whom, what they refuse in place, and that lists cost the same."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.meetings.conftest import House, make_house
from xiangyue.meetings.deciding import open_meeting
from xiangyue.meetings.models import AgendaItem, Meeting
from xiangyue.meetings.services import call_meeting, close_session
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def now_house(db) -> House:
    """The house at this moment: an extra session of the town's room is called for now."""
    house = make_house()
    house.room_at = timezone.now().replace(microsecond=0)
    house.dawn = house.room_at - timedelta(hours=3)
    return house


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def called(house: House, series: str = "town_room", at: datetime | None = None) -> Meeting:
    place = people.town() if series == "town_room" else people.place()
    who = house.dispatcher if series == "town_room" else house.secretary
    return call_meeting(
        series_key=series,
        place=place,
        begins_at=at or house.room_at,
        actor=house.standing(who, at=house.room_at),
        at=house.room_at,
    )


def opened(house: House) -> Meeting:
    return open_meeting(
        meeting=called(house), actor=house.standing(house.dispatcher), at=house.room_at
    )


def text_of(response) -> str:
    return response.content.decode()


class TestReaching:
    @pytest.mark.parametrize("path", ["/meetings/", "/meetings/kept/", "/meetings/call/"])
    def test_visitors_sign_in_and_residents_are_refused(self, path, now_house):
        assert Client().get(path).status_code == 302
        assert signed_in(now_house.reporter).get(path).status_code == 403

    def test_a_session_of_elsewhere_is_not_there(self, now_house):
        meeting = called(now_house)
        stranger = signed_in(people.dispatcher(people.OTHER_VILLAGE))
        for path in ("", "attendance/", "minutes/", "minutes.pdf", "move/", "cancel/", "correct/"):
            assert stranger.get(f"/meetings/{meeting.pk}/{path}").status_code == 404
        for path in ("open/", "nil/", "add/", "minutes/"):
            assert stranger.post(f"/meetings/{meeting.pk}/{path}").status_code == 404
        meeting.refresh_from_db()
        assert meeting.state == "planned"

    def test_a_grid_worker_sees_the_session_they_are_asked_to_on_the_phone(self, now_house):
        meeting = called(now_house, "village_day")
        page = text_of(signed_in(now_house.worker).get(f"/meetings/{meeting.pk}/"))
        assert "front-phone" in page
        listed = text_of(signed_in(now_house.worker).get("/meetings/"))
        assert str(meeting.pk) in listed
        assert str(called(now_house).pk) not in listed

    def test_who_is_asked_but_does_not_run_it_has_no_buttons_and_is_refused(self, now_house):
        meeting = opened(now_house)
        client = signed_in(now_house.supervisor)
        page = text_of(client.get(f"/meetings/{meeting.pk}/"))
        assert f"/meetings/{meeting.pk}/minutes/" not in page
        assert client.get(f"/meetings/{meeting.pk}/minutes/").status_code == 403
        assert client.post(f"/meetings/{meeting.pk}/minutes/", {"close": "1"}).status_code == 403


LISTS = ["/meetings/", "/meetings/?when=past", "/meetings/kept/", "/api/v1/meetings"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_three_asks_no_more_than_a_list_of_one(path, now_house):
    client = signed_in(now_house.dispatcher)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    called(now_house)
    count()
    of_one = count()
    for days in (1, 2):
        called(now_house, at=now_house.room_at + timedelta(days=days))
        called(now_house, "village_day", at=now_house.room_at + timedelta(days=days))
    Meeting.objects.filter(date__gt=timezone.localdate()).update(state="missed")
    assert count() == of_one


def test_an_agenda_of_three_asks_no_more_than_one_of_one(now_house):
    client = signed_in(now_house.dispatcher)
    meeting = called(now_house)
    now_house.report("0406")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/meetings/{meeting.pk}/").status_code == 200
        return len(queries)

    count()
    planned_of_one = count()
    now_house.report("0406")
    now_house.report("0406")
    assert count() == planned_of_one
    assert client.post(f"/meetings/{meeting.pk}/open/").status_code == 302
    open_of_three = count()
    AgendaItem.objects.filter(meeting=meeting, position__gt=1).delete()
    assert count() == open_of_three


class TestASession:
    def test_it_is_opened_decided_minuted_and_closed(self, now_house):
        incident = now_house.report("0406")
        meeting = called(now_house)
        client = signed_in(now_house.dispatcher)
        base = f"/meetings/{meeting.pk}/"
        preview = text_of(client.get(base))
        assert incident.number in preview
        assert "/open/" in preview
        client.post(f"{base}open/")
        page = text_of(client.get(base))
        item = AgendaItem.objects.get()
        assert f"{base}items/{item.pk}/escalate/" in page
        assert 'data-key="1"' in page
        form = client.get(f"{base}items/{item.pk}/escalate/")
        assert incident.description in text_of(form)
        sent = client.post(
            f"{base}items/{item.pk}/escalate/", {"note": "需要县里协调", "version": "1"}
        )
        assert sent.status_code == 302
        incident.refresh_from_db()
        assert incident.level == "county"
        assert (
            client.post(f"{base}minutes/", {"text": "到会三人", "version": "2"}).status_code == 302
        )
        meeting.refresh_from_db()
        ended = client.post(
            f"{base}minutes/",
            {"text": "到会三人，散会", "version": str(meeting.version), "close": "1"},
        )
        assert ended.status_code == 302
        page = text_of(client.get(base))
        assert "到会三人，散会" in page
        assert "需要县里协调" in page
        assert f"{base}correct/" in page

    def test_a_decision_without_a_reason_keeps_what_was_typed_and_nothing_is_done(self, now_house):
        incident = now_house.report("0406")
        meeting = opened(now_house)
        item = AgendaItem.objects.get()
        client = signed_in(now_house.dispatcher)
        sent = client.post(
            f"/meetings/{meeting.pk}/items/{item.pk}/handle/",
            {"outcome": "fixed", "note": "写了字"},
        )
        assert sent.status_code in {403, 422}  # the dispatcher does not handle for the unit
        sent = client.post(
            f"/meetings/{meeting.pk}/items/{item.pk}/dispatch/", {"unit": "", "note": "写了字"}
        )
        assert sent.status_code == 422
        assert "写了字" in text_of(sent)
        incident.refresh_from_db()
        assert incident.version == 1

    def test_who_comes_second_is_told(self, now_house):
        now_house.report("0406")
        meeting = opened(now_house)
        item = AgendaItem.objects.get()
        path = f"/meetings/{meeting.pk}/items/{item.pk}/"
        first, second = signed_in(now_house.dispatcher), signed_in(now_house.supervisor)
        assert first.post(f"{path}escalate/", {"note": "县里协调"}).status_code == 302
        told = second.post(f"{path}supervise/", {"note": "三天内"})
        assert told.status_code == 409
        assert "三天内" in text_of(told)

    @pytest.mark.parametrize("verb", ["pass", "confirm", "urge", "withdraw"])
    def test_a_session_has_no_verbs_of_the_reporter_or_the_verifier(self, verb, now_house):
        now_house.report("0406")
        meeting = opened(now_house)
        item = AgendaItem.objects.get()
        client = signed_in(now_house.dispatcher)
        path = f"/meetings/{meeting.pk}/items/{item.pk}/{verb}/"
        assert client.get(path).status_code == 403
        assert client.post(path, {"note": "x"}).status_code in {403, 422}

    def test_an_unknown_decision_is_not_there(self, now_house):
        now_house.report("0406")
        meeting = opened(now_house)
        item = AgendaItem.objects.get()
        client = signed_in(now_house.dispatcher)
        path = f"/meetings/{meeting.pk}/items/{item.pk}/nonsense/"
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404

    def test_a_free_text_is_agreed_or_watched_and_never_an_incident(self, now_house):
        meeting = opened(now_house)
        client = signed_in(now_house.dispatcher)
        base = f"/meetings/{meeting.pk}/"
        assert client.post(f"{base}add/", {"what": "防汛值守"}).status_code == 302
        item = AgendaItem.objects.get()
        assert client.post(f"{base}items/{item.pk}/agreed/", {"note": ""}).status_code == 422
        assert client.get(f"{base}items/{item.pk}/escalate/").status_code == 404
        assert client.post(f"{base}items/{item.pk}/agreed/", {"note": "轮流"}).status_code == 302
        item.refresh_from_db()
        assert (item.decision, item.decision_text) == ("agreed", "轮流")

    @pytest.mark.parametrize("what", ["", " ", "260608-ZZZZZ", "长" * 501])
    def test_what_cannot_be_put_on_the_agenda_is_said_beside_the_field(self, what, now_house):
        meeting = opened(now_house)
        sent = signed_in(now_house.dispatcher).post(f"/meetings/{meeting.pk}/add/", {"what": what})
        assert sent.status_code in {404, 422}
        assert "has-error" in text_of(sent)
        assert not AgendaItem.objects.exists()

    def test_a_restricted_matter_has_no_words_for_who_may_not_see_it(self, now_house):
        private = now_house.report("0101", description="王家和李家为地界打官司", hours_ago=24 * 40)
        meeting = opened(now_house)
        assert AgendaItem.objects.get().incident == private
        newcomer = people.posted("town_supervisor", at_place=people.town())
        seen = text_of(signed_in(newcomer).get(f"/meetings/{meeting.pk}/"))
        assert "王家" in seen  # supervises the town
        county = people.posted("first_secretary", at_place=people.town())
        page = signed_in(county).get(f"/meetings/{meeting.pk}/")
        assert page.status_code == 200
        assert "王家" not in text_of(page)
        assert private.number not in text_of(page)

    def test_who_may_know_of_what_is_withheld_is_told_that_there_is_more(self, now_house):
        now_house.report("0101", hours_ago=24 * 40)
        day = called(now_house, "village_day")
        told = text_of(signed_in(now_house.secretary).get(f"/meetings/{day.pk}/"))
        assert "另有1件不公开的事项" in told  # leads the grid, so verifies there
        told = text_of(signed_in(now_house.worker).get(f"/meetings/{day.pk}/"))
        assert "不公开" not in told

    def test_nothing_unsolved_is_held_in_one_tap(self, now_house):
        meeting = called(now_house)
        client = signed_in(now_house.dispatcher)
        assert "/nil/" in text_of(client.get(f"/meetings/{meeting.pk}/"))
        assert client.post(f"/meetings/{meeting.pk}/nil/").status_code == 302
        meeting.refresh_from_db()
        assert meeting.state == "closed"
        again = client.post(f"/meetings/{meeting.pk}/nil/")
        assert again.status_code == 409


class TestForms:
    def test_attendance_keeps_what_was_ticked_when_refused(self, now_house):
        meeting = opened(now_house)
        client = signed_in(now_house.dispatcher)
        path = f"/meetings/{meeting.pk}/attendance/"
        assert now_house.chief.name in text_of(client.get(path))
        entered = {
            "people": [str(now_house.chief.pk)],
            "chair": str(now_house.dispatcher.pk),
            "minute_taker": str(now_house.chief.pk),
            "guests": "派出所 刘所",
        }
        refused = client.post(path, entered)
        assert refused.status_code == 422
        assert "派出所 刘所" in text_of(refused)
        entered["people"].append(str(now_house.dispatcher.pk))
        assert client.post(path, entered).status_code == 302
        assert meeting.attendances.count() == 3

    @pytest.mark.parametrize("guests", ["\x00", "a" * 500, "#*\\@😀\n" * 30])
    def test_hostile_guests_do_no_harm(self, guests, now_house):
        meeting = opened(now_house)
        client = signed_in(now_house.dispatcher)
        sent = client.post(
            f"/meetings/{meeting.pk}/attendance/",
            {
                "people": [str(now_house.dispatcher.pk)],
                "chair": str(now_house.dispatcher.pk),
                "minute_taker": str(now_house.dispatcher.pk),
                "guests": guests,
            },
        )
        assert sent.status_code in {302, 400, 422}
        assert client.get(f"/meetings/{meeting.pk}/").status_code == 200

    def test_moving_and_cancelling_ask_and_refuse_in_place(self, now_house):
        meeting = called(now_house)
        client = signed_in(now_house.dispatcher)
        base = f"/meetings/{meeting.pk}/"
        assert client.get(f"{base}move/").status_code == 200
        past = {"begins_at_0": "2020-01-01", "begins_at_1": "08:30"}
        assert client.post(f"{base}move/", past).status_code == 422
        bad = {"begins_at_0": "tomorrow", "begins_at_1": ""}
        assert client.post(f"{base}move/", bad).status_code == 422
        day = timezone.localdate() + timedelta(days=3)
        good = {"begins_at_0": f"{day:%F}", "begins_at_1": "10:15"}
        assert client.post(f"{base}move/", good).status_code == 302
        meeting.refresh_from_db()
        assert f"{timezone.localtime(meeting.begins_at):%F %H:%M}" == f"{day:%F} 10:15"
        assert client.post(f"{base}cancel/", {"reason": ""}).status_code == 422
        assert client.post(f"{base}cancel/", {"reason": "下大雪"}).status_code == 302
        assert "下大雪" in text_of(client.get(base))
        assert client.get(f"{base}move/").status_code == 403

    def test_calling_is_refused_beside_its_field_and_done(self, now_house):
        client = signed_in(now_house.secretary)
        page = text_of(client.get("/meetings/call/"))
        assert "town_room" not in page
        day = timezone.localdate() + timedelta(days=2)
        entered = {
            "series": "village_day", "place": people.VILLAGE,
            "begins_at_0": f"{day:%F}", "begins_at_1": "19:30",
        }  # fmt: skip
        assert client.post("/meetings/call/", entered | {"place": "x"}).status_code == 422
        assert client.post("/meetings/call/", entered).status_code == 302
        again = client.post("/meetings/call/", entered)
        assert again.status_code == 409
        assert "19:30" in text_of(again)

    def test_the_filter_forgives_nonsense(self, now_house):
        client = signed_in(now_house.dispatcher)
        for query in (
            "since=2026-02-31",
            "place=x",
            "state=x",
            "series=%00x",
            "page=-1",
            "until=x",
        ):
            assert client.get(f"/meetings/?{query}").status_code in {200, 400}


class TestTheDay:
    def test_todays_sessions_stand_in_the_day_of_who_is_asked(self, now_house):
        called(now_house, "village_day", at=now_house.room_at)
        now_house.report("0401", hours_ago=24 * 20)
        page = text_of(signed_in(now_house.worker).get("/"))
        assert "每月10日活动" in page
        other = people.posted(
            "grid_worker", at_place=people.place(people.OTHER_VILLAGE),
            organisation=people.unit("GW", people.place(people.OTHER_VILLAGE)),
        )  # fmt: skip
        assert "每月10日活动" not in text_of(signed_in(other).get("/"))

    def test_held_and_missed_are_shown_in_the_order_of_places(self, now_house):
        meeting = opened(now_house)
        close_session(
            meeting=meeting, actor=now_house.standing(now_house.dispatcher), at=now_house.room_at
        )
        page = text_of(signed_in(now_house.dispatcher).get("/meetings/kept/"))
        assert f"series=town_room&amp;place={people.town().code}&amp;state=closed" in page
