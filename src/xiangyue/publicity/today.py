"""What notices have for a clerk's day: objections to answer, windows that end."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from xiangyue.access.requests import standing
from xiangyue.publicity.access import has_notices, notices_of
from xiangyue.publicity.models import StateChoices
from xiangyue.publicity.queries import SHOWN_WITH, to_answer

SHOWN = 5


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """The objections due soonest, and what ends today or tomorrow; None when there is neither."""
    mine = standing(request)
    if not has_notices(mine):
        return None
    rows = notices_of(mine)
    today = timezone.localdate(at)
    objections = list(to_answer(rows)[:SHOWN])
    ending = list(
        rows.filter(
            state=StateChoices.UP,
            ends_on__gt=today,
            ends_on__lte=today + timedelta(days=2),
        )
        .select_related(*SHOWN_WITH)
        .order_by("ends_on", "pk")[:SHOWN]
    )
    if not objections and not ending:
        return None
    context = {"objections": objections, "ending": ending}
    return render_to_string("publicity/_today.html", context, request)
