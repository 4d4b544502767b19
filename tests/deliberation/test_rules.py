"""What may become of an issue, who counts once, what a rate is."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.deliberation import rules
from xiangyue.deliberation.rules import Act, State, TaskState


def test_jc16_of_61_collected_33_settled_is_54_1() -> None:
    assert rules.rate(33, 61) == "54.1"
    assert (rules.rate(0, 0), rules.rate(0, 7), rules.rate(7, 7)) == ("", "0.0", "100.0")


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_rate_is_within_half_a_tenth_of_the_share(settled: int, collected: int) -> None:
    said = Fraction(rules.rate(settled, collected))
    assert abs(said - Fraction(100 * settled, collected)) <= Fraction(1, 20)


def test_what_is_decided_is_decided_once() -> None:
    for state in State:
        possible = rules.is_possible(Act.ACCEPT, state)
        assert possible is (state is State.COLLECTED)
        assert rules.is_possible(Act.RESOLVE, state) is (state is State.ACCEPTED)


def test_nothing_leads_out_of_what_is_settled() -> None:
    looks = {Act.SHOW, Act.HIDE}
    for state in (State.SETTLED, State.REJECTED, State.ANSWERED, State.WITHDRAWN):
        assert not [act for act in Act if act not in looks and rules.is_possible(act, state)]


@pytest.mark.parametrize(
    ("count", "has_asked", "may"), [(7, False, False), (8, False, True), (8, True, False)]
)
def test_asking_again_needs_more_voices_and_is_once(count: int, has_asked: bool, may: bool) -> None:
    assert (
        rules.may_ask_again(support_count=count, declined_count=3, more=5, has_asked=has_asked)
        is may
    )


def test_sy26_enough_is_enough() -> None:
    assert not rules.is_reached(support_count=9, least=10)
    assert rules.is_reached(support_count=10, least=10)


def test_an_issue_is_settled_when_all_that_is_left_is_checked() -> None:
    checked, dropped = TaskState.CHECKED, TaskState.DROPPED
    assert rules.is_settled([checked, dropped])
    assert not rules.is_settled([])
    assert not rules.is_settled([dropped])
    for other in (TaskState.OPEN, TaskState.DONE):
        assert not rules.is_settled([checked, other])


def test_se01_nobody_checks_what_they_had_a_part_in() -> None:
    assert not rules.may_check(checker=1, concerned=(2, None, 1))
    assert rules.may_check(checker=1, concerned=(2, None, 3))


def test_names_are_the_same_however_they_are_written() -> None:
    assert rules.name_key(" 馬 奶奶") == rules.name_key("马奶奶")
    assert rules.name_key("马奶奶") != rules.name_key("马爷爷")


def test_texts_alike_are_alike_and_others_not() -> None:
    assert rules.likeness("村口乱停车", "村口乱停车堵路") > 0.7
    assert rules.likeness("村口乱停车", "渠道清淤") == 0
    assert rules.likeness("", "") == 0


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways(first: str, second: str) -> None:
    found = rules.likeness(first, second)
    assert found == rules.likeness(second, first)
    assert 0 <= found <= 1
