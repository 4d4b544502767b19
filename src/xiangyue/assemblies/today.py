"""What meetings have for somebody's day: to run, to sign, to write, to answer, to come to."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.afoot import Afoot
from xiangyue.access.requests import person, standing
from xiangyue.assemblies import access, queries
from xiangyue.assemblies.kinds import KEEP
from xiangyue.assemblies.minutes_models import Minutes
from xiangyue.assemblies.models import Invitation, Sitting, StateChoices, Wish, WishState
from xiangyue.assemblies.signing import sign_seats

ROWS = 5
SOON = timedelta(days=3)
TO_HOLD = (StateChoices.ANNOUNCED, StateChoices.OPEN)
AFOOT = (
    Afoot(
        lambda mine: Sitting.objects.filter(
            mine.reach(), state__in=[*TO_HOLD, StateChoices.CLOSED]
        ),
        verbs=(KEEP,),
    ),
    Afoot(
        lambda mine: Sitting.objects.filter(
            Q(chair=mine.person) | Q(minute_taker=mine.person),
            state__in=[*TO_HOLD, StateChoices.CLOSED],
        )
    ),
    # A seat that signs is the chair's, the minute taker's, or a post's at the very place.
    Afoot(
        lambda mine: Minutes.objects.filter(
            Q(sitting__chair=mine.person)
            | Q(sitting__minute_taker=mine.person)
            | mine.at_posts("sitting__place_path"),
            is_settled=True,
            signed_at=None,
        )
    ),
    Afoot(lambda mine: Invitation.objects.filter(person=mine.person, sitting__state__in=TO_HOLD)),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """Meetings of the next days, minutes that wait for me, wishes to answer; None without any."""
    mine, who = standing(request), person(request)
    if who is None:
        return None
    kept = access.sittings_to_run(mine)
    closed = kept.filter(state=StateChoices.CLOSED)
    lists: dict[str, list[Any]] = {
        "running": list(queries.to_come(kept, at=at).filter(starts_at__lt=at + SOON)[:ROWS]),
        "to_write": list(
            closed.exclude(
                pk__in=Minutes.objects.filter(is_settled=True).values("sitting")
            ).order_by("starts_at")[:ROWS]
        ),
        "to_sign": _to_sign(request, at=at),
        "wishes": list(
            Wish.objects.filter(
                sitting__in=kept.filter(state=StateChoices.ANNOUNCED), state=WishState.ASKED
            ).order_by("asked_at")[:ROWS]
        ),
    }
    shown = {one.pk for one in lists["running"]}
    invited = queries.invited_to(who, at=at).exclude(pk__in=shown).filter(starts_at__gt=at)
    lists["invited"] = list(invited[:ROWS])
    if not any(lists.values()):
        return None
    return render_to_string("assemblies/_today.html", lists, request)


def _to_sign(request: HttpRequest, *, at: datetime) -> list[object]:
    """Sittings whose laid-out minutes the person signs and has not."""
    mine = standing(request)
    laid_out = Minutes.objects.filter(is_settled=True, signed_at=None).select_related(
        "sitting__declaration", "sitting__place", "sitting__chair", "sitting__minute_taker"
    )
    found: list[object] = []
    for minutes in laid_out.order_by("written_at")[:50]:
        sitting = minutes.sitting
        if not (access.may_run(mine, sitting) or access.is_signer(mine, sitting)):
            continue
        seats = sign_seats(sitting, minutes, at=at)
        if any(mine.person_id in seat.people and not seat.is_signed for seat in seats):
            found.append(sitting)
    return found[:ROWS]
