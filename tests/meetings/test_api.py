"""The API does what the pages do and refuses with the same words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.meetings.test_pages import called, now_house, opened, signed_in
from xiangyue.meetings.models import AgendaItem

pytestmark = pytest.mark.django_db
__all__ = ["now_house"]


def post(client: Client, path: str, **entered):
    return client.post(f"/api/v1/meetings{path}", entered, content_type="application/json")


def test_a_session_goes_its_whole_way(now_house):
    incident = now_house.report("0406")
    client = signed_in(now_house.dispatcher)
    made = post(
        client, "", series="town_room", place=people.town().code,
        begins_at=(now_house.room_at + timedelta(minutes=5)).isoformat(),
    )  # fmt: skip
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert [item["number"] for item in made.json()["items"]] == [incident.number]
    out = post(client, f"/{key}/open").json()
    item = out["items"][0]
    assert "escalate" in item["decisions"]
    out = post(
        client, f"/{key}/items/{item['id']}/decide",
        decision="escalate", entered={"note": "县里协调"},
    ).json()  # fmt: skip
    assert (out["items"][0]["decision"], out["items"][0]["decision_text"]) == (
        "escalate", "县里协调",
    )  # fmt: skip
    assert post(client, f"/{key}/items", text="防汛值守").json()["items"][1]["title"] == "防汛值守"
    chief, dispatcher = str(now_house.chief.pk), str(now_house.dispatcher.pk)
    out = post(
        client, f"/{key}/attendance", people=[chief, dispatcher], guests=["派出所 刘所"],
        chair=chief, minute_taker=dispatcher,
    ).json()  # fmt: skip
    assert (out["chair"], out["guests"]) == (chief, ["派出所 刘所"])
    out = post(client, f"/{key}/close", text="散会").json()
    assert (out["state"], out["minutes"]) == ("closed", "散会")
    out = post(client, f"/{key}/correct", text="到会四人").json()
    assert out["corrections"][0]["text"] == "到会四人"
    assert client.get(f"/api/v1/meetings/{key}").json()["version"] == out["version"]
    assert client.get(f"/api/v1/meetings/{key}/minutes.pdf").content.startswith(b"%PDF")
    kept = client.get("/api/v1/meetings-kept").json()
    assert kept[0]["held_count"] == 1


def test_page_and_api_refuse_with_the_same_words(now_house):
    now_house.report("0406")
    meeting = opened(now_house)
    item = AgendaItem.objects.get()
    client = signed_in(now_house.supervisor)
    refused = post(client, f"/{meeting.pk}/close", text="")
    assert refused.status_code == 403
    page = client.post(f"/meetings/{meeting.pk}/minutes/", {"close": "1"})
    assert refused.json()["title"] in page.content.decode()
    refused = post(
        client, f"/{meeting.pk}/items/{item.pk}/decide", decision="escalate",
        entered={"note": "县里"},
    )  # fmt: skip
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "entered",
    [
        {"decision": "escalate", "entered": {}},
        {"decision": "escalate", "entered": {"note": {"a": 1}}},
        {"decision": "dispatch", "entered": {"unit": [1, 2]}},
        {"decision": "dispatch", "entered": {"unit": "x", "version": "x"}},
        {"decision": "split", "entered": {"units": "x"}},
        {"decision": "nonsense"},
        {"decision": "agreed", "entered": {"note": "x"}},
    ],
)
def test_hostile_decisions_are_refused_with_nothing_done(entered, now_house):
    incident = now_house.report("0406")
    meeting = opened(now_house)
    item = AgendaItem.objects.get()
    sent = post(signed_in(now_house.dispatcher), f"/{meeting.pk}/items/{item.pk}/decide", **entered)
    assert sent.status_code in {403, 404, 422}, sent.content
    item.refresh_from_db()
    incident.refresh_from_db()
    assert item.decision == ""


def test_visitors_and_strangers_get_nothing(now_house):
    meeting = called(now_house)
    assert Client().get("/api/v1/meetings").status_code == 401
    assert signed_in(now_house.reporter).get("/api/v1/meetings").status_code == 403
    stranger = signed_in(people.dispatcher(people.OTHER_VILLAGE))
    assert stranger.get(f"/api/v1/meetings/{meeting.pk}").status_code == 404
    assert post(stranger, f"/{meeting.pk}/open").status_code == 404
    refused = post(
        stranger, "", series="town_room", place=people.town().code,
        begins_at=(timezone.now() + timedelta(days=1)).isoformat(),
    )  # fmt: skip
    assert refused.status_code == 403
