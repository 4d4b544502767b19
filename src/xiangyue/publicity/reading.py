"""Whoever sees who objected has read personal data; the objector sees that it was (GD05)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from xiangyue.access.models import PersonalRead
from xiangyue.access.services import log_many_reads
from xiangyue.places.models import Person
from xiangyue.publicity.models import Notice, Objection


def note_objectors_read(
    objections: Iterable[Objection], *, notice: Notice, reader: Person, at: datetime
) -> int:
    """Note once a day for each reader that they saw the objectors' names; returns how many.

    Objections without an account name nobody who could look it up.
    """
    seen = {one.person_id for one in objections if one.person_id is not None} - {reader.pk}
    if not seen:
        return 0
    purpose = _("To answer objections to notice %(number)s") % {"number": notice.number}
    noted = PersonalRead.objects.filter(
        reader=reader,
        subject__in=seen,
        purpose=purpose,
        read_at__gte=localtime(at).replace(hour=0, minute=0, second=0, microsecond=0),
    )
    fresh = seen - set(noted.values_list("subject_id", flat=True))
    if not fresh:
        return 0
    return log_many_reads(
        reader_id=reader.pk, seen=[(each, "name") for each in fresh], purpose=purpose, at=at
    )
