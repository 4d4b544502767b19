"""What stands in somebody's calendar: the sessions that they are asked to come to."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.occasions import Occasion
from xiangyue.meetings.blueprint import MeetingSeries
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.series import asked_with
from xiangyue.places.queries import active_posts
from xiangyue.places.rules import short_name


def occasions_of(person_id: UUID, *, begins_at: datetime, ends_at: datetime) -> Iterator[Occasion]:
    """The sessions in the stretch to which the posts that the person holds now bring them.

    Titles and places alone: nothing of what is on the agenda (PE02).
    """
    posts = active_posts(at=timezone.now()).filter(person_id=person_id)
    condition = asked_with(posts.values_list("role", "place_path"))
    rows = Meeting.objects.filter(
        condition, Q(begins_at__lt=ends_at) & Q(ends_at__gt=begins_at)
    ).select_related("series", "place")
    language = settings.LANGUAGE_CODE
    for meeting in rows.order_by("begins_at", "pk"):
        name = meaning(meeting.series, MeetingSeries).name.in_language(language)
        yield Occasion(
            uid=f"meeting-{meeting.pk}",
            title=name,
            begins_at=meeting.begins_at,
            ends_at=meeting.ends_at,
            place=short_name(meeting.place.name),
            path=reverse("meeting", args=[meeting.pk]),
            revision=meeting.revision,
            is_cancelled=meeting.state == StateChoices.CANCELLED,
        )
