"""What one slip may hold, and how tellers type it; pure functions."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

SPOILT_WORDS = frozenset({"x", "废", "废票", "作废"})
BLANK_WORDS = frozenset({"-", "—", "0", "空", "空白"})


class Fault(StrEnum):
    UNKNOWN = "unknown"
    TOO_DEAR = "too_dear"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one slip may hold: `budget` in fen or None for any sum, `most` projects or 0 for any
    number."""

    budget: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What is marked, what it costs together, what is left of the budget, what still fits."""

    chosen: tuple[int, ...]
    spent: int
    left: int
    over: int
    fitting: frozenset[int]


def reckoned(costs: Mapping[int, int], chosen: Iterable[int], *, budget: int) -> Reckoned:
    """The sum of a slip, with what else would still fit; marks for nothing are left out."""
    kept = tuple(sorted({number for number in chosen if number in costs}))
    spent = sum(costs[number] for number in kept)
    left = budget - spent
    return Reckoned(
        chosen=kept,
        spent=spent,
        left=max(0, left),
        over=max(0, -left),
        fitting=frozenset(
            number for number, cost in costs.items() if number not in kept and cost <= left
        ),
    )


def fault_of(costs: Mapping[int, int], chosen: Collection[int], limits: Limits) -> Fault | None:
    """Why a slip cannot count as it is; None: it can. A blank slip has no fault."""
    marked = set(chosen)
    if marked - set(costs):
        return Fault.UNKNOWN
    if limits.most and len(marked) > limits.most:
        return Fault.TOO_MANY
    if limits.budget is not None and sum(costs[number] for number in marked) > limits.budget:
        return Fault.TOO_DEAR
    return None


@dataclass(frozen=True, slots=True)
class Typed:
    """One paper as a teller typed it."""

    projects: tuple[int, ...]
    is_spoilt: bool = False


def typed(line: str, *, known: Collection[int]) -> Typed:
    """“1 3 5” is a slip for three projects, “-” a blank one, “x” a spoilt one.

    :raises ValueError: it is none of these, or names a project that is not on the slip.
    """
    text = line.strip().lower()
    if text in SPOILT_WORDS:
        return Typed((), is_spoilt=True)
    if text in BLANK_WORDS:
        return Typed(())
    parts = [part for part in re.split(r"[\s,，、;；.。]+", text) if part]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        raise ValueError(line)
    numbers = {int(part) for part in parts}
    if numbers - set(known):
        raise ValueError(line)
    return Typed(tuple(sorted(numbers)))


@dataclass(frozen=True, slots=True)
class Papers:
    """How the tellers stand: papers typed alike, differently, by too few."""

    count: int
    agreed: tuple[int, ...]
    differing: tuple[int, ...]
    waiting: tuple[int, ...]

    @property
    def is_complete(self) -> bool:
        return not self.differing and not self.waiting


def compared(rows: Iterable[tuple[int, Typed]], *, tellers: int) -> Papers:
    """Each paper from 1 to the last: as many tellers as are needed have typed it, and the same."""
    by_number: dict[int, list[Typed]] = {}
    for number, paper in rows:
        by_number.setdefault(number, []).append(paper)
    count = max(by_number, default=0)
    agreed, differing, waiting = [], [], []
    for number in range(1, count + 1):
        said = by_number.get(number, [])
        if len(set(said)) > 1:
            differing.append(number)
        elif len(said) < tellers:
            waiting.append(number)
        else:
            agreed.append(number)
    return Papers(count, tuple(agreed), tuple(differing), tuple(waiting))
