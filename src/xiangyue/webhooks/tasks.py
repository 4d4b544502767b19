from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.webhooks import delivering


@due(every=timedelta(seconds=15))
def tell_others(*, at: datetime) -> int:
    """Tell other software of what was recorded and sealed since."""
    return delivering.deliver_due(at=at)


@due(every=timedelta(days=1))
def forget_old(*, at: datetime) -> int:
    return delivering.forget_old(at=at)
