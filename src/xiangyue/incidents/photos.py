"""Photos of an incident: kept with it or not at all, seen by whoever may see it.

A file is written before its row, under a name nobody can guess, and removed again when the row
does not come to be. What a killed process leaves behind, `remove_orphans` finds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.documents.keeping import KeptFiles, atomic_with_files
from xiangyue.incidents.likenesses import note_likenesses
from xiangyue.incidents.models import Incident, Photo, PhotoStage
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.incidents.pictures import PhotoRefused, PreparedPhoto, prepare_photo
from xiangyue.incidents.reporters import is_reporter
from xiangyue.incidents.rules import distance_metres
from xiangyue.incidents.services.reporting import loop_policy
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.files import folder_of
from xiangyue.kernel.identifiers import new_id

FOLDERS = ("photos", "thumbnails", "shown")
ORPHAN_AGE = timedelta(days=1)
CHINA = ((18.0, 54.0), (73.0, 136.0))  # latitudes and longitudes
FARTHEST_METRES = 50_000


class TooManyPhotos(PhotoRefused):
    """The incident would have more photos than the county allows."""

    code = "too_many_photos"


def prepare_photos(uploads: Sequence[bytes | PreparedPhoto]) -> list[PreparedPhoto]:
    """The uploads made safe, those already prepared as they are; call it outside transactions.

    :raises PhotoRefused: one of them cannot be kept; the sentence says which.
    :raises TooManyPhotos: more than any incident may have.
    """
    _check_count(len(uploads), kept=0)
    prepared = []
    for position, upload in enumerate(uploads, start=1):
        try:
            prepared.append(upload if isinstance(upload, PreparedPhoto) else prepare_photo(upload))
        except PhotoRefused as refusal:
            if len(uploads) == 1:
                raise
            message = _("Photo %(position)d: %(why)s")
            raise PhotoRefused(message % {"position": position, "why": refusal}) from refusal
    return prepared


def add_photos(
    *,
    incident: Incident,
    uploads: Sequence[bytes | PreparedPhoto],
    stage: str,
    at: datetime,
    actor_id: UUID | None,
) -> list[Photo]:
    """Keep pictures with the incident, all or none; returns those that are new.

    A picture that the incident has already changes nothing. Where the report came without a
    position, that of its first photo with one is taken, unless the reporter is hidden.

    :raises PhotoRefused: one of them cannot be kept.
    :raises TooManyPhotos: with these the incident would have more than the county allows.
    """
    prepared = {photo.digest: photo for photo in prepare_photos(uploads)}
    with atomic_with_files() as files:
        locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        kept = set(locked.photos.values_list("digest", flat=True))
        new = [photo for digest, photo in prepared.items() if digest not in kept]
        _check_count(len(new), kept=len(kept))
        photos = [
            _add(photo, incident=locked, stage=stage, at=at, actor_id=actor_id, files=files)
            for photo in new
        ]
        if stage == PhotoStage.REPORT:
            _take_position(locked, new)
    incident.latitude, incident.longitude = locked.latitude, locked.longitude
    return photos


def _check_count(count: int, *, kept: int) -> None:
    most = loop_policy().photo_limit
    if count + kept > most:
        raise TooManyPhotos(
            _("A matter can have %(most)d photos; it has %(kept)d. Please send the most telling.")
            % {"most": most, "kept": kept}
        )


def _add(
    photo: PreparedPhoto,
    *,
    incident: Incident,
    stage: str,
    at: datetime,
    actor_id: UUID | None,
    files: KeptFiles,
) -> Photo:
    key = new_id()
    row = Photo.objects.create(
        id=key,
        incident=incident,
        stage=stage,
        file=files.write(f"photos/{at:%Y/%m}/{key}.jpg", photo.jpeg),
        thumbnail=files.write(f"thumbnails/{at:%Y/%m}/{key}.jpg", photo.thumbnail),
        digest=photo.digest,
        width=photo.width,
        height=photo.height,
        added_at=at,
    )
    note_likenesses(row, photo, at=at)
    is_hidden = bool(incident.reporter_tag) and (
        actor_id is not None and is_reporter(incident, actor_id)
    )
    record(
        name="incidents.photo_added",
        subject=incident,
        at=at,
        actor_id=None if is_hidden else actor_id,
        place_path=incident.place_path,
        facts={"number": incident.number, "digest": photo.digest},
    )
    return row


def _take_position(incident: Incident, photos: Sequence[PreparedPhoto]) -> None:
    """Where a hidden reporter took the picture might say who they are: left out (PE02)."""
    if incident.latitude is not None or incident.longitude is not None or incident.reporter_tag:
        return
    for photo in photos:
        if photo.position is not None and _is_plausible(photo.position, incident):
            incident.latitude, incident.longitude = photo.position
            incident.save(update_fields=["latitude", "longitude"])
            return


def _is_plausible(position: tuple[Decimal, Decimal], incident: Incident) -> bool:
    """In China, and near the place that was named, as far as it is known where that is."""
    here = (float(position[0]), float(position[1]))
    if not all(low <= value <= high for value, (low, high) in zip(here, CHINA, strict=True)):
        return False
    place = incident.place
    if place.latitude is None or place.longitude is None:
        return True
    there = (float(place.latitude), float(place.longitude))
    return distance_metres(here, there) <= FARTHEST_METRES


def remove_orphans(*, at: datetime, batch_size: int = 500) -> int:
    """Remove the county's picture files older than a day that no photo has; returns how many."""
    before = (at - ORPHAN_AGE).timestamp()
    root = folder_of(current_county().slug)
    files = (file for folder in FOLDERS for file in (root / folder).rglob("*"))
    old = (file for file in files if file.is_file() and file.stat().st_mtime < before)
    count = 0
    while batch := {file.relative_to(root).as_posix(): file for file in islice(old, batch_size)}:
        for kept in (Photo.objects.all(), PhotoShowing.objects.filter(withdrawn_at=None)):
            rows = kept.filter(Q(file__in=batch) | Q(thumbnail__in=batch))
            for names in rows.values_list("file", "thumbnail"):
                for name in names:
                    batch.pop(name, None)
        for file in batch.values():
            file.unlink(missing_ok=True)
        count += len(batch)
    return count
