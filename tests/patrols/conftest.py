"""A grid of 北滩村 with its worker, some households, and a lead who looks on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests import people, worlds
from xiangyue.access.queries import standing_of
from xiangyue.patrols.models import Patrol
from xiangyue.patrols.services import Walked, finish_patrol
from xiangyue.places.models import Household, Person, Place
from xiangyue.places.services import register_household

EVENING = people.MONDAY.replace(hour=17)


def day_at(day: int, hour: int = 17, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=people.SHANGHAI)


@dataclass
class Round:
    grid: Place
    worker: Person
    lead: Person
    houses: list[Household]

    def walk(self, at: datetime = EVENING, worker: Person | None = None, **walked) -> Patrol:
        who = worker or self.worker
        grid = walked.pop("grid", self.grid)
        return finish_patrol(
            worker=who,
            standing=standing_of(who, at=at),
            grid=grid,
            walked=Walked(**({"client_key": uuid4()} | walked)),
            at=at,
        )


def a_grid(village: str = people.VILLAGE) -> Place:
    """The first grid of level 3 in the village, else the village as a grid of its own."""
    above = people.place(village)
    below = Place.objects.filter(
        path__startswith=above.path, grid_kind="general", kind="group", is_active=True
    )
    return below.order_by("path").first() or above


def make_round(village: str = people.VILLAGE, houses: int = 3) -> Round:
    grid = a_grid(village)
    return Round(
        grid=grid,
        worker=people.posted("grid_worker", at_place=grid, name="巡查员"),
        lead=people.posted("grid_lead", at_place=people.place(village), name="网格长"),
        houses=[
            register_household(
                code=f"{grid.code}-{number}",
                grid=grid,
                address=f"巷子{number}号",
                at=people.LONG_AGO + timedelta(days=1),
            )
            for number in range(houses)
        ],
    )


@pytest.fixture
def round_of() -> Callable[..., Round]:
    return make_round


@worlds.standing
def patrol() -> Round:
    return make_round()
