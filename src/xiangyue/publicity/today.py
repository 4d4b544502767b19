"""What notices have for a clerk's day: objections to answer, windows that end."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import standing
from xiangyue.publicity.access import has_notices, notices_of
from xiangyue.publicity.kinds import ANSWER, PUBLISH
from xiangyue.publicity.models import Notice, StateChoices
from xiangyue.publicity.queries import SHOWN_WITH, to_answer

SHOWN = 5
AFOOT = (
    Afoot(lambda mine: to_answer(Notice.objects.filter(mine.reach())), verbs=(PUBLISH, ANSWER)),
    Afoot(
        lambda mine: Notice.objects.filter(
            mine.reach(),
            state=StateChoices.UP,
            ends_on__gt=mine.today,
            ends_on__lte=mine.soon_on,
        ),
        verbs=(PUBLISH, ANSWER),
    ),
)


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
