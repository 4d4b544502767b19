"""What was written of a matter is deleted when its time is up; what figures need stays (GD09).

What stays is a tombstone: number, category, place down to the village's grid, units, times, state
and outcome. The sealed record of the deletion, with its proof, is the deletion's certificate.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from xiangyue.activity.services import record
from xiangyue.documents.keeping import removed_with_rows
from xiangyue.incidents.models import Incident, Photo, Step
from xiangyue.incidents.photo_models import PhotoShowing
from xiangyue.incidents.rules import State
from xiangyue.incidents.services import loop_policy
from xiangyue.incidents.voice_models import Extension, Rating, Support

BATCH = 500
# The database holds that a closed matter was answered; this says that it was.
FORGOTTEN_REPLY = "—"


def forget_what_is_due(*, at: datetime, batch_size: int = BATCH) -> int:
    """Leave only the tombstone of matters that ended longer ago than the county keeps them.

    Parts go with their whole. Each matter goes in a transaction of its own, its pictures' files
    after it; those that ended first go first, no more than `batch_size` in one call. Returns how
    many were due.
    """
    before = at - timedelta(days=loop_policy().kept_days)
    due = list(_due(before).values_list("pk", flat=True)[:batch_size])
    for key in due:
        forget(key, before=before, at=at)
    return len(due)


def _due(before: datetime) -> QuerySet[Incident]:
    ended = Q(state=State.CLOSED, closed_at__lt=before) | Q(
        state=State.MERGED, told_at__lt=before, merged_into__forgotten_at__isnull=False
    )
    whole = Q(parent=None) | Q(parent__forgotten_at__isnull=False)
    return Incident.objects.filter(ended, whole, forgotten_at=None).order_by("closed_at", "pk")


@transaction.atomic
def forget(key: int, *, before: datetime, at: datetime) -> None:
    """Delete what people wrote, showed and said of one matter, unless it has begun again."""
    incident = Incident.objects.select_for_update().filter(pk=key, forgotten_at=None).first()
    if incident is None or (incident.closed_at or incident.told_at or at) >= before:
        return
    reporter_id = incident.reporter_id
    photos = Photo.objects.filter(incident=incident)
    files = [name for pair in photos.values_list("file", "thumbnail") for name in pair]
    shown = PhotoShowing.objects.filter(photo__in=photos)
    files += [name for pair in shown.values_list("file", "thumbnail") for name in pair]
    photo_count = photos.count()
    photos.delete()
    Support.objects.filter(incident=incident).delete()
    Rating.objects.filter(incident=incident).update(comment="")
    Extension.objects.filter(incident=incident).update(reason="", decision_note="")
    Step.objects.filter(incident=incident).update(note="")
    Step.objects.filter(incident=incident, right="reporter").update(actor=None)
    Step.objects.filter(incident=incident, verb="report", actor=reporter_id).update(actor=None)
    for name in ("description", "public_summary", "address", "grams"):
        setattr(incident, name, "")
    incident.sealed_reporter = incident.reporter_tag = ""
    incident.reporter = incident.latitude = incident.longitude = incident.client_key = None
    incident.written_at = None
    incident.answers = {}
    incident.reply = FORGOTTEN_REPLY if incident.reply else ""
    incident.forgotten_at = at
    incident.version += 1
    incident.save()
    record(
        name="incidents.incident_forgotten",
        subject=incident,
        at=at,
        place_path=incident.place_path,
        facts={
            "number": incident.number,
            "state": str(incident.state),
            "photos": photo_count,
            "kept_days": loop_policy().kept_days,
        },
    )
    removed_with_rows(*files)  # what a killed process leaves, `photos.remove_orphans` finds
