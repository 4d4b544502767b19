"""What consultations have for a resident's first page: what is asked of them now."""

from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.consultations.models import Consultation
from xiangyue.consultations.queries import near
from xiangyue.kernel.asking import Given, Question, given_each
from xiangyue.places.models import Place

SHOWN = 3
AFOOT = (
    Question(
        lambda count: Consultation.objects.filter(
            place_path__in=given_each("paths", models.CharField(), count),
            opens_at__lte=Given("at", models.DateTimeField()),
            closes_at__gt=Given("at", models.DateTimeField()),
        ).values_list("pk")
    ),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """What is asked around the place; None when nothing is."""
    rows = list(near(place, at=at)[:SHOWN])
    if not rows:
        return None
    return render_to_string("consultations/_nearby.html", {"consultations": rows}, request)
