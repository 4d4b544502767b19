"""Which numbers may be told. Pure."""

from collections.abc import Sequence
from enum import StrEnum

LEAST_TOLD = 5  # GD12


class Leaning(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    DIVIDED = "divided"
    FEW = "few"


def tellable(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The counts, with None for those that would point at fewer than five people (GD12).

    A single small count could be found by subtracting from the total, so the next smallest that is
    not zero goes with it.
    """
    small = {place for place, count in enumerate(counts) if 0 < count < LEAST_TOLD}
    if len(small) == 1:
        others = [place for place, count in enumerate(counts) if count >= LEAST_TOLD]
        if others:
            small.add(min(others, key=lambda place: counts[place]))
    return tuple(None if place in small else count for place, count in enumerate(counts))


def leaning(agreed: int, disagreed: int, answered: int) -> Leaning:
    """What most of those who answered say, three fifths at least; too few are not told (GD12)."""
    if answered < LEAST_TOLD:
        return Leaning.FEW
    if agreed * 5 >= answered * 3:
        return Leaning.AGREE
    if disagreed * 5 >= answered * 3:
        return Leaning.DISAGREE
    return Leaning.DIVIDED


def hands_fit(*, agree: int, disagree: int, passed: int, present: int) -> bool:
    """Whether no more hands were counted than people present, and none less than nothing."""
    return min(agree, disagree, passed, present) >= 0 and agree + disagree + passed <= present
