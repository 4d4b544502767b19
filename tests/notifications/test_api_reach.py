"""How one is reached, what loudspeakers read out: over the API as on the pages."""

import re

import pytest
from django.test import Client

from tests import people
from xiangyue.notifications.models import Channel, Delivery

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def me(client) -> Client:
    people.sign_in(client, people.somebody())
    return client


def test_news_by_mail_begins_when_its_owner_confirms(me):
    assert me.post("/api/v1/me/reach/email", {"email": "nonsense"}, JSON).status_code == 422
    assert me.post("/api/v1/me/reach/email", {"email": "z@example.cn"}, JSON).status_code == 202
    assert me.get("/api/v1/me/reach").json()["email"] == ""
    link = Delivery.objects.get(channel=Channel.EMAIL).text
    token = re.search(r"token=(\S+)", link)[1]
    confirm = "/api/v1/email-confirmations"
    assert Client().post(confirm, {"token": token + "x"}, JSON).status_code == 422
    assert Client().post(confirm, {"token": token}, JSON).status_code == 204
    assert me.get("/api/v1/me/reach").json()["email"] == "z@example.cn"
    assert me.delete("/api/v1/me/reach/email").status_code == 204
    assert me.get("/api/v1/me/reach").json()["email"] == ""


def test_optional_texts_are_chosen(me):
    answer = me.put("/api/v1/me/reach/texts", {"has_optional_texts": False}, JSON)
    assert answer.json()["has_optional_texts"] is False
    assert "****" in answer.json()["phone"]


def test_announcements_are_for_those_who_see_the_village(me):
    assert me.get("/api/v1/announcements").status_code == 403
    clerk = Client()
    people.sign_in(clerk, people.clerk())
    delivery = Delivery.objects.create(
        channel=Channel.LOUDSPEAKER, address=people.VILLAGE, place_path=people.place().path,
        text="垃圾已清运", purpose="announcement", state="written", created_at=people.MONDAY,
    )  # fmt: skip
    listed = clerk.get("/api/v1/announcements").json()
    assert [(one["place"], one["text"]) for one in listed["items"]] == [
        (people.VILLAGE, "垃圾已清运")
    ]
    assert clerk.get("/api/v1/announcements?place=nowhere").status_code == 404
    read = clerk.post(f"/api/v1/announcements/{delivery.pk}/read", {}, JSON)
    assert read.json()["read_at"] is not None
    elsewhere = Client()
    people.sign_in(elsewhere, people.clerk(people.OTHER_VILLAGE))
    assert elsewhere.get("/api/v1/announcements").json()["count"] == 0
    assert elsewhere.post(f"/api/v1/announcements/{delivery.pk}/read", {}, JSON).status_code == 404


def test_visitors_are_reached_by_nothing():
    for path in ("me/reach", "announcements", "messages/00000000-0000-0000-0000-000000000000"):
        assert Client().get(f"/api/v1/{path}").status_code == 401
