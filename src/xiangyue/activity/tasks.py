from datetime import datetime, timedelta

from xiangyue.activity.sealing import seal
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=1))
def seal_new_entries(*, at: datetime) -> None:
    """Seal what was recorded since, so that nobody can change it unseen (SE02)."""
    seal(at=at)


@due(every=timedelta(days=1))
def seal_stragglers(*, at: datetime) -> None:
    """Seal even what took days to commit."""
    seal(at=at, everything=True)
