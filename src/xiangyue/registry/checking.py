"""Whether what was entered will do: every fault at once, each beside its field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from xiangyue.access.rules import mobile_number
from xiangyue.kernel.refusals import Refused
from xiangyue.registry.blueprint import ElementField, ElementKind, FieldType
from xiangyue.registry.catalogue import label_of
from xiangyue.registry.forbidden import forbidden_in
from xiangyue.registry.rules import id_number, landline_number

Value = str | int | bool
LARGEST_NUMBER = 1_000_000_000
_YES = {"yes", "true", "1", "是", "有"}
_NO = {"no", "false", "0", "否", "无"}


class ValuesRefused(Refused):
    """Something that was entered cannot be kept; `fields` says which and why."""

    code = "values_refused"


class _Fault(Exception):  # noqa: N818 - never leaves this file
    """A sentence about one value."""


def checked_values(kind: ElementKind, entered: Mapping[str, object]) -> dict[str, Value]:
    """The values as they are kept, without those left empty.

    :raises ValuesRefused: a field that the kind does not have, or a value that will not do; all
        of them are told.
    """
    faults: dict[str, str] = {}
    kept: dict[str, Value] = {}
    for key, raw in entered.items():
        field = kind.field(key)
        if field is None:
            faults[str(key)[:40]] = _("The field catalogue has no such field.")
            continue
        try:
            value = checked_value(field, raw, is_about_people=kind.subject != "none")
        except ValuesRefused as refusal:
            faults[key] = str(refusal)
        else:
            if value is not None:
                kept[key] = value
    if faults:
        raise _refusal(kind, faults)
    return kept


def check_complete(kind: ElementKind, values: Mapping[str, Value]) -> None:
    """:raises ValuesRefused: something required is missing."""
    missing = {
        field.key: _("Please fill this in.")
        for field in kind.fields
        if field.is_required and values.get(field.key) in {None, ""}
    }
    if missing:
        raise _refusal(kind, missing)


def _refusal(kind: ElementKind, faults: dict[str, str]) -> ValuesRefused:
    first = next(iter(faults))
    field = kind.field(first)
    sentence = f"{label_of(field)}: {faults[first]}" if field is not None else faults[first]
    return ValuesRefused(sentence, source="GD01", fields=dict(faults))


def checked_value(
    field: ElementField, raw: object, *, is_about_people: bool = True
) -> Value | None:
    """One value as it is kept; None when nothing was entered.

    :raises ValuesRefused: it will not do.
    """
    if isinstance(raw, bool):
        text = "yes" if raw else "no"
    elif isinstance(raw, int | float):
        text = f"{raw:g}" if abs(raw) < LARGEST_NUMBER else str(raw)
    elif isinstance(raw, date):
        text = raw.isoformat()[:10]
    elif raw is None or isinstance(raw, str):
        text = (raw or "").replace("\x00", "").strip()
    else:
        raise ValuesRefused(_("Please enter it as text."))
    if not text:
        return None
    try:
        value = _CHECKS[field.type](field, text)
    except _Fault as fault:
        raise ValuesRefused(str(fault)) from fault
    if field.type is FieldType.TEXT and (is_about_people or field.is_personal):
        _check_lawful(str(value))
    return value


def _check_lawful(text: str) -> None:
    found = forbidden_in([text])
    if found is not None:
        raise ValuesRefused(
            _("The register does not hold “%(word)s”; write only what the service needs.")
            % {"word": found[0]},
            source=found[1],
        )


def _text(field: ElementField, text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    if len(text) > field.max_length:
        raise _Fault(_("At most %(count)d characters.") % {"count": field.max_length})
    if not text.isprintable():
        raise _Fault(_("There are characters in it that cannot be written."))
    return text


def _number(field: ElementField, text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if re.fullmatch(r"[0-9]{1,9}", plain) is None:
        raise _Fault(_("Please enter a whole number, in digits."))
    return int(plain)


def _date(field: ElementField, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", plain)
    try:
        if found is None:
            raise ValueError
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise _Fault(_("Please enter a day, such as 2026-03-05.")) from error
    if not 1900 <= day.year <= 2100:
        raise _Fault(_("Please enter a day, such as 2026-03-05."))
    return day.isoformat()


def _choice(field: ElementField, text: str) -> str:
    for one in field.choices:
        if text in {one.key, one.label.zh, one.label.en}:
            return one.key
    raise _Fault(_("Please choose one of the answers offered."))


def _phone(field: ElementField, text: str) -> str:
    number = mobile_number(text)
    if number is None and field.held == "":
        number = landline_number(text)
    if number is None:
        raise _Fault(_("This is no telephone number; please check the digits."))
    return number


def _id_number(field: ElementField, text: str) -> str:
    number = id_number(text)
    if number is None:
        raise _Fault(_("This is no identity number; please check all 18 characters."))
    return number


def _yes_no(field: ElementField, text: str) -> bool:
    plain = text.lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise _Fault(_("Please answer yes or no."))


_CHECKS: Mapping[FieldType, Callable[[ElementField, str], Value]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.PHONE: _phone,
    FieldType.ID_NUMBER: _id_number,
    FieldType.YES_NO: _yes_no,
}
