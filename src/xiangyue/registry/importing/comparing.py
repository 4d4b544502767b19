"""A list held against the register, some villages at a time: who is new, who would change."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Household, Person
from xiangyue.registry.importing.drafting import Entry, name_key
from xiangyue.registry.importing.households import Dwelling, Dwellings, registered_in
from xiangyue.registry.importing.matching import (
    Fault,
    Register,
    Registered,
    Settled,
    merged,
    settle,
)
from xiangyue.registry.importing.models import OwnNumber
from xiangyue.registry.importing.placing import Places

AT_ONCE = 1_000
FIELDS = ("name", "phone", "household", "grid", "birth_date", "number", "address")


@dataclass(slots=True)
class Change:
    """A row that would change the register: who, into what, from what."""

    row: int
    person: UUID
    after: Registered
    before: Registered | None
    fields: tuple[str, ...]
    dwelling: Dwelling | None

    def canonical(self) -> bytes:
        """What is confirmed: all that would be written and over what, without identifiers made
        for it."""
        home = self.dwelling
        parts = [str(self.row), str(self.person) if self.before else "", ",".join(self.fields)]
        for known in (self.after, self.before):
            if known is not None:
                parts += [known.name, known.phone or "", str(known.birth_date or "")]
                parts += [known.number or "", known.place_path]
        parts += [home.code, home.address, home.was_address] if home else [""]
        parts.append((self.before.household if self.before else None) or "")
        return "\0".join(parts).encode()


@dataclass(slots=True)
class Compared:
    """What came of some villages' rows."""

    changes: list[Change] = field(default_factory=list)
    dwellings: list[Dwelling] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged_count: int = 0
    row_count: int = 0
    seen: dict[str, int] = field(default_factory=dict)


def compared(entries: Sequence[Entry], places: Places) -> Iterator[Compared]:
    """The entries held against the register, about a thousand rows at a time."""
    villages: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        villages[entry.home.village.path].append(entry)
    batch: list[Entry] = []
    paths: list[str] = []
    for path in sorted(villages):
        batch += villages[path]
        paths.append(path)
        if len(batch) >= AT_ONCE:
            yield _compared(batch, paths, places)
            batch, paths = [], []
    if batch:
        yield _compared(batch, paths, places)


def _compared(entries: list[Entry], paths: list[str], places: Places) -> Compared:
    found = Compared(row_count=len(entries), seen=seen_in(paths, places))
    ids = places.inside(paths)
    dwellings = registered_in(ids, [entry.household_code for entry in entries])
    found.faults += dwellings.place(entries)
    wrong = {fault.row for fault in found.faults}
    drafts = [entry.draft for entry in entries if entry.draft.row not in wrong]
    register = _register(entries, ids, paths, places)
    settled, faults = settle(drafts, register, areas=places.areas)
    found.faults += faults
    told: set[UUID] = set()
    for each in sorted(settled, key=lambda each: each.draft.row):
        change = _change(each, dwellings, told)
        if change is None:
            found.unchanged_count += 1
        else:
            found.changes.append(change)
    used = {each.draft.household for each in settled}
    found.dwellings = [
        dwelling
        for key, dwelling in dwellings.by_id.items()
        if (dwelling.is_new or dwelling.is_changed) and str(key) in used
    ]
    return found


def _change(each: Settled, dwellings: Dwellings, told: set[UUID]) -> Change | None:
    before, after = each.whom, merged(each)
    home = dwellings.by_id.get(UUID(after.household)) if after.household else None
    fields = []
    if before is not None:
        fields = [
            key
            for key, was, now in (
                ("name", before.name, after.name),
                ("phone", before.phone, after.phone),
                ("household", before.household, after.household),
                ("grid", before.place_path, after.place_path),
                ("birth_date", before.birth_date, after.birth_date),
                ("number", before.number, after.number),
            )
            if was != now
        ]
        if home is not None and home.is_changed and home.pk not in told:
            told.add(home.pk)
            fields.append("address")
        if not fields:
            return None
    person = before.person if before else new_id()
    return Change(each.draft.row, person, after, before, tuple(fields), home)


# --- reading the register ----------------------------------------------------------------------


def seen_in(paths: Sequence[str], places: Places) -> dict[str, int]:
    """How many people and households are registered in each village: more means that somebody
    came since."""
    ids = places.inside(paths)
    counts = dict.fromkeys(paths, 0)
    for rows, attribute in ((Person.objects.filter(place_id__in=ids), "place_id"),
                            (Household.objects.filter(grid_id__in=ids), "grid_id")):  # fmt: skip
        for pk, count in _counted(rows, attribute):
            village = places.village_of(places.by_id[pk].path)
            if village is not None:
                counts[village.path] += count
    return counts


def _counted(rows: QuerySet[Any], attribute: str) -> Iterator[tuple[int, int]]:
    yield from rows.order_by().values_list(attribute).annotate(Count("pk"))


_PERSON = (
    "pk", "name", "phone", "birth_date", "household_id", "household__grid_id", "place_id",
    "own_number__number", "own_number__village_id",
)  # fmt: skip


def _register(
    entries: Sequence[Entry], ids: Sequence[int], paths: Sequence[str], places: Places
) -> Register:
    """Everybody whom the rows could mean: who lives in the villages, who has one of the
    telephone numbers, system numbers or own numbers."""
    numbers = {
        (places.by_id[village_id].path, number): person_id
        for person_id, village_id, number in OwnNumber.objects.filter(
            village_id__in=[places.by_path[path].pk for path in paths]
        ).values_list("person_id", "village_id", "number")
    }
    rows = list(Person.objects.filter(place_id__in=ids).values_list(*_PERSON))
    known = {row[0] for row in rows}
    wanted = {entry.draft.person for entry in entries if entry.draft.person is not None}
    wanted |= {
        numbers[key]
        for entry in entries
        if (key := (entry.draft.village_path, entry.draft.number or "")) in numbers
    }
    for pks in _parts(sorted(wanted - known)):
        rows += Person.objects.filter(pk__in=pks).values_list(*_PERSON)
    phones = {row[2] for row in rows}
    missing = sorted({entry.draft.phone for entry in entries if entry.draft.phone} - phones)
    for part in _parts(missing):
        rows += Person.objects.filter(phone__in=part).values_list(*_PERSON)
    return Register((_registered(row, places) for row in rows), numbers)


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    for begin in range(0, len(values), AT_ONCE):
        yield values[begin : begin + AT_ONCE]


def _registered(row: tuple[Any, ...], places: Places) -> Registered:
    pk, name, phone, birth_date, household_id, grid_id, place_id, number, numbered_in = row
    place = places.by_id.get(place_id)
    village = places.village_of(place.path) if place is not None else None
    is_numbered_here = village is not None and numbered_in == village.pk
    return Registered(
        person=pk,
        name=name,
        name_key=name_key(name),
        place_path=place.path if place else "",
        village_path=village.path if village else "",
        household=str(household_id) if household_id else None,
        household_grid_path=places.by_id[grid_id].path if grid_id in places.by_id else "",
        birth_date=birth_date,
        phone=phone,
        number=number if is_numbered_here else None,
    )


class PlanDigest:
    """A digest of all changes, in whatever order the database brought them."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []

    def add(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._lines.append(hashlib.blake2b(change.canonical(), digest_size=16).digest())

    def hexdigest(self) -> str:
        return hashlib.sha256(b"".join(sorted(self._lines))).hexdigest()
