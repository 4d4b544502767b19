"""Which turns a stretch of days needs, who takes which in rotation, and when nobody is there.

Pure functions. Every stretch of time is half-open, [begins_at, ends_at).
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import TypeVar

P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A stretch of time, [begins_at, ends_at)."""

    begins_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Stretch") -> bool:
        return self.begins_at < other.ends_at and other.begins_at < self.ends_at


@dataclass(frozen=True, slots=True)
class DayTurn:
    """A turn as it is declared: at what time of the day it begins, how many hours it lasts."""

    begins: time
    hours: int


def time_of(text: str) -> time:
    """`08:30` as a time of the day."""
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def day_turns_overlap(turns: Sequence[DayTurn]) -> bool:
    """Whether two turns run at once on a day on which the day before had the same turns."""
    day = date(2026, 1, 1)
    days = [day, day + timedelta(days=1), day + timedelta(days=2)]
    needed = needed_turns(days, turns, zone=None)
    return any(first.ends_at > second.begins_at for first, second in pairwise(needed))


def needed_turns(
    days: Iterable[date], turns: Sequence[DayTurn], *, zone: tzinfo | None
) -> list[Stretch]:
    """The turns that begin on these days, in their order."""
    found = []
    for day in days:
        for turn in turns:
            begins_at = datetime.combine(day, turn.begins, tzinfo=zone)
            found.append(Stretch(begins_at, begins_at + timedelta(hours=turn.hours)))
    return sorted(found)


def rotation(
    needed: Sequence[Stretch], people: Sequence[P], *, first: P | None = None
) -> list[tuple[Stretch, P]]:
    """Each turn with the person whose turn it is: one after the other, `first` being the first.

    Without `first`, or when they are not among the people, whoever stands first begins.

    :raises ValueError: turns are needed, but there is nobody.
    """
    if not needed:
        return []
    if not people:
        raise ValueError("There is nobody to take a turn.")
    start = people.index(first) if first in people else 0
    return [
        (turn, people[(start + position) % len(people)]) for position, turn in enumerate(needed)
    ]


def following(people: Sequence[P], last: P | None) -> P | None:
    """Who comes after the last one in the rotation; the first when the last is not in it."""
    if not people:
        return None
    if last not in people:
        return people[0]
    return people[(people.index(last) + 1) % len(people)]


def gaps(needed: Iterable[Stretch], held: Iterable[Stretch]) -> list[Stretch]:
    """What of the needed time nobody holds; touching gaps are one gap."""
    left: list[Stretch] = []
    taken = sorted(held)
    for need in sorted(needed):
        at = need.begins_at
        for turn in taken:
            if turn.ends_at <= at or turn.begins_at >= need.ends_at:
                continue
            if turn.begins_at > at:
                left.append(Stretch(at, turn.begins_at))
            at = max(at, turn.ends_at)
        if at < need.ends_at:
            left.append(Stretch(at, need.ends_at))
    joined: list[Stretch] = []
    for gap in left:
        if joined and joined[-1].ends_at >= gap.begins_at:
            joined[-1] = Stretch(joined[-1].begins_at, max(joined[-1].ends_at, gap.ends_at))
        else:
            joined.append(gap)
    return joined


def first_overlap(turns: Iterable[Stretch]) -> tuple[Stretch, Stretch] | None:
    """Two of the turns that run at once, if any do."""
    ordered = sorted(turns)
    latest: Stretch | None = None
    for turn in ordered:
        if latest is not None and latest.ends_at > turn.begins_at:
            return latest, turn
        if latest is None or turn.ends_at > latest.ends_at:
            latest = turn
    return None


def month_of(day: date) -> tuple[date, date]:
    """The first day of the day's month and of the next one."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)
