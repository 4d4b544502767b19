"""Where each value lives: with the people, open in the record, or sealed in it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.incidents.grams import grams_of
from xiangyue.places.models import Person
from xiangyue.registry.blueprint import ElementField, ElementKind, FieldType
from xiangyue.registry.checking import Value
from xiangyue.registry.models import Element
from xiangyue.registry.rules import (
    WHILE_LIVING_HERE,
    earliest_due,
    masked_address,
    masked_id_number,
    masked_name,
    masked_phone,
    masked_text,
)
from xiangyue.registry.sealing import seal, unseal


def value_of(element: Element, field: ElementField) -> Value | None:
    """What is held under the field, in clear; whoever shows it to a person logs the reading."""
    if field.held:
        return _held(element, field.held)
    found: Value | None
    if field.is_sealed:
        sealed = element.sealed.get(field.key)
        found = None if sealed is None else unseal(sealed)
    else:
        found = element.values.get(field.key)
    return found


def has_value(element: Element, field: ElementField) -> bool:
    """Whether something is held under the field, without opening it."""
    if field.held:
        return _held(element, field.held) is not None
    return field.key in (element.sealed if field.is_sealed else element.values)


def _held(element: Element, held: str) -> Value | None:
    if element.person is not None:
        value = getattr(element.person, held.partition(".")[2])
        return value.isoformat() if isinstance(value, date) else value or None
    if element.household is not None:
        return str(element.household.address) or None
    return None


def put_value(element: Element, field: ElementField, value: Value | None, *, on: date) -> None:
    """Hold the value, or nothing; `held` ones are set on the person or household, not yet saved."""
    if field.held:
        _hold(element, field.held, value)
        return
    box = element.sealed if field.is_sealed else element.values
    if value is None:
        box.pop(field.key, None)
        element.entered_on.pop(field.key, None)
    else:
        box[field.key] = seal(value) if field.is_sealed else value
        element.entered_on[field.key] = on.isoformat()


def _hold(element: Element, held: str, value: Value | None) -> None:
    if held == "household.address":
        assert element.household is not None
        element.household.address = str(value or "")
        return
    assert element.person is not None
    if held == "person.birth_date":
        element.person.birth_date = date.fromisoformat(str(value)) if value else None
    elif held == "person.phone":
        element.person.phone = str(value) if value else None
    elif value:
        element.person.name = str(value)


def refresh(element: Element, kind: ElementKind) -> None:
    """Set what follows from the values: what it is called, how it is found, when it is due."""
    element.title = str(element.values.get(kind.title_field, ""))[:200]
    words = [
        shown_value(field, element.values[field.key], language="zh-hans")
        for field in kind.fields
        if field.key in element.values and field.type in {FieldType.TEXT, FieldType.CHOICE}
    ]
    element.grams = grams_of(*words)
    element.due_date = earliest_due(entered_days(element), keeps_of(kind))


def entered_days(element: Element) -> dict[str, date]:
    return {key: date.fromisoformat(day) for key, day in element.entered_on.items()}


def keeps_of(kind: ElementKind) -> dict[str, str]:
    return {field.key: field.keep for field in kind.fields if field.keep != WHILE_LIVING_HERE}


def shown_value(field: ElementField, value: Value | None, *, language: str | None = None) -> str:
    """The value in words, in clear."""
    if value is None:
        return ""
    language = language or get_language()
    if field.type is FieldType.CHOICE:
        found = next((one for one in field.choices if one.key == value), None)
        return found.label.in_language(language) if found else str(value)
    if field.type is FieldType.YES_NO:
        return _("Yes") if value else _("No")
    if field.type is FieldType.DATE:
        return date_format(date.fromisoformat(str(value)), "Y-m-d")
    return str(value)


def masked_value(field: ElementField, value: Value | None) -> str:
    """As much of the value as may stand in a list: enough to tell people apart, no more."""
    if value is None:
        return ""
    if not field.is_personal:
        return shown_value(field, value)
    mask = _MASKS.get(field.held) or _MASKS.get(field.type) or masked_text
    return mask(str(value))


_MASKS: Mapping[str, Callable[[str], str]] = {
    "person.name": masked_name,
    "household.address": masked_address,
    FieldType.PHONE: masked_phone,
    FieldType.ID_NUMBER: masked_id_number,
}


def subjects_of(element: Element) -> list[Person]:
    """Whose data the record holds: the person, or everybody of the household."""
    if element.person is not None:
        return [element.person]
    if element.household is not None:
        return list(element.household.people.order_by("pk"))
    return []


def is_about(element: Element, person_id: UUID | None) -> bool:
    """Whether the record is about this person or the household that they live in."""
    if person_id is None:
        return False
    return element.person_id == person_id or any(
        person.pk == person_id for person in subjects_of(element)
    )


def personal_fields(kind: ElementKind) -> list[ElementField]:
    return [field for field in kind.fields if field.is_personal]


def readable_keys(fields: Iterable[ElementField]) -> str:
    """What was read, by the words of the log of readings (`access.models.READABLE`)."""
    keys = {"register" if not field.held else field.held.partition(".")[2] for field in fields}
    return ",".join(sorted(keys))


def civil_day(at: datetime) -> date:
    """The day in the county's time (SE10)."""
    return timezone.localtime(at).date()
