"""The desk gives keys to systems and takes them back."""

import pytest
from django.test import Client

from tests import people
from xiangyue.activity.models import Entry
from xiangyue.open311.models import SystemKey

pytestmark = pytest.mark.django_db
FORM = {"name": "市民热线", "contact": "值班室 0936", "daily_limit": 200, "days": 365}


@pytest.fixture
def keeper(db) -> Client:
    client = Client()
    county = people.county()
    people.sign_in(
        client,
        people.posted("administrator", at_place=county, organisation=people.unit("CV", county)),
    )
    return client


def test_a_key_is_shown_once_and_kept_as_a_digest(keeper):
    shown = keeper.post("/desk/systems/", FORM).content.decode()
    (key,) = SystemKey.objects.all()
    secret = shown.partition('id="key-secret">')[2].partition("<")[0]
    assert secret.startswith("xyk_")
    assert secret not in str(SystemKey.objects.values())
    assert secret not in keeper.get("/desk/systems/").content.decode()
    assert Entry.objects.filter(name="open311.key_issued", subject_id=str(key.pk)).exists()


def test_a_key_is_revoked(keeper):
    keeper.post("/desk/systems/", FORM)
    (key,) = SystemKey.objects.all()
    assert keeper.post(f"/desk/systems/{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "市民热线" in keeper.get("/desk/systems/?ended=1").content.decode()
    assert keeper.post(f"/desk/systems/{key.pk}/revoke/").status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"days": 0}, {"days": 4000}, {"daily_limit": 10**9}, {"contact": " "}]
)
def test_what_was_typed_stays_when_it_is_refused(keeper, wrong):
    answer = keeper.post("/desk/systems/", FORM | {"name": "热线甲"} | wrong)
    assert answer.status_code == 422
    if "name" not in wrong:
        assert "热线甲" in answer.content.decode()
    assert SystemKey.objects.count() == 0


def test_only_the_county_s_keeper_keeps_keys(keeper):
    keeper.post("/desk/systems/", FORM)
    (key,) = SystemKey.objects.all()
    client = Client()
    town = people.posted("administrator", at_place=people.town(),
                         organisation=people.unit("TV", people.town()))  # fmt: skip
    for who in (people.dispatcher(), people.somebody(), town):
        people.sign_in(client, who)
        assert client.get("/desk/systems/").status_code == 403
        assert client.post("/desk/systems/", FORM).status_code == 403
        assert client.post(f"/desk/systems/{key.pk}/revoke/").status_code == 403
    key.refresh_from_db()
    assert key.revoked_at is None


def test_the_api_does_what_the_page_does(keeper):
    body = FORM | {"vouches_for_reporters": True}
    made = keeper.post("/api/v1/system-keys", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["secret"].startswith("xyk_")
    listed = keeper.get("/api/v1/system-keys").json()
    assert listed["count"] == 1
    assert "secret" not in listed["items"][0]
    assert keeper.delete(f"/api/v1/system-keys/{made.json()['id']}").status_code == 204
    assert keeper.get("/api/v1/system-keys?ended=true").json()["count"] == 1
