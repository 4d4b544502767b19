"""What the passing of time does to issues: whoever is not told yet is told."""

from datetime import datetime, timedelta

from xiangyue.deliberation.services.telling import tell_waiting
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=1))
def tell_those_concerned(*, at: datetime) -> None:
    tell_waiting(at=at)
