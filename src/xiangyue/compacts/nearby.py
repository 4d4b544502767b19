"""What compacts have for a resident's first page: drafts that hang around them."""

from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string

from xiangyue.compacts import rules
from xiangyue.compacts.models import Version
from xiangyue.kernel.asking import Question, given_each
from xiangyue.places.models import Place

SHOWN = 3
AFOOT = (
    Question(
        lambda count: Version.objects.filter(
            state__in=[str(one) for one in rules.HEARING],
            compact__members__place_path__in=given_each("paths", models.CharField(), count),
        ).values_list("pk")
    ),
)


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """The drafts out for opinions at the place and what it lies in; None when there is none."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    rows = (
        Version.objects.filter(
            state__in=[str(one) for one in rules.HEARING],
            compact__members__place_path__in=[place.path[:length] for length in steps],
        )
        .select_related("compact__place")
        .distinct()
        .order_by("-first_published_at", "pk")
    )
    versions = list(rows[:SHOWN])
    if not versions:
        return None
    return render_to_string("compacts/_nearby.html", {"versions": versions}, request)
