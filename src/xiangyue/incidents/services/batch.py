"""Many acts on many incidents, decided in memory and written together.

The verbs are the same and refuse the same; only their rows wait until `write`. For a past that is
taken over or played: nobody hears of it, and nobody else acts on those incidents meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet

from xiangyue.activity.services import Row, recorded_together, write_entries
from xiangyue.blueprints.editions import steady
from xiangyue.calendars.clock_rows import HeldClocks, clocks_held
from xiangyue.calendars.services import hold_calendar
from xiangyue.incidents.models import Incident, Step
from xiangyue.incidents.routing import units_remembered
from xiangyue.incidents.rules import State, Verb
from xiangyue.incidents.services.rows import LOCKED_WITH, Rows, rows_of
from xiangyue.incidents.voice_models import Extension, Rating, Support
from xiangyue.kernel.bulk import load_objects, load_rows, reserve_keys, update_objects
from xiangyue.kernel.making import nothing_thrown_away
from xiangyue.kernel.transactions import acts_together
from xiangyue.places.models import Person

STEP_NAMES = (
    "incident_id", "verb", "at", "actor_id", "right", "from_state", "to_state",
    "from_unit_id", "to_unit_id", "note", "is_told",
)  # fmt: skip
KEYS_AT_ONCE = 500
SETTLED = frozenset({State.CLOSED, State.MERGED})


class Batch(Rows):
    """Incidents as they stand in memory, and what is to be written of them.

    Use it within `acting_in`. What is known of an incident that began here is known whole;
    of one that was read, the rest is read when it is asked for.
    """

    def __init__(self) -> None:
        self.clocks = HeldClocks()
        self.incidents: dict[int, Incident] = {}
        self.entries: list[Row] = []
        self._unwritten: dict[int, Incident] = {}
        self._changed: dict[int, tuple[Incident, set[str]]] = {}
        self._steps: list[tuple[Any, ...]] = []
        self._new: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._decided: dict[int, tuple[Extension, set[str]]] = {}
        self._keys: dict[type[models.Model], list[int]] = {}
        self._numbers: dict[str, set[str]] = {}  # taken, by the day that they begin with
        # Of each incident that is known whole: what belongs to it.
        self._parts: dict[int, list[Incident]] = {}
        self._merged: dict[int, list[Incident]] = {}
        self._urged_at: dict[int, datetime | None] = {}
        self._supports: dict[int, dict[UUID, Support]] = {}
        self._pending: dict[int, Extension | None] = {}

    # --- writing --------------------------------------------------------------------------------

    def add_incident(self, incident: Incident) -> None:
        incident.pk = key = self._key(Incident)
        self.incidents[key] = self._unwritten[key] = incident
        self._parts[key], self._merged[key] = [], []
        self._urged_at[key], self._pending[key] = None, None
        self._supports[key] = {}
        if incident.parent_id is not None and incident.parent_id in self._parts:
            self._parts[incident.parent_id].append(incident)

    def add(self, row: models.Model) -> None:
        if isinstance(row, Extension):
            row.pk = self._key(Extension)
            self._pending[row.incident_id] = row
        else:
            assert isinstance(row, Rating), row
        self._new[type(row)].append(row)

    def add_step(self, incident: Incident, **facts: Any) -> None:
        actor, to_unit = facts.get("actor"), facts.get("to_unit")
        self._steps.append(
            (
                incident.id,
                facts["verb"],
                facts["at"],
                actor.pk if actor is not None else facts.get("actor_id"),
                facts.get("right", ""),
                facts.get("from_state", ""),
                facts["to_state"],
                facts.get("from_unit_id"),
                to_unit.pk if to_unit is not None else None,
                facts.get("note", ""),
                facts.get("is_told", False),
            )
        )
        if facts["verb"] == Verb.URGE:
            self._urged_at[incident.id] = facts["at"]

    def save(self, row: Incident | Extension, names: Collection[str]) -> None:
        if isinstance(row, Extension):
            self._pending[row.incident_id] = None
            if row._state.adding:
                return
            self._decided[row.pk] = (row, set(names))
        elif row.id not in self._unwritten:
            self._changed.setdefault(row.id, (row, set()))[1].update(names)
        if isinstance(row, Incident) and "merged_into" in names and row.merged_into_id is not None:
            self._merged_into(row.merged_into_id).append(row)

    def support(self, incident: Incident, person_id: UUID, at: datetime) -> tuple[Support, bool]:
        known = self._supports_of(incident)
        if person_id in known:
            return known[person_id], False
        support = Support(incident=incident, person_id=person_id, at=at)
        known[person_id] = support
        self._new[Support].append(support)
        return support, True

    def lead_on(self, merged: Incident, main: Incident, at: datetime) -> None:
        here, there = self._supports_of(merged), self._supports_of(main)
        for person_id, support in list(here.items()):
            if person_id in there:
                continue
            there[person_id] = here.pop(person_id)
            support.incident = main
            if support.pk is not None:
                support.save(update_fields=["incident"])
        for row in self._merged_into(merged.pk):
            row.merged_into, row.told_at = main, at
            self.save(row, ["merged_into", "told_at"])
        self._merged[merged.pk] = []

    # --- reading --------------------------------------------------------------------------------

    def locked(self, incident: Incident) -> Incident:
        found = self.incidents.get(incident.id)
        return found if found is not None else self._held(super().locked(incident))

    def locked_extension(self, extension: Extension) -> Extension:
        pending = self._pending_of(extension.incident)
        if pending is not None and pending.pk == extension.pk:
            return pending
        return extension if extension.decided_at else super().locked_extension(extension)

    def new_number(self, at: datetime) -> str:
        """One that nobody has: a batch is not done again because of a number."""
        number = super().new_number(at)
        day = number.partition("-")[0]
        if day not in self._numbers:
            begun = Incident.objects.filter(number__startswith=f"{day}-")
            self._numbers[day] = set(begun.values_list("number", flat=True))
        taken = self._numbers[day]
        while number in taken:
            number = super().new_number(at)
        taken.add(number)
        return number

    def reports_that_day(self, reporter: Person, at: datetime) -> int:
        """Nobody is told in hindsight that it was too much for one day."""
        return 0

    def has_open_part(self, incident: Incident) -> bool:
        return any(part.state != State.CLOSED for part in self._parts_of(incident))

    def part_count(self, incident: Incident) -> int:
        return len(self._parts_of(incident))

    def awaits_extension(self, incident: Incident) -> bool:
        return self._pending_of(incident) is not None

    def last_urged_at(self, incident: Incident) -> datetime | None:
        if incident.pk not in self._urged_at:
            self._urged_at[incident.pk] = super().last_urged_at(incident)
        return self._urged_at[incident.pk]

    def silent(self, at: datetime, most: int) -> list[Incident]:
        self._hold_missing(self.silent_rows(at))
        found = [
            (row.confirm_until_at, row.pk, row)
            for row in self.incidents.values()
            if row.state == State.ANSWERED and row.confirm_until_at and row.confirm_until_at <= at
        ]
        return [row for _at, _key, row in sorted(found)[:most]]

    def overdue(self, at: datetime, most: int) -> list[Incident]:
        self._hold_missing(self.overdue_rows(at))
        found = [
            (row.watch_at, row.pk, row)
            for row in self.incidents.values()
            if row.watch_at and row.watch_at <= at
        ]
        return [row for _at, _key, row in sorted(found)[:most]]

    def _hold_missing(self, rows: QuerySet[Incident]) -> None:
        """What is in memory has gone on since; only the rest is read."""
        self.hold([key for key in rows.values_list("pk", flat=True) if key not in self.incidents])

    # --- what belongs to an incident ------------------------------------------------------------

    def hold(self, keys: Sequence[int]) -> None:
        """Read incidents at once, instead of each when it is acted on."""
        wanted = [key for key in keys if key not in self.incidents]
        for start in range(0, len(wanted), KEYS_AT_ONCE):
            for row in (
                Incident.objects.select_for_update(of=("self",))
                .select_related(*LOCKED_WITH)
                .filter(pk__in=wanted[start : start + KEYS_AT_ONCE])
            ):
                self._held(row)

    def _held(self, incident: Incident) -> Incident:
        self.incidents[incident.pk] = incident
        return incident

    def _parts_of(self, incident: Incident) -> list[Incident]:
        if incident.pk not in self._parts:
            rows = Incident.objects.filter(parent=incident).select_related(*LOCKED_WITH)
            found = [self.incidents.get(row.pk) or self._held(row) for row in rows]
            self._parts[incident.pk] = found
        return self._parts[incident.pk]

    def _merged_into(self, key: int) -> list[Incident]:
        if key not in self._merged:
            rows = Incident.objects.filter(merged_into=key).select_related(*LOCKED_WITH)
            self._merged[key] = [self.incidents.get(row.pk) or self._held(row) for row in rows]
        return self._merged[key]

    def _supports_of(self, incident: Incident) -> dict[UUID, Support]:
        if incident.pk not in self._supports:
            found = Support.objects.filter(incident=incident)
            self._supports[incident.pk] = {row.person_id: row for row in found}
        return self._supports[incident.pk]

    def _pending_of(self, incident: Incident) -> Extension | None:
        if incident.pk not in self._pending:
            found = Extension.objects.filter(incident=incident, decided_at=None).first()
            self._pending[incident.pk] = found
        return self._pending[incident.pk]

    def _key(self, model: type[models.Model]) -> int:
        keys = self._keys.get(model)
        if not keys:
            keys = self._keys[model] = reserve_keys(model, KEYS_AT_ONCE)[::-1]
        return keys.pop()

    # --- the end --------------------------------------------------------------------------------

    def write(self) -> None:
        """Write everything, in as few statements as there are kinds of rows.

        :raises IntegrityError: a row breaks a constraint; then nothing of the transaction stays.
        """
        self.clocks.write()
        load_objects(Incident, self._unwritten.values())
        update_objects(Incident, self._changed.values())
        load_rows(Step, STEP_NAMES, self._steps)
        # What was decided before what was asked next: one extension is pending at most.
        update_objects(Extension, self._decided.values())
        for model, found in self._new.items():
            load_objects(model, found)
        write_entries(self.entries)
        self._unwritten.clear()
        self._changed.clear()
        self._steps.clear()
        self._new.clear()
        self._decided.clear()
        # Rows whose keys nobody learned are read again when they are needed.
        self._supports.clear()

    def forget_settled(self) -> None:
        """Let go of what has nothing to be done any more; call it after `write`."""
        self._forget([key for key, row in self.incidents.items() if row.state in SETTLED])

    def forget(self) -> None:
        """Let go of everything; call it after `write`, before others act on the incidents."""
        self._forget(list(self.incidents))
        self._keys.clear()
        self._numbers.clear()

    def _forget(self, keys: Iterable[int]) -> None:
        assert not self._unwritten, "write first"
        assert not self._changed, "write first"
        known: tuple[dict[int, Any], ...] = (
            self._parts, self._merged, self._urged_at, self._supports, self._pending,
        )  # fmt: skip
        for key in keys:
            self.clocks.forget(self.incidents.pop(key).clock)
            for each in known:
                each.pop(key, None)


@contextmanager
def acting_in(batch: Batch) -> Iterator[Batch]:
    """The verbs act in the batch, in one transaction, and nobody hears of it; at the end it is
    written, unless something was raised: then nothing has happened."""
    with transaction.atomic(), steady(), nothing_thrown_away():
        hold_calendar()
        with (
            acts_together(),
            units_remembered(),
            rows_of(batch),
            clocks_held(batch.clocks),
            recorded_together(batch.entries),
        ):
            yield batch
        batch.write()
