"""What the passing of time does to incidents."""

from datetime import datetime, timedelta

from xiangyue.incidents.photos import remove_orphans
from xiangyue.incidents.retention import forget_what_is_due
from xiangyue.incidents.services import act_on_what_is_due
from xiangyue.kernel.due import due


@due(every=timedelta(minutes=1))
def close_and_raise(*, at: datetime) -> None:
    """Close what nobody objected to in time; raise what is overdue."""
    act_on_what_is_due(at=at)


@due(every=timedelta(hours=1))
def delete_what_was_kept_long_enough(*, at: datetime) -> None:
    """Leave only the tombstone of what ended longer ago than the county keeps it."""
    forget_what_is_due(at=at)


@due(every=timedelta(days=1))
def remove_orphaned_photos(*, at: datetime) -> None:
    """Remove the files of pictures whose report did not come to be."""
    remove_orphans(at=at)
