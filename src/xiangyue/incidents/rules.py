"""The closed loop as data: states, moves, rights, and where a report goes. Pure functions.

SD-30 信息收集—分流交办—日常督办—处置办理—结果反馈: a matter may go back, wait, split, merge,
escalate and reopen, so this is a map of moves, not a list of steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from operator import attrgetter


class State(StrEnum):
    REPORTED = "reported"  # 待分流: a dispatcher must say who answers for it
    DISPATCHED = "dispatched"  # 待受理: given to a unit that has not taken it on
    IN_PROGRESS = "in_progress"  # 处置中
    WAITING = "waiting"  # 暂缓: waits for something outside, its clock stands still
    HANDLED = "handled"  # 待核实: the handler says it is done; somebody else must look
    ANSWERED = "answered"  # 待确认: answered to the reporter, who may object for seven days
    CLOSED = "closed"  # 已办结
    MERGED = "merged"  # 已并案: shares the fate of another


class Outcome(StrEnum):
    """What came of it; `NOT_FIXED` is an honest outcome, counted apart from `FIXED`."""

    FIXED = "fixed"
    PARTLY_FIXED = "partly_fixed"
    NOT_FIXED = "not_fixed"
    EXPLAINED = "explained"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    DISPATCH = "dispatch"
    TAKE_ON = "take_on"
    HAND_ON = "hand_on"
    REFUSE = "refuse"
    SPLIT = "split"
    MERGE = "merge"
    WAIT = "wait"
    RESUME = "resume"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    URGE = "urge"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    HANDLE = "handle"
    PASS = "pass"  # noqa: S105 - verification passed, not a password
    SEND_BACK = "send_back"
    CONFIRM = "confirm"
    OBJECT = "object"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    NOTE = "note"
    RECLASSIFY = "reclassify"


class Right(StrEnum):
    """In what capacity somebody acts on an incident."""

    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    DECIDER = "decider"
    REPORTER = "reporter"


UNSETTLED = frozenset(
    {State.REPORTED, State.DISPATCHED, State.IN_PROGRESS, State.WAITING, State.HANDLED}
)
OPEN = UNSETTLED | {State.ANSWERED}


@dataclass(frozen=True, slots=True)
class Move:
    """From which states a verb is possible, where it leads (None: it stays), and who may."""

    sources: frozenset[State]
    target: State | None
    rights: frozenset[Right]


def _move(sources: Iterable[State], target: State | None, *rights: Right) -> Move:
    return Move(frozenset(sources), target, frozenset(rights))


MOVES: Mapping[Verb, Move] = {
    Verb.DISPATCH: _move({State.REPORTED, State.DISPATCHED}, State.DISPATCHED, Right.DISPATCHER),
    Verb.TAKE_ON: _move({State.DISPATCHED}, State.IN_PROGRESS, Right.HANDLER),
    Verb.HAND_ON: _move(
        {State.DISPATCHED, State.IN_PROGRESS}, State.DISPATCHED, Right.HANDLER, Right.DISPATCHER
    ),
    Verb.REFUSE: _move({State.DISPATCHED}, State.REPORTED, Right.HANDLER),
    Verb.SPLIT: _move(
        {State.REPORTED, State.DISPATCHED, State.IN_PROGRESS}, State.IN_PROGRESS, Right.DISPATCHER
    ),
    Verb.MERGE: _move(
        {State.REPORTED, State.DISPATCHED, State.IN_PROGRESS, State.WAITING},
        State.MERGED,
        Right.DISPATCHER,
    ),
    Verb.WAIT: _move({State.IN_PROGRESS}, State.WAITING, Right.HANDLER),
    Verb.RESUME: _move({State.WAITING}, State.IN_PROGRESS, Right.HANDLER),
    Verb.REQUEST_EXTENSION: _move({State.IN_PROGRESS}, None, Right.HANDLER),
    Verb.DECIDE_EXTENSION: _move(
        {State.IN_PROGRESS, State.WAITING, State.HANDLED}, None, Right.DECIDER
    ),
    Verb.URGE: _move(UNSETTLED, None, Right.REPORTER),
    Verb.SUPERVISE: _move(UNSETTLED, None, Right.SUPERVISOR),
    Verb.ESCALATE: _move(
        {State.REPORTED, State.DISPATCHED, State.IN_PROGRESS},
        State.REPORTED,
        Right.HANDLER,
        Right.DISPATCHER,
    ),
    Verb.HANDLE: _move({State.IN_PROGRESS}, State.HANDLED, Right.HANDLER),
    Verb.PASS: _move({State.HANDLED}, State.ANSWERED, Right.VERIFIER),
    Verb.SEND_BACK: _move({State.HANDLED}, State.IN_PROGRESS, Right.VERIFIER),
    Verb.CONFIRM: _move({State.ANSWERED}, State.CLOSED, Right.REPORTER),
    Verb.OBJECT: _move({State.ANSWERED}, State.IN_PROGRESS, Right.REPORTER),
    Verb.REOPEN: _move({State.CLOSED}, State.REPORTED, Right.REPORTER, Right.SUPERVISOR),
    Verb.WITHDRAW: _move({State.REPORTED, State.DISPATCHED}, State.CLOSED, Right.REPORTER),
    Verb.NOTE: _move(OPEN, None, Right.HANDLER, Right.DISPATCHER, Right.SUPERVISOR, Right.REPORTER),
    Verb.RECLASSIFY: _move(
        {State.REPORTED, State.DISPATCHED, State.IN_PROGRESS}, None, Right.DISPATCHER
    ),
}


def open_verbs(state: State, rights: Iterable[Right]) -> list[Verb]:
    """The verbs that somebody with these rights may use in this state, in the map's order."""
    held = frozenset(rights)
    return [verb for verb, move in MOVES.items() if state in move.sources and move.rights & held]


LEVELS = ("grid", "village", "town", "county")


def level_above(level: str) -> str | None:
    """The level that a matter goes up to, None above the county (SD-30, SY-44)."""
    position = LEVELS.index(level) + 1
    return LEVELS[position] if position < len(LEVELS) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A dispatch rule as deciding sees it."""

    key: str
    position: int
    categories: tuple[str, ...]
    places: tuple[str, ...]
    function: str
    level: str
    is_certain: bool

    def is_for(self, category: str) -> bool:
        """Whether the rule's prefixes fit the category's code."""
        return not self.categories or category.startswith(self.categories)


def choose_rule(rules: Sequence[Rule], *, category: str, place_code: str) -> Rule | None:
    """The first rule, by position, whose prefixes fit the category's and the place's code.

    A division's code begins with its town's, a grid's with its village's, so that a prefix is
    an area.
    """
    for rule in sorted(rules, key=attrgetter("position")):
        if rule.is_for(category) and (not rule.places or place_code.startswith(rule.places)):
            return rule
    return None


EARTH_METRES = 6_371_000


def distance_metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """The great-circle distance between two (latitude, longitude) points in degrees."""
    (lat_1, lon_1), (lat_2, lon_2) = first, second
    haversine = (
        sin(radians(lat_2 - lat_1) / 2) ** 2
        + cos(radians(lat_1)) * cos(radians(lat_2)) * sin(radians(lon_2 - lon_1) / 2) ** 2
    )
    return 2 * EARTH_METRES * asin(sqrt(haversine))


WRITTEN_MOST = timedelta(days=30)
WRITTEN_LEAST = timedelta(minutes=2)


def believed_writing(written_at: datetime | None, *, received_at: datetime) -> datetime | None:
    """When a report was written, where that may be true and tells more than its receipt.

    A sender's clock decides nothing: what lies ahead, or longer ago than a phone waits for
    network, is not kept.
    """
    if written_at is None:
        return None
    is_likely = WRITTEN_LEAST <= received_at - written_at <= WRITTEN_MOST
    return written_at if is_likely else None


def bigrams(text: str) -> list[str]:
    """The overlapping pairs of characters of each run of letters, digits or ideographs.

    Two-character names are found where trigrams find nothing.
    """
    pairs: list[str] = []
    run = ""
    for character in text.lower() + " ":
        if character.isalnum():
            run += character
            continue
        pairs += [run[i : i + 2] for i in range(len(run) - 1)] or ([run] if run else [])
        run = ""
    return pairs


def likeness(first: str, second: str) -> float:
    """How alike two texts are by their bigrams, from 0 to 1 (Dice)."""
    left, right = set(bigrams(first)), set(bigrams(second))
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def suggest_categories(
    text: str, keywords: Mapping[str, Sequence[str]], *, count: int = 3
) -> list[str]:
    """The categories whose keywords the text holds, most and longest matches first.

    A suggestion for a person to choose from (SE03), never a decision.
    """
    lowered = text.lower()
    scores = {
        key: sum(len(word) for word in words if word and word.lower() in lowered)
        for key, words in keywords.items()
    }
    found = [key for key, score in scores.items() if score]
    return sorted(found, key=lambda key: (-scores[key], key))[:count]
