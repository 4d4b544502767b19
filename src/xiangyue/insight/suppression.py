"""What may be published of small numbers (GD12): pure functions.

A cell of one to four is hidden; that there is none says nothing of anybody. Where a hidden cell
could be computed from a total and its neighbours, a neighbour is hidden with it; and what lies
within something hidden is hidden too.

Of the neighbours, the next in the order of the places goes with it, whatever its size: a choice
by size would itself tell something about the sizes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xiangyue.insight.rules import Ratio

FEWEST = 5
_MOST_HIDDEN = FEWEST - 1

Pair = tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of each area whether its denominator and its numerator are hidden.

    `gives_away` says whether the total denominator, or numerator, must be hidden as well, as it
    would tell an area's although that is hidden. So it is where there are too few neighbours.
    """

    ratios: Sequence[Ratio]
    hidden: list[Pair]
    gives_away: Pair


def is_small(count: int) -> bool:
    """Whether it is a cell of few people, neither of none nor of enough."""
    return 0 < count < FEWEST


def is_small_part(ratio: Ratio) -> bool:
    """Whether its numerator, or what it lacks, is a cell of few people."""
    return is_small(ratio.numerator) or is_small(ratio.denominator - ratio.numerator)


def judged(ratios: Sequence[Ratio], *, forced: Sequence[Pair] = ()) -> Judgement:
    """What of areas that make up a whole must not be published beside the whole.

    `forced` are hidden for another reason, as when they would give away what lies in them.
    """
    forced = forced or [(False, False)] * len(ratios)
    wholes = [
        is_small(ratio.denominator) or is_forced
        for ratio, (is_forced, _part) in zip(ratios, forced, strict=True)
    ]
    some = [ratio.denominator > 0 for ratio in ratios]
    is_whole_told = _widen(wholes, some, lambda hidden: _is_told_whole(_of(ratios, hidden)))
    parts = [
        whole or is_forced or is_small_part(ratio)
        for whole, ratio, (_whole, is_forced) in zip(wholes, ratios, forced, strict=True)
    ]
    mixed = [0 < ratio.numerator < ratio.denominator for ratio in ratios]
    is_part_told = _widen(parts, mixed, lambda hidden: _is_told_part(_of(ratios, hidden)))
    return Judgement(
        ratios,
        list(zip(wholes, parts, strict=True)),
        (is_whole_told, is_whole_told or is_part_told),
    )


def within(whole: Pair, judgement: Judgement) -> list[Pair]:
    """What is hidden of the areas of a whole that is hidden itself, or in part."""
    return [
        (
            whole[0] or no_whole,
            whole[0] or ((whole[1] or no_part) and ratio.denominator > 0),
        )
        for ratio, (no_whole, no_part) in zip(judgement.ratios, judgement.hidden, strict=True)
    ]


def _of(ratios: Sequence[Ratio], hidden: Sequence[bool]) -> list[Ratio]:
    return [ratio for ratio, is_hidden in zip(ratios, hidden, strict=True) if is_hidden]


def _is_told_whole(hidden: Sequence[Ratio]) -> bool:
    """Whether the sum of hidden denominators tells each: all are the least or the most possible."""
    return len(hidden) == 1 or any(
        all(ratio.denominator == extreme for ratio in hidden) for extreme in (1, _MOST_HIDDEN)
    )


def _is_told_part(hidden: Sequence[Ratio]) -> bool:
    """The same of numerators, which are near nothing or near all of their denominators."""
    if len(hidden) == 1:
        return True
    lows = (0, 1, _MOST_HIDDEN)
    return any(
        all(ratio.numerator in (low, ratio.denominator - high) for ratio in hidden)
        for low in lows
        for high in lows
    )


def _widen(
    hidden: list[bool], may_join: Sequence[bool], is_told: Callable[[list[bool]], bool]
) -> bool:
    """Hide the next neighbours until what is hidden together gives none of it away.

    Whether it still does when there is no neighbour left.
    """
    if not any(hidden):
        return False
    begin = hidden.index(True)
    for step in range(1, len(hidden)):
        if not is_told(hidden):
            return False
        place = (begin + step) % len(hidden)
        hidden[place] = hidden[place] or may_join[place]
    return is_told(hidden)
