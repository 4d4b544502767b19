"""The scene of councils plays on a village of its own, and does nothing where nobody could."""

import random
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests import people
from tests.councils.conftest import make_community, make_house
from xiangyue.councils.invariants import INVARIANTS
from xiangyue.councils.models import Council, GroupMatter, Matter, Seat
from xiangyue.demo.scenes import councils
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db


def test_the_village_has_its_groups_and_its_town_a_community_with_a_council() -> None:
    now = timezone.now()
    first, second = people.somebody("甲大爷"), people.somebody("乙大妈")
    stage = SimpleNamespace(
        timetable=SimpleNamespace(ends_at=now), grid=people.place(), first=first.pk,
        second=second.pk,
    )  # fmt: skip
    councils.live(day_end=now, stage=stage, dice=random.Random(1))  # nobody there
    assert not Council.objects.exists()
    house = make_house()
    community = make_community(house)
    town = people.place().path[: -Place.steplen]
    assert community.place.path.startswith(town)
    for number in range(16):
        people.somebody(f"村民{number}")
    councils.live(day_end=now, stage=stage, dice=random.Random(1))
    assert Council.objects.filter(state="sitting").count() == 4
    assert GroupMatter.objects.count() == 4
    assert Matter.objects.count() == 1
    assert Seat.objects.filter(person=second, state="invited").exists()
    assert [wrong for check in INVARIANTS.values() for wrong in check()] == []
