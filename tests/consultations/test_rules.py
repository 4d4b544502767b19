"""Which numbers may be told."""

from hypothesis import given
from hypothesis import strategies as st

from xiangyue.consultations.rules import LEAST_TOLD, Leaning, hands_fit, leaning, tellable

counts = st.lists(st.integers(0, 30), min_size=1, max_size=6)


class TestGD12:
    @given(counts)
    def test_no_told_number_is_one_to_four(self, given: list[int]) -> None:
        assert all(one is None or one == 0 or one >= LEAST_TOLD for one in tellable(given))

    @given(counts)
    def test_no_single_number_is_left_to_be_subtracted(self, given: list[int]) -> None:
        told = tellable(given)
        hidden = [one for one, said in zip(given, told, strict=True) if said is None]
        assert len(hidden) != 1 or sum(given) == hidden[0]

    def test_the_next_smallest_goes_with_a_small_one(self) -> None:
        assert tellable((20, 3, 8)) == (20, None, None)
        assert tellable((20, 3, 0)) == (None, None, 0)
        assert tellable((20, 3, 2)) == (20, None, None)
        assert tellable((20, 5, 0)) == (20, 5, 0)

    def test_what_four_people_think_is_not_said(self) -> None:
        assert leaning(4, 0, 4) is Leaning.FEW


def test_a_group_leans_with_three_fifths() -> None:
    assert leaning(6, 4, 10) is Leaning.AGREE
    assert leaning(59, 41, 100) is Leaning.DIVIDED
    assert leaning(2, 6, 10) is Leaning.DISAGREE


def test_there_are_no_more_hands_than_people() -> None:
    assert hands_fit(agree=7, disagree=3, passed=2, present=12)
    assert not hands_fit(agree=7, disagree=3, passed=3, present=12)
    assert not hands_fit(agree=7, disagree=-3, passed=3, present=12)
