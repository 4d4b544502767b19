"""What votes have for somebody's day: to cast, to count, to keep."""

from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person, standing
from xiangyue.ballots import access, queries
from xiangyue.ballots.elections import lists as elections
from xiangyue.ballots.models import BallotState, RollObjection
from xiangyue.ballots.secret.queries import waiting_for_key_or_opening

ROWS = 5


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """Votes to cast, to count and to keep; None without a part in any."""
    mine, who = standing(request), person(request)
    if who is None:
        return None
    kept = access.ballots_to_keep(mine).filter(state__in=[BallotState.OPEN, BallotState.CLOSED])
    due = access.ballots_to_keep(mine).filter(state=BallotState.PLANNED, opens_at__lte=at)
    told = access.ballots_to_tell(mine).filter(state__in=[BallotState.OPEN, BallotState.CLOSED])
    rolls = access.rolls_to_keep(mine).values("pk")
    lists = {
        "kept": list((kept | due)[:ROWS]),
        "told": list(told[:ROWS]),
        "waiting": list(queries.waiting_for(who.pk)[:ROWS]),
        "elections": elections.kept_lines(mine, at=at),
        "boxes": list(waiting_for_key_or_opening(who.pk)[:ROWS]),
        "rounds": elections.told_rounds(mine),
        "objections": list(
            RollObjection.objects.filter(roll__in=rolls, answered_at=None)
            .select_related("roll__place")
            .order_by("raised_at")[:ROWS]
        ),
    }
    if not any(lists.values()):
        return None
    return render_to_string("ballots/_today.html", lists, request)
