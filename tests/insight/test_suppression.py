"""Small numbers are hidden, and nothing that is published lets anybody compute them (GD12).

Whoever wants to know tries every county that would be published like the one before them: a
hidden number is safe when it is not the same in all of those.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.insight.rules import Ratio
from xiangyue.insight.suppression import FEWEST, is_small, is_small_part, judged, within

Shown = tuple[int | None, int | None]
ratios = st.builds(
    lambda part, more: Ratio(part, part + more), st.integers(0, 40), st.integers(0, 40)
)


def published(cells: Sequence[Ratio]) -> tuple[Shown, tuple[Shown, ...]]:
    """What everybody reads of areas and their sum."""
    total, judgement = sum(cells, Ratio()), judged(cells)
    whole = is_small(total.denominator) or judgement.gives_away[0]
    part = whole or is_small_part(total) or judgement.gives_away[1]
    shown = tuple(
        (None if no_whole else cell.denominator, None if no_part else cell.numerator)
        for cell, (no_whole, no_part) in zip(cells, within((whole, part), judgement), strict=True)
    )
    return (None if whole else total.denominator, None if part else total.numerator), shown


def nothing_follows(counties: Iterable[tuple[Ratio, ...]], *, most: int) -> None:
    """Among all counties that are published alike, no hidden number is always the same.

    What could only be alike outside the counties that were tried is left out: totals over `most`.
    """
    alike = defaultdict(list)
    for cells in counties:
        alike[published(cells)].append(cells)
    for (total, shown), candidates in alike.items():
        if total[0] is None or total[0] > most:
            continue
        for place, (whole, part) in enumerate(shown):
            values = [cells[place] for cells in candidates]
            if whole is None:
                assert len({one.denominator for one in values}) > 1, (total, shown)
            if part is None:
                assert len({one.numerator for one in values}) > 1, (total, shown)
                assert len({one.denominator - one.numerator for one in values}) > 1, (total, shown)


@pytest.mark.parametrize(("areas", "most"), [(2, 13), (3, 12), (4, 8)])
def test_no_hidden_count_can_be_computed(areas: int, most: int) -> None:
    cells = [Ratio(0, count) for count in range(most + 3)]
    alike = defaultdict(list)
    for county in product(cells, repeat=areas):
        (total, _part), shown = published(county)
        alike[total, tuple(whole for whole, _part in shown)].append(county)
    for (total, shown), counties in alike.items():
        if total is None or total > most:
            continue
        for place, whole in enumerate(shown):
            if whole is None:
                assert len({county[place] for county in counties}) > 1, (total, shown)


@pytest.mark.parametrize(("areas", "most"), [(2, 9), (3, 5)])
def test_no_hidden_numerator_can_be_computed(areas: int, most: int) -> None:
    cells = [Ratio(part, part + more) for part, more in product(range(most + 1), repeat=2)]
    nothing_follows(product(cells, repeat=areas), most=most + 2)


@pytest.mark.parametrize("wholes", [(20, 20, 20), (9, 14, 30), (12, 12, 12, 12)])
def test_known_denominators_do_not_help(wholes: tuple[int, ...]) -> None:
    counties = product(*([Ratio(part, whole) for part in range(whole + 1)] for whole in wholes))
    nothing_follows(counties, most=sum(wholes))


def test_a_single_small_area_takes_its_neighbour_with_it() -> None:
    cells = [Ratio(10, 30), Ratio(1, 3), Ratio(10, 30), Ratio(10, 30)]
    assert [whole for whole, _part in judged(cells).hidden] == [False, True, True, False]


def test_none_and_all_are_told() -> None:
    cells = [Ratio(0, 30), Ratio(30, 30), Ratio(0, 0)]
    assert judged(cells).hidden == [(False, False)] * 3


def test_what_lies_in_something_hidden_is_hidden() -> None:
    judgement = judged([Ratio(10, 30)] * 3)
    assert within((True, True), judgement) == [(True, True)] * 3
    assert within((False, True), judgement) == [(False, True)] * 3


@pytest.mark.parametrize("most", [1, 4])
def test_a_total_that_tells_each_of_its_areas_is_hidden(most: int) -> None:
    assert judged([Ratio(0, most)] * 6).gives_away[0]
    assert not judged([Ratio(0, 2), Ratio(0, 4), Ratio(0, 3)]).gives_away[0]


@given(st.lists(ratios, min_size=1, max_size=12))
def test_nothing_from_one_to_four_is_published(cells: list[Ratio]) -> None:
    total, shown = published(cells)
    for whole, part in [total, *shown]:
        assert whole is None or whole == 0 or whole >= FEWEST
        if part is not None:
            assert whole is not None
            assert part == 0 or part >= FEWEST
            assert whole - part == 0 or whole - part >= FEWEST


@given(st.lists(ratios, min_size=2, max_size=12))
def test_never_is_a_single_number_hidden_beside_its_total(cells: list[Ratio]) -> None:
    total, shown = published(cells)
    for kind in (0, 1):
        hidden = sum(one[kind] is None for one in shown)
        if total[kind] is not None:
            assert hidden != 1
