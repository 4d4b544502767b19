"""What may be published of small numbers (GD12): pure functions.

A cell of fewer than five is hidden. Where it could be computed from a total and its neighbours,
a neighbour is hidden with it; and what lies within something hidden is hidden too.

Of the neighbours, the next in the order of the places goes with it, whatever its size: a choice
by size would itself tell something about the sizes.
"""

from collections.abc import Callable, Sequence

from xiangyue.insight.rules import Ratio

FEWEST = 5
_MOST_HIDDEN = FEWEST - 1


def hidden_ratios(
    ratios: Sequence[Ratio],
    *,
    is_whole_hidden: bool = False,
    is_part_hidden: bool = False,
    forced: Sequence[tuple[bool, bool]] = (),
) -> list[tuple[bool, bool]]:
    """For each ratio whether its denominator and its numerator must not be published.

    The ratios are those of areas that make up a whole, whose denominator and numerator are
    published unless said otherwise. A denominator below five is hidden; a numerator where it or
    what it lacks is below five, and wherever its denominator is hidden. `forced` are hidden for
    another reason, as when they `would_give_away` what lies in them.
    """
    if is_whole_hidden:
        return [(True, True)] * len(ratios)
    forced = forced or [(False, False)] * len(ratios)
    wholes = [
        ratio.denominator < FEWEST or is_forced
        for ratio, (is_forced, _part) in zip(ratios, forced, strict=True)
    ]
    _widen(wholes, lambda hidden: _is_told_whole(_kept(ratios, hidden)))
    if is_part_hidden:
        return [(whole, True) for whole in wholes]
    parts = [
        whole or is_forced or is_small(ratio)
        for whole, ratio, (_whole, is_forced) in zip(wholes, ratios, forced, strict=True)
    ]
    _widen(parts, lambda hidden: _is_told_part(_kept(ratios, hidden)))
    return list(zip(wholes, parts, strict=True))


def is_small(ratio: Ratio) -> bool:
    """Whether its numerator, or what it lacks, is a cell of fewer than five."""
    return min(ratio.numerator, ratio.denominator - ratio.numerator) < FEWEST


def would_give_away(ratios: Sequence[Ratio]) -> tuple[bool, bool]:
    """Whether the total denominator, or numerator, of these areas tells each area's.

    So it does in the rare case that all of them are hidden and can have no other values. Then
    the total must be hidden as well.
    """
    hidden = hidden_ratios(ratios)
    return (
        all(whole for whole, _part in hidden) and _is_told_whole(ratios),
        all(part for _whole, part in hidden) and _is_told_part(ratios),
    )


def _kept(ratios: Sequence[Ratio], hidden: Sequence[bool]) -> list[Ratio]:
    return [ratio for ratio, is_hidden in zip(ratios, hidden, strict=True) if is_hidden]


def _is_told_whole(hidden: Sequence[Ratio]) -> bool:
    """Whether the sum of hidden denominators tells each: all are the least or the most possible."""
    return len(hidden) == 1 or any(
        all(ratio.denominator == extreme for ratio in hidden) for extreme in (0, _MOST_HIDDEN)
    )


def _is_told_part(hidden: Sequence[Ratio]) -> bool:
    """The same of numerators, which are near nothing or near all of their denominators."""
    return (
        len(hidden) == 1
        or any(
            all(ratio.numerator in (low, ratio.denominator - high) for ratio in hidden)
            for low, high in ((0, _MOST_HIDDEN), (_MOST_HIDDEN, 0), (0, 0))
        )
        or all(ratio.numerator == ratio.denominator for ratio in hidden)
    )


def _widen(hidden: list[bool], is_told: Callable[[list[bool]], bool]) -> None:
    """Hide the next neighbours until what is hidden together gives none of it away."""
    if not any(hidden):
        return
    begin = hidden.index(True)
    for step in range(1, len(hidden)):
        if not is_told(hidden):
            return
        hidden[(begin + step) % len(hidden)] = True
