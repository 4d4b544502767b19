"""The consultations of a place, for the page that says what is being decided there."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.consultations import access, queries
from xiangyue.consultations.models import Consultation
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """What is asked now and what was; one that I may answer and have not looked at needs me."""
    rows = concerning(Consultation.objects.all(), place)
    rows = rows.filter(opens_at__lte=at, closes_at__gt=at - STAYS)
    return [_line(one, person, at=at) for one in rows.order_by("-opens_at", "pk")[:MOST]]


def _line(asked: Consultation, person: Person | None, *, at: datetime) -> DecidingLine:
    is_over = asked.state == Consultation.State.CLOSED or asked.closes_at <= at
    needs_me = access.may_answer(asked, person, at=at) and not queries.own_answers(
        asked, access.own_participant(asked, person)
    )
    return DecidingLine(
        kind=_("Consultation"),
        title=asked.title,
        url=reverse("consultation", args=[asked.pk]),
        state=str(Consultation.State.CLOSED.label if is_over else asked.get_state_display()),
        until=None if is_over else timezone.localdate(asked.closes_at - timedelta(seconds=1)),
        needs_me=needs_me,
        outcome=_("What people think can be read; it advises.") if is_over else None,
    )
