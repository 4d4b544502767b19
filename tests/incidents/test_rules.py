"""The closed loop's decisions, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.incidents.rules import (
    MOVES,
    OPEN,
    UNSETTLED,
    Right,
    Rule,
    State,
    Verb,
    bigrams,
    choose_rule,
    distance_metres,
    level_above,
    likeness,
    open_verbs,
    suggest_categories,
)


def test_every_verb_has_a_move():
    assert set(MOVES) == set(Verb)


def test_every_state_but_the_last_can_be_left_by_somebody():
    for state in State:
        leaving = [
            m for m in MOVES.values() if state in m.sources and m.target not in (None, state)
        ]
        assert leaving or state is State.MERGED, state


def test_nothing_reaches_answered_but_through_verification():
    leading = {verb for verb, move in MOVES.items() if move.target is State.ANSWERED}
    assert leading == {Verb.PASS}
    assert MOVES[Verb.PASS].rights == {Right.VERIFIER}
    assert MOVES[Verb.PASS].sources == {State.HANDLED}


def test_only_the_reporter_closes():
    leading = {verb for verb, move in MOVES.items() if move.target is State.CLOSED}
    assert leading == {Verb.CONFIRM, Verb.WITHDRAW}
    assert all(MOVES[verb].rights == {Right.REPORTER} for verb in leading)


def test_who_handles_cannot_verify_by_that_right():
    assert Verb.PASS not in open_verbs(State.HANDLED, [Right.HANDLER])
    assert Verb.HANDLE not in open_verbs(State.IN_PROGRESS, [Right.VERIFIER])


def test_a_visitor_without_rights_can_do_nothing():
    assert all(open_verbs(state, []) == [] for state in State)


def test_unsettled_is_open_without_the_answered():
    assert {State.ANSWERED} == OPEN - UNSETTLED


@pytest.mark.parametrize(
    ("level", "above"),
    [("grid", "village"), ("village", "town"), ("town", "county"), ("county", None)],
)
def test_levels_go_up_to_the_county(level, above):
    assert level_above(level) == above


def rule(position, *, categories=(), places=(), key=None):
    return Rule(key or f"r{position}", position, categories, places, "VC", "village", True)


def test_the_first_fitting_rule_decides_whatever_their_order():
    rules = [rule(3), rule(1, categories=("04",)), rule(2, categories=("0401",))]
    assert choose_rule(rules, category="0401", place_code="x").key == "r1"
    assert choose_rule(rules, category="0501", place_code="x").key == "r3"


def test_a_rule_for_a_town_fits_its_villages_and_no_other():
    rules = [rule(1, places=("620725101",))]
    assert choose_rule(rules, category="0401", place_code="620725101201-001")
    assert choose_rule(rules, category="0401", place_code="620725102201") is None


def test_two_character_names_are_found_as_one_pair():
    assert bigrams("张三") == ["张三"]
    assert bigrams("三") == ["三"]
    assert bigrams("路灯,不亮") == ["路灯", "不亮"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_symmetric_and_between_none_and_all(first, second):
    score = likeness(first, second)
    assert 0 <= score <= 1
    assert score == likeness(second, first)
    if bigrams(first):
        assert likeness(first, first) == 1


POINTS = st.tuples(st.floats(-80, 80), st.floats(-179, 179))


@given(POINTS, POINTS)
def test_distance_is_symmetric_and_nothing_from_itself(first, second):
    assert distance_metres(first, first) == pytest.approx(0, abs=0.01)
    assert distance_metres(first, second) == pytest.approx(distance_metres(second, first))


def test_a_thousandth_of_a_degree_north_is_some_111_metres():
    assert distance_metres((38.780, 101.09), (38.781, 101.09)) == pytest.approx(111.2, abs=0.3)


def test_the_longest_keywords_are_suggested_first_and_nothing_without_a_match():
    keywords = {"0401": ["垃圾", "垃圾堆"], "0402": ["垃圾"], "0501": ["路灯"]}
    assert suggest_categories("门口垃圾堆没人管", keywords) == ["0401", "0402"]
    assert suggest_categories("你好", keywords) == []
