"""Incidents with their whole life as the demonstration plays its past, over a bulk load of the same
rows: what deciding costs beside writing."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db import models, transaction

from bench.county import NOW, neighbourhoods, tidy
from bench.measuring import Result
from bench.sizes import LIVES, LIVES_DAYS, ROUNDS
from xiangyue.activity.models import Entry
from xiangyue.calendars.models import Clock, ClockChange, ClockExtension, ClockPause
from xiangyue.demo.life import Life
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.services.batch import Batch, acting_in
from xiangyue.incidents.voice_models import Extension, Rating, Support
from xiangyue.kernel.bulk import load_rows, reserve_keys
from xiangyue.kernel.counties import bind
from xiangyue.kernel.identifiers import new_id, speakable_code

BUDGET = 3.0
TABLES: tuple[type[models.Model], ...] = (
    Clock, ClockPause, ClockExtension, ClockChange,
    Incident, Step, Extension, Rating, Support, Entry,
)  # fmt: skip
NUMBERED = (Incident, Step, Extension, Rating, Support, Entry)
POINTING = {"incident_id", "parent_id", "merged_into_id"}

Rows = list[tuple[type[models.Model], Sequence[str], list[list[Any]]]]


def measure(database: str) -> Iterator[Result]:
    """The played past's time for each of its incidents, over loading its rows."""
    with bind("small"):
        tidy()
        # Twice, so that the first does not pay for what both need; each loads its own rows.
        found = [_played_and_loaded(seed) for seed in range(min(ROUNDS, 3))]
    played = median(each[0] for each in found)
    loaded = median(each[1] for each in found)
    count, rows = found[0][2], found[0][3]
    yield Result(
        what="an incident's whole life, decided and written in bulk",
        database=database,
        measured=played,
        baseline=loaded,
        budget=BUDGET,
        note=f"{count} incidents with {rows / count:.1f} rows each",
    )


def _played_and_loaded(seed: int) -> tuple[float, float, int, int]:
    """Milliseconds an incident to play and to load, how many, and how many rows they left."""
    before = {model: model.objects.count() for model in TABLES}
    newest = {model: _newest(model) for model in NUMBERED}
    known = set(Clock.objects.values_list("pk", flat=True))
    life = Life(
        neighbourhoods=neighbourhoods["small"],
        dice=random.Random(seed),
        begins_at=(NOW - timedelta(days=LIVES_DAYS + 60)).replace(hour=0),
        ends_at=(NOW - timedelta(days=60)).replace(hour=0),
        report_count=LIVES,
        photo_chance=0.0,
    )
    batch = Batch()
    began = time.perf_counter()
    with acting_in(batch):
        for _begin, end in life.timetable.days():
            life.live_until(end)
    played = time.perf_counter() - began
    rows = _rows(newest, known)
    written = sum(len(values) for _model, _names, values in rows)
    assert written == sum(model.objects.count() for model in TABLES) - sum(before.values())
    _with_fresh_keys(rows)
    began = time.perf_counter()
    with transaction.atomic():
        for model, names, values in rows:
            load_rows(model, names, values)
    loaded = time.perf_counter() - began
    count = next(len(values) for model, _names, values in rows if model is Incident)
    return played * 1000 / count, loaded * 1000 / count, count, written


def _newest(model: type[models.Model]) -> int:
    newest: int | None = model.objects.aggregate(models.Max("pk"))["pk__max"]
    return newest or 0


def _rows(newest: dict[Any, int], known: set[UUID]) -> Rows:
    """The rows that came since, as values."""
    found: Rows = []
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields]
        if model in newest:
            queryset = model.objects.filter(pk__gt=newest[model])
        elif model is Clock:
            queryset = model.objects.all()
        else:
            queryset = model.objects.exclude(clock_id__in=known)
        values = [list(row) for row in queryset.order_by("pk").values_list(*names)]
        if model is Clock:
            values = [row for row in values if row[names.index("id")] not in known]
        if model is Entry:
            values = [row for row in values if row[1].startswith("incidents.")]
        found.append((model, names, values))
    return found


def _with_fresh_keys(rows: Rows) -> None:
    """Give every row a key of its own, and let those that point to it point there."""
    fresh: dict[Any, Any] = {}
    for model, names, values in rows:
        own = names.index("id")
        is_number = not isinstance(model._meta.pk, models.UUIDField)
        keys = iter(reserve_keys(model, len(values)) if is_number and values else [])
        for row in values:
            key = next(keys) if is_number else new_id()
            if model in {Clock, Incident}:
                fresh[model, row[own]] = key
            row[own] = key
    for model, names, values in rows:
        for position, name in enumerate(names):
            target = Clock if name == "clock_id" else Incident if name in POINTING else None
            for row in values:
                if target is not None:
                    row[position] = fresh.get((target, row[position]), row[position])
                elif model is Incident and name in {"number", "slip_digest"}:
                    row[position] = speakable_code(16)
