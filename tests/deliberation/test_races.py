"""Two at once: support twice, join in a circle, join while supported, decide both ways, check."""

import threading
import time
from collections import Counter

import pytest
from django.db import transaction

from tests.deliberation.conftest import House, fresh, make_house
from tests.incidents.test_races import at_once
from xiangyue.access.queries import standing_of
from xiangyue.deliberation import services
from xiangyue.deliberation.invariants import INVARIANTS
from xiangyue.deliberation.models import Issue, Support
from xiangyue.kernel.refusals import Refused
from xiangyue.procedures.models import Run
from xiangyue.procedures.services import end_early

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db) -> House:
    return make_house()


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


def test_two_taps_are_one_voice(house: House) -> None:
    issue = house.raised()
    results = at_once(*(lambda: house.support(issue, 1) for _tap in range(2)))
    assert all(isinstance(result, Issue) for result in results), results
    assert (fresh(issue).support_count, Support.objects.count()) == (2, 2)
    assert sound() == []


def test_a_phone_and_a_list_at_once_are_one_voice(house: House) -> None:
    issue = house.raised()
    at_once(
        lambda: house.support(issue, 1),
        lambda: services.enter_voices(issue=issue, names="居民1", by=house.clerk, at=house.at),
    )
    assert fresh(issue).support_count == 2
    assert sound() == []


def test_joined_both_ways_at_once_one_is_told(house: House) -> None:
    one, other = house.raised(), house.raised(1)
    results = at_once(lambda: house.merge(one, other), lambda: house.merge(other, one))
    kinds = Counter(isinstance(result, Issue) for result in results)
    assert kinds == {True: 1, False: 1}, results
    assert all(isinstance(result, Issue | Refused) for result in results), results
    assert Issue.objects.filter(state="merged").count() == 1
    assert sound() == []


def test_joined_while_supported_the_voice_is_not_lost(house: House) -> None:
    one, other = house.raised(), house.raised(1)
    results = at_once(lambda: house.merge(one, other), lambda: house.support(one, 2))
    assert all(isinstance(result, Issue) for result in results), results
    assert fresh(other).support_count == 3
    assert sound() == []


def test_parted_while_supported_nobody_counts_twice(house: House) -> None:
    one, other = house.raised(), house.raised(1)
    house.merge(one, other)
    at_once(
        lambda: services.undo_merge(issue=one, by=house.clerk, at=house.at),
        lambda: house.support(other, 2),
        lambda: house.support(one, 3),
    )
    assert fresh(one).state == "collected"
    assert sound() == []


def test_a_yes_and_a_no_at_once_one_is_told(house: House) -> None:
    issue = house.raised()
    results = at_once(
        lambda: house.accepted(issue),
        lambda: services.decline_issue(
            issue=issue, reason="今年不办", by=house.secretary, at=house.at
        ),
    )
    assert Counter(isinstance(result, Issue) for result in results) == {True: 1, False: 1}, results
    assert fresh(issue).state in {"accepted", "declined"}
    assert sound() == []


def test_the_last_two_checked_at_once_settle_it_once(house: House) -> None:
    first = house.task()
    second = house.task(first.issue, text="立牌子")
    for task in (first, second):
        house.done(task)
    results = at_once(lambda: house.checked(first), lambda: house.checked(second))
    assert [result.state for result in results] == ["checked", "checked"], results
    assert fresh(first.issue).state == "settled"
    assert first.issue.steps.filter(name="issue_settled").count() == 1
    assert sound() == []


def test_one_sent_twice_at_once_is_raised_once(house: House) -> None:
    key = "0197b0c0-0000-7000-8000-000000000009"
    results = at_once(*(lambda: house.raised(client_key=key, is_shown=False) for _tap in range(2)))
    assert all(isinstance(result, Issue) for result in results), results
    assert Issue.objects.count() == 1


def test_a_procedure_that_ends_while_a_resolution_is_entered_neither_waits_for_ever(
    house: House,
) -> None:
    """Whoever ends a procedure holds the run and then comes to the issue: so does everybody."""
    issue = house.accepted()
    house.step(issue, "research", house.clerk)
    run = Run.objects.get(pk=fresh(issue).run_id)
    begun = threading.Event()

    def end() -> object:
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=run.pk)
            begun.set()
            time.sleep(0.5)  # the other one comes as far as it gets
            return end_early(
                run=run, actor=standing_of(house.clerk, at=house.at), at=house.at,
                reason="先不议了",
            )  # fmt: skip

    def resolve() -> object:
        begun.wait(timeout=10)
        return services.resolve_issue(
            issue=issue, text="村口东侧划十二个车位。", outcome="accepted",
            settled_in="六月十日议事会", by=house.clerk, at=house.at,
        )  # fmt: skip

    results = at_once(end, resolve)
    assert isinstance(results[0], Run), results
    assert isinstance(results[1], Refused), results
    assert fresh(issue).state == "collected"
    assert sound() == []
