"""What notices have for a resident's first page: what runs now on the boards around them."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from xiangyue.kernel.asking import Given, Question, Row, given_each
from xiangyue.kernel.nearby import MOST, NearbyLine, about
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.publicity.kinds import kind_of
from xiangyue.publicity.models import Notice, StateChoices
from xiangyue.publicity.queries import SHOWN_WITH

ONE_DAY = timedelta(days=1)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """The notices that end soonest, of the place and of what it lies in."""
    steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
    paths = [place.path[:length] for length in steps]
    keys = [key for (key,) in _KEYS.ask(len(paths), paths=paths, today=timezone.localdate(at))]
    if not keys:
        return []
    found = Notice.objects.select_related(*SHOWN_WITH).defer("body", "facts").in_bulk(keys)
    language = get_language()
    return [
        NearbyLine(
            title=one.title,
            url=reverse("notice", args=[one.number]),
            kind=kind_of(one).name.in_language(language),
            where=short_name(one.place.name),
            until=one.ends_on - ONE_DAY,
            about=about(one.subject_type, one.subject_id),
        )
        for one in (found[key] for key in keys if key in found)
    ]


def _keys(count: int) -> "QuerySet[Notice, Row]":
    """What runs on so many boards, ending soonest first; asked by everybody's phone."""
    rows = Notice.objects.filter(
        place_path__in=given_each("paths", models.CharField(), count),
        state=StateChoices.UP,
        ends_on__gt=Given("today", models.DateField()),
    )
    return rows.order_by("ends_on", "-published_at", "pk").values_list("pk")[:MOST]


_KEYS = Question(_keys)
AFOOT = (_KEYS,)
