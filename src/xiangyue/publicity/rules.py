"""How long a notice runs, and what keeps it from taking effect. Pure functions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from xiangyue.calendars.rules import Calendar, Limit, Unit, due_at

LONGEST_DAYS = 365
# What names people leaves every board after so many days, whatever is declared (REQ-L06).
LONGEST_NAMED_DAYS = 90


class LastDay(StrEnum):
    """What happens when the last day of a period is not worked (Civil Code 203)."""

    MOVES = "moves"  # to the first worked day after it
    STAYS = "stays"


class State(StrEnum):
    """Where a notice is: on the board, in the archive, or gone."""

    UP = "up"
    ENDED = "ended"
    TAKEN_DOWN = "taken_down"


class Shown(StrEnum):
    """What of an objection everybody may see beside its answer."""

    NOTHING = "nothing"
    WORDS = "words"
    NAME = "name"  # the words and who said them


@dataclass(frozen=True, slots=True)
class Window:
    """The civil days of a notice, each end the first day that is no longer part of it.

    It runs over `[begins_on, ends_on)`; objections are taken until `objections_until`, and it
    stays on the board until `stays_until`.
    """

    begins_on: date
    ends_on: date
    objections_until: date
    stays_until: date


def window(
    *,
    published_at: datetime,
    days: int,
    objection_days: int | None,
    stays_days: int,
    last_day: LastDay,
    calendar: Calendar,
) -> Window:
    """The days of what is published at `published_at`; that day itself does not count (Civil
    Code 201), though objections are taken from then on.

    `objection_days` None: as long as the window runs. Nothing ends before the window does.
    """
    begins_on = published_at.astimezone(calendar.zone).date()

    def end(count: int) -> date:
        if last_day is LastDay.STAYS:
            return begins_on + timedelta(days=count + 1)
        limit = Limit(count, Unit.natural_days)
        due = due_at(started_at=published_at, limit=limit, calendar=calendar)
        assert due is not None  # nothing pauses it
        return due.date()

    objections_until = end(days if objection_days is None else objection_days)
    ends_on = max(end(days), objections_until)
    stays_until = max(begins_on + timedelta(days=stays_days + 1), ends_on)
    return Window(begins_on, ends_on, objections_until, stays_until)


def is_over(*, ends_on: date, today: date) -> bool:
    """Whether the window has run to its end: from the first moment of `ends_on`."""
    return today >= ends_on


def may_leave(*, stays_until: date, today: date, names_people: bool, is_settled: bool) -> bool:
    """Whether a notice goes from the board into the archive.

    With objections unanswered it stays, for they are owed an answer in front of everybody;
    what names people goes all the same (REQ-L06).
    """
    return today >= stays_until and (is_settled or names_people)


def is_readable(*, state: State, names_people: bool) -> bool:
    """Whether everybody may read the words: on the board, or in the archive naming nobody."""
    return state is State.UP or (state is State.ENDED and not names_people)
