"""Recording what happened. Whoever changes something records it in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models, transaction

from xiangyue.activity.catalogue import activity_named, receivers_of
from xiangyue.activity.models import Entry
from xiangyue.activity.rules import accepted_facts
from xiangyue.kernel.bulk import insert_row, load_rows
from xiangyue.kernel.counties import CountyMixed, current_county
from xiangyue.kernel.making import made

BATCH = 1_000
_is_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
Row = tuple[Any, ...]
ROW_NAMES = ("name", "at", "actor_id", "subject_type", "subject_id", "place_path", "facts")
_held: ContextVar[list[Row] | None] = ContextVar("held_entries", default=None)


@contextmanager
def unheard() -> Iterator[None]:
    """Record without calling receivers: for a past that is played or imported, not lived.

    Nobody is to be told today of what happened a year ago.
    """
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


@contextmanager
def recorded_together(entries: list[Row]) -> Iterator[None]:
    """Collect what is recorded, unheard and unwritten, in `entries`; `write_entries` writes it.

    For acts that are taken together: their subjects' rows are not written yet either.
    """
    token = _held.set(entries)
    try:
        yield
    finally:
        _held.reset(token)


def write_entries(entries: list[Row]) -> None:
    """Write what was collected, in its order, and empty the list."""
    recorded_at = Entry().recorded_at  # the column's own default
    load_rows(Entry, (*ROW_NAMES, "recorded_at"), ((*row, recorded_at) for row in entries))
    entries.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What `record` takes, held back so that many can be recorded at once."""

    name: str
    subject: models.Model
    at: datetime
    actor_id: UUID | None = None
    place_path: str = ""
    facts: Mapping[str, object] | None = None


def record(
    *,
    name: str,
    subject: models.Model,
    at: datetime,
    actor_id: UUID | None = None,
    place_path: str = "",
    facts: Mapping[str, object] | None = None,
) -> Entry | None:
    """Record that `name` happened to `subject` at `at`; whoever hears it is called at once.

    One INSERT, no lock: sealing follows later and nobody waits for it. A receiver that raises
    undoes the whole transaction. None while it is only collected (`recorded_together`).

    :raises UnknownActivity: the catalogue has no such name.
    :raises FactRefused: the facts are not identifiers, codes, numbers or digests (SE02).
    """
    row = _row(
        name=name, subject=subject, at=at, actor_id=actor_id, place_path=place_path, facts=facts
    )
    held = _held.get()
    if held is not None:
        held.append(row)
        return None
    entry = _entry(row, subject)
    # No savepoint: a recording that fails must take what it records with it.
    with transaction.atomic(savepoint=False):
        insert_row(entry)
        for receiver in () if _is_quiet.get() else receivers_of(name):
            receiver(entry)
    return entry


def record_many(happenings: Iterable[Happening], *, quietly: bool = False) -> int:
    """Record many at once, in the order given; returns how many.

    For imports and demonstrations: a thousand to a statement. `quietly` calls no receiver.
    Raises as `record` does, with nothing recorded.
    """
    remaining = iter(happenings)
    count = 0
    with transaction.atomic(savepoint=False):
        while batch := [_drafted(happening) for happening in islice(remaining, BATCH)]:
            entries = Entry.objects.bulk_create(batch)
            count += len(entries)
            if not (quietly or _is_quiet.get()):
                for entry in entries:
                    for receiver in receivers_of(entry.name):
                        receiver(entry)
    return count


def _drafted(happening: Happening) -> Entry:
    row = _row(
        name=happening.name,
        subject=happening.subject,
        at=happening.at,
        actor_id=happening.actor_id,
        place_path=happening.place_path,
        facts=happening.facts,
    )
    return _entry(row, happening.subject)


def _entry(row: Row, subject: models.Model) -> Entry:
    entry = made(Entry, **dict(zip(ROW_NAMES, row, strict=True)))
    entry.subject = subject
    return entry


def _row(
    *,
    name: str,
    subject: models.Model,
    at: datetime,
    actor_id: UUID | None,
    place_path: str,
    facts: Mapping[str, object] | None,
) -> Row:
    """An entry's values, in the order of `ROW_NAMES`."""
    activity = activity_named(name)
    loaded_from = subject._state.db
    if loaded_from is not None and loaded_from != current_county().alias:
        raise CountyMixed(f"{subject!r} of {loaded_from!r} was about to be recorded elsewhere.")
    key = subject.pk
    if key is None:
        raise ValueError(f"{name}: save the subject before recording about it.")
    if at.utcoffset() is None:
        raise ValueError(f"{name}: `at` has no time zone.")
    accepted = accepted_facts(facts, allowed=activity.facts, name=name)
    return name, at, actor_id, subject._meta.label_lower, str(key), place_path, accepted
