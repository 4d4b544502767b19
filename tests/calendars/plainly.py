"""A second implementation of the clocks, slow and plain on purpose: it walks every step.

It shares nothing with the first but the words of the rules. Times are naive local times, and
everything falls on a multiple of `STEP`.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

STEP = timedelta(minutes=10)
MIDNIGHT = time(0)

Stretch = tuple[datetime, datetime]
Hours = Sequence[tuple[time, time]]


class Plainly:
    def __init__(
        self, holidays: set[date], workdays: set[date], hours: Hours, pauses: Sequence[Stretch]
    ) -> None:
        self.holidays = holidays
        self.workdays = workdays
        self.hours = hours
        self.pauses = pauses

    def is_worked(self, day: date) -> bool:
        if day in self.holidays:
            return False
        if day in self.workdays:
            return True
        return day.strftime("%a") not in {"Sat", "Sun"}

    def is_open(self, at: datetime) -> bool:
        return self.is_worked(at.date()) and any(
            opens <= at.time() < closes for opens, closes in self.hours
        )

    def is_paused(self, at: datetime) -> bool:
        return any(paused <= at < resumed for paused, resumed in self.pauses)

    def stands_still_at_end(self, end: datetime) -> bool:
        """Whether the clock stood still in the last instant before `end`."""
        return any(paused < end <= resumed for paused, resumed in self.pauses)

    def runs(self, at: datetime, unit: str) -> bool:
        if self.is_paused(at):
            return False
        return self.is_open(at) if unit in {"wh", "wd"} else True

    def due(self, start: datetime, limits: Sequence[tuple[int, str]]) -> datetime:
        day_before_first = start.date()
        for amount, unit in self.joined(limits):
            if unit in {"h", "wh"}:
                start = self.due_by_hours(start, amount, unit)
                day_before_first = start.date()
            else:
                last, start = self.due_by_days(day_before_first, amount, unit)
                day_before_first = last
        return start

    def joined(self, limits: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        parts: list[tuple[int, str]] = []
        for amount, unit in limits:
            if amount == 0:
                continue
            if parts and parts[-1][1] == unit:
                parts[-1] = (parts[-1][0] + amount, unit)
            else:
                parts.append((amount, unit))
        return parts

    def due_by_hours(self, start: datetime, amount: int, unit: str) -> datetime:
        left = timedelta(hours=amount)
        while left > timedelta(0):
            if self.runs(start, unit):
                left -= STEP
            start += STEP
        return start

    def due_by_days(self, day_before: date, amount: int, unit: str) -> tuple[date, datetime]:
        """The last day and the due time on it."""
        if unit == "wd":
            one_day = sum(
                (
                    datetime.combine(date.min, closes) - datetime.combine(date.min, opens)
                    for opens, closes in self.hours
                ),
                timedelta(0),
            )
        else:
            one_day = timedelta(days=1)
        left = amount * one_day
        day = day_before
        while True:
            day += timedelta(days=1)
            at = datetime.combine(day, MIDNIGHT)
            end = at + timedelta(days=1)
            while at < end:
                if self.runs(at, unit):
                    left -= STEP
                at += STEP
            if unit == "wd":
                end = datetime.combine(day, self.hours[-1][1])
            if left <= timedelta(0) and self.is_worked(day) and not self.stands_still_at_end(end):
                return day, end

    def ran(self, start: datetime, until: datetime, unit: str) -> timedelta:
        total = timedelta(0)
        while start < until:
            if self.runs(start, unit):
                total += STEP
            start += STEP
        return total
