"""What the passing of time does to notices."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.publicity import services


@due(every=timedelta(minutes=1))
def end_windows(*, at: datetime) -> None:
    """End the windows that are over, then clear the boards of what hung long enough."""
    services.end_windows(at=at)
    services.clear_boards(at=at)


@due(every=timedelta(days=1))
def forget_objectors(*, at: datetime) -> None:
    """Who objected is forgotten a year after the answer."""
    services.forget_objectors(at=at)
