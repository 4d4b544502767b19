"""What takes weeks and goes on by itself: each matter is a course that says when it goes on next.

Unlike what is reported, a course may begin long before the life that is played; what lies before
its first day is played on that day, with the times at which it was.
"""

import heapq
import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from xiangyue.activity.services import unheard
from xiangyue.calendars.queries import current_calendar
from xiangyue.publicity.models import Notice

# A course yields the moment at which it goes on; after its last act it ends.
Course = Iterator[datetime]

# Nobody is told today of what happened long ago.
TOLD_OF_THE_LAST = timedelta(days=10)


class Goings:
    """Courses under way, in the order of the simulated time; their chance is their own."""

    def __init__(self, *, ends_at: datetime, dice: random.Random) -> None:
        self.ends_at = ends_at
        self.dice = dice
        self.calendar = current_calendar()
        self._queue: list[tuple[datetime, int, Course]] = []
        self._order = 0

    def add(self, at: datetime, course: Course) -> None:
        """Let a course go on at a moment; what would come after the end does not."""
        if at < self.ends_at:
            self._order += 1
            heapq.heappush(self._queue, (at, self._order, course))

    def live_until(self, end: datetime) -> None:
        """Let everything go on that is due before `end`."""
        while self._queue and self._queue[0][0] < end:
            at, _order, course = heapq.heappop(self._queue)
            if at >= self.ends_at - TOLD_OF_THE_LAST:
                following = next(course, None)
            else:
                with unheard():
                    following = next(course, None)
            if following is not None:
                self.add(following, course)

    def working(self, at: datetime, days: int) -> datetime:
        """A moment in office hours so many days later, or on the next working day."""
        day = self.calendar.next_working_day((at + timedelta(days=days)).date())
        minutes = self.dice.randrange(9 * 60, 17 * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=at.tzinfo)

    def not_before(self, moment: datetime | None, at: datetime) -> datetime:
        """`at`, or the next office hours after the moment if that is later."""
        if moment is None or at >= moment:
            return at
        return self.working(moment.astimezone(at.tzinfo), 1)

    def settled(self, notice: Notice, at: datetime) -> datetime:
        """When the notice has hung its days, if not at `at` already."""
        ends_at = datetime.combine(notice.ends_on, time(), tzinfo=at.tzinfo)
        return at if at >= ends_at else self.working(ends_at, 0)
