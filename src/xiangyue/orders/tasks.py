"""What the passing of time does to rounds."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.orders.services.rounds import end_needs_due
from xiangyue.orders.services.voting import open_and_close_due


@due(every=timedelta(minutes=1))
def go_on(*, at: datetime) -> None:
    """Orders end, votes open and close at the minute that was announced."""
    end_needs_due(at=at)
    open_and_close_due(at=at)
