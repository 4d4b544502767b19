"""What access does by itself as time passes."""

from datetime import datetime, timedelta

from xiangyue.access import codes
from xiangyue.kernel.due import due


@due(every=timedelta(hours=1))
def forget_codes(*, at: datetime) -> None:
    codes.forget_codes(at=at)
