"""What the pages and the API show of an import."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.access.services import log_many_reads
from xiangyue.places.models import Household, Place
from xiangyue.places.queries import full_name
from xiangyue.registry.importing import faults
from xiangyue.registry.importing.columns import TITLES
from xiangyue.registry.importing.models import Import, ImportFault, ImportRow, State, Verdict

PAGE_SIZE = 50
# What of a person is shown when a field's old value is: keys of `access.models.READABLE`.
SHOWN = {
    "name": "name",
    "phone": "phone",
    "household": "household",
    "grid": "address",
    "birth_date": "birth_date",
    "number": "name",
    "address": "address",
}


@dataclass(frozen=True, slots=True)
class FaultShown:
    """A fault as a clerk reads it: `where` is the column's letter and heading."""

    row: int
    column: str
    where: str
    code: str
    message: str


def faults_of(batch: Import, *, column: str = "", code: str = "") -> QuerySet[ImportFault]:
    rows = ImportFault.objects.filter(batch=batch)
    if column:
        rows = rows.filter(column=column)
    if code:
        rows = rows.filter(code=code)
    return rows.order_by("number", "pk")


def shown_faults(batch: Import, rows: Iterable[ImportFault]) -> list[FaultShown]:
    return [
        FaultShown(
            row=row.number,
            column=row.column,
            where=heading_of(batch, row.column),
            code=row.code,
            message=faults.said(faults.ROW, row.code, row.facts),
        )
        for row in rows
    ]


def heading_of(batch: Import, column: str) -> str:
    """The column as it stands in the file: its letter and its heading; else its name here."""
    if column in batch.headings:
        letter, text = batch.headings[column]
        return f"{letter} {text}"
    return str(TITLES[column]) if column in TITLES else ""


def fault_kinds(batch: Import) -> list[tuple[str, str, int]]:
    """Which columns are wrong how often: key, name, count."""
    counted = (
        ImportFault.objects.filter(batch=batch)
        .values_list("column")
        .annotate(count=Count("pk"))
        .order_by("-count", "column")
    )
    return [(column, heading_of(batch, column), count) for column, count in counted]


@dataclass(frozen=True, slots=True)
class Alteration:
    """One field of a row that would change: what it is called, from what, into what."""

    key: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowShown:
    row: int
    name: str
    verdict: str
    place: str
    household: str
    birth_date: date | None
    phone: str
    own_number: str
    alterations: list[Alteration]


def rows_of(batch: Import, verdict: str) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(batch=batch, verdict=verdict).order_by("number")


def shown_rows(
    batch: Import, rows: Sequence[ImportRow], *, reader: Standing, at: datetime
) -> list[RowShown]:
    """The rows as a clerk reads them; what is registered of changed people is read with this,
    and noted for them (GD05). A constant number of queries."""
    seen = [
        (row.person_id, ",".join(dict.fromkeys(SHOWN[key] for key in row.field_keys.split(","))))
        for row in rows
        if row.verdict == Verdict.CHANGED and row.person_id != reader.person_id
    ]
    if seen and reader.person_id is not None:
        log_many_reads(
            reader_id=reader.person_id, seen=seen, purpose=_("To check an import"), at=at
        )
    names = _Names(batch, rows)
    return [
        RowShown(
            row=row.number,
            name=row.name,
            verdict=row.verdict,
            place=names.place(row.place_id),
            household=names.household(row.household_id),
            birth_date=row.birth_date,
            phone=row.phone or "",
            own_number=row.own_number,
            alterations=[_alteration(row, key, names) for key in row.field_keys.split(",") if key],
        )
        for row in rows
    ]


class _Names:
    """Places and households by the names people know them by."""

    def __init__(self, batch: Import, rows: Iterable[ImportRow]) -> None:
        places = {pk for row in rows for pk in (row.place_id, row.was_place_id)}
        homes = {
            pk for row in rows for pk in (row.household_id, row.was_household_id) if pk is not None
        }
        self._places = {place.pk: place.name for place in Place.objects.filter(pk__in=places)}
        self._homes: dict[UUID, str] = {
            pk: address or code
            for pk, code, address in Household.objects.filter(pk__in=homes).values_list(
                "pk", "code", "address"
            )
        }
        planned = batch.households.filter(household_id__in=homes)
        self._homes |= {
            pk: address or code
            for pk, code, address in planned.values_list("household_id", "code", "address")
        }

    def place(self, pk: int | None) -> str:
        return str(self._places.get(pk or 0, ""))

    def household(self, pk: UUID | None) -> str:
        return self._homes.get(pk, "") if pk else ""


def _alteration(row: ImportRow, key: str, names: _Names) -> Alteration:
    before, after = {
        "name": (row.was_name, row.name),
        "phone": (row.was_phone or "", row.phone or ""),
        "household": (names.household(row.was_household_id), names.household(row.household_id)),
        "grid": (names.place(row.was_place_id), names.place(row.place_id)),
        "birth_date": (_day(row.was_birth_date), _day(row.birth_date)),
        "number": (row.was_number, row.own_number),
        "address": (row.was_address, row.address),
    }[key]
    return Alteration(key, str(TITLES[key]), before, after)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the worker is: percent, and the time left when it can be told."""

    percent: int
    left: timedelta | None


def progress_of(batch: Import, *, at: datetime) -> Progress:
    if not batch.total_count or batch.state not in {State.CHECKING, State.LOADING}:
        return Progress(0, None)
    done = batch.done_count / batch.total_count
    left = None
    if batch.begun_at is not None and done >= 0.05:
        left = (at - batch.begun_at) * (1 - done) / done
    return Progress(min(99, int(done * 100)), left)


def place_name(batch: Import) -> str:
    """The smallest place that holds what the uploader kept when they uploaded."""
    place = Place.objects.filter(path=batch.place_path).first()
    return full_name(place) if place else ""


def notices_of(batch: Import) -> list[str]:
    return [faults.said(faults.NOTICES, code, facts) for code, facts in batch.notices]


def refusal_of(batch: Import) -> str:
    """Why the file as a whole was refused; "" when it was not."""
    if not batch.refusal:
        return ""
    return faults.said(faults.FILE, batch.refusal, batch.refusal_facts)
