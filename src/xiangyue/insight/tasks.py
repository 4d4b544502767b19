"""What figures do by themselves: they follow what happens."""

from datetime import datetime, timedelta

from xiangyue.insight.burden import count_burden
from xiangyue.insight.counting import count_on
from xiangyue.kernel.due import due

MOST = 10_000  # keeps the worker's other tasks from waiting long


@due(every=timedelta(minutes=1))
def count_what_changed(*, at: datetime) -> None:
    """Bring the figures up to date."""
    count_on(at=at, most=MOST)


@due(every=timedelta(hours=6))
def count_what_was_asked(*, at: datetime) -> None:
    """Count what a month that has ended asked of villages."""
    count_burden(at=at)
