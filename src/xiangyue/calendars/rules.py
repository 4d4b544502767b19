"""When is it due? How periods are counted (Civil Code 200-203), and what a pause costs.

Pure: no Django, no database, no clock. The four units:

`hours` (24h)
    Run around the clock, from the moment of the start (Civil Code 201).
`working_hours` (5wh)
    Run while the office is open on working days, from the moment of the start. A limit that is
    used up at noon is due at noon, not when the office opens again.
`natural_days` (7d)
    The day of the start does not count. Due at 24:00 of the last day, given as the midnight
    that begins the next day. When the last day is not worked (holiday or weekend), the first
    working day after it becomes the last day (Civil Code 203).
`working_days` (3wd)
    The day of the start does not count, whether worked or not. Due when the office closes on
    the last of the working days that follow.

A limit of nothing (`0h`, `0wd`, ...) means at once: due at the start.

Pauses `[paused_at, resumed_at)` stop the clock.

- Hours and working hours: the due time moves by exactly the (working) time lost.
- Days: the limit is met on the day by whose end the clock has *run* for the whole limit, a day
  standing for its 24 hours (natural days) or its office hours (working days). Lost time adds
  up over all pauses, and each day begun of it gives one day more, so that no short pause gains
  a day again and again. Time lost on the day of the start costs nothing, as that day does not
  count; nor does a pause over rest days cost working time.
- A clock never falls due while it is paused: if it stands still when a last day ends, the next
  day that can be a last day is one.
- While a pause that began before the due time is open, there is no due time, only what remains.
- A pause that begins when the clock is already due changes nothing.

Extensions lengthen the limit. In the same unit they add up before anything is counted (60 days
and 30 days are 90 days from the start); in another unit they begin where the limit before
ended, and for days the day on which it ended does not count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from xiangyue.calendars.almanac import DAY, HOUR, OFFICE_HOURS, Calendar, Opening

__all__ = [
    "OFFICE_HOURS",
    "Calendar",
    "Leg",
    "Limit",
    "LimitUnreadable",
    "Opening",
    "Pause",
    "Unit",
    "due_at",
    "elapsed",
    "legs",
    "remaining",
]


class Unit(StrEnum):
    """What a limit is counted in."""

    hours = "h"
    working_hours = "wh"
    natural_days = "d"
    working_days = "wd"

    @property
    def is_days(self) -> bool:
        return self in {Unit.natural_days, Unit.working_days}

    @property
    def is_working_time(self) -> bool:
        return self in {Unit.working_hours, Unit.working_days}


class LimitUnreadable(ValueError):  # noqa: N818 - named like every refusal
    """A text that is no limit, such as `3 days`."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: `3wd`, `5wh`, `24h`, `7d`; `0h` is at once."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= 9999:
            raise LimitUnreadable(f"A limit counts from 0 to 9999, not {self.amount}.")

    @staticmethod
    def parse(text: str) -> "Limit":
        """:raises LimitUnreadable: anything but a whole number and h, wh, d or wd."""
        return _read(text)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@lru_cache(maxsize=1024)
def _read(text: str) -> Limit:
    match = re.fullmatch(r"(0|[1-9][0-9]{0,3})(h|wh|d|wd)", text)
    if match is None:
        raise LimitUnreadable(f"{text!r} is no limit; write 3wd, 5wh, 24h or 7d.")
    return Limit(int(match[1]), Unit(match[2]))


@dataclass(frozen=True, slots=True)
class Pause:
    """`[paused_at, resumed_at)`, during which the clock stands still; open while it does.

    :raises ValueError: resumed before it was paused.
    """

    paused_at: datetime
    resumed_at: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.resumed_at is not None and self.resumed_at < self.paused_at:
            raise ValueError("A pause cannot end before it begins.")


@dataclass(frozen=True, slots=True)
class Leg:
    """One limit of a clock, counted: the limit, or an extension in another unit.

    `begin` and `end` are moments of the calendar; `end` is None when a pause is open.
    `counted_from` is where time begins to count, and `last_day` the ordinal of the last day of
    a limit in days before Civil Code 203 moved it.
    """

    limit: Limit
    begin: int
    counted_from: int
    end: int | None
    last_day: int | None = None


def due_at(
    *,
    started_at: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Limit] = (),
) -> datetime | None:
    """When a clock is due, in the calendar's zone; None while a pause stops it.

    At the due time itself the matter is still in time; late is after it. Pauses may come in
    any order and overlap. For what the units mean see the top of this file.
    """
    if not pauses and not extensions:  # as nearly all clocks are
        begin = calendar.moment(started_at)
        end = _counted(limit, begin, begin // DAY + 1, calendar, ()).end
        return None if end is None else calendar.at(end)
    end = None
    for leg in legs(
        started_at=started_at,
        limit=limit,
        calendar=calendar,
        pauses=pauses,
        extensions=extensions,
    ):
        end = leg.end
    return None if end is None else calendar.at(end)


def legs(
    *,
    started_at: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Limit] = (),
) -> Iterator[Leg]:
    """The limits of a clock one after the other; the last one's end is the clock's."""
    merged = merged_pauses(pauses, calendar)
    begin = calendar.moment(started_at)
    first_day = begin // DAY + 1
    for part in _joined(limit, extensions):
        leg = _counted(part, begin, first_day, calendar, merged)
        yield leg
        if leg.end is None:
            return
        begin = leg.end
        # 24:00 of a last day is the first moment of the next day, which counts in full.
        first_day = (begin - 1 if part.unit is Unit.natural_days else begin) // DAY + 1


def elapsed(
    *,
    started_at: datetime,
    until: datetime,
    unit: Unit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
) -> timedelta:
    """How long the clock has run: working time for working units, else time on the wall.

    Pauses are left out, so it stands still while one is open. The day of the start is part of
    it, although it does not count towards a limit in days. Nothing before the start.
    """
    end = calendar.moment(until)
    begin = min(calendar.moment(started_at), end)
    total = _measured(begin, end, unit, calendar)
    for paused, resumed in merged_pauses(pauses, calendar):
        if paused < end:
            stop = end if resumed is None else min(resumed, end)
            total -= _measured(max(paused, begin), max(stop, begin), unit, calendar)
    return timedelta(microseconds=total)


def remaining(
    *,
    started_at: datetime,
    at: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Limit] = (),
) -> timedelta:
    """What is left until the due time, in the limit's own time; negative when late.

    While a pause is open it is what was left when the pause began. For a limit in days it is
    what is left until the last day ends, rest of today included.
    """
    known: list[Pause] = []
    for pause in pauses:
        if pause.resumed_at is None:
            at = min(at, pause.paused_at)
        else:
            known.append(pause)
    due = due_at(
        started_at=started_at,
        limit=limit,
        calendar=calendar,
        pauses=known,
        extensions=extensions,
    )
    assert due is not None
    now, end = calendar.moment(at), calendar.moment(due)
    if now <= end:
        return timedelta(microseconds=_measured(now, end, limit.unit, calendar))
    return -timedelta(microseconds=_measured(end, now, limit.unit, calendar))


def merged_pauses(pauses: Sequence[Pause], calendar: Calendar) -> list[tuple[int, int | None]]:
    """Pauses as moments, in order, overlaps joined; only the last can be open."""
    if not pauses:
        return []
    merged: list[tuple[int, int | None]] = []
    for paused, resumed in sorted(
        (
            (
                calendar.moment(pause.paused_at),
                None if pause.resumed_at is None else calendar.moment(pause.resumed_at),
            )
            for pause in pauses
        ),
        key=lambda pair: pair[0],
    ):
        if not merged or (merged[-1][1] is not None and merged[-1][1] < paused):
            merged.append((paused, resumed))
            continue
        begun, ended = merged[-1]
        joined = None if ended is None or resumed is None else max(ended, resumed)
        merged[-1] = (begun, joined)
    return merged


def _measured(begin: int, end: int, unit: Unit, calendar: Calendar) -> int:
    if unit.is_working_time:
        return calendar.worked(end) - calendar.worked(begin)
    return end - begin


def _joined(limit: Limit, extensions: Sequence[Limit]) -> list[Limit]:
    """The limit and its extensions, neighbours in one unit added up."""
    parts = [limit]
    for extension in extensions:
        if extension.amount == 0:
            continue
        if extension.unit is parts[-1].unit:
            parts[-1] = Limit(parts[-1].amount + extension.amount, extension.unit)
        else:
            parts.append(extension)
    return parts


def _counted(
    limit: Limit,
    begin: int,
    first_day: int,
    calendar: Calendar,
    pauses: Sequence[tuple[int, int | None]],
) -> Leg:
    """Count one limit from `begin`; of limits in days, `first_day` is the first to count.

    `target` is the reading, on the unit's own time (wall time or working time), at which the
    limit is used up; every pause that begins before the due time moves it on.
    """
    if limit.amount == 0:
        return Leg(limit, begin, begin, begin)
    unit = limit.unit
    counted_from = first_day * DAY if unit.is_days else begin
    if unit is Unit.working_days:
        length = calendar.day_length
    elif unit is Unit.natural_days:
        length = DAY
    else:
        length = HOUR
    is_working_time = unit.is_working_time
    target = limit.amount * length + (
        calendar.worked(counted_from) if is_working_time else counted_from
    )
    end = _end(target, unit, calendar)
    for paused, resumed in pauses:
        if paused >= end:
            break
        if resumed is None:
            return Leg(limit, begin, counted_from, None)
        if resumed <= counted_from:
            continue
        reading = calendar.worked(resumed) if is_working_time else resumed
        lost = _measured(max(paused, counted_from), resumed, unit, calendar)
        # Never due while paused: at least the first moment after the pause is needed.
        target = max(target + lost, reading + 1)
        end = _end(target, unit, calendar)
    last_day = -(-target // DAY) - 1 if unit is Unit.natural_days else None
    return Leg(limit, begin, counted_from, end, last_day)


def _end(target: int, unit: Unit, calendar: Calendar) -> int:
    """The due moment of a limit that is used up at a reading of its own time."""
    if unit is Unit.hours:
        return target
    if unit is Unit.working_hours:
        return calendar.reached(target)
    if unit is Unit.working_days:
        count = -(-target // calendar.day_length) - 1
        return calendar.nth_working_day(count) * DAY + calendar.closing
    last_day = -(-target // DAY) - 1
    return (calendar.working_day_from(last_day) + 1) * DAY
