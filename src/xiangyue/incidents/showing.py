"""Which photos everybody may see: those that a person looked at, in a copy made for it.

Nothing is shown by itself (SE09). The original stays for those who may see the matter; what is
public is another file, in which the marked places are unrecognisable (CA05). Taken down, the file
is gone at once, and its address answers nothing even before.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.documents.keeping import atomic_with_files, removed_with_rows
from xiangyue.incidents.access import public_incidents, visible_to
from xiangyue.incidents.blurring import Mark, blurred_copy
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused

SHOW = "incidents.show_photos"


class NotPublic(Refused):
    """Photos are shown of public matters alone."""

    code = "not_public"


class PhotoGone(Conflict):
    """The photo's file is not there any more."""

    code = "photo_gone"


def may_decide(standing: Standing, incident: Incident) -> bool:
    """Whether the person decides here which photos everybody may see."""
    return standing.may(SHOW, place_path=incident.place_path)


def photo_to_decide(standing: Standing, number: str, photo_id: UUID) -> Photo:
    """A photo of a matter that the person sees and decides on.

    :raises NotFound: there is none, or none for this person; which of the two is not told.
    """
    photo = (
        Photo.objects.filter(pk=photo_id, incident__number=number)
        .filter(incident__in=visible_to(standing))
        .select_related("incident__category", "incident__place")
        .first()
    )
    if photo is None or not may_decide(standing, photo.incident):
        raise NotFound(_("There is no such photo on which you decide."))
    return photo


def shown_photos(incident: Incident) -> QuerySet[PhotoShowing]:
    """The copies of the matter's photos that everybody may see, as reported first."""
    return PhotoShowing.objects.filter(photo__incident=incident, withdrawn_at=None).order_by(
        "-photo__stage", "photo__added_at", "pk"
    )


def public_showing(showing_id: UUID) -> PhotoShowing | None:
    """A copy that everybody may see at this moment: not withdrawn, of a matter still public."""
    return PhotoShowing.objects.filter(
        pk=showing_id, withdrawn_at=None, photo__incident__in=public_incidents().values("pk")
    ).first()


def show_photo(
    *, photo: Photo, marks: Sequence[Mark], standing: Standing, at: datetime
) -> PhotoShowing:
    """Let everybody see a copy with the marked places unrecognisable, instead of any before.

    :raises NotAllowed: the person does not decide here.
    :raises NotPublic: the matter is not public, or hides who reported it.
    :raises PhotoGone: the file is no longer there.
    """
    if standing.person_id is None or not may_decide(standing, photo.incident):
        raise NotAllowed(_("Your posts do not include deciding which photos are shown."))
    try:
        with default_storage.open(str(photo.file.name)) as file:
            original = bytes(file.read())
    except FileNotFoundError as error:
        raise PhotoGone(_("This picture is not there any more.")) from error
    copy = blurred_copy(original, marks)  # takes long, so nobody waits for it
    with atomic_with_files() as files:
        incident = Incident.objects.select_for_update(of=("self",)).get(pk=photo.incident_id)
        _check_public(incident)
        _withdraw_all(photo, by=standing.person_id, at=at)
        key = new_id()
        showing = PhotoShowing.objects.create(
            id=key,
            photo=photo,
            marks=[mark.as_json() for mark in marks],
            file=files.write(f"shown/{at:%Y/%m}/{key}.jpg", copy.jpeg),
            thumbnail=files.write(f"shown/{at:%Y/%m}/{key}-small.jpg", copy.thumbnail),
            width=copy.width,
            height=copy.height,
            decided_by_id=standing.person_id,
            decided_at=at,
        )
        _record("incidents.photo_shown", photo, incident, at=at, by=standing.person_id, marks=marks)
    return showing


def _check_public(incident: Incident) -> None:
    if incident.audience != "public" or incident.reporter_tag or incident.sealed_reporter:
        raise NotPublic(
            _("This matter is not public; its photos stay with those who handle it."),
            source="SE09; PE02",
        )


@transaction.atomic
def withdraw_photo(*, photo: Photo, standing: Standing, at: datetime) -> int:
    """Take the photo down: the copy's files are removed at once. Returns how many there were.

    :raises NotAllowed: the person does not decide here.
    """
    if standing.person_id is None or not may_decide(standing, photo.incident):
        raise NotAllowed(_("Your posts do not include deciding which photos are shown."))
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=photo.incident_id)
    count = _withdraw_all(photo, by=standing.person_id, at=at)
    if count:
        _record("incidents.photo_withdrawn", photo, incident, at=at, by=standing.person_id)
    return count


def _withdraw_all(photo: Photo, *, by: UUID, at: datetime) -> int:
    rows = list(PhotoShowing.objects.select_for_update().filter(photo=photo, withdrawn_at=None))
    for row in rows:
        row.withdrawn_at, row.withdrawn_by_id = at, by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        removed_with_rows(str(row.file.name), str(row.thumbnail.name))
    return len(rows)


def _record(
    name: str,
    photo: Photo,
    incident: Incident,
    *,
    at: datetime,
    by: UUID,
    marks: Sequence[Mark] = (),
) -> None:
    facts: dict[str, object] = {"number": incident.number, "photo": str(photo.pk)}
    if name == "incidents.photo_shown":
        facts["marks"] = len(marks)
    record(
        name=name,
        subject=incident,
        at=at,
        actor_id=by,
        place_path=incident.place_path,
        facts=facts,
    )
