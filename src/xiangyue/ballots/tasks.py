"""What the passing of time does to votes."""

from datetime import datetime, timedelta

from xiangyue.ballots.keeping import close_due, open_due
from xiangyue.ballots.services import forget_voices
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=1))
def open_and_close_votes_by_phone(*, at: datetime) -> None:
    """Votes that are taken by phone alone open and close at the announced minute."""
    open_due(at=at)
    close_due(at=at)


@due(every=timedelta(hours=12))
def forget_what_was_said(*, at: datetime) -> None:
    """Open votes by phone lose what each voter said a year after their end."""
    forget_voices(at=at)
