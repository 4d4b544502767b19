"""The simulated life leaves an election in its register phase, with something to answer."""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests import people
from tests.ballots.conftest import make_village
from xiangyue.ballots.elections.invariants import INVARIANTS
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.models import RollObjection
from xiangyue.demo.scenes import elections

pytestmark = pytest.mark.django_db


def test_the_village_that_is_looked_at_has_a_list_that_is_objected_to():
    village = make_village()
    stage = SimpleNamespace(
        grid=people.place(f"{people.VILLAGE}-001"), first=village.villagers[0].pk,
        second=village.villagers[1].pk, timetable=SimpleNamespace(ends_at=people.MONDAY),
    )  # fmt: skip
    elections.live(day_end=people.MONDAY - timedelta(days=1), stage=stage, dice=random.Random(1))
    assert not Election.objects.exists()
    elections.live(day_end=people.MONDAY, stage=stage, dice=random.Random(1))
    election = Election.objects.get()
    assert election.roll.state == "published"
    assert RollObjection.objects.filter(roll=election.roll, answered_at=None).count() == 1
    assert [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)
