"""What the register does by itself as time passes."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.registry import services


@due(every=timedelta(hours=6))
def forget_due(*, at: datetime) -> None:
    services.forget_due(at=at)
