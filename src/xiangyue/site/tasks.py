"""The site's own housekeeping."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from xiangyue.kernel.due import due


@due(every=timedelta(hours=6))
def forget_ended_sessions(*, at: datetime) -> None:
    Session.objects.filter(expire_date__lt=at).delete()
