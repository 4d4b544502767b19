"""Acts that come from a phone's outbox: once, under their sender's session, and explained."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from xiangyue.access.offline import LOCATION, OWNER, REFUSED
from xiangyue.incidents.models import Incident, SentAct
from xiangyue.incidents.services import (
    hand_on_incident,
    note_incident,
    report_incident,
    take_on_incident,
)
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def reported(category_key: str = "0401") -> Incident:
    incident, _code = report_incident(
        category_key=category_key,
        place=people.place(),
        at=timezone.now(),
        channel="resident",
        description="村口垃圾堆了三天没人清",
        reporter=people.somebody("王五"),
    )
    return incident


class Phone:
    """A phone that sends what it kept, as the script does."""

    def __init__(self, person: Person) -> None:
        self.client = Client()
        self.person = person
        people.sign_in(self.client, person)
        self.owner = str(person.account.pk)

    def send(self, incident: Incident, verb: str, **entered: Any) -> Any:
        return self.client.post(
            f"/incidents/{incident.number}/do/{verb}/",
            {"version": incident.version, **entered},
            headers={OWNER: self.owner},
        )


@pytest.fixture
def clerk() -> Phone:
    return Phone(people.clerk())


def test_the_same_key_twice_is_one_act_and_the_same_answer(clerk):
    incident, key = reported(), str(uuid4())
    first = clerk.send(incident, "take_on", client_key=key)
    second = clerk.send(incident, "take_on", client_key=key)
    assert (first.status_code, second.status_code) == (204, 204)
    assert first.headers[LOCATION] == second.headers[LOCATION] == f"/incidents/{incident.number}/"
    assert incident.steps.filter(verb="take_on").count() == 1


def test_without_a_script_the_form_brings_its_own_key_and_twice_is_once(clerk):
    incident = reported()
    path = f"/incidents/{incident.number}/do/note/"
    form = clerk.client.get(path).context["form"]
    entered = {"client_key": str(form["client_key"].value()), "note": "看过了"}
    for _time in range(2):
        assert clerk.client.post(path, entered).status_code == 302
    assert incident.steps.filter(verb="note").count() == 1


def test_the_same_key_with_other_words_is_refused_and_nothing_is_lost(clerk):
    incident, key = reported(), str(uuid4())
    clerk.send(incident, "note", client_key=key, note="看过了")
    answer = clerk.send(incident, "note", client_key=key, note="又看了一遍")
    assert answer.status_code == 409
    assert incident.steps.filter(verb="note").count() == 1


def test_a_key_of_somebody_elses_act_is_refused(clerk):
    incident, key = reported(), str(uuid4())
    clerk.send(incident, "note", client_key=key, note="看过了")
    answer = Phone(people.clerk()).send(incident, "note", client_key=key, note="看过了")
    assert answer.status_code == 403
    assert incident.steps.filter(verb="note").count() == 1


def test_a_key_stands_for_one_act_on_one_matter(clerk):
    """Else a phone would hear that was done what nobody did, and throw the draft away."""
    incident, other, key = reported(), reported(), str(uuid4())
    clerk.send(incident, "take_on", client_key=key)
    assert clerk.send(other, "take_on", client_key=key).status_code == 409
    assert not other.steps.filter(verb="take_on").exists()
    words = {"client_key": str(uuid4()), "reason": "等备件", "note": "等备件"}
    clerk.send(incident, "note", **words)
    incident.refresh_from_db()
    assert clerk.send(incident, "wait", **words).status_code == 409
    assert not incident.steps.filter(verb="wait").exists()


def test_a_refused_act_uses_up_no_key(clerk):
    incident, key = reported(), str(uuid4())
    assert clerk.send(incident, "note", client_key=key, note=" ").status_code == 422
    assert not SentAct.objects.exists()
    assert clerk.send(incident, "note", client_key=key, note="看过了").status_code == 204


def test_an_answer_lost_after_handing_on_is_found_again_though_it_is_out_of_sight():
    grid = people.Place.objects.get(code=f"{people.VILLAGE}-001")
    unit = people.unit("GW", grid)
    phone = Phone(people.posted("grid_worker", at_place=grid, organisation=unit))
    incident = reported("0406")
    Incident.objects.filter(pk=incident.pk).update(unit=unit, state="dispatched", place=grid)
    incident.refresh_from_db()
    to, key = people.unit("TV", people.town()), str(uuid4())
    entered = {"client_key": key, "unit": str(to.pk), "note": "要镇里派车"}
    first = phone.send(incident, "hand_on", **entered)
    Incident.objects.filter(pk=incident.pk).update(audience="private")
    assert phone.client.get(f"/incidents/{incident.number}/").status_code == 404
    again = phone.send(incident, "hand_on", **entered)
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers[LOCATION] == "/"
    assert incident.steps.filter(verb="hand_on").count() == 1


def test_what_happened_meanwhile_is_told_and_may_be_overruled_knowingly(clerk):
    incident = reported()
    seen = incident.version
    other = people.acting(people.clerk(), at=timezone.now())
    take_on_incident(incident=incident, actor=other, at=timezone.now())
    entered = {"unit": str(people.unit("TV", people.town()).pk), "note": "不归我们"}
    answer = clerk.send(incident, "hand_on", version=seen, **entered)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "已受理" in words
    assert "不归我们" in words
    fresh = answer.context["incident"].version
    assert f'data-version="{fresh}"' in words
    assert clerk.send(incident, "hand_on", version=fresh, **entered).status_code == 204


def test_who_lost_the_matter_meanwhile_is_told_to_whom_it_went(clerk):
    incident = reported()
    seen = incident.version
    hand_on_incident(
        incident=incident,
        unit=people.unit("TV", people.town()),
        reason="要镇里派车",
        actor=people.acting(people.clerk(), at=timezone.now()),
        at=timezone.now(),
    )
    answer = clerk.send(incident, "take_on", version=seen)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "要镇里派车" in words
    assert 'data-version=""' in words


def test_nobody_is_in_conflict_with_what_they_did_themselves(clerk):
    """Taken on and noted in a dead spot, both seen at the same version."""
    incident = reported()
    seen = incident.version
    assert clerk.send(incident, "take_on", version=seen).status_code == 204
    answer = clerk.send(incident, "wait", version=seen, note="等零件")
    assert answer.status_code == 204


def test_a_note_stands_whatever_happened_meanwhile(clerk):
    incident = reported()
    other = people.acting(people.clerk(), at=timezone.now())
    note_incident(incident=incident, note="别人的话", actor=other, at=timezone.now())
    assert clerk.send(incident, "note", version=1, note="我的话").status_code == 204


def test_nothing_is_sent_under_another_persons_session(clerk):
    incident = reported()
    clerk.owner = str(uuid4())
    answer = clerk.send(incident, "take_on")
    assert answer.status_code == 403
    assert answer.headers[REFUSED] == "owner"
    assert incident.steps.filter(verb="take_on").count() == 0


def test_nothing_is_sent_for_somebody_whose_session_has_ended(clerk):
    incident = reported()
    clerk.client.logout()
    answer = clerk.send(incident, "take_on")
    assert (answer.status_code, answer.headers[REFUSED]) == (403, "owner")


@pytest.mark.parametrize("days_off", [0, 3, -365], ids=["right", "fast", "slow"])
def test_what_was_recorded_in_time_and_arrived_late_says_both_times(clerk, days_off):
    incident = reported()
    wrong = timedelta(days=days_off)
    recorded = timezone.now() - timedelta(hours=3) + wrong
    before = timezone.now()
    answer = clerk.send(
        incident,
        "take_on",
        client_key=str(uuid4()),
        phone_recorded=str(int(recorded.timestamp() * 1000)),
        phone_offset_now=str(int(-wrong.total_seconds() * 1000)),
    )
    assert answer.status_code == 204
    sent = SentAct.objects.get()
    assert sent.arrived_at >= before
    incident.refresh_from_db()
    assert incident.taken_on_at >= before  # the phone's clock decides nothing
    page = clerk.client.get(f"/incidents/{incident.number}/").content.decode()
    assert "手机时钟" in page
    assert ("不准" in page) is (days_off != 0)


def test_a_clock_that_was_changed_in_between_is_told_of(clerk):
    incident = reported()
    recorded = timezone.now() - timedelta(days=2)
    clerk.send(
        incident,
        "take_on",
        client_key=str(uuid4()),
        phone_recorded=str(int(recorded.timestamp() * 1000)),
        phone_offset_then="86400000",
        phone_offset_now="0",
    )
    assert SentAct.objects.get().is_clock_changed
    page = clerk.client.get(f"/incidents/{incident.number}/").content.decode()
    assert "其间手机时钟被调整过" in page


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "9" * 30, "１２", "1e9"])
def test_a_senseless_claim_is_no_claim(clerk, nonsense):
    incident = reported()
    assert clerk.send(incident, "take_on", client_key=str(uuid4())).status_code == 204
    answer = clerk.send(
        incident, "note", client_key=str(uuid4()), note="看过了", phone_recorded=nonsense
    )
    assert answer.status_code == 204
    assert SentAct.objects.get(verb="note").recorded_at is None


def test_a_phone_keeps_open_matters_and_never_confidential_ones(clerk):
    incident = reported()
    paths = [f"/incidents/{incident.number}/", f"/incidents/{incident.number}/do/note/", "/today/"]
    for path in paths:
        answer = clerk.client.get(path)
        assert answer.headers.get("Keep-Offline") == "1", path
        assert answer.headers[OWNER] == clerk.owner
    clerk.client.post(f"/incidents/{incident.number}/reporter/")
    assert "Keep-Offline" not in clerk.client.get(paths[0]).headers
    Incident.objects.filter(pk=incident.pk).update(is_kept_from_village=True)
    for path in paths:
        assert "Keep-Offline" not in clerk.client.get(path).headers, path


def test_the_form_of_what_comes_after_is_there_for_a_dead_spot(clerk):
    incident = reported()
    path = f"/incidents/{incident.number}/do/handle/"
    assert clerk.client.get(path).status_code == 403
    assert clerk.client.get(f"{path}?ahead").status_code == 200
    assert Client().get(f"{path}?ahead").status_code == 302
    stranger = Phone(people.somebody("路人"))
    assert stranger.client.get(f"{path}?ahead").status_code == 404
