"""Proves that a county's data are whole: the sealed record, and each module's invariants.

A module's `invariants.py` offers `INVARIANTS`, names with functions that return what is wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection

from xiangyue.activity.proofs import SignedHead
from xiangyue.activity.verification import verify_record
from xiangyue.site.modules import offering

Invariant = Callable[[], list[str]]


def invariants() -> Iterator[tuple[str, Invariant]]:
    """Every module's invariants, named `module.invariant`."""
    for module in offering("invariants"):
        offered: Mapping[str, Invariant] = module.INVARIANTS
        for name, check in offered.items():
            yield f"{module.__name__.split('.')[1]}.{name}", check


def verify_county(*, at: datetime, published: Sequence[SignedHead] = ()) -> list[str]:
    """What is wrong in the bound county; an empty list means that all of it is proven.

    The record is also compared with the heads that others kept (`published`).
    """
    problems = [f"record: {problem}" for problem in verify_record(at=at, published=published)]
    problems += [f"references: {problem}" for problem in _broken_references()]
    for name, check in invariants():
        problems += [f"{name}: {problem}" for problem in check()]
    return problems


def _broken_references() -> list[str]:
    """Rows that point at rows which are not there; PostgreSQL refuses them by itself."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        return [f"{table} row {row} points at no {parent}" for table, row, parent, _ in cursor]
