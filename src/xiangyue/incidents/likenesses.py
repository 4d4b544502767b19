"""Photos that look like earlier ones: found as they come in, looked at by a person (N13).

A likeness says nothing about anybody: it is shown to whoever verifies, when they may see the other
matter too, and has no other effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.activity.services import record
from xiangyue.incidents.access import worklist_of
from xiangyue.incidents.models import Incident, Photo
from xiangyue.incidents.photo_models import PhotoLikeness, PhotoPrint
from xiangyue.incidents.pictures import PreparedPhoto
from xiangyue.incidents.prints import (
    BANDS,
    FARTHEST,
    bands_of,
    distance,
    near_bands,
    signed,
    unsigned,
)
from xiangyue.kernel.refusals import NotAllowed, Refused

MOST = 5  # likenesses of one photo; a picture that was used so often is found anyway
VERIFY = "incidents.verify"


class WordMissing(Refused):
    """Who puts a likeness aside says in a word why."""

    code = "word_missing"


def note_likenesses(photo: Photo, prepared: PreparedPhoto, *, at: datetime) -> list[PhotoLikeness]:
    """Keep how the new photo looks, and find which earlier ones look so; nearest first.

    Compared are the photos of other matters in the county, and of the same matter those from
    the other stage: what was handled should not look as it did when reported. A number of
    queries that does not grow, each answered by indexes.
    """
    nearest: dict[UUID, int] = dict.fromkeys(_same(photo), 0)
    for other_id, number in _candidates(photo, prepared.prints):
        differs = min(distance(bits, unsigned(number)) for bits in prepared.prints)
        if differs <= FARTHEST and differs < nearest.get(other_id, FARTHEST + 1):
            nearest[other_id] = differs
    PhotoPrint.objects.bulk_create(
        PhotoPrint(photo=photo, bits=signed(bits), **_by_band(bits)) for bits in prepared.prints
    )
    found = sorted(nearest.items(), key=lambda pair: (pair[1], str(pair[0])))[:MOST]
    return PhotoLikeness.objects.bulk_create(
        PhotoLikeness(photo=photo, earlier_id=other_id, bit_count=differs, found_at=at)
        for other_id, differs in found
    )


def _by_band(bits: int) -> dict[str, int]:
    return {f"band_{number}": value for number, value in enumerate(bands_of(bits), start=1)}


def _same(photo: Photo) -> list[UUID]:
    """Other photos with the very same bytes."""
    rows = Photo.objects.filter(digest=photo.digest).exclude(pk=photo.pk)
    return list(rows.filter(_comparable(photo)).values_list("pk", flat=True)[:MOST])


def _comparable(photo: Photo, prefix: str = "") -> Q:
    same_matter = Q(**{f"{prefix}incident_id": photo.incident_id})
    return ~same_matter | (same_matter & ~Q(**{f"{prefix}stage": photo.stage}))


def _candidates(photo: Photo, prints: Sequence[int]) -> set[tuple[UUID, int]]:
    """Prints that agree with one of these in a band, but for one bit.

    One query, of a part for each band, so that each is answered by the band's own index.
    """
    if not prints:
        return set()
    comparable = _comparable(photo, "photo__")
    parts = [
        PhotoPrint.objects.filter(comparable, **{f"band_{number}__in": values})
        .exclude(photo=photo)
        .order_by()
        .values_list("photo_id", "bits")
        for bits in prints
        for number, values in zip(range(1, BANDS + 1), near_bands(bits), strict=True)
    ]
    return set(parts[0].union(*parts[1:], all=True))


@dataclass(frozen=True, slots=True)
class Likeness:
    """A likeness as whoever verifies sees it: the new photo beside the earlier one."""

    row: PhotoLikeness
    photo: Photo
    earlier: Photo
    other: Incident

    @property
    def is_same_matter(self) -> bool:
        return self.photo.incident_id == self.other.pk


def may_look(standing: Standing, incident: Incident) -> bool:
    """Whether the person verifies here, and so is to be shown likenesses."""
    return standing.may(VERIFY, place_path=incident.place_path)


def likenesses_of(incident: Incident, standing: Standing) -> Sequence[Likeness]:
    """What is still to be looked at, for whoever verifies the matter; nearest first.

    Nothing of a matter that the person may not see, which is not even told to exist.
    """
    if not may_look(standing, incident):
        return []
    rows = (
        PhotoLikeness.objects.filter(photo__incident=incident, dismissed_at=None)
        .filter(earlier__incident__in=worklist_of(standing).values("pk"))
        .select_related("photo", "earlier__incident__category", "earlier__incident__place")
        .order_by("bit_count", "pk")
    )
    return [Likeness(row, row.photo, row.earlier, row.earlier.incident) for row in rows]


@transaction.atomic
def dismiss_likeness(
    *, likeness: PhotoLikeness, standing: Standing, note: str, at: datetime
) -> PhotoLikeness:
    """Somebody has looked: it is put aside with a word. Again, it stays as it was.

    :raises NotAllowed: the person does not verify here.
    :raises WordMissing: no word was given.
    """
    row = (
        PhotoLikeness.objects.select_for_update(of=("self",))
        .select_related("photo__incident")
        .get(pk=likeness.pk)
    )
    incident = row.photo.incident
    if standing.person_id is None or not may_look(standing, incident):
        raise NotAllowed(_("Only who verifies the matter can put this aside."))
    if row.dismissed_at is not None:
        return row
    note = note.strip()[:200]
    if not note:
        message = _("Please say in a word what you saw.")
        raise WordMissing(message, fields={"note": message})
    row.dismissed_at, row.dismissed_by_id, row.note = at, standing.person_id, note
    row.save(update_fields=["dismissed_at", "dismissed_by", "note"])
    record(
        name="incidents.likeness_dismissed",
        subject=incident,
        at=at,
        actor_id=standing.person_id,
        place_path=incident.place_path,
        facts={"number": incident.number, "likeness": str(row.pk)},
    )
    return row
