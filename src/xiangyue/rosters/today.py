"""What of a day belongs to duty: the turn that runs or comes next, and who asks for an exchange."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import person
from xiangyue.rosters.models import DutyTurn, Exchange, ExchangeState
from xiangyue.rosters.queries import exchanges_awaiting, own_turns

AHEAD = timedelta(hours=36)
AFOOT = (
    Afoot(
        lambda mine: DutyTurn.objects.filter(
            person=mine.person,
            published_at__isnull=False,
            cancelled_at=None,
            ends_at__gt=mine.at,
            begins_at__lt=mine.soon,
        )
    ),
    Afoot(
        lambda mine: Exchange.objects.filter(
            Q(giver=mine.person, giver_agreed_at=None) | Q(taker=mine.person, taker_agreed_at=None),
            state=ExchangeState.OPEN,
        )
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """Turns that run now or begin within a day and a half; nothing when there are none."""
    who = person(request)
    if who is None:
        return None
    turns = list(own_turns(who.pk).filter(ends_at__gt=at, begins_at__lt=at + AHEAD)[:3])
    asked_count = exchanges_awaiting(who.pk, at=at).count()
    if not turns and not asked_count:
        return None
    return render_to_string(
        "rosters/_today.html",
        {"turns": turns, "asked_count": asked_count, "at": at},
        request=request,
    )
