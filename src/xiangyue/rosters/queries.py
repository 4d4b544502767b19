"""Reads about duty that more than one front needs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.calendars.queries import current_calendar
from xiangyue.places.models import Organisation, Person
from xiangyue.places.queries import active_posts
from xiangyue.rosters.blueprint import DutyKind
from xiangyue.rosters.models import DutyTurn, Exchange, ExchangeState
from xiangyue.rosters.rules import Stretch, gaps, needed_turns


def duty_kinds() -> dict[str, DutyKind]:
    """Every kind of duty that is declared now, by key."""
    return {row.key: meaning(row, DutyKind) for row in all_current("duty_kind")}


def kinds_of(unit: Organisation) -> list[DutyKind]:
    """The kinds of duty that the unit keeps."""
    return [kind for kind in duty_kinds().values() if unit.function in kind.functions]


def members_of(unit: Organisation, *, at: datetime) -> QuerySet[Person]:
    """Who serves in the unit at `at` and may therefore be on duty for it, by name."""
    held = active_posts(at=at).filter(organisation=unit)
    return Person.objects.filter(pk__in=held.values("person")).order_by("name", "pk")


def start_of(day: date) -> datetime:
    """The day's first moment, by the county's clocks."""
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def turns_between(begins_at: datetime, ends_at: datetime) -> QuerySet[DutyTurn]:
    """The turns that are held in any part of [begins_at, ends_at)."""
    return DutyTurn.objects.filter(
        begins_at__lt=ends_at, ends_at__gt=begins_at, cancelled_at=None
    ).order_by("begins_at", "pk")


def needed_in(kind: DutyKind, *, begins: date, ends: date) -> list[Stretch]:
    """The turns of the kind that begin on the days in [begins, ends)."""
    days = [begins + timedelta(days=number) for number in range((ends - begins).days)]
    if kind.days == "working":
        calendar = current_calendar()
        days = [day for day in days if calendar.is_working_day(day)]
    return needed_turns(days, kind.day_turns(), zone=timezone.get_default_timezone())


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which nobody is on duty of this kind."""

    kind: DutyKind
    begins_at: datetime
    ends_at: datetime


def gaps_of(
    unit: Organisation, *, begins: date, ends: date, after: datetime | None = None
) -> list[Gap]:
    """When nobody is on duty for the unit in turns that begin in [begins, ends), earliest first.

    With `after`, only what has not passed by then. A turn that began the day before covers the
    morning that it reaches into.
    """
    turns = list(
        turns_between(start_of(begins), start_of(ends) + timedelta(days=2)).filter(unit=unit)
    )
    found = []
    for kind in kinds_of(unit):
        held = [turn.stretch for turn in turns if turn.kind == kind.key]
        for gap in gaps(needed_in(kind, begins=begins, ends=ends), held):
            if after is None or gap.ends_at > after:
                found.append(Gap(kind, gap.begins_at, gap.ends_at))
    return sorted(found, key=lambda gap: (gap.begins_at, gap.kind.key))


def on_duty_units(units: QuerySet[Organisation], *, at: datetime) -> dict[UUID, DutyTurn]:
    """The published turn that runs at `at`, by unit; of several, the one that ends last."""
    rows = turns_between(at, at + timedelta(microseconds=1)).filter(
        published_at__isnull=False, unit__in=units
    )
    return {turn.unit_id: turn for turn in rows.order_by("ends_at")}


def own_turns(person_id: UUID) -> QuerySet[DutyTurn]:
    """The person's published turns, earliest first."""
    return (
        DutyTurn.objects.filter(person_id=person_id, published_at__isnull=False, cancelled_at=None)
        .select_related("unit")
        .order_by("begins_at", "pk")
    )


def exchanges_awaiting(person_id: UUID, *, at: datetime) -> QuerySet[Exchange]:
    """What waits for this person's consent: turns that have not begun."""
    return (
        Exchange.objects.filter(state=ExchangeState.OPEN, turn__begins_at__gt=at)
        .filter(
            Q(giver_id=person_id, giver_agreed_at=None)
            | Q(taker_id=person_id, taker_agreed_at=None)
        )
        .select_related("turn__unit", "return_turn", "giver", "taker", "proposed_by")
    )


def partners_of(turn: DutyTurn, *, at: datetime) -> tuple[list[Person], list[DutyTurn]]:
    """Who could take the turn over, and which of their turns could be given in return."""
    members = [each for each in members_of(turn.unit, at=at) if each.pk != turn.person_id]
    theirs = (
        DutyTurn.objects.filter(
            person__in=members, unit=turn.unit, kind=turn.kind, cancelled_at=None, begins_at__gt=at
        )
        .exclude(published_at=None)
        .select_related("person")
        .order_by("begins_at", "pk")[:60]
    )
    return members, list(theirs)


def kind_names(language: str | None) -> dict[str, str]:
    """What each kind of duty is called, by key."""
    return {key: kind.name.in_language(language) for key, kind in duty_kinds().items()}
