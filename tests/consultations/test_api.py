"""The API does what the pages do, and tells no more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.consultations.conftest import House
from xiangyue.consultations import services
from xiangyue.consultations.models import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now()


def call(client: Client, method: str, path: str, entered: object = None):
    return getattr(client, method)(f"/api/v1{path}", entered, content_type="application/json")


def test_a_resident_answers_proposes_and_reads_their_own(client: Client, house: House) -> None:
    asked = house.begin()
    people.sign_in(client, house.residents[0])
    told = call(client, "get", f"/consultations/{asked.pk}/next").json()
    assert (told["open_count"], told["may_answer"]) == (3, True)
    path = f"/statements/{told['statement']['id']}/answer"
    assert call(client, "put", path, {"value": -1}).status_code == 204
    assert call(client, "put", path, {"value": 3}).status_code == 422
    (mine,) = call(client, "get", f"/consultations/{asked.pk}/mine").json()
    assert mine["value"] == -1
    made = call(client, "post", f"/consultations/{asked.pk}/statements", {"text": "修厕所"})
    assert made.status_code == 201
    assert call(client, "get", f"/consultations/{asked.pk}").json()["proposed_count"] == 1


def test_the_interim_result_is_kept_back(client: Client, house: House) -> None:
    asked = house.begin()
    house.camps(asked)
    path = f"/consultations/{asked.pk}/result"
    refused = call(client, "get", path)
    assert (refused.status_code, refused.json()["code"]) == (403, "answer_first")
    services.close(consultation=asked, by=house.clerk, at=house.at)
    told = call(client, "get", path).json()
    assert told["is_advice"]
    assert [group["size"] for group in told["groups"]] == [10, 10]
    assert [one["agrees"] for one in told["unites"]] == [True]


def test_a_clerk_begins_moderates_and_closes(client: Client, house: House) -> None:
    people.sign_in(client, house.clerk)
    day = f"{timezone.localdate(house.at) + timedelta(days=9):%F}"
    facts = {"place": people.VILLAGE, "title": "修路", "background": "修一段", "closes_on": day}
    assert call(client, "post", "/kept-consultations", facts).status_code == 422
    made = call(client, "post", "/kept-consultations", facts | {"statements": ["先修东头"]})
    assert made.status_code == 201
    kept = call(client, "get", f"/kept-consultations/{made.json()['id']}").json()
    one = kept["statements"][0]["id"]
    hide = {"is_open": False, "hidden_for": "names", "why": "点了名"}
    assert call(client, "post", f"/kept-statements/{one}/moderate", hide).json()["state"] == (
        "hidden"
    )
    closed = call(client, "post", f"/kept-consultations/{kept['id']}/close")
    assert closed.json()["state"] == "closed"


def test_hands_come_from_heads_and_nobody_else(client: Client, house: House) -> None:
    one = house.statement(house.begin())
    path = f"/kept-statements/{one.pk}/hands"
    facts = {"place": people.VILLAGE, "present": 8, "agree": 8}
    assert call(client, "put", path, facts).status_code == 401
    people.sign_in(client, house.residents[0])
    assert call(client, "put", path, facts).status_code == 403
    people.sign_in(client, house.head)
    assert call(client, "put", path, facts).json()["agree_count"] == 8
    assert call(client, "put", path, facts | {"agree": 9}).status_code == 422
    assert not Answer.objects.exists()
