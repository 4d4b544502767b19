"""A person's calendar feed: valid, stable, secret, ended with the account, and saying no more."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests import people
from tests.meetings.test_pages import called, now_house, opened, signed_in
from xiangyue.access.models import Account, CodeTally
from xiangyue.access.services import sign_out_everywhere
from xiangyue.activity.models import Entry
from xiangyue.meetings import services
from xiangyue.site.models import FeedAddress

pytestmark = pytest.mark.django_db
__all__ = ["now_house"]


@pytest.fixture
def path(now_house) -> str:
    """The address of the dispatcher's feed."""
    client = signed_in(now_house.dispatcher)
    made = client.post("/api/v1/me/calendar-feed")
    assert made.status_code == 201
    return urlsplit(made.json()["url"]).path


def read(path: str, **headers) -> Calendar:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def events(path: str) -> list:
    return list(read(path).walk("VEVENT"))


def test_it_holds_the_sessions_one_is_asked_to(now_house, path):
    meeting = called(now_house)
    called(now_house, "village_day")  # the dispatcher is not asked
    (event,) = events(path)
    assert event["UID"] == f"meeting-{meeting.pk}@shandan.xiangyue"
    assert event["SUMMARY"] == "网格e事工作室会办"
    assert event["LOCATION"] == "清泉镇"
    assert event["URL"] == f"http://testserver/meetings/{meeting.pk}/"
    assert event["DTSTART"].dt == meeting.begins_at
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=30)
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert "DTSTAMP" in event


def test_it_is_valid_to_the_letter(now_house, path):
    called(now_house)
    raw = Client().get(path).content
    lines = raw.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(raw)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    assert not calendar.errors


def test_a_moved_session_keeps_its_uid_and_a_cancelled_one_stays_in(now_house, path):
    meeting = called(now_house)
    (before,) = events(path)
    dispatcher = now_house.standing(now_house.dispatcher, at=now_house.room_at)
    at = now_house.room_at
    services.move_meeting(
        meeting=meeting, begins_at=at + timedelta(hours=3), actor=dispatcher, at=at
    )
    (moved,) = events(path)
    assert moved["UID"] == before["UID"]
    assert moved["SEQUENCE"] == 1
    assert moved["DTSTART"].dt == at + timedelta(hours=3)
    services.cancel_meeting(meeting=meeting, reason="大雪", actor=dispatcher, at=at)
    (cancelled,) = events(path)
    assert (cancelled["STATUS"], cancelled["SEQUENCE"]) == ("CANCELLED", 2)


def test_nothing_that_a_session_talks_about_is_in_it(now_house, path):
    incident = now_house.report("0406")
    meeting = opened(now_house)
    dispatcher = now_house.standing(now_house.dispatcher, at=now_house.room_at)
    services.write_minutes(meeting=meeting, text="王家地界", actor=dispatcher, at=now_house.room_at)
    words = Client().get(path).content.decode()
    for secret in (incident.number, incident.description, "王家", now_house.dispatcher.name):
        assert secret not in words
    assert now_house.dispatcher.phone not in words


def test_what_has_not_changed_is_not_sent_again(now_house, path):
    meeting = called(now_house)
    first = Client().get(path)
    assert first.content == Client().get(path).content
    again = Client().get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = Client().get(path, headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304
    FeedAddress.objects.update(content_changed_at=timezone.now() - timedelta(days=1))
    old = Client().get(path)["Last-Modified"]
    services.cancel_meeting(
        meeting=meeting, reason="大雪", at=now_house.room_at,
        actor=now_house.standing(now_house.dispatcher, at=now_house.room_at),
    )  # fmt: skip
    assert Client().get(path, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert Client().get(path, headers={"if-modified-since": old}).status_code == 200
    assert Client().head(path).status_code == 200


def test_the_secret_is_kept_as_a_digest_and_shown_once(now_house):
    client = signed_in(now_house.dispatcher)
    assert "feeds/" not in client.get("/account/calendar/").content.decode()
    page = client.post("/account/calendar/").content.decode()
    secret = page.split("/feeds/")[1].split(".ics")[0]
    assert len(secret) >= 43
    assert secret not in client.get("/account/calendar/").content.decode()
    row = FeedAddress.objects.get()
    assert secret not in str(vars(row))
    assert secret not in str(list(Entry.objects.values()))
    assert secret not in str(list(CodeTally.objects.values()))


def test_a_new_address_stops_the_old_one_and_ending_stops_it(now_house, path):
    client = signed_in(now_house.dispatcher)
    client.post("/account/calendar/")
    assert Client().get(path).status_code == 404
    new = urlsplit(client.post("/api/v1/me/calendar-feed").json()["url"]).path
    assert Client().get(new).status_code == 200
    assert client.post("/account/calendar/", {"end": "1"}).status_code == 302
    assert Client().get(new).status_code == 404
    assert client.delete("/api/v1/me/calendar-feed").status_code == 204


def test_it_ends_with_the_account_and_with_signing_out_everywhere(now_house, path):
    account = Account.objects.get(person=now_house.dispatcher)
    Account.objects.update(is_active=False)
    assert Client().get(path).status_code == 404
    Account.objects.update(is_active=True)
    assert Client().get(path).status_code == 200
    sign_out_everywhere(account=account, at=timezone.now())
    assert Client().get(path).status_code == 404


def test_what_a_post_brought_ends_with_it(now_house, path):
    from xiangyue.access.appointments import end_post
    from xiangyue.places.models import Post

    called(now_house)
    assert len(events(path)) == 1
    end_post(post=Post.objects.get(person=now_house.dispatcher), at=timezone.now())
    assert events(path) == []


def test_duty_stands_in_it_too(now_house, path):
    from xiangyue.calendars.occasions import Occasion
    from xiangyue.site.feeds.calendar import calendar_of

    now = timezone.now()
    hostile = Occasion(
        uid="duty-1", title="值班;\nBEGIN:VEVENT,\\", place="a\r\nb", path="/x?a=1,2;3",
        begins_at=now, ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    raw = calendar_of([hostile], made_at=now, absolute=lambda path: f"http://x{path}")
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert event["SUMMARY"] == "值班;\nBEGIN:VEVENT,\\"
    assert raw.count(b"BEGIN:VEVENT\r\n") == 1


@pytest.mark.parametrize("secret", ["x", "x" * 5_000, "%00", "..", "长"])
def test_wrong_addresses_are_not_there(secret, now_house):
    assert Client().get(f"/feeds/{secret}.ics").status_code in {400, 404}


def test_guessing_and_hammering_are_stopped(now_house, path):
    for _number in range(30):
        assert Client().get("/feeds/wrong.ics").status_code == 404
    stopped = Client().get("/feeds/wrong.ics")
    assert stopped.status_code == 429
    assert "Retry-After" in stopped
    for _number in range(60):
        assert Client().get(path).status_code == 200
    assert Client().get(path).status_code == 429


def test_visitors_have_no_feed_of_their_own(db):
    assert Client().get("/account/calendar/").status_code == 302
    assert Client().post("/account/calendar/").status_code == 302
    assert Client().post("/api/v1/me/calendar-feed").status_code == 401
    resident = signed_in(people.somebody())
    path = urlsplit(resident.post("/api/v1/me/calendar-feed").json()["url"]).path
    assert events(path) == []
