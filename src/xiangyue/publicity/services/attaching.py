"""Photos and documents under a notice: added and removed while it is written, then frozen too."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import meaning
from xiangyue.documents.files import PreparedFile, kept_with_small, prepare_file, small
from xiangyue.documents.keeping import KeptFiles, atomic_with_files, removed_with_rows
from xiangyue.documents.serving import read
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.places.models import Person, Place
from xiangyue.publicity.blueprint import NoticeKind
from xiangyue.publicity.kinds import kind_row, may_publish
from xiangyue.publicity.models import Attachment, Notice, NoticeDraft

MOST_ATTACHMENTS = 10
FOLDER = "notices"


class TooManyAttachments(Refused):
    """A notice has no more than ten."""

    code = "too_many_attachments"


def check_may_write(kind: str, place: Place, by: Person, *, at: datetime) -> None:
    """:raises NotAllowed: no post of theirs publishes this kind there."""
    declared = meaning(kind_row(kind), NoticeKind)
    if not may_publish(standing_of(by, at=at), declared, place):
        raise NotAllowed(_("Your posts do not publish notices of this kind on this board."))


def locked_draft(draft: NoticeDraft) -> NoticeDraft:
    """The draft as it stands now, locked until the transaction ends.

    :raises NotFound: it was published or thrown away meanwhile.
    """
    rows = NoticeDraft.objects.select_for_update(of=("self",)).select_related("place")
    found = rows.filter(pk=draft.pk).first()
    if found is None:
        raise NotFound(_("This draft is no more: it was published or thrown away."))
    return found


def add_attachment(
    *,
    draft: NoticeDraft,
    upload: bytes | PreparedFile,
    by: Person,
    at: datetime,
    file_name: str = "",
) -> Attachment:
    """Put a photo or a PDF under a draft; what is there already changes nothing.

    :raises FileRefused: neither, too large, damaged, or a PDF that would act.
    :raises TooManyAttachments: it would be the eleventh.
    :raises NotAllowed: no post of theirs publishes this kind there.
    :raises NotFound: the draft was published or thrown away meanwhile.
    """
    prepared = upload if isinstance(upload, PreparedFile) else prepare_file(upload, name=file_name)
    as_listed = small(prepared)
    with atomic_with_files() as files:
        row = locked_draft(draft)
        check_may_write(row.kind, row.place, by, at=at)
        there = row.attachments.filter(digest=prepared.digest).first()
        if there is not None:
            return there
        if row.attachments.count() >= MOST_ATTACHMENTS:
            said = _("A notice has at most %(most)d photos and documents.")
            raise TooManyAttachments(said % {"most": MOST_ATTACHMENTS})
        made = _lay(row, prepared, as_listed, by=by, at=at, files=files)
        _changed(row)
        return made


def _lay(
    draft: NoticeDraft,
    prepared: PreparedFile,
    as_listed: bytes,
    *,
    by: Person,
    at: datetime,
    files: KeptFiles,
) -> Attachment:
    key = new_id()
    return Attachment.objects.create(
        id=key,
        draft=draft,
        added_by=by,
        added_at=at,
        **kept_with_small(prepared, as_listed, folder=FOLDER, key=key, at=at, files=files),
    )


def _changed(draft: NoticeDraft) -> None:
    """Whoever has looked at the draft before has not seen this."""
    draft.version += 1
    draft.save(update_fields=["version"])


@transaction.atomic
def remove_attachment(*, attachment: Attachment, by: Person, at: datetime) -> NoticeDraft:
    """Take a photo or document away from a draft; its file is gone when that has happened.

    :raises NotAllowed: no post of theirs publishes this kind there.
    :raises NotFound: it is gone, or the draft was published or thrown away meanwhile.
    """
    if attachment.draft is None:
        raise NotFound(_("This draft is no more: it was published or thrown away."))
    row = locked_draft(attachment.draft)
    check_may_write(row.kind, row.place, by, at=at)
    there = row.attachments.filter(pk=attachment.pk)
    if not there:
        raise NotFound(_("This photo or document is taken away already."))
    _remove(there)
    _changed(row)
    return row


def drop_attachments(draft: NoticeDraft) -> None:
    """Remove all that is attached to the locked draft."""
    _remove(draft.attachments.all())


def _remove(rows: Iterable[Attachment]) -> None:
    for row in rows:
        removed_with_rows(row.file, row.small)
        row.delete()


def erase_attachments(notice: Notice) -> None:
    """Delete the files under a notice whose words are erased; only their digests are left."""
    for row in notice.attachments.all():
        removed_with_rows(row.file, row.small)
        row.file = row.file_name = row.small = ""
        row.save(update_fields=["file", "file_name", "small"])


def copy_attachments(notice: Notice, draft: NoticeDraft, *, by: Person, at: datetime) -> None:
    """Put what is attached to a notice under the new draft too.

    :raises NotFound: one of the files is not there any more.
    """
    with atomic_with_files() as files:
        for row in notice.attachments.all():
            prepared = PreparedFile(
                content=read(row.file),
                content_type=row.content_type,
                name=row.file_name,
                digest=row.digest,
            )
            as_listed = read(row.small) if row.small else b""
            _lay(draft, prepared, as_listed, by=by, at=at, files=files)
