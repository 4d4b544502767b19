"""How a version of a compact comes about, step by step, and what a vote makes of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from xiangyue.compacts.legality import Finding, Level

LONGEST_HEADING = 60
LONGEST_CLAUSE = 2_000
MOST_CLAUSES = 60  # as many questions as one vote takes


class State(StrEnum):
    """Where a version is on its way."""

    DRAFT = "draft"
    FIRST_NOTICE = "first_notice"
    REVISED = "revised"
    SECOND_NOTICE = "second_notice"
    VOTED = "voted"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What moves a version on."""

    PUBLISH_FIRST = "publish_first"
    REVISE = "revise"
    PUBLISH_SECOND = "publish_second"
    TAKE_RESULT = "take_result"
    PUT_IN_FORCE = "put_in_force"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


class Stage(StrEnum):
    """The texts of a version that are kept word for word."""

    FIRST = "first"
    SECOND = "second"
    ADOPTED = "adopted"


WRITABLE = frozenset({State.DRAFT, State.REVISED})
HEARING = frozenset({State.FIRST_NOTICE, State.SECOND_NOTICE})
PUBLISHED = frozenset(set(State) - {State.DRAFT})
UNDER_WAY = frozenset(
    {State.DRAFT, State.FIRST_NOTICE, State.REVISED, State.SECOND_NOTICE, State.VOTED}
)
HELD = frozenset({State.IN_FORCE, State.SUPERSEDED})

_WAY: Mapping[Act, tuple[frozenset[State], State]] = {
    Act.PUBLISH_FIRST: (frozenset({State.DRAFT}), State.FIRST_NOTICE),
    Act.REVISE: (frozenset({State.FIRST_NOTICE}), State.REVISED),
    Act.PUBLISH_SECOND: (frozenset({State.REVISED}), State.SECOND_NOTICE),
    Act.TAKE_RESULT: (frozenset({State.SECOND_NOTICE}), State.VOTED),
    Act.PUT_IN_FORCE: (frozenset({State.VOTED}), State.IN_FORCE),
    Act.SUPERSEDE: (frozenset({State.IN_FORCE}), State.SUPERSEDED),
    Act.WITHDRAW: (frozenset(UNDER_WAY), State.WITHDRAWN),
}


def state_after(state: State, act: Act) -> State | None:
    """The state that the act leads to; None where it leads nowhere."""
    before, to = _WAY[act]
    return to if state in before else None


# --- legality (CP01) --------------------------------------------------------------------------


class Verdict(StrEnum):
    """What a person said of a finding: the clause may stand, or it must be put otherwise."""

    STANDS = "stands"
    CHANGE = "change"


def words_digest(heading: str, text: str) -> str:
    """What a judgement is about: these very words. Other words are judged anew."""
    return sha256(f"{heading}\n{text}".encode()).hexdigest()


def unsettled(
    found: Iterable[Finding], judged: Mapping[str, Verdict], *, for_vote: bool
) -> list[Finding]:
    """The findings of one clause that stop it: what is unlawful before anybody else reads it,
    what is doubtful before the second notice and the vote, until a person let it stand.

    `judged` is the last verdict by check, on these words.
    """
    return [
        one
        for one in found
        if judged.get(one.check) is not Verdict.STANDS and (one.level is Level.UNLAWFUL or for_vote)
    ]


# --- the vote (CP02, CP03) --------------------------------------------------------------------

K = TypeVar("K")


def accepted_clauses(by_place: Sequence[Mapping[K, bool]], clauses: Sequence[K]) -> list[K]:
    """The clauses that stand after the vote, in their order: each place accepted them.

    `by_place` has one row a place, each saying of every clause whether its own vote accepted it;
    without a vote nothing is accepted.
    """
    if not by_place:
        return []
    return [one for one in clauses if all(row.get(one, False) for row in by_place)]


# --- opinions (CP04) --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many households one knows what they think, of how many there are."""

    asked_count: int
    household_count: int

    @property
    def percent(self) -> int | None:
        """Whole percents, never 100 while one household is missing; None without households."""
        if not self.household_count:
            return None
        return min(100, self.asked_count * 100 // self.household_count)

    @property
    def missing_count(self) -> int:
        return max(0, self.household_count - self.asked_count)

    @property
    def is_full(self) -> bool:
        return self.asked_count >= self.household_count
