"""What notices have for a resident's first page: what runs now on the boards around them."""

from datetime import datetime

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from xiangyue.kernel.asking import Given, Question, Row, given_each
from xiangyue.places.models import Place
from xiangyue.publicity.models import Notice, StateChoices
from xiangyue.publicity.queries import SHOWN_WITH

SHOWN = 4


def panel_of(request: HttpRequest, *, place: Place, at: datetime) -> str | None:
    """The notices that end soonest, of the place and of what it lies in; None when none runs."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    paths = [place.path[:length] for length in steps]
    keys = [key for (key,) in _KEYS.ask(len(paths), paths=paths, today=timezone.localdate(at))]
    if not keys:
        return None
    found = Notice.objects.select_related(*SHOWN_WITH).defer("body", "facts").in_bulk(keys)
    notices = [found[key] for key in keys if key in found]
    return render_to_string("publicity/_home.html", {"place": place, "notices": notices}, request)


def _keys(count: int) -> "QuerySet[Notice, Row]":
    """What runs on so many boards, ending soonest first; asked by everybody's phone."""
    rows = Notice.objects.filter(
        place_path__in=given_each("paths", models.CharField(), count),
        state=StateChoices.UP,
        ends_on__gt=Given("today", models.DateField()),
    )
    return rows.order_by("ends_on", "-published_at", "pk").values_list("pk")[:SHOWN]


_KEYS = Question(_keys)
AFOOT = (_KEYS,)
