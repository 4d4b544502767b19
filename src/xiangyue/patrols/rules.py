"""Which day a patrol counts for, whether a position is kept, what is covered. Pure functions."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST_POSITION_DAYS = 30
# A phone may be without network all day and the night after it.
LONGEST_WAY = timedelta(hours=36)


class Look(StrEnum):
    """What was seen at one item."""

    FINE = "fine"
    FOUND = "found"


class Outcome(StrEnum):
    """What came of a call on a household; of one that did not suit them, no reason is asked."""

    VISITED = "visited"
    INCONVENIENT = "inconvenient"


def time_of(text: str) -> time:
    """`18:30` as a time of the day."""
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def day_of(
    *,
    opened_at: datetime | None,
    arrived_at: datetime,
    recorded_at: datetime | None,
    zone: ZoneInfo,
) -> date:
    """The day that a patrol counts for: that of its arrival, by the server's clock.

    One that waited in a phone without network counts for the day on which the server showed its
    form, if the phone says that it was written on that day. So a phone's clock chooses between
    two days that the server knows, and a wrong one chooses nothing.
    """
    arrival = arrived_at.astimezone(zone).date()
    if opened_at is None or recorded_at is None:
        return arrival
    opened = opened_at.astimezone(zone).date()
    is_on_time = timedelta(0) <= arrived_at - opened_at <= LONGEST_WAY
    if is_on_time and recorded_at.astimezone(zone).date() == opened:
        return opened
    return arrival


def keeps_position(
    *, day: date, arrived_at: datetime, duty_hours: tuple[time, time], zone: ZoneInfo
) -> bool:
    """Whether a position may be kept: given on the day itself, within duty hours (GD08)."""
    local = arrived_at.astimezone(zone)
    begins, ends = duty_hours
    return local.date() == day and begins <= local.time() < ends


def together(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What was looked at, of two reports of one round: what was found once stays found."""
    merged = dict(before)
    for key, look in now.items():
        merged[key] = Look.FOUND if Look.FOUND in {merged.get(key), look} else look
    return merged


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time in a post, [active_from, active_to)."""

    active_from: datetime
    active_to: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.active_from <= moment and (self.active_to is None or moment < self.active_to)


def due_days(
    days: Iterable[date],
    stays: Sequence[Stay],
    *,
    due_time: time,
    zone: ZoneInfo,
    at: datetime | None = None,
) -> set[date]:
    """The days on which a grid had somebody to walk it when the round was due, by `at`."""
    found = set()
    for day in days:
        moment = datetime.combine(day, due_time, tzinfo=zone)
        is_past = at is None or moment <= at
        if is_past and any(stay.covers(moment) for stay in stays):
            found.add(day)
    return found


def deepest(path: str, among: Container[str]) -> str | None:
    """The innermost of the places that holds the path, if any does."""
    prefixes = (path[:length] for length in range(len(path), 0, -1))
    return next((prefix for prefix in prefixes if prefix in among), None)
