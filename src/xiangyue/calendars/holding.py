"""Keeps the calendar from changing under a clock that is being counted.

A due time that was counted with yesterday's holidays, and saved after an edit of them went
through all clocks, would be wrong for ever. So whoever counts holds the calendar until the
transaction ends, and whoever edits it waits for them. SQLite has one writer anyway.
"""

from django.db import connection

# Any number that nothing else in the database locks by; it spells "cal".
_KEY = 0x63616C


def hold_calendar() -> None:
    """Nobody edits the calendar until this transaction ends; others may hold it too."""
    _lock("pg_advisory_xact_lock_shared")


def hold_calendar_alone() -> None:
    """Nobody counts with the calendar or edits it until this transaction ends."""
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_KEY])  # noqa: S608 - our two names
