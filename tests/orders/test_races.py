"""Two at once: one voice is one slip, and nothing is taken after the bell."""

import pytest

from tests.incidents.test_races import at_once
from tests.orders.conftest import CLOSES, House, make_house
from xiangyue.ballots.models import Participation
from xiangyue.ballots.refusals import AlreadyTookPart, BallotNotOpen
from xiangyue.orders import services
from xiangyue.orders.invariants import INVARIANTS
from xiangyue.orders.models import NeedSupport, Outcome, Slip
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: object) -> House:
    return make_house()


def test_one_voter_twice_by_phone_and_at_the_door_at_once_is_one_slip(house: House) -> None:
    house.voting()
    for who in range(3):
        results = at_once(
            lambda who=who: house.cast(who, 1),
            lambda who=who: house.cast(who, 2),
            lambda who=who: house.hand_out(who),
        )
        assert sum(isinstance(each, AlreadyTookPart) for each in results) == 2
    assert Participation.objects.count() == 3
    assert Slip.objects.count() == Participation.objects.filter(mode="online").count()
    assert not any(check() for check in INVARIANTS.values())


def test_a_slip_at_the_bell_is_whole_or_not_at_all(house: House) -> None:
    house.voting()
    house.cast(0, 1)
    results = at_once(lambda: house.cast(1, 1) or "in", lambda: house.close() and "closed")
    assert "closed" in results
    assert Slip.objects.count() == Participation.objects.count()
    assert all(each in {"in", "closed"} or isinstance(each, BallotNotOpen) for each in results)


def test_counted_by_two_at_once_it_has_one_result(house: House) -> None:
    house.voting()
    for who in range(4):
        house.cast(who, 1)
    house.close()
    results = at_once(
        *(
            lambda: services.count_round(round_=house.now, by=house.keeper, at=CLOSES).digest
            for _time in range(3)
        )
    )
    assert len(set(results)) == 1
    assert Outcome.objects.count() == 1
    assert Notice.objects.filter(kind="order_result").count() == 1


def test_support_pressed_many_times_at_once_counts_once(house: House) -> None:
    house.begin()
    need, other = house.order(), house.residents[4]
    at_once(*(lambda: services.support(need=need, by=other, at=house.at) for _time in range(4)))
    need.refresh_from_db()
    assert (need.support_count, NeedSupport.objects.count()) == (1, 1)
