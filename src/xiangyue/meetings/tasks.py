"""What the passing of time does to sessions."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.meetings import services


@due(every=timedelta(hours=1))
def plan_what_comes(*, at: datetime) -> None:
    """Plan the sessions of the coming month, and mark those of past days that were not held."""
    services.mark_missed(at=at)
    services.plan_meetings(at=at)


@due(every=timedelta(minutes=5))
def announce_what_comes(*, at: datetime) -> None:
    """Tell those who convene that a session is near."""
    services.announce_meetings(at=at)
