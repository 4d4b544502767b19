"""What the passing of time does to planned sessions: they are announced, or were not held."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from xiangyue.activity.services import Happening, record_many
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.series import all_series, conveners_of
from xiangyue.meetings.services.acting import recorded
from xiangyue.meetings.services.planning import BATCH, moment


def announce_meetings(*, at: datetime) -> int:
    """Say once of each session that is coming up to those who convene it; returns of how many."""
    count = 0
    ahead = max((one.remind_hours for _row, one in all_series().values()), default=0)
    coming = Meeting.objects.filter(
        state=StateChoices.PLANNED,
        reminded_at=None,
        begins_at__gt=at,
        begins_at__lte=at + timedelta(hours=ahead),
    )
    hours: Mapping[str, int] = {key: one.remind_hours for key, (_row, one) in all_series().items()}
    for meeting in coming.select_related("series").order_by("begins_at")[:BATCH]:
        if meeting.begins_at > at + timedelta(hours=hours.get(meeting.series_key, 0)):
            continue
        with transaction.atomic():
            is_ours = Meeting.objects.filter(
                pk=meeting.pk, reminded_at=None, state=StateChoices.PLANNED
            ).update(reminded_at=at)
            if is_ours:
                for one in conveners_of(meeting, at=at):
                    recorded(
                        "meeting_announced", meeting, at=at, person=one, begins_at=meeting.begins_at
                    )
                count += 1
    return count


@transaction.atomic
def mark_missed(*, at: datetime) -> int:
    """Mark what was planned for a day that is over and never opened; returns how many.

    It can still be entered for a week, as when it was held on paper.
    """
    today = timezone.localdate(at)
    late = list(
        Meeting.objects.select_for_update()
        .filter(state=StateChoices.PLANNED, begins_at__lt=moment(today, time()))
        .order_by("begins_at")[: 4 * BATCH]
    )
    for meeting in late:
        meeting.state = StateChoices.MISSED
        meeting.version += 1
        meeting.changed_at = at
    Meeting.objects.bulk_update(late, ["state", "version", "changed_at"], batch_size=BATCH)
    record_many(
        Happening(
            name="meetings.meeting_missed",
            subject=meeting,
            at=at,
            place_path=meeting.place_path,
            facts={"series": meeting.series_key, "date": meeting.date},
        )
        for meeting in late
    )
    return len(late)
