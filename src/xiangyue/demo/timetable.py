"""What is to happen when, in the order of the simulated time, and when offices are open."""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from xiangyue.calendars.almanac import HOUR
from xiangyue.calendars.rules import Calendar

Happening = Callable[[datetime], None]


class Timetable:
    """A period of simulated time; what would happen after its end does not."""

    def __init__(
        self, begins_at: datetime, ends_at: datetime, calendar: Calendar, dice: random.Random
    ) -> None:
        self.begins_at = begins_at
        self.ends_at = ends_at
        self.calendar = calendar
        self.dice = dice
        self._queue: list[tuple[datetime, int, Happening]] = []
        self._order = 0

    def plan(self, at: datetime, happening: Happening) -> None:
        """Let something happen at a time; of two at the same time the first planned comes first."""
        if at < self.ends_at:
            self._order += 1
            heapq.heappush(self._queue, (at, self._order, happening))

    def happen_until(self, until: datetime) -> None:
        """Let happen what was planned before, and what that plans in turn."""
        while self._queue and self._queue[0][0] < until:
            at, _order, happening = heapq.heappop(self._queue)
            happening(at)

    def days(self) -> Iterator[tuple[datetime, datetime]]:
        """Begin and end of each day; the last ends with the period."""
        begin = self.begins_at
        while begin < self.ends_at:
            end = min(begin + timedelta(days=1), self.ends_at)
            yield begin, end
            begin = end

    def at_work(self, at: datetime, hours: float) -> datetime:
        """Some hours later, or when the office opens next."""
        at = at + timedelta(hours=hours)
        if self.calendar.is_working_day(at.date()):
            if at.hour < 8:
                return self._morning(at)
            if at.hour < 18:
                return at
        day = self.calendar.next_working_day(at.date() + timedelta(days=1))
        return self._morning(datetime.combine(day, time(), tzinfo=at.tzinfo))

    def _morning(self, at: datetime) -> datetime:
        return at.replace(hour=8, minute=35 + self.dice.randrange(20))

    def before_the_end(self, hours: float) -> datetime:
        """So many office hours before the period ends."""
        calendar = self.calendar
        worked = calendar.worked(calendar.moment(self.ends_at))
        return calendar.at(calendar.reached(worked - round(hours * HOUR)))
