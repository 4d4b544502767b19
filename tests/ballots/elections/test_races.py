"""Two at once in an election: one voter's slips, two tellers, a result, an announcement."""

import pytest

from tests.ballots.conftest import make_village
from tests.ballots.elections.conftest import CLOSES, DURING, Held, announce
from tests.incidents.test_races import at_once
from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.invariants import INVARIANTS
from xiangyue.ballots.elections.models import (
    Elected,
    Election,
    OfficeCount,
    RoundResult,
    Slip,
)
from xiangyue.ballots.elections.refusals import ElectionStands, SlipRefused
from xiangyue.ballots.rules import Agreement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(transactional_db) -> Held:
    village = make_village()
    return Held(village, announce(village))


def test_slips_are_handed_to_one_voter_once_by_many_at_once(held):
    found = held.open()
    entry = held.entry(held.village.villagers[9])
    results = at_once(
        *(
            lambda: services.hand_out(
                polling=found, entry=entry, by=held.village.tellers[0], at=DURING
            )
            for _time in range(4)
        )
    )
    assert sum(isinstance(each, SlipRefused) for each in results) == 3
    assert Slip.objects.count() == 1


def test_two_tellers_who_count_at_once_and_differ_count_nothing(held):
    found = held.open()
    held.hand_out(found, 20)
    services.close_round(polling=found, by=held.keeper, at=CLOSES)
    number = held.entry(held.chosen["chair"][0]).number
    results = at_once(
        *(
            lambda teller=teller, votes=votes: services.record_office_count(
                polling=found, office="chair", teller=teller, returned=20, spoiled=0,
                votes={number: votes}, at=CLOSES,
            )
            for teller, votes in zip(held.village.tellers, (11, 12), strict=True)
        )
    )  # fmt: skip
    assert sorted(results) == [Agreement.DIFFERENT, Agreement.WAITING]
    assert OfficeCount.objects.count() == 2


def test_a_result_made_many_times_at_once_is_made_once(held):
    found = held.open()
    held.hand_out(found, 20)
    found = services.close_round(polling=found, by=held.keeper, at=CLOSES)
    held.count(found, "chair", {held.chosen["chair"][0]: 12}, returned=20)
    held.count(found, "member", dict.fromkeys(held.chosen["member"][:2], 11), returned=20)
    results = at_once(*(lambda: held.result(found) for _time in range(4)))
    assert len({each.digest for each in results}) == 1
    assert (RoundResult.objects.count(), Elected.objects.count()) == (1, 3)
    assert [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


def test_whoever_comes_while_it_closes_has_slips_or_is_told(held):
    found = held.open()
    entries = [held.entry(each) for each in held.village.villagers[6:12]]
    results = at_once(
        *(
            lambda entry=entry: services.hand_out(
                polling=found, entry=entry, by=held.keeper, at=CLOSES
            )
            for entry in entries
        ),
        lambda: services.close_round(polling=found, by=held.keeper, at=CLOSES),
    )
    handed = [each for each in results[:-1] if isinstance(each, Slip)]
    told = [each for each in results[:-1] if isinstance(each, SlipRefused)]
    assert len(handed) + len(told) == 6
    assert Slip.objects.count() == len(handed)


def test_two_announcements_at_once_are_one_election(transactional_db):
    village = make_village()
    results = at_once(*(lambda: announce(village) for _time in range(3)))
    assert sum(isinstance(each, ElectionStands) for each in results) == 2
    assert Election.objects.count() == 1
