"""录 enter, 补 supplement, 正 correct: each change kept with who, when and why (SD-25)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Household, Person, Place
from xiangyue.registry.blueprint import ElementKind
from xiangyue.registry.catalogue import as_it_stood, check_assessed, declaration_of, label_of
from xiangyue.registry.checking import ValuesRefused, check_complete, checked_values
from xiangyue.registry.holding import civil_day, has_value, refresh, value_of
from xiangyue.registry.models import Act, Element
from xiangyue.registry.services.ground import (
    NOTHING_AGREED,
    Agreed,
    FilledAlready,
    drafted,
    locked,
    require_keeping,
    said,
)
from xiangyue.registry.services.recording import noted, write


@transaction.atomic
def enter_element(
    *,
    kind_key: str,
    values: Mapping[str, object],
    by: Standing,
    at: datetime,
    place: Place | None = None,
    person: Person | None = None,
    household: Household | None = None,
    agreed: Agreed = NOTHING_AGREED,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Element:
    """Begin a record (录). One about people stands where they live, any other at `place`.

    :raises NotFound: the county declares no such kind.
    :raises NotAllowed: no post of theirs keeps records there.
    :raises ValuesRefused: a value will not do or a required one is missing.
    :raises ConsentMissing: a field needs the person's consent (PIPL art. 29).
    :raises Conflict: there is such a record already and there may be one only.
    """
    declaration = declaration_of(kind_key)
    kind = as_it_stood(declaration)
    fresh = drafted(kind, place=place, person=person, household=household, at=at)
    require_keeping(by, kind, fresh.place_path)
    check_assessed(kind, today=civil_day(at))
    kept = checked_values(kind, values)
    check_complete(kind, kept)
    fresh.declaration = declaration
    fresh.latitude, fresh.longitude = latitude, longitude
    if kind.is_single:
        _refuse_second(kind, person=person, household=household)
    return write(
        fresh, kind, kept, act=Act.ENTERED, by=by, at=at, agreed=agreed, activity="element_entered"
    )


def _refuse_second(
    kind: ElementKind, *, person: Person | None, household: Household | None
) -> None:
    rows = Element.objects.filter(kind_key=kind.key, deleted_at=None)
    if rows.filter(person=person, household=household).exists():
        raise FilledAlready(
            _("There is such a record already; supplement or correct it instead."), source="GD13"
        )


@transaction.atomic
def supplement_element(
    *,
    element: Element,
    values: Mapping[str, object],
    by: Standing,
    at: datetime,
    version: int | None = None,
    agreed: Agreed = NOTHING_AGREED,
) -> Element:
    """Fill what is empty (补). `version` is the one that the keeper had before their eyes.

    :raises FilledAlready: a field holds something; a correction says why.
    :raises Conflict: somebody else changed the record meanwhile.
    """
    element, kind = begun(element, by=by, at=at, version=version)
    kept = checked_values(kind, values)
    filled = [f for key in kept if (f := kind.field(key)) and has_value(element, f)]
    if filled:
        raise FilledAlready(
            _("%(field)s is filled already; correct it and say why.")
            % {"field": label_of(filled[0])},
            fields={one.key: _("Filled already") for one in filled},
        )
    if not kept:
        raise ValuesRefused(_("Nothing was filled in."))
    return write(
        element,
        kind,
        kept,
        act=Act.SUPPLEMENTED,
        by=by,
        at=at,
        agreed=agreed,
        activity="element_supplemented",
    )


@transaction.atomic
def correct_element(
    *,
    element: Element,
    values: Mapping[str, object],
    reason: str,
    by: Standing,
    at: datetime,
    version: int | None = None,
    agreed: Agreed = NOTHING_AGREED,
) -> Element:
    """Put right what is wrong (正); the old value stays in the record's history.

    :raises ReasonMissing: it does not say why.
    :raises Conflict: somebody else changed the record meanwhile.
    """
    element, kind = begun(element, by=by, at=at, version=version)
    reason = said(reason)
    kept = checked_values(kind, values)
    if not kept:
        raise ValuesRefused(_("Nothing was filled in."))
    return write(
        element,
        kind,
        kept,
        act=Act.CORRECTED,
        by=by,
        at=at,
        agreed=agreed,
        reason=reason,
        activity="element_corrected",
    )


@transaction.atomic
def confirm_element(
    *, element: Element, by: Standing, at: datetime, version: int | None = None
) -> Element:
    """Say that all stands as it is, asked at the door: its time is counted from now on.

    :raises Conflict: somebody else changed the record meanwhile.
    """
    element, kind = begun(element, by=by, at=at, version=version)
    today = civil_day(at).isoformat()
    confirmed = sorted(element.entered_on)
    element.entered_on = dict.fromkeys(confirmed, today)
    refresh(element, kind)
    return noted(
        element, act=Act.CONFIRMED, by=by, at=at, keys=confirmed, activity="element_confirmed"
    )


@transaction.atomic
def change_own(
    *, element: Element, values: Mapping[str, object], by: Standing, at: datetime
) -> Element:
    """A resident fills in, changes or empties what the catalogue leaves to them (GD05).

    :raises NotFound: it is not their record.
    :raises NotAllowed: a field that they ask a keeper to change.
    """
    if by.person_id is None or element.person_id != by.person_id:
        raise NotFound(_("This is not your record."))
    element, kind = locked(element, at=at, version=None)
    own = {field.key for field in kind.fields if field.is_own_to_change}
    if not set(values) <= own:
        raise NotAllowed(_("Please ask for a correction of this one; it is answered in 15 days."))
    kept = checked_values(kind, values)
    emptied = {key: None for key in values if key not in kept}
    changed = {
        key: value
        for key, value in {**kept, **emptied}.items()
        if (found := kind.field(key)) and value_of(element, found) != value
    }
    if not changed:
        return element
    return write(
        element,
        kind,
        changed,
        act=Act.CORRECTED,
        by=by,
        at=at,
        agreed=Agreed.to(own),
        activity="element_corrected",
    )


def begun(
    element: Element, *, by: Standing, at: datetime, version: int | None
) -> tuple[Element, ElementKind]:
    """The record, locked, and its kind, for a keeper who may change it."""
    element, kind = locked(element, at=at, version=version)
    require_keeping(by, kind, element.place_path)
    check_assessed(kind, today=civil_day(at))
    return element, kind
