"""Photos of a project: how it was, how it is built, how it is now."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.documents.files import PreparedFile, kept_with_small, prepare_photo
from xiangyue.documents.keeping import atomic_with_files, removed_with_rows
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.orders.acting import CHECK, KEEP, locked, recorded
from xiangyue.orders.models import Project, Round, RoundState
from xiangyue.orders.photo_models import PhotoStage, ProjectPhoto
from xiangyue.orders.refusals import RoundStands, WordsMissing
from xiangyue.places.models import Person

MOST_PHOTOS = 12
FOLDER = "orders"


def stages_for(project: Project) -> list[PhotoStage]:
    """Which photos may be added now: of the spot while projects are costed, so that nothing of a
    list changes once it hangs; all of what is paid for."""
    if project.building:
        return list(PhotoStage)
    return [PhotoStage.BEFORE] if project.round.state == RoundState.COSTING else []


def add_photo(
    *,
    project: Project,
    stage: str,
    upload: bytes | PreparedFile,
    by: Person,
    at: datetime,
    file_name: str = "",
) -> ProjectPhoto:
    """Show everybody how the spot looks; the same photo again is there once.

    Records `orders.photo_added`.

    :raises FileRefused: no photo, too large, or damaged.
    :raises NotAllowed: they neither keep nor check there.
    :raises RoundStands: it is not paid for, hangs on the board, or has twelve photos.
    :raises WordsMissing: nobody says whether it is of before, meanwhile or afterwards.
    """
    prepared, as_listed = prepare_photo(
        upload, name=file_name, otherwise=_("Please choose a photo.")
    )
    with atomic_with_files() as files:
        round_ = locked(project.round)
        _check_may(by, round_, at=at)
        fresh = Project.objects.select_related("round").get(pk=project.pk)
        _check_stage(fresh, stage)
        there = fresh.photos.filter(digest=prepared.digest, removed_at=None).first()
        if there is not None:
            return there
        if fresh.photos.filter(removed_at=None).count() >= MOST_PHOTOS:
            raise RoundStands(_("A project has at most twelve photos."))
        if fresh.photos.filter(digest=prepared.digest).exists():
            raise RoundStands(_("This photo was taken away; it does not come again."))
        key = new_id()
        made = ProjectPhoto.objects.create(
            id=key,
            project=fresh,
            stage=stage,
            by=by,
            at=at,
            **kept_with_small(prepared, as_listed, folder=FOLDER, key=key, at=at, files=files),
        )
        recorded(
            "photo_added", round_, at=at, actor_id=by.pk, number=fresh.number, stage=stage,
            digest=made.digest,
        )  # fmt: skip
        return made


@transaction.atomic
def remove_photo(*, photo: ProjectPhoto, by: Person, at: datetime) -> None:
    """Take a photo away, as when it shows somebody.

    Its file is gone when that has happened. Records `orders.photo_removed`.

    :raises NotAllowed: they neither keep nor check there.
    """
    round_ = locked(photo.project.round)
    _check_may(by, round_, at=at)
    there = ProjectPhoto.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    if there.removed_at is not None:
        raise NotFound(_("There is no such photo."))
    removed_with_rows(there.file, there.small)
    there.file = there.file_name = there.small = ""
    there.removed_at = at
    there.save(update_fields=["file", "file_name", "small", "removed_at"])
    recorded(
        "photo_removed", round_, at=at, actor_id=by.pk, number=photo.project.number,
        digest=there.digest,
    )  # fmt: skip


def _check_may(by: Person, round_: Round, *, at: datetime) -> None:
    mine = standing_of(by, at=at)
    if not any(mine.may(verb, place_path=round_.place_path) for verb in (KEEP, CHECK)):
        raise NotAllowed(_("Your posts do not include showing what is built here."))


def _check_stage(project: Project, stage: str) -> None:
    if stage not in PhotoStage.values:
        said = _("Please say whether it is of before, meanwhile or afterwards.")
        raise WordsMissing(said, fields={"stage": said})
    if PhotoStage(stage) not in stages_for(project):
        raise RoundStands(_("Photos are of what is paid for, or of the spot while it is costed."))
