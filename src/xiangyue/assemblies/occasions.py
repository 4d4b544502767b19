"""What stands in somebody's calendar: the meetings that they are invited to."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from xiangyue.assemblies.models import Invitation, Sitting, StateChoices
from xiangyue.calendars.occasions import Occasion


def occasions_of(person_id: UUID, *, begins_at: datetime, ends_at: datetime) -> Iterator[Occasion]:
    """Titles, times and places alone: nothing of the agenda."""
    invited = Invitation.objects.filter(person=person_id).values("sitting")
    mine = Q(pk__in=invited) | Q(chair=person_id) | Q(minute_taker=person_id)
    rows = Sitting.objects.filter(mine, starts_at__lt=ends_at, ends_at__gt=begins_at)
    for sitting in rows.order_by("starts_at", "pk"):
        yield Occasion(
            uid=f"sitting-{sitting.pk}",
            title=sitting.title,
            begins_at=sitting.starts_at,
            ends_at=sitting.ends_at,
            place=sitting.where,
            path=reverse("sitting", args=[sitting.pk]),
            revision=sitting.revision,
            is_cancelled=sitting.state == StateChoices.CALLED_OFF,
        )
