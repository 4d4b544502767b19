"""What is being decided at a place: this module's runs, and the gathering of all modules' lines.

`DecidingLine` stands in the kernel, so that modules below this one can make it too; import it from
either. A run about something that another module keeps (an issue, a compact) is told by that module
alone.
"""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine, tellers
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning
from xiangyue.procedures.access import public_runs
from xiangyue.procedures.models import Run, RunState, StepState
from xiangyue.procedures.reading import step_of, with_steps
from xiangyue.procedures.showing import procedure_name

__all__ = ["DecidingLine", "all_lines", "lines_for"]


def all_lines(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Every module's lines: what waits for the person, what ends soonest, what was decided."""
    found = [
        line
        for module in tellers().values()
        for line in module.lines_for(place=place, person=person, at=at)
    ]
    return sorted(
        found,
        key=lambda line: (line.outcome is not None, not line.needs_me, line.until or date.max),
    )


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """The procedures under way and lately finished that everybody may follow."""
    rows = concerning(_own_runs(), place).filter(
        Q(state=RunState.RUNNING) | Q(ended_at__gt=at - STAYS)
    )
    return [_line(run) for run in with_steps(rows.order_by("-began_at", "pk"))[:MOST]]


def _own_runs() -> QuerySet[Run]:
    rows = public_runs()
    for label in tellers():
        if label != "procedures":
            rows = rows.exclude(subject_type__startswith=f"{label}.")
    return rows


def _line(run: Run) -> DecidingLine:
    state, until = str(run.get_state_display()), None
    now = next((row for row in run.steps.all() if row.state == StepState.OPEN), None)
    if run.state == RunState.RUNNING and now is not None:
        now.run = run
        state = step_of(now).name.in_language(get_language())
        if now.clock is not None and now.clock.due_at is not None:
            until = timezone.localdate(now.clock.due_at)
    return DecidingLine(
        kind=procedure_name(run),
        title=run.title,
        url=reverse("procedure-public", args=[run.pk]),
        state=state,
        until=until,
        outcome=_outcome(run),
    )


def _outcome(run: Run) -> str | None:
    if run.state == RunState.ENDED_EARLY:
        return _("Ended early: %(reason)s") % {"reason": run.end_reason}
    return _("All steps are done.") if run.state == RunState.DONE else None
