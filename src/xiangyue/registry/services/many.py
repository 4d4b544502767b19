"""Many records at once, as an import or a demonstration enters them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict
from xiangyue.places.models import Household, Person, Place
from xiangyue.registry.blueprint import ElementKind, FieldType
from xiangyue.registry.catalogue import as_it_stood, check_assessed, declaration_of
from xiangyue.registry.checking import Value, check_complete, checked_values
from xiangyue.registry.holding import civil_day, put_value, refresh
from xiangyue.registry.models import Act, Change, Consent, Element, Mark
from xiangyue.registry.sealing import mark_of, seal
from xiangyue.registry.services.ground import (
    NOTHING_AGREED,
    Agreed,
    acting,
    drafted,
    require_keeping,
)
from xiangyue.registry.services.recording import MARKED, check_agreed


@dataclass(frozen=True)
class NewElement:
    """A record to enter: the same facts as `enter_element` takes, but no held ones."""

    kind_key: str
    values: Mapping[str, object]
    place: Place | None = None
    person: Person | None = None
    household: Household | None = None
    agreed: Agreed = field(default=NOTHING_AGREED)


@transaction.atomic
def enter_many(*, entries: Sequence[NewElement], by: Standing, at: datetime) -> list[Element]:
    """Enter all or none; one activity for each kind among them, and a change for each record.

    What `places` holds of people is entered there, never here.

    :raises Refused: as `enter_element`, for the first that will not do.
    """
    rows: list[tuple[Element, ElementKind, NewElement]] = []
    changes: list[dict[str, Value]] = []
    for entry in entries:
        declaration = declaration_of(entry.kind_key)
        kind = as_it_stood(declaration)
        row = drafted(
            kind, place=entry.place, person=entry.person, household=entry.household, at=at
        )
        require_keeping(by, kind, row.place_path)
        check_assessed(kind, today=civil_day(at))
        kept = checked_values(kind, entry.values)
        check_complete(kind, kept)
        check_agreed(row, kind, kept, agreed=entry.agreed, at=at)
        row.declaration = declaration
        for key, value in kept.items():
            found = kind.field(key)
            assert found is not None  # checked_values saw to it
            assert not found.held  # a list of people goes through places
            put_value(row, found, value, on=civil_day(at))
        refresh(row, kind)
        row.version = 1
        rows.append((row, kind, entry))
        changes.append(kept)
    _save(rows, changes, by=by, at=at)
    return [row for row, _kind, _entry in rows]


def _save(
    rows: list[tuple[Element, ElementKind, NewElement]],
    changes: list[dict[str, Value]],
    *,
    by: Standing,
    at: datetime,
) -> None:
    try:
        with transaction.atomic():
            Element.objects.bulk_create([row for row, _kind, _entry in rows], batch_size=500)
    except IntegrityError as error:
        raise Conflict(
            _("One of the records stands in the register already; supplement it instead.")
        ) from error
    Change.objects.bulk_create(
        [
            Change(
                element=row,
                version=1,
                act=Act.ENTERED,
                actor_id=by.person_id,
                at=at,
                field_keys=sorted(kept),
                sealed=seal({"old": {}, "new": kept, "reason": ""}),
            )
            for (row, _kind, _entry), kept in zip(rows, changes, strict=True)
        ],
        batch_size=500,
    )
    marks, consents = [], []
    for (row, kind, entry), kept in zip(rows, changes, strict=True):
        for key, value in kept.items():
            found = kind.field(key)
            assert found is not None
            if found.is_sealed and found.type in MARKED:
                is_unique = found.type is FieldType.ID_NUMBER
                marks.append(
                    Mark(
                        element=row,
                        field_key=key,
                        digest=mark_of(str(value)),
                        is_unique=is_unique,
                    )
                )
            if found.needs_consent:
                consents.append(
                    Consent(
                        element=row,
                        field_key=key,
                        given_by=entry.agreed.by,
                        recorded_by_id=acting(by),
                        given_at=at,
                    )
                )
    try:
        with transaction.atomic():
            Mark.objects.bulk_create(marks, batch_size=500)
    except IntegrityError as error:
        raise Conflict(
            _("An identity number stands on another record already; check it first.")
        ) from error
    Consent.objects.bulk_create(consents, batch_size=500)
    for kind_key in sorted({row.kind_key for row, _kind, _entry in rows}):
        of_kind = [row for row, _kind, _entry in rows if row.kind_key == kind_key]
        record(
            name="registry.elements_entered",
            subject=of_kind[0],
            at=at,
            actor_id=by.person_id,
            facts={"kind": kind_key, "count": len(of_kind)},
        )
