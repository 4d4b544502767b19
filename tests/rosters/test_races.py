"""Two at once: nobody ends up in two places, no turn is taken twice."""

from datetime import timedelta

import pytest

from tests import people
from tests.incidents.test_races import at_once
from tests.rosters.conftest import FIRST, KIND, Platform, day_at
from xiangyue.rosters.exchanges import agree_to_exchange, propose_exchange
from xiangyue.rosters.invariants import INVARIANTS
from xiangyue.rosters.models import DutyTurn
from xiangyue.rosters.services import AlreadyOnDuty, NothingToPlan, plan_turns

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def platform(transactional_db) -> Platform:
    unit = people.unit("VC")
    members = [
        people.posted("mediator", at_place=people.place(), organisation=unit, name=name)
        for name in ("丁一", "王二", "张三")
    ]
    return Platform(unit, people.dispatcher(), members)


def test_two_who_give_one_person_a_turn_at_once_give_one(platform):
    results = at_once(*(lambda: platform.add(platform.members[0], day_at(10)) for _who in range(3)))
    assert sum(isinstance(each, DutyTurn) for each in results) == 1
    assert sum(isinstance(each, AlreadyOnDuty) for each in results) == 2


def test_a_month_planned_twice_at_once_is_planned_once(platform):
    results = at_once(*(lambda: platform.plan(10) for _who in range(2)))
    assert DutyTurn.objects.count() == 10
    assert sum(isinstance(each, NothingToPlan) for each in results) == 1


def test_a_month_planned_at_once_with_different_people_is_planned_once(platform):
    results = at_once(
        *(
            lambda crew=crew: plan_turns(
                unit=platform.unit, kind=KIND, people=crew, begins=FIRST,
                ends=FIRST + timedelta(days=10), at=people.MONDAY,
            )
            for crew in (platform.members[:1], platform.members[1:])
        )
    )  # fmt: skip
    assert DutyTurn.objects.count() == 10
    assert sum(isinstance(each, NothingToPlan) for each in results) == 1


def test_both_who_agree_at_once_change_hands_once(platform):
    first, second, *_ = platform.published()
    exchange = propose_exchange(
        turn=first, taker=second.person, return_turn=second, actor=platform.keeper,
        at=people.MONDAY,
    )  # fmt: skip
    at_once(
        *(
            lambda who=who: agree_to_exchange(exchange=exchange, actor_id=who, at=people.MONDAY)
            for who in (first.person_id, second.person_id)
        )
    )
    held = dict(DutyTurn.objects.values_list("pk", "person_id"))
    assert (held[first.pk], held[second.pk]) == (second.person_id, first.person_id)
    assert [check() for check in INVARIANTS.values()] == [[], []]
