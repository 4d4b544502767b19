"""Writing a notice before it is published, which asks the writer's posts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.kernel.refusals import Conflict
from xiangyue.places.models import Person, Place
from xiangyue.publicity.models import Notice, NoticeDraft
from xiangyue.publicity.services.acting import check_not_taken_down
from xiangyue.publicity.services.attaching import (
    check_may_write,
    copy_attachments,
    drop_attachments,
    locked_draft,
)
from xiangyue.publicity.services.publishing import TableUnreadable, prepared, publish_notice
from xiangyue.publicity.tables import TableFaulty, as_typed, table_of


@transaction.atomic
def write_draft(
    *,
    kind: str,
    place: Place,
    by: Person,
    at: datetime,
    title: str = "",
    body: str = "",
    table: str = "",
    days: int | None = None,
    names_people: bool = False,
    draft: NoticeDraft | None = None,
    seen_version: int | None = None,
) -> NoticeDraft:
    """Keep what is being written, whole or not: a new draft, or `draft` as it now is.

    Nothing of it is public and nothing is recorded.

    :raises NotFound: no such kind is declared.
    :raises NotAllowed: no post of theirs publishes this kind there.
    :raises Conflict: somebody changed the draft since `seen_version`.
    """
    check_may_write(kind, place, by, at=at)
    if draft is None:
        row = NoticeDraft(written_by=by)
    else:
        row = locked_draft(draft)
        check_may_write(row.kind, row.place, by, at=at)
        if seen_version is not None and row.version != seen_version:
            raise Conflict(
                _("Somebody has just changed this draft; look at it again, then enter it anew.")
            )
        row.version += 1
    row.kind, row.place, row.place_path = kind, place, place.path
    row.title, row.body = " ".join(title.split())[:100], body.replace("\r\n", "\n")
    row.table, row.days, row.names_people = table.replace("\r\n", "\n"), days, names_people
    row.written_by, row.written_at = by, at
    row.save()
    return row


@transaction.atomic
def publish_draft(
    *, draft: NoticeDraft, by: Person, at: datetime, seen_version: int | None = None
) -> Notice:
    """Publish what was written and attached; the draft is gone then. As `publish_notice`.

    :raises NotAllowed: no post of theirs publishes this kind there.
    :raises Conflict: somebody changed the draft since `seen_version`.
    :raises NotFound: it was published or thrown away meanwhile.
    """
    row = locked_draft(draft)
    check_may_write(row.kind, row.place, by, at=at)
    if seen_version is not None and row.version != seen_version:
        raise Conflict(_("Somebody has just changed this draft; look at it again."))
    notice = publish_notice(**_as_written(row), by=by, at=at)
    row.delete()
    return notice


def preview(*, draft: NoticeDraft, by: Person, at: datetime) -> Notice:
    """The notice that publishing the draft now would make, not saved; raises as publishing."""
    return prepared(**_as_written(draft), by=by, at=at)


def _as_written(draft: NoticeDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "place": draft.place,
        "title": draft.title,
        "body": draft.body,
        "days": draft.days,
        "facts": facts_of(draft),
        "names_people": draft.names_people,
        "attachments": list(draft.attachments.all()),
    }


def facts_of(draft: NoticeDraft) -> dict[str, object]:
    """The draft's table.

    :raises TableUnreadable: it makes none.
    """
    try:
        return table_of(draft.table)
    except TableFaulty as fault:
        words = _("The table cannot be read: each row needs no more cells than there are headings.")
        raise TableUnreadable(words, fields={"table": words}) from fault


@transaction.atomic
def discard_draft(*, draft: NoticeDraft, by: Person, at: datetime) -> None:
    """Throw a draft away with what is attached.

    :raises NotAllowed: no post of theirs publishes this kind there.
    :raises NotFound: it is gone already.
    """
    row = locked_draft(draft)
    check_may_write(row.kind, row.place, by, at=at)
    drop_attachments(row)
    row.delete()


@transaction.atomic
def draft_again(*, notice: Notice, by: Person, at: datetime) -> NoticeDraft:
    """A new draft with a notice's words and attachments, to post it once more or corrected.

    :raises NotAllowed: no post of theirs publishes this kind there.
    :raises TakenDown: its words are gone.
    :raises Conflict: it named people and its time is over (REQ-L06).
    """
    check_not_taken_down(notice)
    if not notice.is_readable:
        raise Conflict(
            _("It named people and its time is over; ask them again and write it anew."),
            source="REQ-L06",
        )
    made = write_draft(
        kind=notice.kind,
        place=notice.place,
        by=by,
        at=at,
        title=notice.title,
        body=notice.body,
        table=as_typed(notice.facts),
        names_people=notice.names_people,
    )
    copy_attachments(notice, made, by=by, at=at)
    return made
