"""What procedures have for somebody's day: the steps that wait for them, late ones first."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import standing
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.wording import due_in_words
from xiangyue.procedures.access import RUN, SEE, has_procedures
from xiangyue.procedures.models import RunState, StepRun, StepState
from xiangyue.procedures.queries import waiting_for
from xiangyue.procedures.reading import step_of
from xiangyue.procedures.showing import procedure_name

SHOWN = 5
AFOOT = (
    Afoot(
        lambda mine: StepRun.objects.filter(
            mine.reach("run__place_path"), state=StepState.OPEN, run__state=RunState.RUNNING
        ),
        verbs=(SEE, RUN),
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """“Publish: parking at the village gate, by Friday”; None when nothing waits."""
    mine = standing(request)
    if not has_procedures(mine):
        return None
    waiting = waiting_for(mine, at=at)
    if not waiting:
        return None
    calendar, language = current_calendar(), get_language()
    rows = []
    for run, row in waiting[:SHOWN]:
        due_at = row.clock.due_at if row.clock is not None else None
        rows.append(
            {
                "run": run,
                "step": step_of(row).name.in_language(language),
                "procedure": procedure_name(run),
                "due": due_in_words(due_at, calendar) if due_at is not None else "",
                "is_late": due_at is not None and due_at < at,
            }
        )
    context = {"rows": rows, "more_count": max(0, len(waiting) - SHOWN)}
    return render_to_string("procedures/_today.html", context, request)
