"""Ratios, percentiles and periods: examples and what must always hold."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.insight.rules import (
    Change,
    Period,
    PeriodUnreadable,
    Ratio,
    banded,
    change,
    mean,
    percentile,
    period_named,
    pieces,
    summed,
)
from xiangyue.insight.wording import per_in_words, share_in_words

BANDS = [(Fraction(95, 100), 10), (Fraction(90, 100), 8), (Fraction(85, 100), 6)]
counts = st.dictionaries(st.integers(0, 500), st.integers(1, 50), max_size=20)
days = st.dates(date(2000, 1, 1), date(2099, 1, 1))


# --- ratios -----------------------------------------------------------------------------------


def test_a_ratio_of_nothing_has_no_share() -> None:
    assert Ratio(0, 0).share is None
    assert Ratio(0, 3).share == 0


def test_shandans_grids_have_more_than_two_people_each() -> None:
    assert per_in_words(Ratio(1516, 705).share) == "2.15"


def test_a_change_is_told_in_both_numbers_and_in_points() -> None:
    assert change(Ratio(9, 10), Ratio(4, 8)) == Change(5, 2, Fraction(40))
    assert change(Ratio(9, 10), Ratio(0, 0)) == Change(9, 10, None)


@given(st.integers(0, 999), st.integers(1, 999))
def test_a_share_is_rounded_to_a_tenth_and_never_away_from_the_ends(part: int, more: int) -> None:
    share = Ratio(part, part + more).share
    assert share is not None
    words = share_in_words(share)
    assert abs(Fraction(words.removesuffix(" %")) - share * 100) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("visited", "points"), [(100, 10), (95, 10), (94, 8), (90, 8), (89, 6), (85, 6), (84, 0)]
)
def test_score_bands_begin_at_their_share(visited: int, points: int) -> None:
    assert banded(Ratio(visited, 100), BANDS) == points


def test_without_a_share_there_are_no_points() -> None:
    assert banded(Ratio(0, 0), BANDS) is None


# --- percentiles ------------------------------------------------------------------------------


def test_percentiles_are_values_that_occur() -> None:
    hours = {2: 5, 8: 4, 40: 1}
    assert (percentile(hours, 50), percentile(hours, 90), percentile(hours, 91)) == (2, 8, 40)
    assert percentile({}, 50) is None
    assert mean({}) is None
    assert mean(hours) == Fraction(82, 10)


@given(counts, st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank_of_the_sorted_values(hours, percent: int) -> None:
    values = sorted(value for value, count in hours.items() for _ in range(count))
    expected = values[-(-percent * len(values) // 100) - 1] if values else None
    assert percentile(hours, percent) == expected


@given(counts, counts)
def test_adding_up_loses_nothing(one, other) -> None:
    both = summed([one, other])
    assert sum(both.values()) == sum(one.values()) + sum(other.values())
    assert all(both[value] == one.get(value, 0) + other.get(value, 0) for value in both)


def test_there_is_no_percentile_beyond_a_hundred() -> None:
    with pytest.raises(ValueError, match="101"):
        percentile({1: 1}, 101)


# --- periods ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "begins", "ends", "kind", "before"),
    [
        ("2026-06", (2026, 6, 1), (2026, 7, 1), "month", "2026-05"),
        ("2026-12", (2026, 12, 1), (2027, 1, 1), "month", "2026-11"),
        ("2026-Q1", (2026, 1, 1), (2026, 4, 1), "quarter", "2025-Q4"),
        ("2026", (2026, 1, 1), (2027, 1, 1), "year", "2025"),
        ("2026-06-03..2026-06-09", (2026, 6, 3), (2026, 6, 10), "days", "2026-05-27..2026-06-02"),
        # Two whole months are compared with the two months before, not with 61 days.
        ("2026-07-01..2026-08-31", (2026, 7, 1), (2026, 9, 1), "days", "2026-05-01..2026-06-30"),
    ],
)
def test_a_period_has_a_name_and_one_before_it(key, begins, ends, kind, before) -> None:
    period = period_named(key)
    assert period == Period(date(*begins), date(*ends))
    assert (period.kind, period.key, period.before().key) == (kind, key, before)
    assert period.before().after() == period


@pytest.mark.parametrize(
    "text",
    ["x", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "26-06", "2026-6", "1999", "2100-01",
     "2026-06-09..2026-06-03", "2026-06-31..2026-07-01", "..", "9999-12-01..9999-12-31", "2026-06-",
     "2026-Q", "2026-06..2026-07", "9999", "0000-01"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        period_named(text)


@given(days, st.integers(1, 900))
def test_every_period_can_be_named_and_found_again(begins: date, count: int) -> None:
    period = Period(begins, begins + timedelta(days=count))
    if period.last_day.year < 2100:
        assert period_named(period.key) == period


@given(days, st.integers(1, 900))
def test_months_and_edges_are_the_period_and_nothing_else(begins: date, count: int) -> None:
    period = Period(begins, begins + timedelta(days=count))
    parts = pieces(period)
    stretches = [*parts.edges, *([parts.months] if parts.months else [])]
    covered = [
        first + timedelta(days=day) for first, end in stretches for day in range((end - first).days)
    ]
    assert sorted(covered) == [begins + timedelta(days=day) for day in range(count)]
    if parts.months:
        assert all(day.day == 1 for day in parts.months)
