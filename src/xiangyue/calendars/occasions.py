"""What stands in somebody's calendar: a session, a turn of duty.

A module with such things offers a file `occasions.py` with

    def occasions_of(person_id: UUID, *, begins_at: datetime, ends_at: datetime)
        -> Iterable[Occasion]

and the person's calendar feed holds what all of them give.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry of a calendar. `uid` stays the same when it is moved; `revision` then grows.

    Times are aware. `place` and `path` (the page that shows it, without host) may be empty.
    """

    uid: str
    title: str
    begins_at: datetime
    ends_at: datetime
    place: str = ""
    path: str = ""
    revision: int = 0
    is_cancelled: bool = False
