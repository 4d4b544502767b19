"""Counts a clock from its rows, with a calendar that nobody changes meanwhile.

A due time that was counted with yesterday's holidays, and saved after an edit of them went
through all clocks, would be wrong for ever. So whoever counts holds the calendar until the
transaction ends, and whoever edits it waits for them. SQLite has one writer anyway.
"""

from datetime import datetime

from django.db import connection

from xiangyue.calendars import rules
from xiangyue.calendars.models import Clock
from xiangyue.calendars.queries import current_calendar, extensions_of, pauses_of
from xiangyue.calendars.rules import Calendar, Limit, Unit

# Any number that nothing else in the database locks by; it spells "cal".
_KEY = 0x63616C

# Hours run around the clock: no holiday matters to them, so none is read.
_NO_HOLIDAYS = Calendar()


def hold_calendar() -> None:
    """Nobody edits the calendar until this transaction ends; others may hold it too."""
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
    limit, extensions = clock.parsed_limit(), extensions_of(clock)
    return rules.due_at(
        started_at=clock.started_at,
        limit=limit,
        calendar=calendar or calendar_for(limit, *extensions),
        pauses=pauses_of(clock),
        extensions=extensions,
    )


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_KEY])
