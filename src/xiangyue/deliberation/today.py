"""What issues have for somebody's day: to look at, to decide, to check, what is late."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from xiangyue.access.afoot import Afoot
from xiangyue.access.queries import granted
from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.deliberation import queries, showing
from xiangyue.deliberation.access import has_issues
from xiangyue.deliberation.models import Issue, Task, TaskStateChoices
from xiangyue.deliberation.services.acting import CHECK, KEEP, LEAD

SHOWN = 5
AFOOT = (
    Afoot(lambda mine: queries.to_look_at(Issue.objects.filter(mine.reach())), verbs=(KEEP,)),
    Afoot(lambda mine: queries.to_decide(Issue.objects.filter(mine.reach())), verbs=(LEAD,)),
    Afoot(
        lambda mine: Task.objects.filter(mine.reach(), state=TaskStateChoices.DONE),
        verbs=(CHECK,),
    ),
    Afoot(
        lambda mine: Task.objects.filter(
            mine.reach(), state=TaskStateChoices.OPEN, due_on__lt=mine.today
        ),
        verbs=(CHECK, LEAD),
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """The clerk looks at what is new, the secretary decides, the committee checks."""
    mine = standing(request)
    if not has_issues(mine):
        return None
    lists = _lists(mine, at=at)
    if not any(lists.values()):
        return None
    return render_to_string("deliberation/_today.html", lists, request)


def _lists(mine: Standing, *, at: datetime) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {"look": [], "decide": [], "check": [], "late": []}
    issues = Issue.objects.select_related("place", "clock")
    if mine.may_somewhere(KEEP):
        found["look"] = list(queries.to_look_at(issues.filter(granted(mine, KEEP)))[:SHOWN])
    if mine.may_somewhere(LEAD):
        rows = queries.to_decide(issues.filter(granted(mine, LEAD)))[:SHOWN]
        found["decide"] = [
            (one, showing.due_words(one), showing.is_late(one, at=at)) for one in rows
        ]
    tasks = Task.objects.select_related("issue__place")
    if mine.may_somewhere(CHECK):
        concerned = (
            Q(done_by=mine.person_id) | Q(doer=mine.person_id) | Q(planned_by=mine.person_id)
        )
        found["check"] = list(
            tasks.filter(granted(mine, CHECK), state=TaskStateChoices.DONE)
            .exclude(concerned)
            .order_by("done_at")[:SHOWN]
        )
    if mine.may_somewhere(CHECK) or mine.may_somewhere(LEAD):
        found["late"] = list(
            tasks.filter(
                granted(mine, CHECK) | granted(mine, LEAD),
                state=TaskStateChoices.OPEN,
                due_on__lt=timezone.localdate(at),
            ).order_by("due_on")[:SHOWN]
        )
    return found
