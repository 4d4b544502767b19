"""The site's own housekeeping."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from xiangyue.kernel.due import due
from xiangyue.kernel.sqlite.statistics import refresh_statistics


@due(every=timedelta(hours=6))
def forget_ended_sessions(*, at: datetime) -> None:
    Session.objects.filter(expire_date__lt=at).delete()


@due(every=timedelta(hours=1))
def look_at_the_tables(*, at: datetime) -> None:
    """A county that grows is served by the right indexes from the next hour on."""
    refresh_statistics()
