"""Taking away what may not be kept any more: a tombstone stays, and a certificate (GD05, GD09)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.registry.blueprint import ElementKind
from xiangyue.registry.checking import ValuesRefused
from xiangyue.registry.holding import (
    civil_day,
    entered_days,
    has_value,
    is_about,
    keeps_of,
    put_value,
    refresh,
)
from xiangyue.registry.models import (
    Act,
    Cause,
    Change,
    Consent,
    DeletionCertificate,
    Element,
    Mark,
)
from xiangyue.registry.rules import certificate_digest, due_fields
from xiangyue.registry.sealing import SealedElsewhere, seal, unseal
from xiangyue.registry.services.ground import locked, require_keeping, said

BATCH = 200
NEVER_EMPTY = {"person.name"}


@transaction.atomic
def withdraw_consent(
    *, element: Element, field_key: str, by: Standing, at: datetime
) -> DeletionCertificate:
    """The person no longer agrees: the value goes at once, from the history too (PIPL art. 15, 47).

    They say so themselves, or a keeper notes what they said.

    :raises NotAllowed: neither it is about them nor do they keep the register there.
    :raises ValuesRefused: nothing is held under the field, or it is not held by consent.
    """
    element, kind = locked(element, at=at, version=None)
    if not is_about(element, by.person_id):
        require_keeping(by, kind, element.place_path)
    field = kind.field(field_key)
    if field is None or not field.needs_consent or not has_value(element, field):
        raise ValuesRefused(_("Nothing is held there by consent."))
    item = _erase(element, kind, [field_key], act=Act.WITHDRAWN, by=by, at=at)
    record(
        name="registry.consent_withdrawn",
        subject=element,
        at=at,
        actor_id=by.person_id,
        place_path=element.place_path,
        facts={"kind": element.kind_key, "field": field_key},
    )
    return _certified([item], cause=Cause.CONSENT, by=by, at=at, place_path=element.place_path)


@transaction.atomic
def delete_values(
    *,
    element: Element,
    reason: str,
    by: Standing,
    at: datetime,
    field_keys: Collection[str] | None = None,
    version: int | None = None,
) -> DeletionCertificate:
    """Delete some of what a record holds, or all of it; why is said but not kept with it.

    Without anything left it is a tombstone. What people need to be called by stays.

    :raises NotAllowed: no post of theirs keeps the register there.
    :raises ReasonMissing: it does not say why.
    :raises ValuesRefused: nothing of it is held.
    :raises Conflict: somebody else changed the record meanwhile.
    """
    element, kind = locked(element, at=at, version=version)
    require_keeping(by, kind, element.place_path)
    said(reason)
    wanted = {field.key for field in kind.fields} if field_keys is None else set(field_keys)
    held = [
        field.key
        for field in kind.fields
        if field.key in wanted and field.held not in NEVER_EMPTY and has_value(element, field)
    ]
    if not held:
        raise ValuesRefused(_("Nothing is held there that could be deleted."))
    if field_keys is None:
        held = sorted({*held, *element.entered_on})
    item = _erase(element, kind, held, act=Act.DELETED, by=by, at=at)
    return _certified([item], cause=Cause.REQUEST, by=by, at=at, place_path=element.place_path)


def forget_due(*, at: datetime) -> int:
    """Delete what is due at `at`, some hundred records to a transaction; returns how many had
    something that was.

    Called again at the same moment it finds nothing. Each batch has one certificate.
    """
    count = 0
    while True:
        looked_at, deleted = _forget_some(at=at)
        count += deleted
        if not looked_at:
            return count


@transaction.atomic
def _forget_some(*, at: datetime) -> tuple[int, int]:
    """How many records were looked at, and how many of them had something that was due."""
    today = civil_day(at)
    rows = (
        Element.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(due_date__lte=today, deleted_at=None)
        .order_by("due_date", "pk")[:BATCH]
    )
    items = []
    found = list(rows)
    for row in found:
        element, kind = locked(row, at=at, version=None)
        due = due_fields(entered_days(element), keeps_of(kind), today=today)
        if due:
            items.append(_erase(element, kind, due, act=Act.DELETED, by=None, at=at))
        else:  # the county has given it more time meanwhile
            refresh(element, kind)
            element.save(update_fields=["due_date", "title", "grams", "declaration"])
    if items:
        _certified(items, cause=Cause.RETENTION, by=None, at=at)
    return len(found), len(items)


def _erase(
    element: Element,
    kind: ElementKind,
    keys: Collection[str],
    *,
    act: Act,
    by: Standing | None,
    at: datetime,
) -> dict[str, object]:
    """Take the fields away wherever they stand; returns what the certificate says of it."""
    keys = set(keys)
    if kind.title_field in keys:
        keys |= set(element.entered_on)  # without its name nobody knows what the rest is about
    before = dict(element.entered_on)
    person_columns = []
    for key in keys:
        field = kind.field(key)
        if field is not None:
            put_value(element, field, None, on=civil_day(at))
            if field.held.startswith("person."):
                person_columns.append(field.held.partition(".")[2])
            elif field.held and element.household is not None:
                element.household.save(update_fields=["address"])
        for box in (element.values, element.sealed, element.entered_on):
            box.pop(key, None)
    if person_columns and element.person is not None:
        element.person.save(update_fields=person_columns)
    refresh(element, kind)
    Mark.objects.filter(element=element, field_key__in=keys).delete()
    Consent.objects.filter(element=element, field_key__in=keys, withdrawn_at=None).update(
        withdrawn_at=at
    )
    _strip_history(element, keys)
    element.version += 1
    element.changed_at = at
    if not (element.values or element.sealed or element.is_single):
        _bury(element, at=at)
    element.save()
    Change.objects.create(
        element=element,
        version=element.version,
        act=act,
        actor_id=by.person_id if by is not None else None,
        at=at,
        field_keys=sorted(keys),
    )
    return {
        "record": str(element.code),
        "kind": element.kind_key,
        "fields": {key: before.get(key, "") for key in sorted(keys)},
        "is_whole": element.deleted_at is not None,
    }


def _bury(element: Element, *, at: datetime) -> None:
    element.deleted_at = at
    element.person = element.household = None
    element.title = element.grams = ""
    element.latitude = element.longitude = element.due_date = None
    Change.objects.filter(element=element).exclude(sealed="").update(sealed="")


def _strip_history(element: Element, keys: set[str]) -> None:
    """What was deleted stands in no earlier change either; nor does what was said about it."""
    for change in Change.objects.filter(element=element).exclude(sealed=""):
        if not keys & set(change.field_keys):
            continue
        try:
            diff: dict[str, Any] = unseal(change.sealed)
        except SealedElsewhere:  # what nobody can read any more is not kept for what stands beside
            diff = {}
        left = {
            side: {key: value for key, value in diff.get(side, {}).items() if key not in keys}
            for side in ("old", "new")
        }
        change.sealed = seal({**left, "reason": ""}) if left["old"] or left["new"] else ""
        change.save(update_fields=["sealed"])


def _certified(
    items: list[dict[str, object]],
    *,
    cause: Cause,
    by: Standing | None,
    at: datetime,
    place_path: str = "",
) -> DeletionCertificate:
    certificate = DeletionCertificate.objects.create(
        cause=cause,
        made_at=at,
        made_by_id=by.person_id if by is not None else None,
        place_path=place_path,
        items=items,
        item_count=len(items),
        digest=certificate_digest(items),
    )
    record(
        name="registry.data_deleted",
        subject=certificate,
        at=at,
        actor_id=certificate.made_by_id,
        place_path=place_path,
        facts={"cause": str(cause), "count": len(items), "digest": certificate.digest},
    )
    return certificate


def is_whole(certificate: DeletionCertificate) -> bool:
    """Whether the certificate's list is still the one whose digest stands in the record."""
    return certificate_digest(certificate.items) == certificate.digest
