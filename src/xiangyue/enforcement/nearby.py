"""What keeping the compact has for a resident's first page: who is on duty, what waits for me."""

from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person, standing
from xiangyue.enforcement import access, queries
from xiangyue.enforcement.models import Invitation, Reminder
from xiangyue.kernel.asking import Given, Question, given_each
from xiangyue.places.models import Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind
from xiangyue.rosters.models import DutyTurn

_WHO = Given("person", models.UUIDField())
AFOOT = (
    Question(
        lambda count: DutyTurn.objects.filter(
            unit__compact_team__committee__place__path__in=given_each(
                "paths", models.CharField(), count
            ),
            begins_at__lte=Given("at", models.DateTimeField()),
            ends_at__gt=Given("at", models.DateTimeField()),
        ).values_list("pk")
    ),
    Question(
        lambda _count: Invitation.objects.filter(
            person=_WHO, answer=Invitation.Answer.WAITING
        ).values_list("pk")
    ),
    Question(lambda _count: Reminder.objects.filter(person=_WHO).order_by().values_list("pk")),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """Who is on duty in the village now, my invitations and reminders; None when there is none."""
    who = person(request)
    village = ancestors_by_kind(place).get(PlaceKind.VILLAGE)
    duties = queries.on_duty(village, at=at) if village is not None else []
    invitations = (
        Invitation.objects.filter(person=who, answer=Invitation.Answer.WAITING)
        if who is not None
        else Invitation.objects.none()
    )
    reminder_count = (
        access.reminders_in_sight(standing(request), at=at).filter(person=who).count()
        if who is not None
        else 0
    )
    letters = list(invitations.select_related("committee__place", "committee__declaration")[:3])
    if not (duties or letters or reminder_count):
        return None
    context = {
        "village": village,
        "on_duty": duties,
        "invitations": letters,
        "reminder_count": reminder_count,
    }
    return render_to_string("enforcement/_nearby.html", context, request)
