"""Turns, rotation and gaps, by example and by property."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.rosters.rules import (
    DayTurn,
    Stretch,
    day_turns_overlap,
    first_overlap,
    following,
    gaps,
    month_of,
    needed_turns,
    rotation,
    time_of,
)

START = datetime(2026, 6, 1, tzinfo=UTC)


def stretch(begins: int, ends: int) -> Stretch:
    return Stretch(START + timedelta(hours=begins), START + timedelta(hours=ends))


stretches = st.builds(
    lambda begins, hours: stretch(begins, begins + hours), st.integers(0, 100), st.integers(1, 30)
)


def test_two_turns_of_twelve_hours_make_a_day_and_reach_into_the_next():
    turns = [DayTurn(time_of("20:30"), 12), DayTurn(time_of("08:30"), 12)]
    needed = needed_turns([date(2026, 6, 1)], turns, zone=None)
    assert [(each.begins_at.hour, each.ends_at.day) for each in needed] == [(8, 1), (20, 2)]


@pytest.mark.parametrize(
    ("turns", "overlaps"),
    [
        ([("08:30", 24)], False),
        ([("08:30", 12), ("20:30", 12)], False),
        ([("08:30", 12), ("20:00", 12)], True),
        ([("08:30", 12), ("20:30", 13)], True),
    ],
)
def test_turns_of_a_day_that_run_at_once_are_found(turns, overlaps):
    assert day_turns_overlap([DayTurn(time_of(b), hours) for b, hours in turns]) is overlaps


def test_the_rotation_goes_on_with_whoever_is_first():
    needed = [stretch(number, number + 1) for number in range(5)]
    assert [who for _turn, who in rotation(needed, ["a", "b", "c"], first="c")] == list("cabca")


def test_nobody_can_be_rotated():
    with pytest.raises(ValueError, match="nobody"):
        rotation([stretch(0, 1)], [])
    assert rotation([], []) == []


@given(st.integers(0, 60), st.lists(st.integers(), min_size=1, max_size=7, unique=True))
def test_a_rotation_is_fair_to_within_one_turn(count, people):
    needed = [stretch(number, number + 1) for number in range(count)]
    taken = [who for _turn, who in rotation(needed, people)]
    counts = [taken.count(who) for who in people]
    assert sum(counts) == count
    assert max(counts) - min(counts) <= 1


def test_after_the_last_comes_the_first_again():
    assert following(["a", "b"], "b") == "a"
    assert following(["a", "b"], "gone") == "a"
    assert following([], "a") is None


def test_a_gap_is_what_nobody_holds():
    assert gaps([stretch(0, 24)], [stretch(0, 8), stretch(12, 24)]) == [stretch(8, 12)]
    assert gaps([stretch(0, 24)], []) == [stretch(0, 24)]
    assert gaps([stretch(0, 24)], [stretch(-3, 30)]) == []


def test_gaps_that_touch_are_one_gap():
    assert gaps([stretch(0, 12), stretch(12, 24)], []) == [stretch(0, 24)]


@given(st.lists(stretches, max_size=5), st.lists(stretches, max_size=8))
def test_every_needed_hour_is_held_or_in_a_gap_and_never_both(needed, held):
    found = gaps(needed, held)
    assert first_overlap(found) is None
    for hour in range(140):
        one = stretch(hour, hour + 1)
        is_needed = any(each.overlaps(one) for each in needed)
        is_held = any(each.overlaps(one) for each in held)
        assert any(gap.overlaps(one) for gap in found) == (is_needed and not is_held)


@given(st.lists(stretches, max_size=8))
def test_an_overlap_is_found_exactly_when_two_turns_run_at_once(turns):
    runs = any(a.overlaps(b) for i, a in enumerate(turns) for b in turns[i + 1 :])
    assert (first_overlap(turns) is not None) == runs


def test_turns_that_meet_do_not_overlap():
    assert first_overlap([stretch(0, 8), stretch(8, 16)]) is None


def test_december_is_followed_by_january():
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
