"""Verbs on declarations: a new version, from the county's files or from a desk."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.blueprints.models import Declaration, DeskVersion
from xiangyue.blueprints.schema import Declared
from xiangyue.kernel.refusals import Conflict


def body_and_digest(declared: Declared) -> tuple[dict[str, Any], str]:
    """What is kept of a declaration, and the digest by which two are the same."""
    body = declared.model_dump(mode="json")
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return body, hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def add_version(
    *, kind: str, declared: Declared, at: datetime, actor_id: UUID | None = None
) -> Declaration:
    """Put a new version in force; what runs keeps the one with which it began."""
    body, digest = body_and_digest(declared)
    same = Declaration.objects.filter(kind=kind, key=declared.key)
    latest = same.order_by("-version").first()
    same.filter(is_current=True).update(is_current=False)
    row = Declaration.objects.create(
        kind=kind,
        key=declared.key,
        version=latest.version + 1 if latest else 1,
        body=body,
        digest=digest,
        source=declared.source,
        effective_from_date=declared.effective_from,
        loaded_at=at,
    )
    record(
        name="blueprints.declaration_loaded",
        subject=row,
        at=at,
        actor_id=actor_id,
        facts={"kind": kind, "key": declared.key, "version": row.version, "digest": digest},
    )
    return row


@transaction.atomic
def declare_at_desk(
    *, kind: str, declared: Declared, made_from: Declaration | None, at: datetime, actor_id: UUID
) -> Declaration:
    """Put in force what staff wrote and approved, until the files say something new.

    `made_from` is the version that was in force when it was written. Who may do this, and whether
    it weakens a safeguard, the caller has asked.

    :raises Conflict: another version has come into force since.
    """
    current = (
        Declaration.objects.select_for_update()
        .filter(kind=kind, key=declared.key, is_current=True)
        .first()
    )
    if (current.pk if current else None) != (made_from.pk if made_from else None):
        raise Conflict(
            _("Another version has come into force since this was written; please compare again.")
        )
    file_digest = file_digest_of(current)
    row = add_version(kind=kind, declared=declared, at=at, actor_id=actor_id)
    DeskVersion.objects.create(declaration=row, file_digest=file_digest)
    return row


def file_digest_of(current: Declaration | None) -> str:
    """The digest of the files' version behind the one in force; empty if the files have none."""
    if current is None:
        return ""
    desk = DeskVersion.objects.filter(declaration=current).first()
    return current.digest if desk is None else desk.file_digest
