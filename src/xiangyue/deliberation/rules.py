"""What may become of an issue, who counts once, what a rate is. Pure functions."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction

from xiangyue.kernel.characters import normalise


class State(StrEnum):
    COLLECTED = "collected"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    SETTLED = "settled"
    ANSWERED = "answered"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    SUPPORT = "support"
    SHOW = "show"
    HIDE = "hide"
    ACCEPT = "accept"
    DECLINE = "decline"
    ASK_AGAIN = "ask_again"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"
    RESEARCH = "research"
    LAWYER = "lawyer"
    RESOLVE = "resolve"
    PLAN = "plan"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


# In which states each act is possible.
MOVES: Mapping[Act, frozenset[State]] = {
    Act.SUPPORT: frozenset({State.COLLECTED, State.ACCEPTED, State.DECLINED}),
    Act.SHOW: frozenset(State) - {State.MERGED, State.WITHDRAWN},
    Act.HIDE: frozenset(State) - {State.MERGED, State.WITHDRAWN},
    Act.ACCEPT: frozenset({State.COLLECTED}),
    Act.DECLINE: frozenset({State.COLLECTED}),
    Act.ASK_AGAIN: frozenset({State.DECLINED}),
    Act.MERGE: frozenset({State.COLLECTED}),
    Act.UNMERGE: frozenset({State.MERGED}),
    Act.SPLIT: frozenset({State.COLLECTED, State.ACCEPTED}),
    Act.RESEARCH: frozenset({State.ACCEPTED}),
    Act.LAWYER: frozenset({State.ACCEPTED}),
    Act.RESOLVE: frozenset({State.ACCEPTED}),
    Act.PLAN: frozenset({State.RESOLVED}),
    Act.ANSWER: frozenset({State.COLLECTED}),
    Act.WITHDRAW: frozenset({State.COLLECTED}),
}
# Into what others can be merged: nothing that is decided already.
TAKES_OTHERS = frozenset({State.COLLECTED, State.ACCEPTED})


def is_possible(act: Act, state: State) -> bool:
    return state in MOVES[act]


def may_ask_again(*, support_count: int, declined_count: int, more: int, has_asked: bool) -> bool:
    """Whether what was declined may be asked once more: once, with so many voices more."""
    return not has_asked and support_count >= declined_count + more


def is_reached(*, support_count: int, least: int) -> bool:
    """Whether a petition of topic has enough supporters to be owed an answer (SY-26)."""
    return support_count >= least


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CHECKED = "checked"
    DROPPED = "dropped"


def is_settled(tasks: Collection[TaskState]) -> bool:
    """Whether a resolution is carried out: something was to be done, and all of it is checked.

    What was dropped with a reason counts for nothing; a resolution of which everything was
    dropped is not carried out.
    """
    kept = [state for state in tasks if state is not TaskState.DROPPED]
    return bool(kept) and all(state is TaskState.CHECKED for state in kept)


def may_check(*, checker: object, concerned: Iterable[object]) -> bool:
    """SE01: whoever does, entered, planned or reported a task as done does not check it."""
    return all(checker != one for one in concerned if one is not None)


def name_key(name: str) -> str:
    """A name as it tells people apart who stand in no register: spaces and forms forgiven."""
    return "".join(character for character in normalise(name) if character.isalnum())


def likeness(first: str, second: str) -> float:
    """How alike two texts are, from 0 to 1: pairs of characters they share (Dice)."""
    left, right = _pairs(first), _pairs(second)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def _pairs(text: str) -> set[str]:
    kept = name_key(text)
    return {kept[place : place + 2] for place in range(len(kept) - 1)}


def rate(settled: int, collected: int) -> str:
    """A share in per cent with one decimal, rounded half up; "" of nothing.

    Of 61 collected 33 settled is 54.1 (JC-16).
    """
    if collected <= 0:
        return ""
    tenths = int(Fraction(settled * 1000, collected) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"
