"""What calendars do by themselves."""

from datetime import datetime, timedelta

from xiangyue.calendars.services import seed_holidays
from xiangyue.kernel.due import due


@due(every=timedelta(hours=24))
def enter_published_holidays(*, at: datetime) -> None:
    """A notice that came with an upgrade, or a new year, needs nobody to remember it."""
    seed_holidays(years=range(at.year - 1, at.year + 2), at=at)
