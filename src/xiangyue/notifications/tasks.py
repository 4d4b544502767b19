"""What notifications do by themselves: send what is due, forget what is old."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.notifications import delivering


@due(every=timedelta(seconds=15))
def deliver_due(*, at: datetime) -> int:
    return delivering.deliver_due(at=at)


@due(every=timedelta(minutes=5))
def forget_old(*, at: datetime) -> int:
    return delivering.forget_old(at=at)
