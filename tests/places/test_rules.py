"""Areas in the tree and the composition of bodies, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.places.rules import (
    PATH_ALPHABET,
    Seats,
    composition_faults,
    is_within,
    path_range,
)

STEP = st.text(PATH_ALPHABET, min_size=4, max_size=4)
PATH = st.lists(STEP, min_size=1, max_size=6).map("".join)


@given(PATH, st.lists(STEP, max_size=3).map("".join))
def test_what_lies_below_a_place_is_in_its_range(path, below):
    low, high = path_range(path)
    assert low <= path + below
    assert path + below < high or set(path) == {PATH_ALPHABET[-1]}


@given(PATH, PATH)
def test_the_range_holds_exactly_what_lies_within(path, other):
    low, high = path_range(path)
    if set(path) != {PATH_ALPHABET[-1]}:
        assert (low <= other < high) == is_within(other, path)


def test_the_next_of_a_path_ending_in_the_last_letter_carries_over():
    assert path_range("000Z") == ("000Z", "0010")


ONE_SEVEN_X = {
    "secretary": Seats(1, 1),
    **{f"seat_{number}": Seats(1, None) for number in range(1, 8)},
    "stakeholder": Seats(1, None),
}


def complete() -> list[str]:
    return ["secretary", *(f"seat_{number}" for number in range(1, 8)), "stakeholder"]


def test_one_seven_x_is_complete_with_one_of_each():
    """JC-14: exactly one secretary, all seven categories, X by stake."""
    assert composition_faults(ONE_SEVEN_X, complete()) == []


@pytest.mark.parametrize("missing", complete())
def test_one_seven_x_misses_whoever_is_left_out(missing):
    members = [member for member in complete() if member != missing]
    assert [fault[0] for fault in composition_faults(ONE_SEVEN_X, members)] == [missing]


def test_a_second_secretary_is_one_too_many():
    assert composition_faults(ONE_SEVEN_X, [*complete(), "secretary"]) == [
        ("secretary", 2, Seats(1, 1))
    ]


@pytest.mark.parametrize(("size", "is_right"), [(2, False), (3, True), (7, True), (8, False)])
def test_a_villagers_committee_has_three_to_seven_members(size, is_right):
    """VCOL art. 6, at its boundaries."""
    faults = composition_faults({}, ["member"] * size, size=(3, 7))
    assert (faults == []) is is_right
