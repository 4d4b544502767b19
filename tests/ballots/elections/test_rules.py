"""Double majority, run-off, ties, recall and days, at their borders (VCOL arts 6, 14-16, 20)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.ballots.elections.rules import (
    FIRST_ROUND,
    Count,
    Fate,
    Fault,
    Outcome,
    Terms,
    candidate_faults,
    committee_faults,
    days,
    is_group_sent,
    is_recalled,
    outcome,
)
from xiangyue.ballots.rules import Base


def counted(
    votes: dict[str, int], *, seats: int = 1, of: int = 100, returned: int = 60, again: bool = False
) -> Outcome:
    count = Count(registered_count=of, returned_count=returned, votes=votes, seats=seats)
    return outcome(count, is_run_off=again)


class TestDoubleMajority:
    def test_el02_exactly_half_of_the_voters_is_no_election(self) -> None:
        assert not counted({"a": 50}, returned=50).is_valid
        assert counted({"a": 50}, returned=50).having(Fate.ELECTED) == []
        assert counted({"a": 51}, returned=51).having(Fate.ELECTED) == ["a"]

    def test_el02_exactly_half_of_the_slips_does_not_elect(self) -> None:
        assert counted({"a": 30, "b": 29}).having(Fate.ELECTED) == []
        assert counted({"a": 31, "b": 29}).having(Fate.ELECTED) == ["a"]

    def test_spoilt_slips_count_among_those_cast(self) -> None:
        """31 of 60 slips elect, though only 40 were good."""
        assert counted({"a": 30, "b": 10}).having(Fate.ELECTED) == []

    def test_of_several_seats_each_needs_a_majority(self) -> None:
        found = counted({"a": 50, "b": 40, "c": 31, "d": 20}, seats=3)
        assert found.having(Fate.ELECTED) == ["a", "b", "c"]
        assert found.open_seats == 0

    def test_with_more_majorities_than_seats_the_most_votes_win(self) -> None:
        found = counted({"a": 35, "b": 45, "c": 32}, seats=2)
        assert found.having(Fate.ELECTED) == ["a", "b"]

    def test_who_is_even_for_the_last_seat_is_voted_on_again(self) -> None:
        found = counted({"a": 50, "b": 35, "c": 35}, seats=2)
        assert found.having(Fate.ELECTED) == ["a"]
        assert found.having(Fate.TIED) == ["b", "c"]
        assert found.open_seats == 1


class TestRunOff:
    def test_one_more_than_the_open_seats_stands(self) -> None:
        found = counted({"a": 25, "b": 20, "c": 10, "d": 5})
        assert found.having(Fate.RUN_OFF) == ["a", "b"]
        assert found.having(Fate.NOT_ELECTED) == ["c", "d"]

    def test_all_who_are_even_with_the_last_stand(self) -> None:
        assert counted({"a": 25, "b": 12, "c": 12}).having(Fate.RUN_OFF) == ["a", "b", "c"]

    def test_exactly_a_third_elects_and_less_does_not(self) -> None:
        assert counted({"a": 20, "b": 19}, again=True).having(Fate.ELECTED) == ["a"]
        assert counted({"a": 19, "b": 18}, again=True).having(Fate.ELECTED) == []

    def test_the_run_off_needs_no_half_of_the_voters(self) -> None:
        assert counted({"a": 10, "b": 4}, returned=15, again=True).having(Fate.ELECTED) == ["a"]

    def test_after_a_run_off_the_seat_stays_open(self) -> None:
        found = counted({"a": 19}, again=True)
        assert (found.open_seats, found.having(Fate.RUN_OFF)) == (1, [])

    def test_whom_nobody_voted_for_does_not_stand(self) -> None:
        assert counted({"a": 25, "b": 0}).having(Fate.RUN_OFF) == ["a"]


class TestMeetings:
    """Delegates of households and representatives of groups meet (RCOL art. 10)."""

    def meeting(self, votes: dict[str, int], *, present: int, returned: int, again: bool = False):
        count = Count(
            registered_count=100, present_count=present, returned_count=returned, votes=votes,
            seats=1,
        )  # fmt: skip
        terms = Terms(run_off=FIRST_ROUND, base=Base.PRESENT)
        return outcome(count, is_run_off=again, terms=terms)

    def test_el06_both_are_reckoned_of_those_present(self) -> None:
        assert not self.meeting({"a": 50}, present=50, returned=50).is_valid
        assert self.meeting({"a": 51}, present=51, returned=51).is_valid
        assert self.meeting({"a": 30}, present=60, returned=31).having(Fate.ELECTED) == []
        assert self.meeting({"a": 31}, present=60, returned=31).having(Fate.ELECTED) == ["a"]

    def test_a_run_off_needs_the_quorum_and_the_majority_too(self) -> None:
        assert not self.meeting({"a": 50}, present=50, returned=50, again=True).is_valid
        found = self.meeting({"a": 30}, present=60, returned=60, again=True)
        assert (found.having(Fate.ELECTED), found.open_seats) == ([], 1)

    @pytest.mark.parametrize(("present", "returned"), [(59, 60), (101, 60)])
    def test_no_more_come_back_than_were_handed_out_nor_more_than_there_are(
        self, present: int, returned: int
    ) -> None:
        with pytest.raises(ValueError, match="handed out"):
            self.meeting({"a": 1}, present=present, returned=returned)

    @pytest.mark.parametrize(("count", "is_enough"), [(1, False), (2, True), (3, True), (4, False)])
    def test_a_group_sends_two_or_three(self, count: int, is_enough: bool) -> None:
        assert is_group_sent(count) is is_enough


class TestRefused:
    @pytest.mark.parametrize(
        ("votes", "seats", "returned"),
        [
            ({"a": 61}, 1, 60),
            ({"a": 40, "b": 40}, 1, 60),
            ({}, 0, 60),
            ({}, 1, 101),
            ({"a": -1}, 1, 9),
        ],
    )
    def test_a_count_that_cannot_be_is_refused(
        self, votes: dict[str, int], seats: int, returned: int
    ) -> None:
        with pytest.raises(ValueError, match=r"more|seat"):
            counted(votes, seats=seats, returned=returned)


# A slip is a number whose bits are the names marked on it: cheap to draw, however busy the machine.
slips = st.lists(st.integers(0, 31), max_size=12)


def marked(slip: int) -> set[str]:
    return {key for number, key in enumerate("abcde") if slip >> number & 1}


class TestProperties:
    @given(slips=slips, seats=st.integers(1, 3), extra=st.integers(0, 14), again=st.booleans())
    def test_nobody_with_fewer_votes_sits_before_one_with_more(
        self, slips: list[int], seats: int, extra: int, again: bool
    ) -> None:
        named = [marked(slip) for slip in slips]
        kept = [slip if len(slip) <= seats else set() for slip in named]
        votes = {key: sum(key in slip for slip in kept) for key in "abcde"}
        found = counted(votes, seats=seats, of=len(slips) + extra, returned=len(slips), again=again)
        elected = found.having(Fate.ELECTED)
        assert len(elected) + found.open_seats == seats
        for key in elected:
            assert 3 * votes[key] >= len(slips)
            assert again or 2 * votes[key] > len(slips) > extra
            assert all(votes[other] <= votes[key] for other in votes if other not in elected)


class TestRecall:
    def test_more_than_half_of_both_is_needed(self) -> None:
        assert not is_recalled(registered_count=100, voted_count=50, for_count=50)
        assert not is_recalled(registered_count=100, voted_count=60, for_count=30)
        assert is_recalled(registered_count=100, voted_count=51, for_count=26)


class TestDays:
    def test_the_list_is_out_twenty_days_before(self) -> None:
        found = days(election=date(2026, 12, 21), published=date(2026, 12, 1))
        assert found.objections_until == date(2026, 12, 6)
        assert found.decisions_until == date(2026, 12, 9)
        assert found.handover_until == date(2026, 12, 31)
        with pytest.raises(ValueError, match="2026-12-01"):
            days(election=date(2026, 12, 21), published=date(2026, 12, 2))


class TestCommittee:
    def test_three_to_seven_with_a_woman_and_where_many_peoples_live_a_minority(self) -> None:
        assert committee_faults(
            member_count=2, women_count=0, minority_count=0, is_multi_ethnic=True
        ) == [Fault.TOO_FEW, Fault.NO_WOMAN, Fault.NO_MINORITY_MEMBER]
        assert committee_faults(
            member_count=8, women_count=1, minority_count=0, is_multi_ethnic=False
        ) == [Fault.TOO_MANY]
        for size in (3, 7):
            assert not committee_faults(
                member_count=size, women_count=1, minority_count=1, is_multi_ethnic=True
            )

    def test_there_are_more_candidates_than_seats(self) -> None:
        assert candidate_faults(candidate_count=3, seats=3) == [Fault.NO_CHOICE]
        assert candidate_faults(candidate_count=4, seats=3) == []
