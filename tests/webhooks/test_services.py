"""What happened is told outside: signed, in order, at least once, and nothing that may not be."""

import base64
import hashlib
import hmac
import runpy
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people
from tests.webhooks.conftest import AT, keeper, registered, reported, told
from xiangyue.activity.catalogue import receivers_of
from xiangyue.activity.models import Entry, Leaf
from xiangyue.activity.sealing import seal
from xiangyue.calendars.models import Clock
from xiangyue.incidents.services import dispatch_incident
from xiangyue.webhooks.delivering import _claim, deliver_due, forget_old
from xiangyue.webhooks.events import offered, withheld
from xiangyue.webhooks.models import Endpoint, Pause, Sending, SendingState
from xiangyue.webhooks.rules import RETRY_AFTER
from xiangyue.webhooks.services import (
    AddressRefused,
    Ended,
    NotFilledIn,
    end_endpoint,
    leave_out,
    pause_endpoint,
    register_endpoint,
    resume_endpoint,
    rotate_secret,
    send_again,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
ROOT = Path(__file__).resolve().parents[2]


def dispatched(incident):
    return dispatch_incident(
        incident=incident, unit=people.unit("VC"), at=AT,
        actor=people.acting(people.dispatcher(), at=AT),
    )  # fmt: skip


def test_what_happened_is_told_as_a_cloud_event(receiver):
    _endpoint, secret = registered(receiver.url)
    incident = reported()
    assert told() == 1
    ((headers, body),) = receiver.got
    (event,) = receiver.events
    entry = Entry.objects.get(name="incidents.incident_reported")
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert event["specversion"] == "1.0"
    assert event["id"] == str(entry.pk)
    assert event["source"] == "http://testserver/"
    assert event["type"] == "cn.xiangyue.incidents.incident_reported"
    assert event["subject"] == f"incidents.incident/{incident.pk}"
    assert event["time"].startswith("2026-06-08T01:00:00")
    assert event["data"]["number"] == incident.number
    assert event["data"]["place"] == people.VILLAGE
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_nothing_personal_goes_out(receiver):
    registered(receiver.url, names=sorted(offered()))
    incident = dispatched(reported())
    told()
    assert len(receiver.got) >= 2
    said = b"".join(body for _headers, body in receiver.got).decode()
    for personal in ("张三", "13800001111", "垃圾", str(incident.reporter_id), "actor"):
        assert personal not in said


def test_nothing_about_a_confidential_matter_goes_out(receiver):
    registered(receiver.url, names=sorted(offered()))
    secret = reported("0308")
    assert secret.audience == "confidential"
    entries = [
        Entry(pk=1, name="x.y_z", subject_type="incidents.incident", subject_id=str(secret.pk)),
        Entry(pk=2, name="x.y_z", subject_type=Clock._meta.label_lower,
              subject_id=str(secret.clock_id)),
        Entry(pk=3, name="x.y_z", subject_type="patrols.finding", subject_id="7",
              facts={"about": [{"number": secret.number}]}),
        Entry(pk=4, name="x.y_z", subject_type="patrols.finding", subject_id="7",
              facts={"incident": secret.pk}),
        Entry(pk=5, name="x.y_z", subject_type="patrols.finding", subject_id="7", facts={"n": 1}),
    ]  # fmt: skip
    assert withheld(entries) == {1, 2, 3, 4}
    told()
    assert all(secret.number not in body.decode() for _headers, body in receiver.got)
    assert not Sending.objects.filter(name__startswith="incidents.").exists()


def test_what_becomes_confidential_while_it_waits_is_withheld(receiver):
    registered(receiver.url)
    receiver.status = 500
    incident = reported()
    told()
    receiver.status = 204
    incident.audience = "confidential"
    incident.save()
    receiver.got.clear()
    told(minutes=5)
    assert receiver.got == []
    assert Sending.objects.get().state == SendingState.WITHHELD


def test_about_people_s_own_doings_nobody_is_told():
    about_people = ("access.", "notifications.", "registry.", "places.", "patrols.")
    assert not [name for name in offered() if name.startswith(about_people)]
    assert "incidents.incident_closed" in offered()
    with pytest.raises(NotFilledIn):
        registered("http://127.0.0.1:9/", names=["access.signed_in"])
    with pytest.raises(NotFilledIn):
        registered("http://127.0.0.1:9/", names=[])


def test_only_what_is_chosen_and_happens_later_is_told(receiver):
    reported()
    seal(at=AT)
    registered(receiver.url, names=["incidents.incident_dispatched"])
    dispatched(reported())
    told()
    assert [event["type"] for event in receiver.events] == [
        "cn.xiangyue.incidents.incident_dispatched"
    ]


def test_events_come_in_their_order(receiver):
    registered(receiver.url)
    numbers = [reported().number for _ in range(5)]
    assert told() == 5
    assert [event["data"]["number"] for event in receiver.events] == numbers
    sequences = [event["sequence"] for event in receiver.events]
    assert sequences == sorted(sequences)


def test_an_entry_that_commits_late_is_told_too(receiver):
    """Its leaf is numbered when it is found, so it lies behind the watermark, not before it."""
    registered(receiver.url)
    reported()
    late = Entry.objects.latest("pk")
    values = {f.attname: getattr(late, f.attname) for f in Entry._meta.concrete_fields}
    values["id"] = late.pk + 1000
    Entry.objects.create(**values)  # a higher id is there first
    assert told() == 2
    values["id"] = late.pk + 500
    Entry.objects.create(**values)
    assert told(minutes=2) == 1
    assert receiver.events[-1]["id"] == str(late.pk + 500)


def test_what_is_not_taken_is_sent_again_later_under_the_same_id(receiver):
    endpoint, _secret = registered(receiver.url)
    receiver.status = 503
    reported()
    second = reported()
    assert told() == 0
    assert len(receiver.got) == 1  # the second waits for the first
    assert told(minutes=1.5) == 0
    assert len(receiver.got) == 1  # not yet
    receiver.status = 200
    assert told(minutes=3) == 2
    first_id, again_id, second_id = (headers["webhook-id"] for headers, _body in receiver.got)
    assert first_id == again_id != second_id
    assert receiver.events[-1]["data"]["number"] == second.number
    endpoint.refresh_from_db()
    assert (endpoint.failure_count, endpoint.claimed_until) == (0, None)
    assert list(Sending.objects.order_by("leaf_index").values_list("attempt_count", "answer")) == [
        (2, "HTTP 200"),
        (1, "HTTP 200"),
    ]


def test_after_three_days_it_is_paused_and_its_keeper_told(receiver, client):
    endpoint, _secret = registered(receiver.url)
    receiver.status = 500
    reported()
    at = AT + timedelta(minutes=1)
    seal(at=at)
    for _ in range(len(RETRY_AFTER) + 1):
        deliver_due(at=at)
        endpoint.refresh_from_db()
        at = max(at, endpoint.next_attempt_at)
    assert endpoint.pause == Pause.FAILING
    assert Entry.objects.filter(name="webhooks.endpoint_paused").count() == 1
    assert timedelta(days=2.5) < at - AT < timedelta(days=3.5)
    assert len(receiver.got) == len(RETRY_AFTER) + 1
    people.sign_in(client, keeper())
    shown = client.get("/today/").content.decode()
    assert endpoint.name in shown
    receiver.status = 200
    reported()
    assert told(minutes=6000) == 0  # nothing while it is paused
    resume_endpoint(endpoint=endpoint, from_now=False, actor=keeper(), at=at)
    assert told(minutes=6001) == 2  # and nothing lost


def test_who_is_gone_for_good_is_paused_at_once(receiver):
    endpoint, _secret = registered(receiver.url)
    receiver.status = 410
    reported()
    told()
    endpoint.refresh_from_db()
    assert endpoint.pause == Pause.GONE


def test_one_that_fails_keeps_no_other_waiting(receiver):
    registered("http://127.0.0.1:9/nobody", name="坏了的")
    registered(receiver.url)
    reported()
    assert told() == 1
    assert len(receiver.got) == 1


def test_a_worker_that_died_leaves_it_to_be_told_again(receiver):
    endpoint, _secret = registered(receiver.url)
    reported()
    at = AT + timedelta(minutes=1)
    seal(at=at)
    deliver_due(at=at - timedelta(minutes=2))  # nothing is due then; the sendings are planned
    _claim(at=at)  # and then it dies
    assert deliver_due(at=at) == 0
    assert deliver_due(at=at + timedelta(minutes=6)) == 1
    assert len(receiver.got) == 1
    endpoint.refresh_from_db()
    assert endpoint.claimed_until is None


def test_told_twice_nothing_is_sent_twice(receiver):
    registered(receiver.url)
    reported()
    assert (told(), told(minutes=2), told(minutes=3)) == (1, 0, 0)
    assert Sending.objects.count() == 1


def test_paused_by_hand_it_goes_on_with_everything_or_from_now(receiver):
    endpoint, _secret = registered(receiver.url)
    pause_endpoint(endpoint=endpoint, actor=keeper(), at=AT)
    reported()
    assert told() == 0
    resume_endpoint(endpoint=endpoint, from_now=False, actor=keeper(), at=AT)
    assert told(minutes=2) == 1
    pause_endpoint(endpoint=endpoint, actor=keeper(), at=AT)
    reported()
    seal(at=AT + timedelta(minutes=3))
    resume_endpoint(endpoint=endpoint, from_now=True, actor=keeper(), at=AT)
    assert told(minutes=4) == 0
    reported()
    assert told(minutes=5) == 1


def test_an_event_is_sent_again_by_hand(receiver):
    registered(receiver.url)
    reported()
    told()
    sending = send_again(sending=Sending.objects.get(), actor=keeper(), at=AT)
    assert told(minutes=2) == 1
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert receiver.got[0][1] == receiver.got[1][1]
    sending.refresh_from_db()
    assert (sending.state, sending.attempt_count) == ("delivered", 2)


def test_what_a_receiver_never_takes_is_left_out_by_hand(receiver):
    registered(receiver.url)
    receiver.status = 400
    reported()
    reported()
    told()
    first = Sending.objects.order_by("leaf_index").first()
    leave_out(sending=first, actor=keeper(), at=AT)
    receiver.status = 200
    assert told(minutes=2) == 1
    first.refresh_from_db()
    assert first.state == SendingState.LEFT_OUT


def test_secrets_are_sealed_and_rotate_with_an_overlap(receiver):
    endpoint, old = registered(receiver.url)
    _endpoint, new = rotate_secret(endpoint=endpoint, actor=keeper(), at=AT)
    kept = str(Endpoint.objects.values())
    assert old not in kept
    assert new not in kept
    assert new != old
    reported()
    told()
    reported()
    told(minutes=25 * 60)
    both, alone = (headers["webhook-signature"].split(" ") for headers, _body in receiver.got)
    assert (len(both), len(alone)) == (2, 1)
    verify = runpy.run_path(str(ROOT / "docs" / "receive_webhook.py"))["verified"]
    (headers, body), (later, later_body) = receiver.got
    now = int(headers["webhook-timestamp"])
    for secret in (old, new):
        assert verify(secret, headers, body, now=now)["id"] == receiver.events[0]["id"]
    assert verify(new, later, later_body, now=int(later["webhook-timestamp"]))
    for wrong in (
        lambda: verify(old, later, later_body, now=int(later["webhook-timestamp"])),
        lambda: verify(new, headers, body + b" ", now=now),
        lambda: verify(new, headers, body, now=now + 301),
        lambda: verify(new, headers | {"webhook-id": "msg_other"}, body, now=now),
    ):
        with pytest.raises(ValueError, match=r"signature|old"):
            wrong()


def test_an_ended_endpoint_is_told_nothing_and_its_secret_forgotten(receiver):
    endpoint, _secret = registered(receiver.url)
    endpoint = end_endpoint(endpoint=endpoint, actor=keeper(), at=AT)
    reported()
    assert told() == 0
    assert endpoint.secret == ""
    with pytest.raises(Ended):
        resume_endpoint(endpoint=endpoint, from_now=False, actor=keeper(), at=AT)


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "https://169.254.169.254/", "https://nobody.invalid/", "nonsense", ""],
)
def test_an_address_inside_is_refused_at_once(url):
    with pytest.raises(AddressRefused):
        registered(url)
    assert Endpoint.objects.count() == 0


def test_recording_costs_nothing_whether_somebody_listens_or_not(receiver):
    """Nothing hears of it: what is told is read from the sealed record afterwards."""

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reported()
        return len(captured)

    queries()
    alone = queries()
    registered(receiver.url)
    assert queries() == alone
    heard = [r for r in receivers_of("incidents.incident_reported") if "webhooks" in r.__module__]
    assert heard == []


def test_a_round_without_endpoints_is_two_small_questions():
    reported()
    seal(at=AT)
    with CaptureQueriesContext(connection) as captured:
        deliver_due(at=AT)
    assert len([q for q in captured if "SELECT" in q["sql"]]) <= 2


def test_many_leaves_are_planned_in_few_queries(receiver):
    registered(receiver.url)
    for _ in range(3):
        reported()
    seal(at=AT)
    with CaptureQueriesContext(connection) as three:
        deliver_due(at=AT + timedelta(minutes=1))
    assert Leaf.objects.count() >= 3
    assert len(three) < 40


def test_what_is_a_month_old_is_forgotten(receiver):
    registered(receiver.url)
    reported()
    told()
    assert forget_old(at=AT + timedelta(days=29)) == 0
    assert forget_old(at=AT + timedelta(days=31)) == 1


def test_registering_shows_the_secret_once_and_is_recorded():
    endpoint, secret = register_endpoint(
        name=" 县大数据中心 ", url="http://127.0.0.1:9/x", names=["incidents.incident_closed"],
        source="http://testserver/", actor=keeper(), at=AT,
    )  # fmt: skip
    assert endpoint.name == "县大数据中心"
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    entry = Entry.objects.get(name="webhooks.endpoint_registered")
    assert entry.facts == {"names": ["incidents.incident_closed"]}


def test_a_secret_that_cannot_be_read_stops_its_endpoint_alone(receiver):
    broken, _secret = registered(receiver.url, name="读不出")
    Endpoint.objects.filter(pk=broken.pk).update(secret="gAAAAA")
    registered(receiver.url)
    reported()
    assert told() == 1
    assert len(receiver.got) == 1
    assert Sending.objects.get(endpoint=broken).answer == "no secret to sign with"
    rotate_secret(endpoint=broken, actor=keeper(), at=AT)
    Endpoint.objects.filter(pk=broken.pk).update(old_secret="")
    assert told(minutes=3) == 1


def test_what_the_record_does_not_hold_is_not_told(receiver):
    endpoint, _secret = registered(receiver.url)
    Sending.objects.create(
        endpoint=endpoint, entry_id=10**9, leaf_index=0, name="x.y_z", created_at=AT
    )
    reported()
    assert told() == 1
    assert Sending.objects.get(entry_id=10**9).state == SendingState.WITHHELD


def test_a_rotated_secret_after_the_key_was_lost_still_signs(receiver):
    """The old one, which cannot be read, must not keep the new one from signing."""
    endpoint, _secret = registered(receiver.url)
    Endpoint.objects.filter(pk=endpoint.pk).update(secret="gAAAAA")
    endpoint.refresh_from_db()
    rotate_secret(endpoint=endpoint, actor=keeper(), at=AT)
    reported()
    assert told() == 1


def test_secrets_leave_no_installation_in_an_export():
    from xiangyue.site.exporting import exported_fields

    assert not {"secret", "old_secret"} & set(exported_fields(Endpoint))
