"""Fills both counties with incidents as a year leaves them: most closed, some under way."""

import random
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction

from bench.county import NOW, callers, copy, tidy
from bench.growing import multiply
from bench.sizes import COUNTS
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.calendars.models import Clock
from xiangyue.demo.speech import Speech
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.grams import grams_of
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.routing import Target, route, units_remembered
from xiangyue.insight.counting import count_on
from xiangyue.kernel.bulk import load_objects, reserve_keys
from xiangyue.kernel.counties import all_counties, bind
from xiangyue.kernel.identifiers import new_id, speakable_code
from xiangyue.places.models import Place, Post

# Of a hundred incidents, how many are in each state.
STATES = {
    "closed": 86,
    "merged": 2,
    "answered": 4,
    "handled": 1,
    "in_progress": 4,
    "waiting": 1,
    "dispatched": 1,
    "reported": 1,
}
BATCH = 1_000
PLACES = 20  # spread over so many grids, so that a grid fills a page in both counties
REPORTERS = 25


@cache
def fill_small() -> None:
    """Leave the small county with its incidents, counted, and nothing that others did there.

    They are made in the large one, where nothing has happened, and copied.
    """
    small, large = all_counties()
    with bind(large.slug):
        fill(large.slug, COUNTS["small"])
        count_on(at=NOW)
        tidy()
    copy(large, small)


@cache
def fill_both() -> None:
    """The large county's besides: the small one's and further copies of them."""
    fill_small()
    with bind("large"):
        with transaction.atomic():
            multiply(COUNTS["large"] // COUNTS["small"])
        tidy()


def fill(slug: str, count: int) -> None:
    """Add `count` incidents with clocks and steps, in bulk."""
    filling = _Filling(slug)
    with units_remembered():
        for begin in range(0, count, BATCH):
            filling.add(min(BATCH, count - begin))


class _Filling:
    def __init__(self, slug: str) -> None:
        self.dice = random.Random(7)
        self.people = callers(slug)[:REPORTERS]
        self.speech = Speech(self.dice)
        self.categories: dict[str, tuple[Declaration, IncidentCategory]] = {
            row.key: (row, meaning(row, IncidentCategory))
            for row in all_current("incident_category")
        }
        grids = Place.objects.filter(kind="group", is_active=True).order_by("path")
        self.places = list(grids[:: max(1, grids.count() // PLACES)])
        self.workers = {
            post.organisation_id: post.person_id
            for post in Post.objects.exclude(organisation=None).order_by("-person__phone")
        }
        self.targets: dict[tuple[str, str], Target] = {}
        self.main: int | None = None  # what others were merged into

    def add(self, count: int) -> None:
        clocks, incidents = [], []
        with transaction.atomic():
            for key in reserve_keys(Incident, count):
                clock, incident = self._one(key)
                clocks.append(clock)
                incidents.append(incident)
            load_objects(Clock, clocks)
            load_objects(Incident, incidents)
            load_objects(Step, [step for incident in incidents for step in _steps(incident)])

    def _one(self, own_key: int) -> tuple[Clock, Incident]:
        dice = self.dice
        state = dice.choices(list(STATES), weights=STATES.values())[0]
        if self.main is None:
            state, self.main = "closed", own_key
        matter = self.speech.matter(dice.randint(1, 12))
        row, category = self.categories[matter.category]
        place = dice.choice(self.places)
        key = (matter.category, place.path)
        if key not in self.targets:
            self.targets[key] = route(category=category, place=place)
        target = self.targets[key]
        is_over = state in {"closed", "merged"}
        days = dice.uniform(8, 360) if is_over else dice.uniform(0, 8)
        at = NOW - timedelta(days=days)
        due_at = at + timedelta(days=dice.uniform(0.5, 12))
        clock = Clock(
            id=new_id(),
            limit=category.limit,
            started_at=at,
            due_at=None if is_over or state in {"waiting", "answered"} else due_at,
            paused_at=at if state == "waiting" else None,
            stopped_at=due_at if is_over or state == "answered" else None,
        )
        unit = target.hub if state == "reported" else target.unit
        is_hidden = category.hides_reporter
        handler = self.workers.get(unit.pk)
        verifier = self.workers.get(target.hub.pk)
        is_answered = state in {"closed", "answered"}
        text = self.speech.report(matter, is_chatty=True)
        incident = Incident(
            pk=own_key,
            number=f"{at:%y%m%d}-{speakable_code(6)}",
            slip_digest=speakable_code(40),
            category=row,
            category_key=row.key,
            description=text,
            grams=grams_of(text, "", place.name, category.name.zh),
            audience=category.audience,
            channel="resident",
            urgency=int(dice.random() < 0.05),
            place=place,
            place_path=place.path,
            reporter_id=None if is_hidden else dice.choice(self.people),
            is_kept_from_village=is_hidden,
            state=state,
            level=target.level,
            hub=target.hub,
            unit=unit,
            suggested_unit=target.unit if state == "reported" else None,
            handler_id=handler if state not in {"reported", "dispatched"} else None,
            merged_into_id=self.main if state == "merged" else None,
            clock=clock,
            due_at=due_at if is_over else clock.due_at,
            watch_at=clock.due_at,
            respond_due_at=at + timedelta(days=1),
            outcome="fixed" if is_answered or state == "handled" else "",
            reply=self.speech.reply(row.key, "fixed") if is_answered or state == "handled" else "",
            handled_by_id=handler if is_answered or state == "handled" else None,
            verified_by_id=verifier if is_answered and verifier != handler else None,
            closed_how="silence" if state == "closed" else "",
            created_at=at,
            dispatched_at=at,
            taken_on_at=None if state in {"reported", "dispatched"} else at,
            handled_at=due_at if is_answered else None,
            answered_at=due_at if is_answered else None,
            confirm_until_at=due_at + timedelta(days=7) if state == "answered" else None,
            closed_at=due_at + timedelta(days=7) if state == "closed" else None,
        )
        if state == "answered" and incident.verified_by_id is None:
            incident.handled_by_id, incident.verified_by_id = None, verifier
        return clock, incident


def _steps(incident: Incident) -> list[Step]:
    verbs: list[tuple[str, datetime | None]] = [
        ("report", incident.created_at),
        ("take_on", incident.taken_on_at),
        ("handle", incident.handled_at),
        ("pass", incident.answered_at),
        ("close", incident.closed_at),
    ]
    return [
        Step(incident=incident, verb=verb, at=at, to_state=incident.state, is_told=True)
        for verb, at in verbs
        if at is not None
    ]
