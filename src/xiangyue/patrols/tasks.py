"""What the passing of time does to patrols."""

from datetime import datetime, timedelta

from xiangyue.kernel.due import due
from xiangyue.patrols.upkeep import forget_positions, remind_of_rounds


@due(every=timedelta(minutes=10))
def remind_in_the_evening(*, at: datetime) -> None:
    """Whoever has not reported today's round is reminded once."""
    remind_of_rounds(at=at)


@due(every=timedelta(hours=6))
def forget_where_workers_stood(*, at: datetime) -> None:
    """Positions go after thirty days at the latest; the record of the round stays (GD08)."""
    forget_positions(at=at)
