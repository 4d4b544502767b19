"""Several at once at the secret box, with real transactions."""

import pytest
from django.db import connection

from tests.ballots.conftest import DURING, make_village
from tests.ballots.secret.box import Played, opened
from tests.incidents.test_races import at_once
from xiangyue.ballots.invariants import INVARIANTS
from xiangyue.ballots.refusals import AlreadyTookPart
from xiangyue.ballots.secret.refusals import SlipRefused
from xiangyue.ballots.secret.services import Receipt, cast_sealed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def played(transactional_db: None) -> Played:
    return opened(make_village())


def faults() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


def test_one_voter_on_two_phones_takes_one_slip(played: Played) -> None:
    voter = played.village.villagers[0]
    results = at_once(*(lambda name=name: played.take(voter, name) for name in ("one", "two")))
    assert sorted(type(result) for result in results if result is not None) == [SlipRefused]
    assert len(played.box.slips) == 1
    assert faults() == []


def test_on_paper_and_by_phone_at_once_is_once(played: Played) -> None:
    voter = played.village.villagers[0]
    results = at_once(
        lambda: played.take(voter),
        lambda: played.village.mark(played.ballot, voter, mode="paper"),
    )
    assert [type(result) for result in results if result is not None] == [AlreadyTookPart]
    assert played.ballot.participations.count() == 1
    assert faults() == []


def test_many_slips_and_votes_at_once_are_all_in_the_box(played: Played) -> None:
    voters = played.village.villagers[:4]
    assert at_once(*(lambda voter=voter: played.take(voter) for voter in voters)) == [None] * 4
    votes = [played.sealed(voter.name, 0) for voter in voters]
    results = at_once(
        *(
            lambda content=content: cast_sealed(ballot=played.ballot, content=content, at=DURING)
            for content in [*votes, votes[0]]
        )
    )
    assert [type(result) for result in results] == [Receipt] * 5
    assert sorted({result.position for result in results}) == [1, 2, 3, 4]
    assert played.box.vote_count == 4
    assert faults() == []


@pytest.mark.only_on("postgresql")
def test_el01_the_numbers_of_transactions_pair_no_voter_with_a_slip(played: Played) -> None:
    """PostgreSQL keeps with each row which transaction wrote it: here the latest wrote all."""
    for voter in played.village.villagers[:4]:
        played.take(voter)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM ballots_participation")
        assert cursor.fetchone() == (1, 4)
