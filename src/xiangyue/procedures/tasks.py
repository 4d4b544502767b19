"""What the passing of time does to procedures."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.procedures import services


@due(every=timedelta(hours=1))
def announce_deadlines(*, at: datetime) -> None:
    """Tell those who do a step that it is nearly due, or late; once a step."""
    services.announce_deadlines(at=at)
