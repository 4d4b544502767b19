"""What consultations have for a resident's first page: what is asked of them now."""

from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.consultations.models import Consultation
from xiangyue.consultations.queries import near
from xiangyue.kernel.asking import Given, Question, given_each
from xiangyue.kernel.nearby import MOST, NearbyLine
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

AFOOT = (
    Question(
        lambda count: Consultation.objects.filter(
            place_path__in=given_each("paths", models.CharField(), count),
            opens_at__lte=Given("at", models.DateTimeField()),
            closes_at__gt=Given("at", models.DateTimeField()),
        ).values_list("pk")
    ),
)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """What is asked around the place."""
    return [
        NearbyLine(
            title=one.title,
            url=reverse("consultation", args=[one.pk]),
            kind=_("What do you think?"),
            where=short_name(one.place.name),
            until=one.closes_at,
            since=one.opens_at,
            about=f"consultations.consultation:{one.pk}",
        )
        for one in near(place, at=at)[:MOST]
    ]
