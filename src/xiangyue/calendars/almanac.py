"""Which days are worked, and how much working time lies before any moment.

Pure: no Django, no database, no clock. A moment is an integer here, the microseconds of local
wall time since midnight of day 0 (`date.toordinal()` counts the days), because a due time is
asked for a hundred thousand times in a simulation: every answer is a few divisions and one
binary search, never a walk. China has kept one time without daylight saving since 1992, so
wall time and elapsed time agree.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 86_400_000_000
HOUR = 3_600_000_000

Opening = tuple[tuple[time, time], ...]

OFFICE_HOURS: Opening = ((time(8, 30), time(12, 0)), (time(14, 30), time(18, 0)))


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days and office hours that a county's clocks follow.

    Saturdays and Sundays rest unless they are `workdays` (made-up, 调休); other days are
    worked unless they are `holidays`. Both map a date to the name people know it by. `opening`
    is the office hours of every working day, in order, each `[from, to)`.

    :raises ValueError: office hours that are empty, overlap or run backwards.
    """

    holidays: Mapping[date, str] = field(default_factory=dict)
    workdays: Mapping[date, str] = field(default_factory=dict)
    opening: Opening = OFFICE_HOURS
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        edges = [edge for interval in self.opening for edge in interval]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError(f"Office hours must follow one another: {self.opening}")

    # --- what people ask ----------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        if day in self.holidays:
            return False
        return day.weekday() < 5 or day in self.workdays

    def is_announced(self, year: int) -> bool:
        """Whether the year's holidays are known; the State Council publishes them in November.

        Every yearly notice names 1 October, and no local closure is likely to.
        """
        return date(year, 10, 1) in self.holidays

    def working_days_between(self, first: date, until: date) -> int:
        """How many days of `[first, until)` are worked."""
        return self.working_days_before(until.toordinal()) - self.working_days_before(
            first.toordinal()
        )

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first worked one after it."""
        return date.fromordinal(self.working_day_from(day.toordinal()))

    @cached_property
    def working_day(self) -> timedelta:
        """The office hours of one working day, added up."""
        return timedelta(microseconds=self.day_length)

    # --- moments ------------------------------------------------------------------------------

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def moment(self, at: datetime) -> int:
        """:raises ValueError: a time that does not say its zone."""
        if at.tzinfo is None:
            raise ValueError(f"{at} does not say in which zone it is.")
        local = at.astimezone(self.zone)
        seconds = (local.hour * 60 + local.minute) * 60 + local.second
        return local.toordinal() * DAY + seconds * 1_000_000 + local.microsecond

    def at(self, moment: int) -> datetime:
        day, rest = divmod(moment, DAY)
        seconds, micro = divmod(rest, 1_000_000)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        on = date.fromordinal(day)
        return datetime(on.year, on.month, on.day, hour, minute, second, micro, tzinfo=self.zone)

    def day_begin(self, day: date) -> int:
        return day.toordinal() * DAY

    # --- working days -------------------------------------------------------------------------

    @cached_property
    def _exceptions(self) -> tuple[list[int], list[int], list[int]]:
        """Days that differ from their weekday, in order.

        With each: the sum of the differences before it, and the working days up to and with it.
        """
        differences = {day.toordinal(): -1 for day in self.holidays if day.weekday() < 5} | {
            day.toordinal(): 1
            for day in self.workdays
            if day.weekday() >= 5 and day not in self.holidays
        }
        days = sorted(differences)
        sums, through, total = [], [], 0
        for day in days:
            sums.append(total)
            total += differences[day]
            through.append(_weekdays_before(day + 1) + total)
        return days, [*sums, total], through

    def working_days_before(self, day: int) -> int:
        """How many days before the day with this ordinal are worked, since day 1."""
        days, sums, _ = self._exceptions
        return _weekdays_before(day) + sums[bisect_left(days, day)]

    def nth_working_day(self, count: int) -> int:
        """The ordinal of the working day that has exactly `count` working days before it."""
        days, sums, through = self._exceptions
        position = bisect_right(through, count)
        weeks, rest = divmod(count - sums[position], 5)
        day = weeks * 7 + rest + 1
        # A made-up Saturday or Sunday is no weekday; the weekday after it comes too late.
        return min(day, days[position]) if position < len(days) else day

    def working_day_from(self, day: int) -> int:
        """The ordinal of the first working day on or after `day`."""
        return self.nth_working_day(self.working_days_before(day))

    # --- working time -------------------------------------------------------------------------

    @cached_property
    def _opening(self) -> list[tuple[int, int, int]]:
        """Each interval's begin and end within the day, and the working time before it."""
        intervals, before = [], 0
        for opens, closes in self.opening:
            begin, end = _within_day(opens), _within_day(closes)
            intervals.append((begin, end, before))
            before += end - begin
        return intervals

    @cached_property
    def day_length(self) -> int:
        begin, end, before = self._opening[-1]
        return before + end - begin

    @cached_property
    def closing(self) -> int:
        """When the office closes for the day, within the day."""
        return self._opening[-1][1]

    def worked(self, moment: int) -> int:
        """The working time before a moment, since day 1."""
        day, within = divmod(moment, DAY)
        before = self.working_days_before(day)
        total = before * self.day_length
        if self.working_days_before(day + 1) > before:
            for begin, end, sofar in reversed(self._opening):
                if within > begin:
                    return total + sofar + min(within, end) - begin
        return total

    def reached(self, worked: int) -> int:
        """The first moment with so much working time (more than nothing) before it."""
        count, rest = divmod(worked - 1, self.day_length)
        day = self.nth_working_day(count)
        rest += 1
        for begin, end, sofar in self._opening:
            if rest <= sofar + end - begin:
                return day * DAY + begin + rest - sofar
        raise AssertionError("a working day holds all of its working time")


def _weekdays_before(day: int) -> int:
    """Mondays to Fridays before the day with this ordinal; day 1 was a Monday."""
    weeks, rest = divmod(day - 1, 7)
    return weeks * 5 + min(rest, 5)


def _within_day(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
