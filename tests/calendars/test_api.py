"""The API's twin of the calendar."""

import json
from datetime import date

import pytest
from django.test import Client

from tests import people
from tests.calendars.times import at
from xiangyue.calendars.models import Holiday
from xiangyue.calendars.services import seed_holidays, start_clock

pytestmark = pytest.mark.django_db
API = "/api/v1/calendar"


@pytest.fixture(autouse=True)
def known_calendar() -> None:
    Holiday.objects.all().delete()
    seed_holidays(years=[2026], at=people.MONDAY)


@pytest.fixture
def keeper() -> Client:
    client = Client()
    people.sign_in(client, people.posted("administrator", at_place=people.county()))
    return client


def put(client: Client, day: str, **facts: str):
    return client.put(f"{API}/days/{day}", json.dumps(facts), content_type="application/json")


def test_everybody_reads_the_year_and_its_gaps(client):
    year = client.get(f"{API}/2026").json()
    assert {"date": "2026-10-01", "kind": "holiday", "name": "国庆节", "source": "published"} in (
        year["days"]
    )
    assert year["gaps"] == []
    assert "国庆节" in client.get(f"{API}/2031").json()["gaps"]
    assert client.get(f"{API}/1999").status_code == 422


def test_a_day_is_set_and_removed_and_says_how_many_clocks_moved(keeper):
    start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    answer = put(keeper, "2026-10-14", kind="holiday", name="暴雪停工").json()
    assert (answer["name"], answer["source"], answer["moved_count"]) == ("暴雪停工", "staff", 1)
    assert keeper.delete(f"{API}/days/2026-10-14").json()["moved_count"] == 1
    assert keeper.delete(f"{API}/days/2026-10-14").status_code == 404


def test_refuses_with_the_pages_words(keeper):
    answer = put(keeper, "2026-10-14", kind="workday", name="调休")
    assert (answer.status_code, answer.json()["code"]) == (422, "worked_anyway")
    assert put(keeper, "2026-02-30", kind="holiday", name="x").status_code == 422
    assert put(keeper, "2026-10-14", kind="ordinary", name="x").status_code == 422


def test_only_who_keeps_the_calendar_edits_it(client):
    assert put(client, "2026-10-14", kind="holiday", name="x").status_code == 401
    people.sign_in(client, people.clerk())
    assert put(client, "2026-10-14", kind="holiday", name="x").status_code == 403
    assert client.delete(f"{API}/days/2026-10-01").status_code == 403
    assert Holiday.objects.get(date=date(2026, 10, 1)).kind == "holiday"
