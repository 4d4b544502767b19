"""Photos of an issue: added by who raised it until somebody has looked, by keepers later too."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.deliberation.models import Issue, StateChoices
from xiangyue.deliberation.photo_models import IssuePhoto
from xiangyue.deliberation.services.acting import KEEP, NotNow, lock, noted
from xiangyue.documents.files import PreparedFile, kept_with_small, prepare_photo
from xiangyue.documents.keeping import atomic_with_files, removed_with_rows
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person

MOST_PHOTOS = 4
FOLDER = "issues"


def may_add_photo(issue: Issue, standing: Standing) -> bool:
    """Who raised it, until somebody has looked; a keeper, until it is decided whether it is taken
    up: so everybody sees no photo that no keeper has seen (SE09)."""
    if issue.state != StateChoices.COLLECTED:
        return False
    is_fresh = issue.looked_at is None and not issue.is_shown
    is_theirs = standing.person_id is not None and issue.raised_by_id == standing.person_id
    return (is_theirs and is_fresh) or standing.may(KEEP, place_path=issue.place_path)


def check_may_add_photo(issue: Issue, standing: Standing) -> None:
    """Asked before anything that was sent is unpacked.

    :raises NotAllowed: it is somebody else's, and no post of theirs keeps issues there.
    :raises NotNow: somebody has looked at it, or it is decided.
    """
    if not may_add_photo(issue, standing):
        raise _refusal(issue, standing)


def may_remove_photo(issue: Issue, standing: Standing) -> bool:
    """A keeper always; who raised it, until somebody has looked."""
    return standing.may(KEEP, place_path=issue.place_path) or may_add_photo(issue, standing)


def add_photo(
    *, issue: Issue, upload: bytes | PreparedFile, by: Person, at: datetime, file_name: str = ""
) -> IssuePhoto:
    """Put a photo to an issue, drawn anew without place and camera; the same again is there once.

    Records `deliberation.photo_added`.

    :raises FileRefused: no photo, too large, or damaged.
    :raises NotAllowed: it is somebody else's, and no post of theirs keeps issues there.
    :raises NotNow: somebody has looked at it, it is decided, or it has four.
    """
    prepared, as_listed = prepare_photo(
        upload,
        name=file_name,
        otherwise=_("Please choose a photo; documents are added at the desk."),
    )
    with atomic_with_files() as files:
        locked, mine = lock(issue), standing_of(by, at=at)
        there = locked.photos.filter(digest=prepared.digest).first()
        check_may_add_photo(locked, mine)
        if there is not None:
            return there
        if locked.photos.count() >= MOST_PHOTOS:
            raise NotNow(_("An issue has at most four photos."))
        key = new_id()
        made = IssuePhoto.objects.create(
            id=key,
            issue=locked,
            added_at=at,
            **kept_with_small(prepared, as_listed, folder=FOLDER, key=key, at=at, files=files),
        )
        noted(locked, "photo_added", at=at, by=_keeper(locked, by), digest=made.digest)
        return made


@transaction.atomic
def remove_photo(*, photo: IssuePhoto, by: Person, at: datetime) -> None:
    """Take a photo away, as when it shows somebody; its file is gone when that has happened.

    Records `deliberation.photo_removed`.

    :raises NotAllowed: it is somebody else's, and no post of theirs keeps issues there.
    :raises NotNow: somebody has looked at it.
    :raises NotFound: it is taken away already.
    """
    locked, mine = lock(photo.issue), standing_of(by, at=at)
    if not may_remove_photo(locked, mine):
        raise _refusal(locked, mine)
    there = locked.photos.filter(pk=photo.pk).first()
    if there is None:
        raise NotFound(_("There is no such photo."))
    removed_with_rows(there.file, there.small)
    noted(locked, "photo_removed", at=at, by=_keeper(locked, by), digest=there.digest)
    there.delete()


def _keeper(issue: Issue, by: Person) -> Person | None:
    """Of residents nobody is named."""
    return None if issue.raised_by_id == by.pk else by


def _refusal(issue: Issue, standing: Standing) -> NotAllowed | NotNow:
    is_theirs = standing.person_id is not None and issue.raised_by_id == standing.person_id
    if is_theirs or standing.may(KEEP, place_path=issue.place_path):
        return NotNow(_("Somebody has looked at it already; its photos stay as they are."))
    return NotAllowed(_("This issue is somebody else's."))
