"""What councils have for a resident's first page: where they are asked, what their group has."""

from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person
from xiangyue.councils.models import Concerned, GroupMatterState, Seat, Stakeholder
from xiangyue.councils.today import waiting_for
from xiangyue.kernel.asking import Given, Question
from xiangyue.places.models import Place

_WHO = Given("person", models.UUIDField())
AFOOT = (
    Question(lambda _count: Seat.objects.filter(person=_WHO).order_by().values_list("pk")),
    Question(lambda _count: Stakeholder.objects.filter(person=_WHO).order_by().values_list("pk")),
    Question(lambda _count: Concerned.objects.filter(person=_WHO).order_by().values_list("pk")),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """None when nothing waits for them."""
    who = person(request)
    if who is None:
        return None
    context = waiting_for(who, at=at)
    context["judged"] = list(
        Concerned.objects.filter(
            person=who,
            consents=None,
            matter__state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN],
        ).select_related("matter__council")[:3]
    )
    if not any(context.values()):
        return None
    return render_to_string("councils/_nearby.html", context, request)
