"""The API of meetings does what the pages do, and refuses alike."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people, worlds
from tests.assemblies.conftest import Village, fresh
from xiangyue.assemblies import rules, services
from xiangyue.assemblies.models import Sitting

pytestmark = pytest.mark.django_db


def api(person=None):
    client = Client()
    if person is not None:
        people.sign_in(client, person)

    def call(method: str, path: str, body=None):
        return (
            getattr(client, method)(
                f"/api/v1{path}",
                data=body if body is not None else {},
                content_type="application/json",
            )
            if method != "get"
            else client.get(f"/api/v1{path}")
        )

    return call


@worlds.standing
def held(village: Village) -> Sitting:
    now = timezone.now()
    sitting = village.announce(
        "courtyard", at=now - timedelta(days=3), starts_at=now - timedelta(minutes=5),
        expected_count=10,
    )  # fmt: skip
    village.open(sitting, at=now)
    village.come(sitting, 6, at=now)
    return fresh(sitting)


def test_a_meeting_from_the_call_to_the_minutes(village: Village):
    clerk, now = api(village.clerk), timezone.now()
    body = {
        "kind": "courtyard", "place": people.VILLAGE, "title": "院坝会", "where": "老槐树下",
        "starts_at": (now + timedelta(days=1, minutes=1)).isoformat(), "items": ["出工"],
        "expected_count": 5,
    }  # fmt: skip
    early = clerk(
        "post", "/kept-sittings", body | {"starts_at": (now + timedelta(minutes=1)).isoformat()}
    )
    assert (early.status_code, early.json()["code"]) == (422, "too_early")
    made = clerk("post", "/kept-sittings", body)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert key in api()("get", "/sittings").content.decode()
    assert api()("get", f"/sittings/{key}").json()["quorum"] is None
    moved = clerk("post", f"/kept-sittings/{key}/call-off", {"reason": "下雨"})
    assert moved.json()["state"] == "called_off"


def test_who_does_not_run_it_is_refused(village: Village, held: Sitting):
    item = held.items.get(position=1)
    for who in (village.villagers[0], village.stranger):
        call = api(who)
        assert call("get", f"/kept-sittings/{held.pk}").status_code == 404
        assert (
            call("post", f"/sitting-items/{item.pk}/decide", {"outcome": "accepted"}).status_code
            == 404
        )
        assert (
            call(
                "put", f"/sittings/{held.pk}/minutes", {"text": "x", "public_text": "x"}
            ).status_code
            == 404
        )
        assert call("post", "/kept-sittings", {}).status_code in {403, 422}
    assert api()("post", f"/sittings/{held.pk}/here", {"code": "A"}).status_code == 401


def test_motions_amendments_and_the_decision(village: Village, held: Sitting):
    clerk, item = api(village.clerk), held.items.get(position=1)
    here = list(held.attendances.filter(is_voice=True))
    out = clerk(
        "post", f"/sitting-items/{item.pk}/motions", {"text": "出工三天。", "mover": here[0].pk}
    )
    motion = out.json()["items"][0]["motions"][0]["id"]
    out = clerk(
        "post", f"/sitting-motions/{motion}/amendments", {"text": "出工五天。", "mover": here[1].pk}
    )
    amendment = out.json()["items"][0]["motions"][0]["amendments"][0]
    assert ["added", "五"] in amendment["changes"]
    refused = clerk("post", f"/sitting-items/{item.pk}/decide", {"outcome": "accepted"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_decidable")
    clerk("post", f"/sitting-amendments/{amendment['id']}/decide", {"yes_count": 6, "no_count": 0})
    out = clerk(
        "post", f"/sitting-items/{item.pk}/decide", {"outcome": "accepted", "motion": motion}
    )
    assert out.json()["items"][0]["decision"]["text"] == "出工五天。"
    assert (
        clerk("post", f"/sitting-items/{item.pk}/notes", {"text": "大家都同意"}).status_code == 200
    )
    assert (
        clerk("post", f"/sitting-items/{item.pk}/speak", {"attendance": here[2].pk}).status_code
        == 200
    )
    assert (
        clerk("post", f"/sitting-items/{item.pk}/next").json()["queue"][0]["speaks"] == here[2].name
    )


def test_being_here_by_code_and_signing(village: Village, held: Sitting):
    phone = api(village.villagers[10])
    wrong = phone("post", f"/sittings/{held.pk}/here", {"code": "NOPE"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
    code = rules.code_at(held.screen_key.encode(), at=timezone.now())
    assert phone("post", f"/sittings/{held.pk}/here", {"code": code}).status_code == 204
    assert phone("get", f"/sittings/{held.pk}").json()["am_here"]
    clerk = api(village.clerk)
    assert clerk("post", f"/kept-sittings/{held.pk}/close").status_code == 200
    assert clerk("post", f"/sittings/{held.pk}/minutes/settle", {}).status_code == 200
    digest = clerk("get", f"/sittings/{held.pk}/minutes").json()["digest"]
    for who in (village.secretary, village.writer):
        assert (
            api(who)("post", f"/sittings/{held.pk}/minutes/sign", {"digest": digest}).status_code
            == 200
        )
    told = api()("get", f"/sittings/{held.pk}").json()
    assert told["state"] == "signed"
    assert told["digest"] == digest
    assert village.villagers[0].name not in told["public_minutes"]


def test_invited_people_are_told_in_their_inbox_and_calendar(village: Village):
    from xiangyue.assemblies.inviting import tell_invited
    from xiangyue.assemblies.occasions import occasions_of
    from xiangyue.notifications.models import Message

    now = timezone.now()
    sitting = village.announce("hearing", at=now, starts_at=now + timedelta(days=8))
    tell_invited(at=now)
    who = village.villagers[0]
    assert Message.objects.filter(recipient=who).count() == 1
    (found,) = occasions_of(who.pk, begins_at=now, ends_at=now + timedelta(days=30))
    assert found.uid == f"sitting-{sitting.pk}"
    services.call_off(sitting=sitting, reason="下雨", by=village.clerk, at=now)
    (found,) = occasions_of(who.pk, begins_at=now, ends_at=now + timedelta(days=30))
    assert found.is_cancelled
    tell_invited(at=now)
    assert Message.objects.filter(recipient=who).count() == 2
