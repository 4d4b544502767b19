"""What meetings have for a resident's first page: those they are invited to, those around them."""

from datetime import datetime, timedelta

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.access.requests import person
from xiangyue.assemblies import queries
from xiangyue.assemblies.models import Sitting, StateChoices
from xiangyue.kernel.asking import Given, Question
from xiangyue.places.models import Place
from xiangyue.places.queries import around, concerning

ROWS = 3
AHEAD = timedelta(days=30)
_TO_COME = {"state__in": [StateChoices.ANNOUNCED, StateChoices.OPEN]}
_WHO = Given("person", models.UUIDField())
AFOOT = (
    Question(lambda count: Sitting.objects.filter(around(count), **_TO_COME).values_list("pk")),
    Question(
        lambda _count: Sitting.objects.filter(invitations__person=_WHO, **_TO_COME).values_list(
            "pk"
        )
    ),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """My meetings first, then those of the place; None when none is called."""
    who = person(request)
    mine = list(queries.invited_to(who, at=at)[:ROWS]) if who is not None else []
    near = concerning(queries.to_come(queries.public_sittings(), at=at), place)
    near = near.filter(starts_at__lt=at + AHEAD, ends_at__gt=at - timedelta(hours=12))
    rows = [*mine, *near.exclude(pk__in=[one.pk for one in mine])[:ROWS]][:ROWS]
    if not rows:
        return None
    return render_to_string("assemblies/_nearby.html", {"sittings": rows, "place": place}, request)
