"""When a body may decide and what it decides: examples, boundaries, properties."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.ballots.rules import (
    Agreement,
    Attendance,
    Base,
    Ground,
    Majority,
    ProxyFault,
    ProxyLimit,
    Rule,
    Threshold,
    WomenShare,
    added,
    agreement,
    is_of_age,
    is_quorate,
    proxy_fault,
    verdict,
)

HALF, THIRD, TWO_THIRDS = Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)
MORE_THAN_HALF = Threshold(HALF, is_strict=True)
AT_LEAST_HALF = Threshold(HALF, is_strict=False)
AT_LEAST_TWO_THIRDS = Threshold(TWO_THIRDS, is_strict=False)

shares = st.builds(
    lambda part, whole: Fraction(min(part, whole), max(part, whole)),
    st.integers(1, 20), st.integers(1, 20),
)  # fmt: skip
thresholds = st.builds(Threshold, shares, st.booleans())


class TestEL02:
    """过半数 is strict; 三分之二以上 and 半数以上 include the number itself."""

    def test_exactly_half_is_not_more_than_half(self):
        assert not MORE_THAN_HALF.is_met(15, 30)
        assert MORE_THAN_HALF.is_met(16, 30)

    def test_exactly_half_is_at_least_half(self):
        assert AT_LEAST_HALF.is_met(15, 30)
        assert not AT_LEAST_HALF.is_met(14, 30)

    def test_exactly_two_thirds_is_at_least_two_thirds(self):
        assert AT_LEAST_TWO_THIRDS.is_met(20, 30)
        assert not AT_LEAST_TWO_THIRDS.is_met(19, 30)
        assert not AT_LEAST_TWO_THIRDS.is_met(20, 31)

    def test_no_float_would_do(self):
        third = Threshold(THIRD, is_strict=True)
        many = 3 * 10**17
        assert not third.is_met(10**17, many)
        assert third.is_met(10**17 + 1, many)

    @given(thresholds, st.integers(0, 500))
    def test_the_least_that_is_enough_is_enough_and_one_less_is_not(self, threshold, of):
        least = threshold.least(of)
        if least <= of:
            assert threshold.is_met(least, of)
        assert least == 0 or of == 0 or not threshold.is_met(min(least - 1, of), of)

    @given(thresholds, st.integers(1, 500), st.data())
    def test_one_more_never_makes_it_too_few(self, threshold, of, data):
        count = data.draw(st.integers(0, of - 1))
        assert not threshold.is_met(count, of) or threshold.is_met(count + 1, of)

    def test_of_nobody_nothing_is_enough(self):
        assert not AT_LEAST_HALF.is_met(0, 0)

    @pytest.mark.parametrize(("count", "of"), [(-1, 3), (4, 3)])
    def test_what_is_no_part_is_an_error(self, count, of):
        with pytest.raises(ValueError, match="no part"):
            AT_LEAST_HALF.is_met(count, of)


def assembly(base: Base = Base.PRESENT, **more) -> Rule:
    return Rule(quorum=MORE_THAN_HALF, majority=Majority(MORE_THAN_HALF, base), **more)


class TestVerdict:
    def test_twenty_of_thirty_present_ten_yes_is_not_accepted(self):
        ended = verdict(assembly(), Attendance(30, 20), {"yes": 10, "no": 10})
        assert ended.ground is Ground.NO_MAJORITY
        assert (ended.count, ended.base_count, ended.needed_count) == (10, 20, 11)

    def test_whoever_is_present_and_raises_no_hand_counts_among_those_present(self):
        assert not verdict(assembly(), Attendance(30, 20), {"yes": 10}).is_accepted
        assert verdict(assembly(Base.CAST), Attendance(30, 20), {"yes": 10}).is_accepted

    def test_el06_of_all_members_is_more_than_of_those_present(self):
        counts, here = {"yes": 15}, Attendance(30, 20)
        assert verdict(assembly(Base.PRESENT), here, counts).is_accepted
        assert not verdict(assembly(Base.ROLL), here, counts).is_accepted

    def test_without_a_quorum_even_all_voices_decide_nothing(self):
        ended = verdict(assembly(), Attendance(30, 15), {"yes": 15})
        assert ended.ground is Ground.NO_QUORUM
        assert not is_quorate(assembly(), Attendance(30, 15))

    def test_no_is_never_carried(self):
        ended = verdict(assembly(), Attendance(30, 20), {"yes": 0, "no": 20})
        assert not ended.is_accepted
        assert ended.choice is None

    def test_of_several_choices_the_one_with_the_majority_is_carried(self):
        ended = verdict(assembly(), Attendance(30, 20), {"c1": 11, "c2": 9})
        assert (ended.is_accepted, ended.choice) == (True, "c1")

    def test_of_two_with_as_many_none_is_carried(self):
        rule = Rule(MORE_THAN_HALF, Majority(AT_LEAST_HALF, Base.PRESENT))
        assert not verdict(rule, Attendance(30, 20), {"c1": 10, "c2": 10}).is_accepted

    def test_more_votes_than_people_are_an_error(self):
        with pytest.raises(ValueError, match="21 votes"):
            verdict(assembly(), Attendance(30, 20), {"yes": 21})
        with pytest.raises(ValueError, match="votes"):
            verdict(assembly(), Attendance(30, 20), {"yes": 21, "no": -1})

    @given(
        thresholds, thresholds, st.sampled_from(list(Base)), st.integers(0, 60), st.data()
    )  # fmt: skip
    def test_one_more_yes_instead_of_a_no_never_loses(self, quorum, majority, base, roll, data):
        present = data.draw(st.integers(0, roll))
        yes = data.draw(st.integers(0, present))
        no = data.draw(st.integers(0, present - yes))
        rule = Rule(quorum, Majority(majority, base))
        here = Attendance(roll, present)
        before = verdict(rule, here, {"yes": yes, "no": no})
        if no:
            after = verdict(rule, here, {"yes": yes + 1, "no": no - 1})
            assert not before.is_accepted or after.is_accepted

    @given(st.integers(1, 60), st.data())
    def test_the_needed_number_is_the_border(self, present, data):
        rule = assembly()
        yes = data.draw(st.integers(0, present))
        ended = verdict(rule, Attendance(present, present), {"yes": yes})
        assert ended.is_accepted == (yes >= ended.needed_count)


class TestWomen:
    rule = assembly(women=[WomenShare(Threshold(THIRD, is_strict=False), of_women=False)])

    def test_exactly_a_third_of_women_is_enough(self):
        assert verdict(self.rule, Attendance(30, 18, 6), {"yes": 10}).is_accepted
        assert verdict(self.rule, Attendance(30, 18, 5), {"yes": 10}).ground is (
            Ground.TOO_FEW_WOMEN
        )

    def test_uncounted_women_are_no_women(self):
        ended = verdict(self.rule, Attendance(30, 18), {"yes": 18})
        assert ended.ground is Ground.WOMEN_NOT_COUNTED

    def test_a_share_may_be_of_the_women_on_the_roll(self):
        rule = assembly(women=[WomenShare(AT_LEAST_TWO_THIRDS, of_women=True)])
        assert verdict(rule, Attendance(30, 20, 6, 9), {"yes": 11}).is_accepted
        assert not verdict(rule, Attendance(30, 20, 5, 9), {"yes": 11}).is_accepted


class TestCounting:
    def test_two_tellers_who_say_the_same_agree(self):
        assert agreement([{"yes": 3}, {"yes": 3, "no": 0}], tellers=2) is Agreement.AGREED

    def test_one_of_two_is_waited_for(self):
        assert agreement([{"yes": 3}], tellers=2) is Agreement.WAITING

    def test_two_who_differ_count_for_nothing(self):
        assert agreement([{"yes": 3}, {"yes": 4}], tellers=2) is Agreement.DIFFERENT

    @given(
        st.lists(st.dictionaries(st.sampled_from(["yes", "no"]), st.integers(0, 99)), max_size=4)
    )
    def test_ways_of_voting_add_up(self, tallies):
        total = added(tallies)
        assert sum(total.values()) == sum(sum(each.values()) for each in tallies)


class TestEL04:
    limit = ProxyLimit(3, "close_relatives")

    def asked(self, limit=None, **facts):
        known = {
            "is_self": False, "relation": "child", "is_same_household": False, "held_count": 0,
            "is_written": True,
        }  # fmt: skip
        return proxy_fault(limit or self.limit, **(known | facts))

    def test_a_child_stands_for_a_parent_in_writing(self):
        assert self.asked() is None

    @pytest.mark.parametrize("relation", ["", "neighbour", "cousin"])
    def test_only_close_relatives_stand_for_one(self, relation):
        assert self.asked(relation=relation) is ProxyFault.NOT_RELATED

    def test_not_without_a_paper(self):
        assert self.asked(is_written=False) is ProxyFault.NOT_WRITTEN

    def test_for_no_more_than_the_law_allows(self):
        assert self.asked(held_count=2) is None
        assert self.asked(held_count=3) is ProxyFault.TOO_MANY

    def test_nobody_stands_for_themselves(self):
        assert self.asked(is_self=True) is ProxyFault.SELF

    def test_the_collective_asks_for_the_household(self):
        limit = ProxyLimit(3, "same_household")
        assert self.asked(limit) is ProxyFault.OTHER_HOUSEHOLD
        assert self.asked(limit, is_same_household=True, relation="") is None

    def test_where_no_rule_allows_it_nobody_does(self):
        assert proxy_fault(
            None, is_self=False, relation="child", is_same_household=True, held_count=0,
            is_written=True,
        ) is ProxyFault.NOT_HERE  # fmt: skip


@pytest.mark.parametrize(
    ("born", "on", "is_adult"),
    [
        (date(2008, 6, 8), date(2026, 6, 8), True),
        (date(2008, 6, 9), date(2026, 6, 8), False),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_one_is_of_age_from_the_birthday_on(born, on, is_adult):
    assert is_of_age(born, on=on, years=18) is is_adult
