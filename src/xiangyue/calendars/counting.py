"""Counts clocks from their rows, with a calendar that nobody changes meanwhile.

A due time that was counted with yesterday's holidays, and saved after an edit of them went
through all clocks, would be wrong for ever. So whoever counts holds the calendar until the
transaction ends, and whoever edits it waits for them. SQLite has one writer anyway.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from xiangyue.calendars import rules
from xiangyue.calendars.clock_rows import clock_rows
from xiangyue.calendars.models import Clock, ClockExtension, ClockPause
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.rules import Calendar, Limit, Pause, Unit

# Any number that nothing else in the database locks by; it spells "cal".
_KEY = 0x63616C

# Hours run around the clock: no holiday matters to them, so none is read.
_NO_HOLIDAYS = Calendar()


def hold_calendar() -> None:
    """Nobody edits the calendar until this transaction ends; others may hold it too.

    Every verb on clocks does this first. Whoever keeps copies of due times and lets them follow
    edits holds the calendar before locking rows of its own, or the two could wait for each other.
    """
    if not clock_rows().holds_calendar:
        _lock("pg_advisory_xact_lock_shared")


def hold_calendar_alone() -> None:
    """Nobody counts with the calendar or edits it until this transaction ends."""
    _lock("pg_advisory_xact_lock")


def calendar_for(*limits: Limit) -> Calendar:
    """A calendar good enough for the limits; read from the database only if it matters."""
    if all(limit.unit is Unit.hours for limit in limits):
        return _NO_HOLIDAYS
    return current_calendar()


def due_of(clock: Clock, calendar: Calendar | None) -> datetime | None:
    """When a clock is due by its limit, pauses and extensions; None while a pause stops it."""
    limit, extensions = clock.parsed_limit(), clock_rows().extensions(clock)
    return rules.due_at(
        started_at=clock.started_at,
        limit=limit,
        calendar=calendar or calendar_for(limit, *extensions),
        pauses=clock_rows().pauses(clock),
        extensions=extensions,
    )


def due_times(
    clocks: Sequence[Clock], calendar: Calendar
) -> Iterator[tuple[Clock, datetime | None]]:
    """Each of many clocks with its due time, in two queries for all of them."""
    keys = [clock.pk for clock in clocks]
    pauses: dict[UUID, list[Pause]] = defaultdict(list)
    for key, paused_at, resumed_at in ClockPause.objects.filter(clock__in=keys).values_list(
        "clock_id", "paused_at", "resumed_at"
    ):
        pauses[key].append(Pause(paused_at, resumed_at))
    extensions: dict[UUID, list[Limit]] = defaultdict(list)
    for key, limit in ClockExtension.objects.filter(clock__in=keys).values_list(
        "clock_id", "limit"
    ):
        extensions[key].append(Limit.parse(limit))
    for clock in clocks:
        yield (
            clock,
            rules.due_at(
                started_at=clock.started_at,
                limit=clock.parsed_limit(),
                calendar=calendar,
                pauses=pauses.get(clock.pk, ()),
                extensions=extensions.get(clock.pk, ()),
            ),
        )


def pages(clocks: QuerySet[Clock], *, size: int) -> Iterator[list[Clock]]:
    """The clocks in pages by key, so that none is missed although they change on the way."""
    page = list(clocks.order_by("pk")[:size])
    while page:
        yield page
        page = list(clocks.filter(pk__gt=page[-1].pk).order_by("pk")[:size])


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_KEY])
