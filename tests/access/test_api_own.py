"""One's own name, requests and sessions, and which posts a place has: over the API."""

import pytest
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def me(client) -> Client:
    people.sign_in(client, people.somebody())
    return client


def test_a_name_is_corrected(me):
    assert me.put("/api/v1/me/name", {"name": "张大三"}, JSON).status_code == 204
    assert me.get("/api/v1/me").json()["name"] == "张大三"
    assert me.put("/api/v1/me/name", {"name": " "}, JSON).status_code == 422


def test_one_asks_about_one_s_own_data(me):
    asked = {"wish": "correction", "text": "名字写错了"}
    assert me.post("/api/v1/me/data-requests", asked, JSON).status_code == 201
    assert me.post("/api/v1/me/data-requests", {"wish": "correction"}, JSON).status_code == 422
    (listed,) = me.get("/api/v1/me/data-requests").json()
    assert (listed["wish"], listed["answer"]) == ("correction", "")
    other = Client()
    people.sign_in(other, people.somebody())
    assert other.get("/api/v1/me/data-requests").json() == []


def test_every_session_and_token_is_ended(me):
    secret = me.post("/api/v1/me/tokens", {"name": "脚本"}, JSON).json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", headers=bearer).status_code == 200
    assert me.post("/api/v1/me/sign-out-everywhere", {}, JSON).status_code == 204
    assert Client().get("/api/v1/me", headers=bearer).status_code == 401
    assert me.get("/api/v1/me").status_code == 401


def test_a_place_s_roles_are_for_those_who_keep_its_posts(me):
    assert me.get(f"/api/v1/roles?place={people.VILLAGE}").status_code == 403
    keeper, county = Client(), people.county()
    people.sign_in(
        keeper,
        people.posted("administrator", at_place=county, organisation=people.unit("CV", county)),
    )
    keys = {one["key"] for one in keeper.get(f"/api/v1/roles?place={people.VILLAGE}").json()}
    assert "village_clerk" in keys
    assert "auditor" not in keys


def test_the_auditor_takes_head_and_key_away():
    auditor = Client()
    people.sign_in(auditor, people.posted("auditor", at_place=people.county()))
    assert auditor.get("/api/v1/record/key").json()["public_key"].startswith("-----BEGIN PUBLIC")
    assert auditor.get("/api/v1/record/head").status_code in {200, 404}
    stranger = Client()
    people.sign_in(stranger, people.somebody())
    assert stranger.get("/api/v1/record/key").status_code == 403
    assert stranger.get("/api/v1/record/head").status_code == 403
