"""Holding values with their history, their marks and the consents behind them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.places.models import Person
from xiangyue.places.services import PhoneTaken
from xiangyue.registry.blueprint import ElementKind, FieldType
from xiangyue.registry.catalogue import label_of
from xiangyue.registry.checking import Value
from xiangyue.registry.holding import civil_day, put_value, refresh, value_of
from xiangyue.registry.models import Act, Change, Consent, Element, GivenBy, Mark
from xiangyue.registry.rules import needs_guardian
from xiangyue.registry.sealing import mark_of, seal
from xiangyue.registry.services.ground import (
    Agreed,
    ConsentMissing,
    FilledAlready,
    NumberTaken,
    acting,
)

MARKED = {FieldType.PHONE, FieldType.ID_NUMBER}


def write(
    element: Element,
    kind: ElementKind,
    values: Mapping[str, Value | None],
    *,
    act: Act,
    by: Standing,
    at: datetime,
    agreed: Agreed,
    activity: str,
    reason: str = "",
) -> Element:
    """Hold the values, their history, marks and consents, and record what happened."""
    check_agreed(element, kind, values, agreed=agreed, at=at)
    day = civil_day(at)
    old: dict[str, Value | None] = {}
    for key, value in values.items():
        found = kind.field(key)
        assert found is not None  # checked_values saw to it
        old[key] = value_of(element, found)
        put_value(element, found, value, on=day)
    _save_held(element, kind, values)
    refresh(element, kind)
    element = noted(
        element,
        act=act,
        by=by,
        at=at,
        keys=sorted(values),
        activity=activity,
        diff={"old": old, "new": dict(values), "reason": reason},
    )
    _mark(element, kind, values)
    _note_consents(element, kind, values, by=by, at=at, agreed=agreed)
    return element


def noted(
    element: Element,
    *,
    act: Act,
    by: Standing,
    at: datetime,
    keys: list[str],
    activity: str,
    diff: Mapping[str, Any] | None = None,
) -> Element:
    """Save the record in its next version, with the change and the activity."""
    element.version += 1
    element.changed_at = at
    try:
        with transaction.atomic():
            element.save()
    except IntegrityError as error:
        raise FilledAlready(
            _("There is such a record already; supplement or correct it instead."), source="GD13"
        ) from error
    Change.objects.create(
        element=element,
        version=element.version,
        act=act,
        actor_id=by.person_id,
        at=at,
        field_keys=keys,
        sealed=seal(diff) if diff else "",
    )
    record(
        name=f"registry.{activity}",
        subject=element,
        at=at,
        actor_id=by.person_id,
        place_path=element.place_path,
        facts={"kind": element.kind_key, "fields": keys},
    )
    return element


def check_agreed(
    element: Element,
    kind: ElementKind,
    values: Mapping[str, Value | None],
    *,
    agreed: Agreed,
    at: datetime,
) -> None:
    """:raises ConsentMissing: what needs consent was entered without, or without a guardian's."""
    wanted = [
        found
        for key, value in values.items()
        if value is not None and (found := kind.field(key)) and found.needs_consent
    ]
    if not wanted:
        return
    standing_ones: set[str] = set()
    if element.pk is not None:
        standing_ones = set(
            element.consents.filter(withdrawn_at=None).values_list("field_key", flat=True)
        )
    missing = [one for one in wanted if one.key not in agreed.fields | standing_ones]
    if missing:
        raise ConsentMissing(
            _("%(field)s is kept only if the person agrees; ask them first.")
            % {"field": label_of(missing[0])},
            source="PIPL art. 29",
            fields={f"agrees_{one.key}": _("Ask the person first.") for one in missing},
        )
    born = element.person.birth_date if element.person is not None else None
    if agreed.by != GivenBy.GUARDIAN and needs_guardian(born, today=civil_day(at)):
        message = _("Under 14 years old: a guardian has to agree.")
        raise ConsentMissing(message, source="PIPL art. 31", fields={"given_by": message})


def _save_held(element: Element, kind: ElementKind, values: Mapping[str, Value | None]) -> None:
    held = {found.held for key in values if (found := kind.field(key)) and found.held}
    if element.household is not None and "household.address" in held:
        element.household.save(update_fields=["address"])
    columns = [name.partition(".")[2] for name in held if name.startswith("person.")]
    if element.person is None or not columns:
        return
    phone = element.person.phone
    if "phone" in columns and phone:
        others = Person.objects.filter(phone=phone).exclude(pk=element.person.pk)
        if others.exists():
            raise PhoneTaken(
                _("That phone number is already registered; look the person up by it."),
                fields={"phone": _("Already registered")},
            )
    element.person.save(update_fields=columns)


def _mark(element: Element, kind: ElementKind, values: Mapping[str, Value | None]) -> None:
    for key, value in values.items():
        found = kind.field(key)
        if found is None or found.held or not found.is_sealed or found.type not in MARKED:
            continue
        if value is None:
            Mark.objects.filter(element=element, field_key=key).delete()
            continue
        is_unique = found.type is FieldType.ID_NUMBER
        try:
            with transaction.atomic():
                Mark.objects.update_or_create(
                    element=element,
                    field_key=key,
                    defaults={"digest": mark_of(str(value)), "is_unique": is_unique},
                )
        except IntegrityError as error:
            raise NumberTaken(
                _("This identity number stands on another record already; check it first."),
                fields={key: _("Stands on another record already")},
            ) from error


def _note_consents(
    element: Element,
    kind: ElementKind,
    values: Mapping[str, Value | None],
    *,
    by: Standing,
    at: datetime,
    agreed: Agreed,
) -> None:
    for key, value in values.items():
        found = kind.field(key)
        if found is None or not found.needs_consent or key not in agreed.fields or value is None:
            continue
        Consent.objects.get_or_create(
            element=element,
            field_key=key,
            withdrawn_at=None,
            defaults={"given_by": agreed.by, "recorded_by_id": acting(by), "given_at": at},
        )
