"""The grid worker's phone: what is to be done today, nearest due first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xiangyue.access.requests import person, signed_in, standing
from xiangyue.incidents import queries
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.rules import OPEN


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """My unit's matters to take on and to settle, then what I found myself."""
    mine = standing(request)
    now = timezone.now()
    rows = queries.inbox(mine, queries.InboxFilter(), at=now)
    of_units = rows.filter(unit_id__in=mine.units("incidents.handle"))
    found = (
        worklist_of(mine)
        .filter(reporter_id=mine.person_id, state__in=OPEN)
        .select_related("category", "place", "unit")
    )
    return render(
        request,
        "incidents/today.html",
        {
            "to_take_on": of_units.filter(state="dispatched")[:50],
            "to_settle": of_units.filter(state__in=["in_progress", "waiting"])[:50],
            "to_verify": rows.filter(state="handled").exclude(handled_by_id=mine.person_id)[:50]
            if mine.may_somewhere("incidents.verify")
            else [],
            "found": found.order_by("-created_at")[:20],
            "late_count": of_units.filter(due_at__lt=now).count(),
            "who": person(request),
        },
    )
