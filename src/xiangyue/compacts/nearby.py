"""What compacts have for a resident's first page: drafts that hang around them."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse

from xiangyue.compacts import rules
from xiangyue.compacts.gates import TYPE
from xiangyue.compacts.models import Version
from xiangyue.kernel.asking import Question, given_each
from xiangyue.kernel.nearby import MOST, NearbyLine, about
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.publicity.models import Notice
from xiangyue.publicity.models import StateChoices as NoticeState

ONE_DAY = timedelta(days=1)
AFOOT = (
    Question(
        lambda count: Version.objects.filter(
            state__in=[str(one) for one in rules.HEARING],
            compact__members__place_path__in=given_each("paths", models.CharField(), count),
        ).values_list("pk")
    ),
)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """The drafts out for opinions at the place and what it lies in, until their notices end."""
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
    versions = list(rows[:MOST])
    ends = _last_days(versions)
    return [
        NearbyLine(
            title=one.compact.title,
            url=reverse("compact-version", args=[one.pk]),
            kind=str(one.get_state_display()),
            where=short_name(one.compact.place.name),
            until=ends.get(str(one.pk)),
            since=one.first_published_at,
            about=about(TYPE, one.pk),
        )
        for one in versions
    ]


def _last_days(versions: list[Version]) -> dict[str, date]:
    """The last day of the latest notice about each version, by its key as notices have it."""
    rows = Notice.objects.filter(
        subject_type=TYPE, subject_id__in=[str(one.pk) for one in versions], state=NoticeState.UP
    )
    ends = rows.order_by().values_list("subject_id").annotate(Max("ends_on"))
    return {key: last - ONE_DAY for key, last in ends}
