"""A case under way: how it is acted on, and when it is looked at next."""

import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xiangyue.access.queries import NOBODY
from xiangyue.demo.duties import Duties
from xiangyue.demo.habits import Habits
from xiangyue.demo.speech import Speech
from xiangyue.demo.timetable import Timetable
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import OPEN, State
from xiangyue.incidents.services import Actor
from xiangyue.incidents.services.acting import lock
from xiangyue.incidents.services.batch import Batch
from xiangyue.incidents.services.rows import rows
from xiangyue.kernel.refusals import Refused

SLIP = Actor(NOBODY, holds_slip=True)
LOOKED_AT_AGAIN = timedelta(hours=14)
Step = Callable[["Case", datetime], None]


@dataclass(slots=True, eq=False)
class Case:
    """An incident under way: as it was last seen, who speaks for its reporter, who refused it."""

    incident: Incident
    reporter: Actor | None = None
    avoided: set[UUID] = field(default_factory=set)


def as_it_stands(incident: Incident) -> Incident:
    """The incident as it is now, with what it points to."""
    return lock(incident)


def batch() -> Batch | None:
    """Where the past is played; None where each act is written at once."""
    here = rows()
    return here if isinstance(here, Batch) else None


class Course(ABC):
    """The cases under way, by incident; settled ones are let go, so that few are held at a time."""

    def __init__(
        self,
        *,
        duties: Duties,
        speech: Speech,
        timetable: Timetable,
        habits: Habits,
        dice: random.Random,
    ) -> None:
        self.duties = duties
        self.speech = speech
        self.timetable = timetable
        self.habits = habits
        self.dice = dice
        self.cases: dict[int, Case] = {}
        self.refusals: Counter[str] = Counter()

    @abstractmethod
    def go_on(self, case: Case, at: datetime) -> None:
        """Plan what happens next from the state that the incident is in."""

    def act(self, case: Case, service: Callable[..., Any], at: datetime, **facts: Any) -> bool:
        """Do it if the county's rules let it be done; a refusal is part of life, not a fault."""
        try:
            done = service(incident=case.incident, at=at, **facts)
        except Refused as refusal:
            self.refusals[f"{service.__name__}: {refusal.code}"] += 1
            return False
        if isinstance(done, Incident):
            case.incident = done
        return True

    def plan(self, case: Case, at: datetime, step: Step) -> None:
        """Take a step of the case at a time, unless it has been let go by then."""
        key = case.incident.pk

        def happen(then: datetime) -> None:
            if self.cases.get(key) is case:
                step(case, then)

        self.timetable.plan(at, happen)

    def follow(self, case: Case, at: datetime, *, is_done: bool) -> None:
        """Go on after an act; what was refused is looked at again the day after."""
        if is_done:
            self.go_on(case, at)
            return
        case.incident = as_it_stands(case.incident)
        self.go_on(case, at + LOOKED_AT_AGAIN if State(case.incident.state) in OPEN else at)

    # --- how long things take -------------------------------------------------------------------

    def soon(self, case: Case, at: datetime, hours: float) -> datetime:
        """About so many hours of office time later; sooner where the limit is short, and at any
        hour where it runs around the clock."""
        drawn = self.dice.expovariate(1 / hours)
        due_at = case.incident.due_at
        if due_at is not None and self.dice.random() > self.habits.slow:
            left = (due_at - at).total_seconds() / 3600
            drawn = min(drawn, max(left * 0.15, 0.1))
        if self._runs_around_the_clock(case.incident):
            then = at + timedelta(hours=drawn)
        else:
            then = self.timetable.at_work(at, drawn)
        return max(then, at + timedelta(minutes=2))

    def when_handled(self, case: Case, at: datetime) -> datetime:
        """When the work on it is done: mostly in time, sometimes late."""
        due_at = case.incident.due_at
        if due_at is None or due_at <= at:
            return self.soon(case, at, 3.0)
        left = (due_at - at).total_seconds() / 3600
        if self.dice.random() < self.habits.late:
            return self.timetable.at_work(at, left * self.dice.uniform(1.05, 2.0))
        hours = left * self.dice.betavariate(2, 3)
        in_time = due_at - timedelta(minutes=self.dice.uniform(4, 40))
        if self._runs_around_the_clock(case.incident):
            then = at + timedelta(hours=hours)
        else:
            then = self.timetable.at_work(at, hours)
        return max(min(then, in_time), at + timedelta(minutes=3))

    def _runs_around_the_clock(self, incident: Incident) -> bool:
        limit = incident.clock.limit
        return limit.endswith("h") and not limit.endswith("wh")
