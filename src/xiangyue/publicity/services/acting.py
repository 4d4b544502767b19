"""How every act on a notice begins and ends: lock, words, record."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.publicity.models import Attachment, Notice, StateChoices
from xiangyue.publicity.wording import taken_down_in_words


class WordsMissing(Refused):
    """An act that needs words came without them, or with too many."""

    code = "words_missing"


class TakenDown(Conflict):
    """The notice was taken down, so nothing more happens to it."""

    code = "taken_down"


def lock(notice: Notice) -> Notice:
    """The notice as it stands now, locked until the transaction ends."""
    return (
        Notice.objects.select_for_update(of=("self",))
        .select_related("declaration", "place")
        .get(pk=notice.pk)
    )


def check_not_taken_down(notice: Notice) -> None:
    """:raises TakenDown: as said."""
    if notice.state == StateChoices.TAKEN_DOWN:
        raise TakenDown(taken_down_in_words(notice))


def words_given(text: str, missing: Any, *, field: str, most: int) -> str:
    """The words, trimmed, in lines that end alike.

    :raises WordsMissing: there are none, too many, or a character among them that no text has.
    """
    words = text.replace("\r\n", "\n").strip()
    if len(words) < 2:
        raise WordsMissing(missing, fields={field: missing})
    if "\x00" in words:
        said = _("What was sent holds a character that no text has.")
        raise WordsMissing(said, fields={field: said})
    if len(words) > most:
        said = _("Please shorten this to %(most)d characters; it has %(count)d.") % {
            "most": most,
            "count": len(words),
        }
        raise WordsMissing(said, fields={field: said})
    return words


def recorded(
    name: str, notice: Notice, *, at: datetime, actor_id: UUID | None = None, **facts: Any
) -> None:
    record(
        name=f"publicity.{name}",
        subject=notice,
        at=at,
        actor_id=actor_id,
        place_path=notice.place_path,
        facts={
            "number": notice.number,
            "kind": notice.kind,
            "subject_type": notice.subject_type,
            "subject_id": notice.subject_id,
            **facts,
        },
    )


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def notice_digest(notice: Notice, attachments: Iterable[Attachment]) -> str:
    """The digest of all that was published: number, kind, place, words, tables, days, and of what
    is attached each name and digest."""
    published: dict[str, Any] = {
        "number": notice.number,
        "kind": notice.kind,
        "place": notice.place.code,
        "title": notice.title,
        "body": notice.body,
        "facts": notice.facts,
        "begins_on": f"{notice.begins_on:%F}",
        "ends_on": f"{notice.ends_on:%F}",
        "objections_until": f"{notice.objections_until:%F}" if notice.objections_until else "",
        "stays_until": f"{notice.stays_until:%F}",
    }
    attached = [{"name": one.file_name, "digest": one.digest} for one in attachments]
    if attached:
        published["attachments"] = attached
    return digest_of(json.dumps(published, ensure_ascii=False, sort_keys=True))
