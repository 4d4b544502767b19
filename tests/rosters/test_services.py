"""Planning, exchanging, publishing: on the real database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests import people
from tests.rosters.conftest import FIRST, KIND, day_at
from xiangyue.access.appointments import appoint, end_post
from xiangyue.activity.models import Entry
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.rosters.exchanges import (
    ExchangeEnded,
    ExchangeOpen,
    agree_to_exchange,
    decline_exchange,
    propose_exchange,
)
from xiangyue.rosters.invariants import INVARIANTS
from xiangyue.rosters.models import DutyTurn, Exchange
from xiangyue.rosters.occasions import occasions_of
from xiangyue.rosters.queries import gaps_of, own_turns
from xiangyue.rosters.services import (
    AlreadyOnDuty,
    NotAMember,
    NothingToPlan,
    NotItsDuty,
    TurnPassed,
    cancel_turn,
    publish_turns,
)

pytestmark = pytest.mark.django_db
AT = people.MONDAY


def test_a_month_is_planned_in_one_go_one_after_the_other(platform):
    turns = platform.plan(30)
    assert len(turns) == 30
    assert [turn.person.name for turn in turns[:4]] == ["丁一", "王二", "张三", "丁一"]
    assert turns[0].begins_at == day_at(10)
    assert turns[0].ends_at == day_at(11)
    assert Entry.objects.filter(name="rosters.turns_planned").get().facts["count"] == 30


def test_planning_again_fills_only_what_is_empty_and_goes_on_in_the_rotation(platform):
    platform.plan(2)
    turns = platform.plan(4)
    assert [(turn.begins_at, turn.person.name) for turn in turns] == [
        (day_at(12), "张三"),
        (day_at(13), "丁一"),
    ]
    with pytest.raises(NothingToPlan):
        platform.plan(4)


def test_whoever_is_named_begins(platform):
    turns = platform.plan(2, first=platform.members[2])
    assert [turn.person.name for turn in turns] == ["张三", "丁一"]


def test_turns_that_have_begun_are_not_planned(platform):
    turns = platform.plan(2, at=day_at(10, 9))
    assert [turn.begins_at for turn in turns] == [day_at(11)]


def test_only_who_serves_in_the_unit_is_planned(platform):
    with pytest.raises(NotAMember, match="路人"):
        platform.plan(people=[*platform.members, people.somebody("路人")])
    assert not DutyTurn.objects.exists()


def test_who_has_left_the_unit_is_planned_no_more(platform):
    end_post(post=platform.members[0].posts.get(), at=AT - timedelta(days=1))
    with pytest.raises(NotAMember):
        platform.plan()


def test_a_unit_plans_only_its_own_kind_of_duty(platform):
    with pytest.raises(NotItsDuty):
        platform.plan(kind="county_centre")


@pytest.mark.parametrize("days", [0, -3, 63])
def test_a_plan_is_for_some_days_and_not_for_ever(platform, days):
    with pytest.raises(NothingToPlan):
        platform.plan(days)


def test_nobody_is_in_two_places_at_once(platform):
    platform.add(platform.members[0], day_at(10, 12), hours=2)
    with pytest.raises(AlreadyOnDuty, match="06-10 12:30"):
        platform.add(platform.members[0], day_at(10, 13))


def test_one_turn_may_follow_another_at_once(platform):
    platform.add(platform.members[0], day_at(10))
    assert platform.add(platform.members[0], day_at(11)).pk


def test_a_plan_that_would_put_one_person_in_two_places_plans_nothing(platform):
    other = people.unit("VC", people.place(people.OTHER_VILLAGE))
    appoint(
        person=platform.members[1],
        role="mediator",
        place=people.place(people.OTHER_VILLAGE),
        organisation=other,
        at=people.LONG_AGO,
    )
    platform.add(platform.members[1], day_at(12), unit=other)
    with pytest.raises(AlreadyOnDuty):
        platform.plan(first=platform.members[2])  # 王二's turn would be the twelfth
    assert DutyTurn.objects.count() == 1


@pytest.mark.only_on("postgresql")
def test_postgresql_itself_refuses_two_places_at_once(platform):
    platform.add(platform.members[0], day_at(10))
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyTurn.objects.create(
            kind=KIND,
            unit=platform.unit,
            person=platform.members[0],
            begins_at=day_at(10, 12),
            ends_at=day_at(10, 14),
        )
    assert connection.vendor == "postgresql"


@pytest.mark.parametrize("hours", [0, -1, 49])
def test_a_turn_ends_after_it_begins_and_within_two_days(platform, hours):
    with pytest.raises(Refused):
        platform.add(platform.members[0], day_at(10), hours=hours)


def test_a_turn_in_the_past_is_refused(platform):
    with pytest.raises(TurnPassed):
        platform.add(platform.members[0], day_at(6))


def test_a_cancelled_turn_leaves_a_gap_and_frees_its_person(platform):
    turn = platform.plan(1)[0]
    cancel_turn(turn=turn, at=AT)
    cancel_turn(turn=turn, at=AT + timedelta(hours=1))
    assert Entry.objects.filter(name="rosters.turn_cancelled").count() == 1
    gap = gaps_of(platform.unit, begins=FIRST, ends=FIRST + timedelta(days=1))[0]
    assert (gap.begins_at, gap.ends_at) == (day_at(10), day_at(11))
    assert platform.add(turn.person, day_at(10)).pk


def test_a_turn_that_has_ended_stays_as_it_was_kept(platform):
    turn = platform.plan(1)[0]
    with pytest.raises(TurnPassed):
        cancel_turn(turn=turn, at=day_at(11))


def test_the_hours_that_nobody_holds_are_listed(platform):
    platform.plan(2)
    platform.add(platform.members[0], day_at(12, 12), hours=8)
    found = gaps_of(platform.unit, begins=FIRST, ends=FIRST + timedelta(days=3))
    assert [(gap.begins_at, gap.ends_at) for gap in found] == [
        (day_at(12), day_at(12, 12)),
        (day_at(12, 20), day_at(13)),
    ]
    later = gaps_of(
        platform.unit, begins=FIRST, ends=FIRST + timedelta(days=3), after=day_at(12, 15)
    )
    assert len(later) == 1


def test_nobody_learns_of_their_turns_before_they_are_published(platform):
    turn = platform.plan(1)[0]
    assert not own_turns(turn.person_id).exists()
    assert (
        publish_turns(unit=platform.unit, begins=FIRST, ends=FIRST + timedelta(days=1), at=AT) == 1
    )
    assert own_turns(turn.person_id).get() == turn
    assert (
        publish_turns(unit=platform.unit, begins=FIRST, ends=FIRST + timedelta(days=1), at=AT) == 0
    )


# --- exchanges -----------------------------------------------------------------------------------


def ask(turn, taker, actor=None, return_turn=None, at=AT):
    return propose_exchange(
        turn=turn, taker=taker, return_turn=return_turn, actor=actor or turn.person, at=at
    )


def test_a_turn_changes_hands_when_both_have_agreed(platform):
    turn = platform.published()[0]
    taker = platform.members[1]
    exchange = ask(turn, taker)
    turn.refresh_from_db()
    assert turn.person == platform.members[0]
    agree_to_exchange(exchange=exchange, actor_id=taker.pk, at=AT)
    turn.refresh_from_db()
    assert (turn.person, turn.revision) == (taker, 1)
    exchange.refresh_from_db()
    assert exchange.giver_agreed_at
    assert exchange.taker_agreed_at
    assert exchange.state == "done"


def test_who_keeps_the_roster_asks_both(platform):
    turn = platform.published()[0]
    exchange = ask(turn, platform.members[1], actor=platform.keeper)
    agree_to_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=AT)
    turn.refresh_from_db()
    assert turn.person == platform.members[0]
    agree_to_exchange(exchange=exchange, actor_id=platform.members[0].pk, at=AT)
    turn.refresh_from_db()
    assert turn.person == platform.members[1]


def test_the_keeper_cannot_agree_in_their_stead(platform):
    exchange = ask(platform.published()[0], platform.members[1], actor=platform.keeper)
    with pytest.raises(NotAllowed):
        agree_to_exchange(exchange=exchange, actor_id=platform.keeper.pk, at=AT)


def test_two_turns_are_swapped_in_one_moment(platform):
    first, second, *_ = platform.published()
    exchange = ask(first, second.person, return_turn=second)
    agree_to_exchange(exchange=exchange, actor_id=second.person_id, at=AT)
    names = dict(DutyTurn.objects.values_list("pk", "person__name"))
    assert (names[first.pk], names[second.pk]) == ("王二", "丁一")


def test_turns_of_the_same_hours_can_be_swapped(platform):
    """In between, one of them would be in two places at once."""
    first = platform.add(platform.members[0], day_at(10))
    second = platform.add(platform.members[1], day_at(10))
    publish_turns(unit=platform.unit, begins=FIRST, ends=FIRST + timedelta(days=1), at=AT)
    exchange = ask(first, platform.members[1], return_turn=second)
    agree_to_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=AT)
    second.refresh_from_db()
    assert second.person == platform.members[0]


def test_who_is_on_duty_elsewhere_cannot_take_over(platform):
    first, _second, *_ = platform.published()
    busy = platform.members[2]
    platform.add(busy, day_at(10, 12), hours=2)
    with pytest.raises(AlreadyOnDuty):
        ask(first, busy)


def test_who_took_another_turn_meanwhile_cannot_agree_any_more(platform):
    first = platform.published(1)[0]
    exchange = ask(first, platform.members[1])
    platform.add(platform.members[1], day_at(10, 12), hours=2)
    with pytest.raises(AlreadyOnDuty):
        agree_to_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=AT)
    exchange.refresh_from_db()
    assert (exchange.state, exchange.taker_agreed_at) == ("open", None)


def test_declining_needs_no_reason_and_leaves_the_turn(platform):
    turn = platform.published()[0]
    exchange = ask(turn, platform.members[1])
    decline_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=AT)
    with pytest.raises(ExchangeEnded):
        agree_to_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=AT)
    assert ask(turn, platform.members[2]).pk


def test_nobody_declines_for_others(platform):
    exchange = ask(platform.published()[0], platform.members[1])
    with pytest.raises(NotAllowed):
        decline_exchange(exchange=exchange, actor_id=platform.members[2].pk, at=AT)


def test_one_exchange_of_a_turn_waits_at_a_time(platform):
    turn = platform.published()[0]
    ask(turn, platform.members[1])
    with pytest.raises(ExchangeOpen):
        ask(turn, platform.members[2])


def test_an_exchange_lapses_when_its_return_turn_has_gone_elsewhere(platform):
    first, second, third, *_ = platform.published()
    waits = ask(first, second.person, return_turn=second)
    other = ask(second, third.person)
    agree_to_exchange(exchange=other, actor_id=third.person_id, at=AT)
    waits.refresh_from_db()
    assert waits.state == "lapsed"
    with pytest.raises(ExchangeEnded):
        agree_to_exchange(exchange=waits, actor_id=platform.members[1].pk, at=AT)


def test_a_turn_that_has_begun_stays_with_whom_it_is(platform):
    turn = platform.published(1)[0]
    exchange = ask(turn, platform.members[1])
    with pytest.raises(TurnPassed):
        agree_to_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=day_at(10))
    with pytest.raises(TurnPassed):
        ask(turn, platform.members[2], at=day_at(10, 9))


def test_agreeing_twice_is_agreeing_once(platform):
    turn = platform.published(1)[0]
    exchange = ask(turn, platform.members[1])
    for _time in range(2):
        agree_to_exchange(exchange=exchange, actor_id=platform.members[1].pk, at=AT)
    turn.refresh_from_db()
    assert turn.revision == 1


def test_the_calendar_shows_a_turn_under_one_name_and_takes_cancelled_ones_out(platform):
    turn = platform.published(1)[0]
    stretch = {"begins_at": AT, "ends_at": AT + timedelta(days=30)}
    (before,) = occasions_of(turn.person_id, **stretch)
    cancel_turn(turn=turn, at=AT)
    (after,) = occasions_of(turn.person_id, **stretch)
    assert before.uid == after.uid
    assert (before.revision, before.is_cancelled) == (0, False)
    assert (after.revision, after.is_cancelled) == (1, True)
    assert not list(occasions_of(platform.keeper.pk, **stretch))


def test_the_invariants_find_what_is_wrong(platform):
    assert [check() for check in INVARIANTS.values()] == [[], []]
    if connection.vendor == "sqlite":
        platform.add(platform.members[0], day_at(10))
        DutyTurn.objects.create(
            kind=KIND,
            unit=platform.unit,
            person=platform.members[0],
            begins_at=day_at(10, 12),
            ends_at=day_at(10, 14),
        )
        assert len(INVARIANTS["nobody_is_in_two_places_at_once"]()) == 2
    assert not Exchange.objects.exists()
