"""What the passing of time does to compacts."""

from datetime import datetime, timedelta

from xiangyue.compacts import services
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=10))
def announce_late_filings(*, at: datetime) -> None:
    """An adopted text that is not filed in its ten days is late (CP05)."""
    services.announce_late_filings(at=at)


@due(every=timedelta(days=1))
def forget_people(*, at: datetime) -> None:
    """Who gave an opinion is forgotten a year after the answer."""
    services.forget_people(at=at)
