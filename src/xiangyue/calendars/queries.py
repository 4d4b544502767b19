"""Reads of calendars and clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.blueprints.editions import kept
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.calendars import rules
from xiangyue.calendars.blueprint import OfficeHours
from xiangyue.calendars.explaining import explain
from xiangyue.calendars.festivals import PUBLISHED_NAMES, festival_name
from xiangyue.calendars.models import Clock, Holiday
from xiangyue.calendars.rules import OFFICE_HOURS, Calendar
from xiangyue.calendars.sentences import sentence_of


def current_calendar() -> Calendar:
    """The bound county's calendar as it stands in the database now.

    One tiny query unless an edit has come between, so that what staff edit holds at once in
    every process. Work on many clocks reads it once and passes it to each service.
    """
    return kept("calendar", _read_calendar)


def _read_calendar() -> Calendar:
    holidays: dict[date, str] = {}
    workdays: dict[date, str] = {}
    kinds = {Holiday.Kind.HOLIDAY.value: holidays, Holiday.Kind.WORKDAY.value: workdays}
    for day, kind, name in (
        Holiday.objects.exclude(kind=Holiday.Kind.ORDINARY)
        .order_by()
        .values_list("date", "kind", "name")
    ):
        kinds[kind][day] = name
    rows = [row for row in all_current("office_hours") if row.key == "office_hours"]
    opening = meaning(rows[0], OfficeHours).opening if rows else OFFICE_HOURS
    return Calendar(holidays, workdays, opening)


def pauses_of(clock: Clock) -> list[rules.Pause]:
    """A clock's pauses as rules know them; free when `pauses` was prefetched."""
    return [
        rules.Pause(pause.paused_at, pause.resumed_at, pause.reason) for pause in clock.pauses.all()
    ]


def extensions_of(clock: Clock) -> list[rules.Limit]:
    """A clock's extensions in the order they were given; free when prefetched."""
    return [rules.Limit.parse(extension.limit) for extension in clock.extensions.all()]


# --- clocks -----------------------------------------------------------------------------------


def overdue_clocks(*, at: datetime) -> QuerySet[Clock]:
    """Running clocks whose due time has passed, longest overdue first; paused ones wait."""
    return Clock.objects.filter(due_at__lt=at).order_by("due_at")


def clocks_due_within(*, at: datetime, within: timedelta) -> QuerySet[Clock]:
    """Running clocks that fall due in `[at, at + within]`, soonest first."""
    return Clock.objects.filter(due_at__gte=at, due_at__lte=at + within).order_by("due_at")


def explain_clock(clock: Clock, *, calendar: Calendar | None = None) -> str:
    """One sentence from which anybody can count again why the clock is due when it is (N2).

    Says from when it counts, the limit and how it changed, which days do not count and why,
    what pauses cost, and when it is therefore due; of a paused clock what is left, of a stopped
    one how it ended. Reads the clock's pauses, extensions and changes (prefetch them for many).
    """
    calendar = calendar or current_calendar()
    why = explain(
        started_at=clock.started_at,
        limit=clock.parsed_limit(),
        calendar=calendar,
        pauses=pauses_of(clock),
        extensions=extensions_of(clock),
    )
    return sentence_of(clock, why, calendar)


def time_left(clock: Clock, *, at: datetime, calendar: Calendar | None = None) -> timedelta:
    """What is left to a clock at `at`, in its limit's own time; negative when late.

    It stands still while the clock is paused, and for good when it has stopped. Working time
    for working days and working hours; divide by `Calendar.working_day` for days.
    """
    return rules.remaining(
        started_at=clock.started_at,
        at=at if clock.stopped_at is None else clock.stopped_at,
        limit=clock.parsed_limit(),
        calendar=calendar or current_calendar(),
        pauses=pauses_of(clock),
        extensions=extensions_of(clock),
    )


def time_used(clock: Clock, *, at: datetime, calendar: Calendar | None = None) -> timedelta:
    """How long a clock has run without its pauses, in its limit's own time."""
    return rules.elapsed(
        started_at=clock.started_at,
        until=at if clock.stopped_at is None else min(at, clock.stopped_at),
        unit=clock.parsed_limit().unit,
        calendar=calendar or current_calendar(),
        pauses=pauses_of(clock),
    )


# --- the year's holidays ----------------------------------------------------------------------


def holidays_of(year: int) -> QuerySet[Holiday]:
    """A year's holidays and make-up days, in order."""
    return Holiday.objects.filter(
        date__gte=date(year, 1, 1), date__lt=date(year + 1, 1, 1)
    ).exclude(kind=Holiday.Kind.ORDINARY)


@dataclass(frozen=True)
class CalendarGap:
    """A public holiday that the calendar does not have in a year, with a sentence for staff."""

    year: int
    festival: str
    message: str


def calendar_gaps(year: int) -> list[CalendarGap]:
    """The public holidays that a year's calendar lacks; all seven before it is published.

    A page warns staff with it: until they are entered, only weekends rest.
    """
    named = set(holidays_of(year).filter(kind=Holiday.Kind.HOLIDAY).values_list("name", flat=True))
    return [
        CalendarGap(
            year,
            name,
            _("The calendar of %(year)d has no %(festival)s yet; due times only skip weekends.")
            % {"year": year, "festival": festival_name(name)},
        )
        for name in _missing(named)
    ]


def gaps_in_words(year: int) -> list[str]:
    """What to tell staff about a year's gaps: one sentence when it lacks everything."""
    gaps = calendar_gaps(year)
    if len(gaps) == len(PUBLISHED_NAMES):
        return [
            _(
                "The holidays of %(year)d are not entered yet; until they are, "
                "due times only skip weekends."
            )
            % {"year": year}
        ]
    return [gap.message for gap in gaps]


def _missing(named: Iterable[str]) -> list[str]:
    # One row may name two festivals that fall together, such as 国庆节、中秋节.
    together = "、".join(named)
    return [name for name in PUBLISHED_NAMES.values() if name not in together]
