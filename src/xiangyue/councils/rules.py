"""Whether a council is whole, who may sit, and which words a group refuses: pure functions."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ADULT = 18


class SeatState(StrEnum):
    """How far somebody named for a seat has come."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class StakeState(StrEnum):
    """How far somebody concerned by a matter has come."""

    ASKED = "asked"
    TURNED_DOWN = "turned_down"
    INVITED = "invited"
    ACCEPTS = "accepts"
    DECLINES = "declines"
    STEPPED_BACK = "stepped_back"


# Who moves whom on: the person, or whoever keeps the council. What is not here is refused.
SEAT_MOVES: Mapping[SeatState, frozenset[SeatState]] = {
    SeatState.INVITED: frozenset({SeatState.ACCEPTED, SeatState.DECLINED, SeatState.WITHDRAWN}),
    SeatState.ACCEPTED: frozenset({SeatState.ENDED}),
    SeatState.DECLINED: frozenset(),
    SeatState.WITHDRAWN: frozenset(),
    SeatState.ENDED: frozenset(),
}
STAKE_MOVES: Mapping[StakeState, frozenset[StakeState]] = {
    StakeState.ASKED: frozenset(
        {StakeState.ACCEPTS, StakeState.TURNED_DOWN, StakeState.STEPPED_BACK}
    ),
    StakeState.TURNED_DOWN: frozenset({StakeState.INVITED}),
    StakeState.INVITED: frozenset({StakeState.ACCEPTS, StakeState.DECLINES}),
    StakeState.ACCEPTS: frozenset({StakeState.STEPPED_BACK}),
    StakeState.DECLINES: frozenset({StakeState.INVITED}),
    StakeState.STEPPED_BACK: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How many sit in one seat: at least, at most (None: any), and whether anew for each issue."""

    least: int
    most: int | None
    per_issue: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """A seat with too few or too many; the key "" stands for the whole council."""

    key: str
    has: int
    least: int
    most: int | None

    @property
    def is_too_many(self) -> bool:
        return self.most is not None and self.has > self.most


def missing_of(
    shapes: Mapping[str, Shape],
    filled: Mapping[str, int],
    *,
    for_issue: bool,
    size: tuple[int, int | None] = (0, None),
) -> list[Lack]:
    """What keeps a council from being whole (JC-14: exactly one, all seven, and X for an issue).

    Without an issue the seats that are filled for each issue are not asked for. The size is that
    of the lasting seats.
    """
    found = []
    for key, shape in shapes.items():
        if shape.per_issue and not for_issue:
            continue
        has = filled.get(key, 0)
        if has < shape.least or (shape.most is not None and has > shape.most):
            found.append(Lack(key, has, shape.least, shape.most))
    whole = sum(
        count for key, count in filled.items() if key in shapes and not shapes[key].per_issue
    )
    least, most = size
    if whole < least or (most is not None and whole > most):
        found.append(Lack("", whole, least, most))
    return found


def carried_both(
    duties: Collection[str], pairs: Iterable[tuple[str, str]]
) -> tuple[str, str] | None:
    """The first pair of which both duties are among these (SY-21), or None."""
    return next((pair for pair in pairs if pair[0] in duties and pair[1] in duties), None)


def sits_on(*, active_from: date | None, active_to: date | None, on: date) -> bool:
    """Whether a seat is held on a day; periods are [from, to)."""
    return active_from is not None and active_from <= on and (active_to is None or on < active_to)


def plain(text: str) -> str:
    """Words as they are compared: one width, no spaces or signs between the characters."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", text).lower()
        if character.isalnum()
    )


def forbidden_in(text: str, words: Iterable[str]) -> str | None:
    """The first of the words that the text holds, however it is spaced."""
    kept = plain(text)
    return next((word for word in words if plain(word) and plain(word) in kept), None)


def is_minor(birth_date: date | None, *, on: date) -> bool:
    """Whether somebody is known to be under eighteen on the day (REQ-L01)."""
    if birth_date is None:
        return False
    years = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return years < ADULT


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody of the group who would judge: a woman or not, stepping back or not."""

    is_woman: bool
    has_stepped_back: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Whom a matter is about: asked, heard, and at one with the words."""

    consents: bool | None
    is_heard: bool
    agrees: bool | None


class Judging(StrEnum):
    """What a judgement lacks, in the order in which it is to be done."""

    NOBODY_CONCERNED = "nobody_concerned"
    CONSENT_OPEN = "consent_open"
    CONSENT_REFUSED = "consent_refused"
    NOT_HEARD = "not_heard"
    TOO_FEW_JUDGES = "too_few_judges"
    NO_WOMAN = "no_woman"
    NO_WORDS = "no_words"
    WORDS_OPEN = "words_open"
    WORDS_REFUSED = "words_refused"


LEAST_JUDGES = 3


def judging_lacks(
    judges: Sequence[Judge], concerned: Sequence[Heard], *, has_words: bool
) -> list[Judging]:
    """What keeps a group from having judged (REQ-L02 to L05): consent first, then hearing, then
    three who are not close to it with a woman among them, then words that all agree to."""
    lacks = []
    if not concerned:
        lacks.append(Judging.NOBODY_CONCERNED)
    if any(one.consents is False for one in concerned):
        lacks.append(Judging.CONSENT_REFUSED)
    elif any(one.consents is None for one in concerned):
        lacks.append(Judging.CONSENT_OPEN)
    if any(not one.is_heard for one in concerned):
        lacks.append(Judging.NOT_HEARD)
    sitting = [judge for judge in judges if not judge.has_stepped_back]
    if len(sitting) < LEAST_JUDGES:
        lacks.append(Judging.TOO_FEW_JUDGES)
    if not any(judge.is_woman for judge in sitting):
        lacks.append(Judging.NO_WOMAN)
    if not has_words:
        lacks.append(Judging.NO_WORDS)
    elif any(one.agrees is False for one in concerned):
        lacks.append(Judging.WORDS_REFUSED)
    elif any(one.agrees is None for one in concerned):
        lacks.append(Judging.WORDS_OPEN)
    return lacks
