"""What meetings have for a resident's first page: those they are invited to, those around them."""

from datetime import datetime, timedelta

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.access.requests import person
from xiangyue.assemblies import queries
from xiangyue.assemblies.kinds import kind_name
from xiangyue.assemblies.models import Coming, Sitting, StateChoices
from xiangyue.kernel.asking import Given, Question
from xiangyue.kernel.nearby import MOST, NearbyLine
from xiangyue.places.models import Place
from xiangyue.places.queries import around, concerning
from xiangyue.places.rules import short_name

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


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """The meetings to which the person is invited, and the next ones of the place.

    An invitation asks until they have said whether they come.
    """
    who = person(request)
    mine = list(queries.invited_to(who, at=at)[:MOST]) if who is not None else []
    said: set[object] = set()
    if mine:
        rows = Coming.objects.filter(sitting__in=mine, person=who)
        said = set(rows.values_list("sitting", flat=True))
    near = concerning(queries.to_come(queries.public_sittings(), at=at), place)
    near = near.filter(starts_at__lt=at + AHEAD, ends_at__gt=at - timedelta(hours=12))
    found = [_line(one, asks="" if one.pk in said else _("You are invited")) for one in mine]
    return found + [_line(one) for one in near.exclude(pk__in=[one.pk for one in mine])[:MOST]]


def _line(sitting: Sitting, *, asks: str = "") -> NearbyLine:
    return NearbyLine(
        title=sitting.title,
        url=reverse("sitting", args=[sitting.pk]),
        kind=kind_name(sitting),
        where=short_name(sitting.place.name),
        asks=asks,
        begins=sitting.starts_at,
        about=f"assemblies.sitting:{sitting.pk}",
    )
