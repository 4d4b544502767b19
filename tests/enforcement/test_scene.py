"""The demonstrated village keeps its compact as far as it has who it takes."""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests import people
from tests.enforcement.conftest import House, posted_for
from tests.enforcement.reminding import compact
from xiangyue.demo.scenes import enforcement
from xiangyue.enforcement.models import Committee, Invitation, Member, Reminder

pytestmark = pytest.mark.django_db


def test_a_village_with_heads_of_units_has_a_patrol_and_a_reminder(house: House) -> None:
    for function in ("JUS", "PSB"):
        posted_for("department_handler", function, people.town(), "经办")
    posted_for("town_dispatcher", "TV", people.town(), "分流")
    crowd = [people.somebody(f"村民{number}") for number in range(10)]
    compact(house)
    stage = SimpleNamespace(
        grid=house.place,
        first=crowd[0].pk,
        second=crowd[1].pk,
        timetable=SimpleNamespace(ends_at=house.at.replace(hour=21) + timedelta(days=1)),
    )
    enforcement.live(day_end=house.at, stage=stage, dice=random.Random(1))
    assert not Committee.objects.exists()
    end = stage.timetable.ends_at
    enforcement.live(day_end=end, stage=stage, dice=random.Random(1))
    assert Committee.objects.get().state == "sitting"
    assert Member.objects.filter(team__isnull=False, state="sitting").count() == 4
    assert Invitation.objects.get(person=stage.second).answer == "waiting"
    (reminder,) = Reminder.objects.all()
    assert reminder.person_id == stage.first
    assert reminder.steps.get().kind == "talk"
