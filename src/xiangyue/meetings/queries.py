"""Reads of many sessions: the list and its filter, what was held where, what is near."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date as Date  # noqa: N812 - a filter has fields called by dates
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from xiangyue.access.rules import Standing
from xiangyue.meetings.access import meetings_of, sessions_asked_to
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.places.models import Place
from xiangyue.places.queries import within

PAGE_SIZE = 30
KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What the list is narrowed to; every field is a parameter of its address."""

    when: str = ""
    series: str = ""
    place: str = ""
    state: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "MeetingFilter":
        return cls(**{field.name: query.get(field.name, "").strip()[:80] for field in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return self == MeetingFilter()


def _day(text: str) -> Date | None:
    try:
        return parse_date(text)
    except ValueError:  # the form of a date, but no such day
        return None


def sessions(standing: Standing, narrowed: MeetingFilter, *, at: datetime) -> QuerySet[Meeting]:
    """The person's sessions: those to come and in session, soonest first; past ones latest first.

    `when` is `past`, `all`, or to come; a state or a stretch of days asks for all of them.
    """
    rows = meetings_of(standing).select_related("series", "place")
    rows = rows.annotate(item_count=Count("items"))
    today = timezone.localdate(at)
    is_wide = bool(narrowed.state or narrowed.since or narrowed.until or narrowed.when == "all")
    is_past = narrowed.when == "past" or (is_wide and narrowed.state != StateChoices.PLANNED)
    if not is_wide:
        rows = (
            rows.filter(date__lt=today).exclude(state=StateChoices.OPEN)
            if is_past
            else rows.filter(Q(date__gte=today) | Q(state=StateChoices.OPEN))
        )
    if narrowed.series:
        rows = rows.filter(series_key=narrowed.series)
    if narrowed.place:
        place = Place.objects.filter(code=narrowed.place).first()
        rows = within(rows, place) if place else rows.none()
    if narrowed.state in StateChoices.values:
        rows = rows.filter(state=narrowed.state)
    if since := _day(narrowed.since):
        rows = rows.filter(date__gte=since)
    if until := _day(narrowed.until):
        rows = rows.filter(date__lte=until)
    return rows.order_by("-begins_at", "pk") if is_past else rows.order_by("begins_at", "pk")


def near(standing: Standing, *, at: datetime) -> list[Meeting]:
    """The sessions of today that the person is asked to come to, and those in session, in order."""
    if standing.person_id is None or not standing.holdings:
        return []
    today = timezone.localdate(at)
    rows = Meeting.objects.filter(sessions_asked_to(standing)).filter(
        Q(date=today, state__in=[StateChoices.PLANNED, StateChoices.OPEN])
        | Q(state=StateChoices.OPEN, date__gte=today - timedelta(days=7))
    )
    return list(
        rows.select_related("series", "place")
        .annotate(item_count=Count("items"))
        .order_by("begins_at", "pk")[:5]
    )


def kept_since(standing: Standing, narrowed: MeetingFilter, *, at: datetime) -> QuerySet[Any]:
    """Each series at each place with what was held and not held in the last 90 days.

    In the order of places, not of numbers: it shows gaps, and ranks nobody. One row a series and
    place, as a mapping.
    """
    today = timezone.localdate(at)
    rows = meetings_of(standing).filter(date__gte=today - timedelta(days=KEPT_DAYS))
    if narrowed.series:
        rows = rows.filter(series_key=narrowed.series)
    if narrowed.place:
        place = Place.objects.filter(code=narrowed.place).first()
        rows = within(rows, place) if place else rows.none()
    counted = rows.order_by().values(
        "series_key", "place_path", "place__name", "place__code", "place__kind"
    )
    return counted.annotate(
        held_count=Count("pk", filter=Q(state=StateChoices.CLOSED)),
        missed_count=Count("pk", filter=Q(state=StateChoices.MISSED)),
        cancelled_count=Count("pk", filter=Q(state=StateChoices.CANCELLED)),
        planned_count=Count("pk", filter=Q(state=StateChoices.PLANNED)),
    ).order_by("place_path", "series_key")
