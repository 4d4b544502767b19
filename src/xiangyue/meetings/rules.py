"""When sessions fall, what state leads where, and in which order an agenda stands. Pure functions.

Recurrence knows nothing of incidents: a rule, a calendar of working days, a stretch of days.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - an occurrence has a field called date
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

DAY = timedelta(days=1)


class Days(Protocol):
    """The part of a calendar that recurrence asks."""

    @property
    def holidays(self) -> Mapping[Date, str]: ...

    def is_working_day(self, day: Date) -> bool: ...


class Every(StrEnum):
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"


class OnRestDay(StrEnum):
    """What becomes of a session whose day is not worked."""

    KEEP = "keep"
    SKIP = "skip"
    NEXT = "next"  # the next working day
    PREVIOUS = "previous"  # the working day before


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every working day, every week on a weekday (1 is Monday), every month on a day.

    A day that a month does not have is its last one. What happens on a public holiday and on an
    ordinary weekend is said apart, for villagers have time on a Sunday but not at New Year.
    """

    every: Every
    weekday: int = 1
    day: int = 1
    on_holiday: OnRestDay = OnRestDay.SKIP
    on_weekend: OnRestDay = OnRestDay.SKIP


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A day on which a session takes place, and the day that the rule names for it."""

    date: Date
    nominal_date: Date

    @property
    def is_moved(self) -> bool:
        return self.date != self.nominal_date


def occurrences(rule: Recurrence, calendar: Days, *, first: Date, until: Date) -> list[Occurrence]:
    """The sessions that take place in `[first, until)`, in order, never two on one day.

    Of several that fall on one day the one whose own day it is stays, else the latest: the week
    after a long holiday has one session, not two.
    """
    begin, end = first, until
    # What is moved into the stretch has its own day outside it, behind days that are not worked.
    while not calendar.is_working_day(begin - DAY):
        begin -= DAY
    while not calendar.is_working_day(end):
        end += DAY
    found: dict[Date, Occurrence] = {}
    day = begin
    while day < end:
        if _is_named(rule, day, calendar):
            held_on = _held_on(rule, calendar, day)
            if held_on is not None and first <= held_on < until:
                known = found.get(held_on)
                if known is None or known.is_moved:
                    found[held_on] = Occurrence(held_on, day)
        day += DAY
    return [found[held_on] for held_on in sorted(found)]


def _is_named(rule: Recurrence, day: Date, calendar: Days) -> bool:
    if rule.every is Every.WORKING_DAY:
        return calendar.is_working_day(day)
    if rule.every is Every.WEEK:
        return day.isoweekday() == rule.weekday
    return day.day == min(rule.day, _last_day(day))


def _last_day(day: Date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY).day


def _held_on(rule: Recurrence, calendar: Days, day: Date) -> Date | None:
    if calendar.is_working_day(day):
        return day
    what = rule.on_holiday if day in calendar.holidays else rule.on_weekend
    if what is OnRestDay.KEEP:
        return day
    if what is OnRestDay.SKIP:
        return None
    step = DAY if what is OnRestDay.NEXT else -DAY
    while not calendar.is_working_day(day):
        day += step
    return day


class State(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MISSED = "missed"


# From which states each verb is possible.
SOURCES: Mapping[str, frozenset[State]] = {
    "open": frozenset({State.PLANNED, State.MISSED}),
    "move": frozenset({State.PLANNED}),
    "cancel": frozenset({State.PLANNED}),
    "close": frozenset({State.OPEN}),
    "correct": frozenset({State.CLOSED}),
}
# Minutes may be entered some days late, for the session may have been held on paper.
LATEST_ENTRY = timedelta(days=7)
EARLIEST_OPENING = timedelta(hours=2)


def may_open_at(*, begins_at: datetime, at: datetime) -> bool:
    """Whether it is near enough to the time: from two hours before to seven days after."""
    return begins_at - EARLIEST_OPENING <= at <= begins_at + LATEST_ENTRY


class Reason(StrEnum):
    """Why something is on an agenda; the order is the order of the agenda."""

    OVERDUE = "overdue"
    ESCALATED = "escalated"
    SUPERVISED = "supervised"
    TO_DISPATCH = "to_dispatch"
    UNSOLVED = "unsolved"
    CARRIED = "carried"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may come up: what draws it, how urgent, when due, since when."""

    key: str
    reasons: frozenset[Reason]
    urgency: int
    due_at: datetime | None
    since: datetime
    appearance: int = 1

    @property
    def rank(self) -> tuple[object, ...]:
        """Overdue first, the longest overdue before the others; then by why, urgency and due."""
        order = list(Reason)
        first = min((order.index(reason) for reason in self.reasons), default=len(order))
        if Reason.OVERDUE in self.reasons:
            first = -1
        is_undated = self.due_at is None
        return (
            first,
            -self.urgency if first >= 0 else 0,
            is_undated,
            self.due_at or self.since,
            self.since,
            self.key,
        )


def agenda_order(candidates: Iterable[Candidate], *, most: int) -> list[Candidate]:
    """The agenda in its order, at most so many: a session that cannot end settles nothing."""
    return sorted(candidates, key=lambda one: one.rank)[:most]


def appearances(before: Mapping[str, int], keys: Collection[str]) -> dict[str, int]:
    """How many times in a row each has now been up, from how it stood at the last session."""
    return {key: before.get(key, 0) + 1 for key in keys}


def reasons_in_order(reasons: Iterable[str]) -> list[str]:
    """Why, in the order of `Reason`."""
    held = set(reasons)
    return [str(reason) for reason in Reason if str(reason) in held]
