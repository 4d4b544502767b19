"""What is somebody's own affair, or a confidential matter's, goes out by no way round."""

from datetime import timedelta

import pytest

from tests import people
from tests.webhooks.conftest import AT, keeper, registered, reported, told
from xiangyue.activity.catalogue import all_activities
from xiangyue.activity.models import Entry
from xiangyue.activity.services import record
from xiangyue.places.services import register_household
from xiangyue.webhooks import delivering
from xiangyue.webhooks.delivering import forget_old
from xiangyue.webhooks.events import SOMEBODY, offered, withheld
from xiangyue.webhooks.models import Endpoint, Sending, SendingState
from xiangyue.webhooks.services import NotFilledIn, change_endpoint, end_endpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]


@pytest.mark.parametrize(
    "name",
    [
        "ballots.vote_cast",
        "ballots.slips_handed_out",
        "ballots.voter_claimed",
        "councils.seat_offered",
        "enforcement.reminder_heard",
        "enforcement.vetting_decided",
        "meetings.meeting_announced",
        "publicity.answer_announced",
        "rosters.exchange_proposed",
        "rosters.turn_added",
    ],
)
def test_what_is_about_one_person_is_never_offered(name, receiver):
    assert name in {activity.name for activity in all_activities()}
    assert name not in offered()
    with pytest.raises(NotFilledIn):
        registered(receiver.url, names=[name])


def test_no_happening_offered_says_who():
    assert all(not activity.facts & SOMEBODY for activity in offered().values())
    assert {"ballots.ballot_counted", "councils.council_formed", "meetings.item_decided",
            "publicity.notice_published"} <= set(offered())  # fmt: skip


def test_somebody_s_identifier_goes_out_by_no_fact(receiver):
    """Whatever a module writes into its facts one day."""
    registered(receiver.url, names=["procedures.run_began"])
    person = people.somebody("张三")
    home = register_household(
        code="H-1", grid=people.place(f"{people.VILLAGE}-001"), at=AT
    )  # fmt: skip
    for number, facts in enumerate(
        ({"procedure": str(person.pk)}, {"procedure": {"of": [str(home.pk)]}}, {"procedure": "x"})
    ):
        record(name="procedures.run_began", subject=home.grid, at=AT, facts=facts)
        assert Entry.objects.filter(name="procedures.run_began").count() == number + 1
    assert told() == 1
    assert receiver.events[0]["data"]["procedure"] == "x"


def test_an_entry_about_somebody_is_withheld_whatever_it_is_called():
    person = people.somebody("张三")
    entries = [
        Entry(pk=1, name="x.y_z", subject_type="places.person", subject_id=str(person.pk)),
        Entry(pk=2, name="x.y_z", subject_type="x.y", subject_id="7", facts={"n": str(person.pk)}),
        Entry(pk=3, name="x.y_z", subject_type="x.y", subject_id=str(people.unit("VC").pk)),
    ]
    assert withheld(entries) == {1, 2}


def test_what_a_session_a_council_or_a_notice_says_of_a_confidential_matter_stays_inside():
    secret, open_one = reported("0308"), reported()
    about = {"subject_type": "incidents.incident"}
    entries = [
        Entry(pk=1, name="x.y_z", subject_type="assemblies.sitting", subject_id="5",
              facts=about | {"subject_id": str(secret.pk)}),
        Entry(pk=2, name="x.y_z", subject_type="assemblies.sitting", subject_id="5",
              facts=about | {"subject_id": str(open_one.pk)}),
        Entry(pk=3, name="x.y_z", subject_type="assemblies.sitting", subject_id="5",
              facts={"subject_type": "calendars.clock", "subject_id": str(secret.clock_id)}),
        Entry(pk=4, name="x.y_z", subject_type="assemblies.sitting", subject_id="5",
              facts={"subject_type": "procedures.run", "subject_id": str(secret.pk)}),
    ]  # fmt: skip
    assert withheld(entries) == {1, 3}


def test_what_was_chosen_once_and_is_offered_no_more_is_told_no_more(receiver):
    endpoint, _secret = registered(receiver.url)
    reported()
    told()
    receiver.got.clear()
    reported()
    told(minutes=2)  # planned and delivered
    Sending.objects.update(state=SendingState.WAITING, name="rosters.turn_added")
    Endpoint.objects.filter(pk=endpoint.pk).update(names=["places.person_registered"])
    receiver.got.clear()
    people.somebody("李四")
    assert told(minutes=3) == 0
    assert receiver.got == []
    assert set(Sending.objects.values_list("state", flat=True)) == {SendingState.WITHHELD}


def test_a_new_address_is_tried_at_once_and_not_after_the_old_one_s_waits(receiver):
    endpoint, _secret = registered(receiver.url)
    receiver.status = 500
    reported()
    for minutes in (1, 3, 9, 25, 90):
        told(minutes=minutes)
    endpoint.refresh_from_db()
    later = AT + timedelta(minutes=95)
    assert endpoint.next_attempt_at > later + timedelta(hours=1)
    same = change_endpoint(
        endpoint=endpoint, name="改名", url=endpoint.url, names=endpoint.names,
        actor=keeper(), at=later,
    )  # fmt: skip
    assert (same.failure_count, same.next_attempt_at > later) == (5, True)
    change_endpoint(
        endpoint=endpoint, name="改名", url=f"{receiver.url}/new", names=endpoint.names,
        actor=keeper(), at=later,
    )  # fmt: skip
    receiver.status = 200
    assert told(minutes=96) == 1


def test_what_waited_for_an_ended_endpoint_is_left_out_and_forgotten(receiver):
    endpoint, _secret = registered(receiver.url)
    receiver.status = 500
    reported()
    told()
    end_endpoint(endpoint=endpoint, actor=keeper(), at=AT)
    assert Sending.objects.get().state == SendingState.LEFT_OUT
    assert forget_old(at=AT + timedelta(days=32)) == 1


def test_who_was_ended_while_it_was_being_told_is_not_paused_as_well(receiver):
    endpoint, _secret = registered(receiver.url)
    receiver.status = 500
    reported()
    told()
    end_endpoint(endpoint=endpoint, actor=keeper(), at=AT)
    Sending.objects.update(state=SendingState.WAITING)  # as it was when the worker took it
    gone = delivering.Outcome(Sending.objects.get().pk, is_taken=False, answer="410", is_gone=True)
    delivering._note(delivering.Parcel(endpoint, [], []), [gone], at=AT + timedelta(minutes=2))
    endpoint.refresh_from_db()
    assert (endpoint.paused_at, endpoint.pause) == (None, "")
    assert not Entry.objects.filter(name="webhooks.endpoint_paused").exists()


def test_while_very_many_wait_the_rest_waits_in_the_record_and_none_is_lost(receiver, monkeypatch):
    monkeypatch.setattr(delivering, "WAITING_MOST", 2)
    registered(receiver.url)
    receiver.status = 500
    reported()
    reported()
    told()
    reported()
    told(minutes=2.5)
    assert Sending.objects.count() == 2
    receiver.status = 200
    assert told(minutes=20) == 2
    assert told(minutes=21) == 1
