"""What incidents have for somebody's day: to take on, to settle, to verify, and what they found."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import standing
from xiangyue.incidents import queries
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.pages.acting import may_be_kept
from xiangyue.incidents.rules import OPEN

ROWS = 50
FOUND_ROWS = 20


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """My unit's matters, nearest due first, then what I reported myself; None without a part in it.

    A desk verifies in its inbox, so it is not told here of everybody else's answers.
    """
    mine = standing(request)
    if not mine.may_somewhere("incidents.handle"):
        return None
    rows = queries.inbox(mine, queries.InboxFilter(), at=at)
    of_units = rows.filter(unit_id__in=mine.units("incidents.handle"))
    found = (
        worklist_of(mine)
        .filter(reporter_id=mine.person_id, state__in=OPEN)
        .select_related("category", "place", "unit")
    )
    verifies = mine.may_somewhere("incidents.verify") and not mine.works_at_desk
    to_verify = rows.filter(state="handled").exclude(handled_by_id=mine.person_id)
    lists = {
        "to_take_on": list(of_units.filter(state="dispatched")[:ROWS]),
        "to_settle": list(of_units.filter(state__in=["in_progress", "waiting"])[:ROWS]),
        "to_verify": list(to_verify[:ROWS]) if verifies else [],
        "found": list(found.order_by("-created_at")[:FOUND_ROWS]),
    }
    if not all(may_be_kept(incident) for incidents in lists.values() for incident in incidents):
        never_keep(request)
    late_count = of_units.filter(due_at__lt=at).count()
    return render_to_string("incidents/_today.html", {**lists, "late_count": late_count}, request)
