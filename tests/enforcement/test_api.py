"""The API does what the pages do, and tells no more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.enforcement.conftest import House
from tests.enforcement.reminding import Remembered
from xiangyue.enforcement.models import Reminder, Vetting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now() - timedelta(days=40)


def call(client: Client, method: str, path: str, entered: object = None):
    return getattr(client, method)(f"/api/v1{path}", entered, content_type="application/json")


def test_a_committee_is_formed_and_vetted(client: Client, house: House) -> None:
    path = "/compact-committees"
    assert call(client, "post", path, {"place": people.VILLAGE}).status_code == 401
    people.sign_in(client, house.elder)
    assert call(client, "post", path, {"place": people.VILLAGE}).status_code == 403
    people.sign_in(client, house.clerk)
    made = call(client, "post", path, {"place": people.VILLAGE})
    assert made.status_code == 201
    here = f"{path}/{made.json()['id']}"
    invited = call(
        client, "post", f"{here}/invitations", {"name": "寨老吴", "kind": "clan_head"}
    ).json()
    for act in ("brought", "accepted"):
        told = call(client, "post", f"/compact-invitations/{invited['id']}/{act}").json()
    assert told["answer"] == "accepted"
    assert call(client, "post", f"{here}/acts/burn").status_code == 404
    refused = call(client, "post", f"{here}/acts/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_so_far")
    (elder,) = [
        one for one in call(client, "get", here).json()["members"] if one["name"] == "寨老吴"
    ]
    assert elder["verdict"] == "waiting"
    people.sign_in(client, house.vetters["police"])
    listed = call(client, "get", "/vettings").json()["members"]
    assert [one["offices"] for one in listed] == [["police"]]
    entered = {"office": "police", "is_passed": False, "reason": "因故"}
    assert call(client, "post", f"/vettings/{elder['id']}", entered).status_code in {204, 422}
    call(client, "post", f"/vettings/{elder['id']}", {"office": "police", "is_passed": False})
    assert Vetting.objects.get().is_passed is False
    people.sign_in(client, house.elder)
    own = call(client, "get", "/my-compact-duties").json()["seats"]
    assert own[0]["verdict"] == "not_passed"
    said = call(client, "post", f"/my-seats/{own[0]['id']}/appeal", {"text": "同名的人"})
    assert said.status_code == 204


def test_a_village_tells_who_is_on_duty_and_names_only_to_its_own(
    client: Client, house: House
) -> None:
    kept = Remembered.make(house, at=timezone.now())
    told = call(client, "get", f"/keeping/{people.VILLAGE}").json()
    assert [(one["phone"], one["names"]) for one in told["on_duty"]] == [("0936-2721234", [])]
    people.sign_in(client, house.residents[2])
    told = call(client, "get", f"/keeping/{people.VILLAGE}").json()
    assert told["on_duty"][0]["names"] == [kept.member.name]
    assert told["clause_count"] == 3


def test_a_reminder_goes_its_way_and_is_seen_by_few(client: Client, house: House) -> None:
    kept = Remembered.make(house, at=timezone.now())
    people.sign_in(client, kept.member)
    noting = call(client, "get", "/reminders/noting").json()
    assert [one["clause"] for one in noting["clauses"]] == [str(kept.clause)]
    entered = {
        "clause": str(kept.clause), "name": "居民3", "place": people.VILLAGE, "is_of_age": True,
    }  # fmt: skip
    refused = call(client, "post", "/reminders", entered | {"is_of_age": False})
    assert refused.json()["code"] == "not_of_age"
    made = call(client, "post", "/reminders", entered)
    assert made.status_code == 201
    path = f"/reminders/{made.json()['id']}"
    early = call(client, "post", f"{path}/step", {"step": "written"})
    assert early.status_code == 403
    told = call(client, "post", f"{path}/step", {"step": "talk"}).json()
    assert [one["kind"] for one in told["steps"]] == ["talk"]
    assert told["reads"] == []
    people.sign_in(client, house.residents[2])
    assert call(client, "get", path).status_code == 404
    people.sign_in(client, house.residents[3])
    assert call(client, "get", path).json()["reads"] == [kept.member.name]
    objected = call(client, "post", f"{path}/object", {"text": "那天我不在"}).json()
    people.sign_in(client, house.supervisor)
    (waiting,) = call(client, "get", "/reminder-objections").json()["objections"]
    assert waiting["id"] == objected["objections"][0]["id"]
    answered = call(
        client, "post", f"/reminder-objections/{waiting['id']}", {"is_upheld": True, "text": "对"}
    )
    assert answered.status_code == 422  # one character is no answer
    call(
        client, "post", f"/reminder-objections/{waiting['id']}",
        {"is_upheld": True, "text": "看错了人"},
    )  # fmt: skip
    assert not Reminder.objects.exists()


def test_an_area_is_set_given_and_taken_off(client: Client, house: House) -> None:
    people.sign_in(client, house.clerk)
    entered = {"place": people.VILLAGE, "subject": "roads", "name": "村口到小学的路"}
    made = call(client, "post", f"/kept-duty-areas/{people.VILLAGE}", entered)
    assert made.status_code == 201
    gaps = call(client, "get", f"/duty-gaps/{people.VILLAGE}").json()
    assert made.json()["id"] in [one["area"] for one in gaps]
    path = f"/duty-areas/{made.json()['id']}"
    held = call(client, "put", f"{path}/holder", {"person": "居民1"}).json()
    assert held["person"] == "居民1"
    client.logout()
    (public,) = call(client, "get", f"/duty-areas/{people.VILLAGE}").json()["areas"]
    assert public["person"] == ""
    people.sign_in(client, house.clerk)
    assert call(client, "post", f"{path}/end").status_code == 204
    assert call(client, "get", f"/duty-areas/{people.VILLAGE}").json()["count"] == 0


def test_who_sends_a_key_of_somebody_elsewhere_is_not_told_their_name(
    client: Client, house: House
) -> None:
    people.sign_in(client, house.clerk)
    here = f"/compact-committees/{house.begin().pk}/unit-heads"
    elsewhere = people.somebody("外村某", at_place=people.place(people.OTHER_VILLAGE))
    entered = {"person": str(elsewhere.pk), "seat": "unit_head", "has_agreed": True}
    refused = call(client, "post", here, entered)
    assert refused.status_code == 404
    assert "外村某" not in refused.content.decode()
    assert call(client, "post", here, entered | {"person": str(house.head.pk)}).status_code == 201
