"""The meetings of a place, for the page that says what is being decided there."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.assemblies.kinds import kind_name
from xiangyue.assemblies.models import Invitation, Sitting, StateChoices
from xiangyue.assemblies.motion_models import Decision, OutcomeChoices
from xiangyue.assemblies.queries import public_sittings
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning

OVER = (StateChoices.CLOSED, StateChoices.SIGNED)


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """What is called or being held, and what lately came of it; an invitation needs me."""
    rows = concerning(public_sittings(), place).filter(
        Q(state__in=[StateChoices.ANNOUNCED, StateChoices.OPEN], ends_at__gt=at)
        | Q(state__in=OVER, closed_at__gt=at - STAYS)
    )
    found = list(rows.order_by("-starts_at", "pk")[:MOST])
    mine: set[object] = set()
    if person is not None:
        mine = set(
            Invitation.objects.filter(sitting__in=found, person=person).values_list(
                "sitting", flat=True
            )
        )
    outcomes: dict[object, list[str]] = {}
    for key, outcome in Decision.objects.filter(item__sitting__in=found).values_list(
        "item__sitting", "outcome"
    ):
        outcomes.setdefault(key, []).append(outcome)
    return [_line(one, outcomes.get(one.pk, []), is_mine=one.pk in mine) for one in found]


def _line(sitting: Sitting, outcomes: list[str], *, is_mine: bool) -> DecidingLine:
    is_over = sitting.state in OVER
    return DecidingLine(
        kind=kind_name(sitting),
        title=sitting.title,
        url=reverse("sitting", args=[sitting.pk]),
        state=str(sitting.get_state_display()),
        until=None if is_over else timezone.localdate(sitting.starts_at),
        needs_me=is_mine and not is_over,
        outcome=_outcome(outcomes) if is_over else None,
    )


def _outcome(outcomes: list[str]) -> str:
    accepted = outcomes.count(OutcomeChoices.ACCEPTED)
    if not outcomes:
        return _("Talked over; nothing was decided.")
    return ngettext(
        "%(count)d of %(total)d items accepted", "%(count)d of %(total)d items accepted", accepted
    ) % {"count": accepted, "total": len(outcomes)}
