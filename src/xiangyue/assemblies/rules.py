"""When a sitting may be held, decide and sign; who speaks next; the code on the screen. Pure."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from xiangyue.kernel.identifiers import SPEAKABLE, normalise_code


class State(StrEnum):
    """Where a sitting is."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    SIGNED = "signed"
    CALLED_OFF = "called_off"


class Outcome(StrEnum):
    """What became of an item."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PUT_OFF = "put_off"


class How(StrEnum):
    """How an item is decided: by a vote on a roll, or because nobody objects."""

    BALLOT = "ballot"
    CONSENT = "consent"


# From which states each act is possible.
SOURCES: dict[str, frozenset[State]] = {
    "agenda": frozenset({State.ANNOUNCED, State.OPEN}),
    "arrange": frozenset({State.ANNOUNCED}),
    "open": frozenset({State.ANNOUNCED}),
    "hold": frozenset({State.OPEN}),
    "list": frozenset({State.OPEN, State.CLOSED}),
    "minute": frozenset({State.CLOSED}),
    "sign": frozenset({State.CLOSED}),
    "correct": frozenset({State.SIGNED}),
}

# --- notice -----------------------------------------------------------------------------------

OPENS_BEFORE = timedelta(hours=2)
OPENS_AFTER = timedelta(days=7)  # what was held on paper is entered within a week


def earliest_day(*, announced_on: date, notice_days: int) -> date:
    """The first day on which what is announced may be held or decided.

    The day of announcing does not count (Civil Code 201): ten days after the 1st is the 11th.
    """
    return announced_on + timedelta(days=notice_days)


def is_in_time(*, announced_on: date, held_on: date, notice_days: int) -> bool:
    """Whether the notice period lies between announcing and holding."""
    return held_on >= earliest_day(announced_on=announced_on, notice_days=notice_days)


def may_open_at(*, starts_at: datetime, at: datetime) -> bool:
    return starts_at - OPENS_BEFORE <= at <= starts_at + OPENS_AFTER


# --- the code on the screen -------------------------------------------------------------------

CODE_LENGTH = 8
CODE_SECONDS = 60
# The code before is taken too, for whoever scanned in the last second and has a slow network.
CODES_TAKEN = 2


def code_at(key: bytes, *, at: datetime) -> str:
    """The code that the screen shows at that moment; another each minute."""
    return _code(key, int(at.timestamp()) // CODE_SECONDS)


def is_code_of_now(key: bytes, typed: str, *, at: datetime) -> bool:
    """Whether what was scanned or typed stands on the screen now, or did a minute ago."""
    given = normalise_code(typed[:100]).encode()
    number = int(at.timestamp()) // CODE_SECONDS
    found = [
        hmac.compare_digest(_code(key, number - back).encode(), given)
        for back in range(CODES_TAKEN)
    ]
    return any(found)


def seconds_left(*, at: datetime) -> int:
    """How long the code on the screen still stands."""
    return CODE_SECONDS - int(at.timestamp()) % CODE_SECONDS


def _code(key: bytes, number: int) -> str:
    drawn = hmac.new(key, number.to_bytes(8, "big", signed=True), sha256).digest()
    return "".join(SPEAKABLE[byte % len(SPEAKABLE)] for byte in drawn[:CODE_LENGTH])


# --- speaking ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who asked to speak, and how often they have spoken to the item."""

    key: int
    asked_at: datetime
    spoken_count: int


def speaking_order(waiting: Sequence[Waiting]) -> list[int]:
    """Who has spoken least speaks first; among those, who asked first."""
    return [
        one.key
        for one in sorted(waiting, key=lambda one: (one.spoken_count, one.asked_at, one.key))
    ]


# --- motions and amendments -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposed:
    """An open amendment: how far it is from the motion, and where the chair has put it."""

    position: int
    distance: int
    chair_place: int | None = None


def amendment_order(proposed: Sequence[Proposed]) -> list[int]:
    """The positions in the order in which amendments are decided.

    Those that the chair has put in order come first, in the chair's order; then the farthest from
    the motion before the nearer, and the earlier before the later.
    """
    return [
        one.position
        for one in sorted(
            proposed,
            key=lambda one: (
                one.chair_place is None,
                one.chair_place or 0,
                -one.distance,
                one.position,
            ),
        )
    ]


def is_carried_by_hands(*, yes_count: int, no_count: int, present_count: int) -> bool:
    """Whether an amendment is carried: more than half of those present are for it.

    :raises ValueError: more hands than people.
    """
    if min(yes_count, no_count) < 0 or yes_count + no_count > present_count:
        raise ValueError("more hands were counted than people are here")
    return yes_count * 2 > present_count


# --- minutes ----------------------------------------------------------------------------------

SHORTEST_NAME = 2


def names_in(text: str, names: Sequence[str]) -> list[str]:
    """Which of the names stand in the text; of one character alone nothing can be told."""
    return sorted({name for name in names if len(name) >= SHORTEST_NAME and name in text})
