"""What an act elsewhere does to a run: its evidence is drawn, its step completed (`sources.py`)."""

from datetime import datetime

from django.db import transaction

from xiangyue.access.rules import Standing
from xiangyue.calendars.services import hold_calendar
from xiangyue.procedures import rules
from xiangyue.procedures.access import may_do
from xiangyue.procedures.models import Run, RunState
from xiangyue.procedures.reading import missing_for, step_of
from xiangyue.procedures.services.acting import lock, open_row, person_of
from xiangyue.procedures.services.evidence import lay_drawn
from xiangyue.procedures.services.running import settle


@transaction.atomic
def draw(*, run: Run, actor: Standing, at: datetime) -> Run:
    """Lay down what comes by itself for the open step, after an act on what the run is about.

    The step is completed where the template says `is_done_by_act`, nothing is missing and the
    actor is one who does it; so is the next one. Whether the actor may act is asked by who calls.
    Of a run that has ended nothing changes. Drawn again, nothing changes. Gives the run as it then
    stands, locked. Whoever locks rows of what the run is about locks the run first.

    :raises NotAllowed: a visitor.
    :raises WrongEvidence: what comes by itself serves another procedure already.
    """
    hold_calendar()  # before any row of ours: the due time of the next step is counted with it
    who = person_of(actor)
    while True:
        locked = lock(run)
        row = open_row(locked)
        if row is None or locked.state != RunState.RUNNING:
            return locked
        lay_drawn(locked, row, actor=actor, at=at)
        step = step_of(row)
        if not step.is_done_by_act or not may_do(actor, locked, step):
            return lock(run)
        locked = lock(run)
        row = open_row(locked)
        assert row is not None
        found, elsewhere = missing_for(locked, row, by=who, at=at)
        if found or elsewhere:
            return locked
        settle(locked, row, to=rules.State.DONE, who=who, at=at)
