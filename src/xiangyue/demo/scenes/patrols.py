"""The last days' patrols in the demonstration's villages, and the coming week's duty.

In the stage's town every grid with a worker is walked on most evenings; on the stage's own grid
today's round is left to be reported, so that whoever looks around finds it waiting.
"""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from xiangyue.demo.duties import TOWN_LENGTH
from xiangyue.demo.stage import Stage
from xiangyue.patrols.queries import posts_walking
from xiangyue.patrols.recording import PastRound, record_rounds
from xiangyue.patrols.rules import Outcome
from xiangyue.places.models import Household, Organisation, Place
from xiangyue.places.queries import within
from xiangyue.rosters.queries import kinds_of, members_of
from xiangyue.rosters.services import plan_turns, publish_turns

LAST_DAYS = timedelta(days=10)
WALKED = 0.85
VISITS = 3
INCONVENIENT = 0.15
DUTY_DAYS = 14


def live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    """Record the day's rounds in the stage's town; on the last day, plan the duty to come."""
    ends_at = stage.timetable.ends_at
    if day_end < ends_at - LAST_DAYS:
        return
    town = Place.objects.get(path=stage.grid.path[:TOWN_LENGTH])
    _walk(town, day_end=day_end, stage=stage, dice=dice)
    if day_end >= ends_at:
        _plan_duty(town, at=ends_at)


def _walk(town: Place, *, day_end: datetime, stage: Stage, dice: random.Random) -> None:
    is_last = day_end >= stage.timetable.ends_at
    finished = day_end - timedelta(minutes=1)
    workers: dict[Place, UUID] = {}
    posts = within(posts_walking(at=day_end), town).select_related("place")
    for post in posts.order_by("place_path", "person__phone"):
        workers.setdefault(post.place, post.person_id)
    houses: dict[int, list[UUID]] = defaultdict(list)
    rows = within(Household.objects.all(), town).order_by("code")
    for key, grid_id in rows.values_list("pk", "grid_id"):
        houses[grid_id].append(key)
    rounds = []
    for grid, worker_id in workers.items():
        is_walked = dice.random() < WALKED
        called_on = dice.sample(houses[grid.pk], min(VISITS, len(houses[grid.pk])))
        outcomes = {
            key: Outcome.INCONVENIENT if dice.random() < INCONVENIENT else Outcome.VISITED
            for key in called_on
        }
        if not is_walked or (is_last and stage.grid.path.startswith(grid.path)):
            continue
        at = finished - timedelta(minutes=dice.randrange(180))
        rounds.append(
            PastRound(
                worker_id=worker_id, grid=grid, date=at.date(), finished_at=at, visits=outcomes
            )
        )
    record_rounds(rounds=rounds)


def _plan_duty(town: Place, *, at: datetime) -> None:
    """A fortnight of duty for the town's centre and the county's, with one day nobody has yet."""
    begins = at.date()
    units = Organisation.objects.filter(function__in=["TV", "CV"], is_active=True)
    for unit in units.filter(place_path__in=[town.path, town.path[: -Place.steplen]]):
        people = list(members_of(unit, at=at).order_by("phone"))
        for kind in kinds_of(unit):
            plan_turns(
                unit=unit,
                kind=kind.key,
                people=people,
                begins=begins - timedelta(days=1),
                ends=begins + timedelta(days=DUTY_DAYS - 1),
                at=at - timedelta(days=1),
            )
        publish_turns(
            unit=unit,
            begins=begins - timedelta(days=1),
            ends=begins + timedelta(days=DUTY_DAYS),
            at=at,
        )
