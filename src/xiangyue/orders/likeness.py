"""Has somebody ordered this already? A suggestion to look at (SE03), never a merge; pure."""

from collections.abc import Iterable

from xiangyue.incidents.grams import grams_of

LEAST = 0.34
SHOWN = 3


def likeness(first: str, second: str) -> float:
    """How many of the pairs of characters two sentences share, from 0 to 1 of the shorter one."""
    mine, theirs = _pairs(first), _pairs(second)
    if not mine or not theirs:
        return 0.0
    return len(mine & theirs) / min(len(mine), len(theirs))


def likely(text: str, others: Iterable[tuple[object, str]]) -> list[object]:
    """The keys of what sounds most like `text`, the likest first."""
    scored = [(likeness(text, other), key) for key, other in others]
    found = sorted((pair for pair in scored if pair[0] >= LEAST), key=lambda pair: -pair[0])
    return [key for _score, key in found[:SHOWN]]


def _pairs(text: str) -> set[str]:
    return {gram for gram in grams_of(text).split() if len(gram) > 1}
