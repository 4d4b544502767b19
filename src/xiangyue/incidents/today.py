"""What incidents have for somebody's day: to take on, to settle, to verify, and what they found."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.offline import never_keep
from xiangyue.access.requests import standing
from xiangyue.access.rules import Standing
from xiangyue.incidents import queries
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.models import Incident
from xiangyue.incidents.pages.acting import may_be_kept
from xiangyue.incidents.rules import OPEN

HANDLED = "handled"
TO_TAKE_ON = ("dispatched",)
TO_SETTLE = ("in_progress", "waiting")
ROWS = 50
FOUND_ROWS = 20


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """My unit's matters, nearest due first, then what I reported myself; None without a part in it.

    A desk verifies in its inbox, so it is not told here of everybody else's answers.
    """
    mine = standing(request)
    if not mine.may_somewhere("incidents.handle"):
        return None
    lists, late_count = _waiting(mine, at=at)
    found = (
        worklist_of(mine)
        .filter(reporter_id=mine.person_id, state__in=OPEN)
        .select_related("category", "place", "unit")
    )
    lists["found"] = list(found.order_by("-created_at")[:FOUND_ROWS])
    if not all(may_be_kept(incident) for incidents in lists.values() for incident in incidents):
        never_keep(request)
    return render_to_string("incidents/_today.html", {**lists, "late_count": late_count}, request)


def _waiting(mine: Standing, *, at: datetime) -> tuple[dict[str, list[Incident]], int]:
    """What waits, by what there is to do, and how much of the units' is late.

    Few are read at once and told apart here; of many only those shown are read, list by list.
    """
    units = mine.units("incidents.handle")
    verifies = mine.may_somewhere("incidents.verify") and not mine.works_at_desk
    rows = queries.inbox(mine, queries.InboxFilter(), at=at)
    of_units = rows.filter(unit_id__in=units)
    to_verify = rows.filter(state=HANDLED).exclude(handled_by_id=mine.person_id)
    few = list((of_units | to_verify if verifies else of_units)[: ROWS + 1])
    if len(few) > ROWS:
        lists = {
            "to_take_on": list(of_units.filter(state__in=TO_TAKE_ON)[:ROWS]),
            "to_settle": list(of_units.filter(state__in=TO_SETTLE)[:ROWS]),
            "to_verify": list(to_verify[:ROWS]) if verifies else [],
        }
        return lists, of_units.filter(due_at__lt=at).count()
    theirs = [one for one in few if one.unit_id in units]
    lists = {
        "to_take_on": [one for one in theirs if one.state in TO_TAKE_ON],
        "to_settle": [one for one in theirs if one.state in TO_SETTLE],
        "to_verify": [
            one
            for one in few
            if verifies and one.state == HANDLED and one.handled_by_id != mine.person_id
        ],
    }
    return lists, sum(1 for one in theirs if one.due_at is not None and one.due_at < at)
