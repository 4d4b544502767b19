"""What every verb stands on: who agreed, whose record it is, which row is locked."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.queries import require
from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused
from xiangyue.places.models import Household, Person, Place
from xiangyue.registry.blueprint import ElementKind
from xiangyue.registry.catalogue import as_it_stood, declaration_of, kind_named
from xiangyue.registry.checking import ValuesRefused
from xiangyue.registry.models import Element, GivenBy

REASON_LENGTH = 200


class ConsentMissing(Refused):
    """Something may be kept only if the person agrees, and nobody said that they do."""

    code = "consent_missing"


class ReasonMissing(Refused):
    """A correction or deletion says why."""

    code = "reason_missing"


class FilledAlready(Conflict):
    """A supplement fills what is empty; what stands there is corrected instead."""

    code = "filled_already"


class NumberTaken(Conflict):
    """The identity number stands on another record."""

    code = "number_taken"


class Deleted(Conflict):
    """Of a deleted record only the tombstone is left."""

    code = "deleted"


@dataclass(frozen=True, slots=True)
class Agreed:
    """To the keeping of which fields the person agreed, and who said so for them (PIPL art. 29)."""

    fields: frozenset[str] = field(default_factory=frozenset)
    by: GivenBy = GivenBy.SELF

    @classmethod
    def to(cls, fields: Collection[str], by: str = GivenBy.SELF) -> "Agreed":
        return cls(frozenset(fields), GivenBy(by))


NOTHING_AGREED = Agreed()


def acting(by: Standing) -> UUID:
    """Who acts.

    :raises NotAllowed: nobody who has signed in.
    """
    if by.person_id is None:
        raise NotAllowed(_("Please sign in first."))
    return by.person_id


def drafted(
    kind: ElementKind,
    *,
    at: datetime,
    place: Place | None = None,
    person: Person | None = None,
    household: Household | None = None,
) -> Element:
    """An empty record of the kind at the right place, not saved.

    :raises ValuesRefused: whom or where it is about is missing, or does not fit the kind.
    """
    if kind.subject == "person":
        place = home_of(person)
        household = None
    elif kind.subject == "household":
        place = (household.unit or household.grid) if household is not None else None
        person = None
    else:
        person = household = None
    if place is None:
        raise ValuesRefused(
            _("Please say whom or which place the record is about."),
            fields={"place": _("Please choose the place.")},
        )
    return Element(
        kind_key=kind.key,
        family=kind.family,
        place=place,
        place_path=place.path,
        person=person,
        household=household,
        is_single=kind.is_single,
        created_at=at,
        changed_at=at,
    )


def home_of(person: Person | None) -> Place | None:
    """Where the person's records stand: their household's grid, else the place they gave."""
    if person is None:
        return None
    if person.household is not None:
        return person.household.unit or person.household.grid
    return person.place


def require_keeping(by: Standing, kind: ElementKind, place_path: str) -> None:
    """:raises NotAllowed: no post of theirs keeps records of the kind there."""
    message = _("Your posts do not include keeping the register here.")
    require(by, "registry.keep", place_path=place_path, message=message)
    if kind.subject != "none":
        require(by, "places.keep_people", place_path=place_path, message=message)


def locked(element: Element, *, at: datetime, version: int | None) -> tuple[Element, ElementKind]:
    """The record under lock, and its kind as declared now; a first record of somebody is begun.

    :raises Deleted: only its tombstone is left.
    :raises Conflict: `version` is no longer the record's.
    """
    if element.pk is None:
        element = first_of(element)
    row = (
        Element.objects.select_for_update(of=("self",))
        .select_related("declaration", "person", "household", "place")
        .get(pk=element.pk)
    )
    if row.deleted_at is not None:
        raise Deleted(_("This record was deleted; only its number is left."))
    if version is not None and row.version != version:
        raise Conflict(_("Somebody else has changed this record; look at it again."))
    with suppress(NotFound):  # declared no more: it goes on as it stood until its time is over
        row.declaration = declaration_of(row.kind_key)
    if row.person is not None:
        row.person = Person.objects.select_for_update().get(pk=row.person.pk)
    return row, as_it_stood(row.declaration)


def first_of(draft: Element) -> Element:
    """The one record of this kind about a person or household, begun now if there is none."""
    row, _is_new = Element.objects.get_or_create(
        kind_key=draft.kind_key,
        person=draft.person,
        household=draft.household,
        is_single=True,
        defaults={
            "family": draft.family,
            "declaration": declaration_of(draft.kind_key),
            "place": draft.place,
            "place_path": draft.place_path,
            "created_at": draft.created_at,
            "changed_at": draft.changed_at,
        },
    )
    return row


def said(reason: str) -> str:
    reason = " ".join(reason.replace("\x00", "").split())
    if not 2 <= len(reason) <= REASON_LENGTH:
        message = _("Please say why, in 2 to 200 characters.")
        raise ReasonMissing(message, fields={"reason": message}, source="SD-25")
    return reason


def kind_of(element: Element) -> ElementKind:
    """The kind as declared now, or as it stood when it is declared no more."""
    try:
        return kind_named(element.kind_key)
    except NotFound:
        return as_it_stood(element.declaration)
