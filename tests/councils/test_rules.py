"""When a council is whole and a judgement may stand; words are found however they are spaced."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from xiangyue.councils.rules import (
    SEAT_MOVES,
    STAKE_MOVES,
    Heard,
    Judge,
    Judging,
    Shape,
    carried_both,
    forbidden_in,
    is_minor,
    judging_lacks,
    missing_of,
    sits_on,
)
from xiangyue.councils.services.forming import months_later

COUNTS = st.integers(0, 6)
SHAPES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(Shape, COUNTS, st.none() | st.integers(6, 9), st.booleans()),
    min_size=1,
)


@given(SHAPES)
def test_what_has_exactly_the_least_is_whole(shapes) -> None:
    filled = {key: shape.least for key, shape in shapes.items()}
    assert missing_of(shapes, filled, for_issue=True) == []


@given(SHAPES, st.data())
def test_one_less_than_the_least_is_missing(shapes, data) -> None:
    key = data.draw(st.sampled_from(sorted(shapes)))
    filled = {each: shape.least for each, shape in shapes.items()}
    filled[key] -= 1
    if shapes[key].least:
        assert [lack.key for lack in missing_of(shapes, filled, for_issue=True)] == [key]


@given(SHAPES, st.data())
def test_one_more_in_a_seat_without_a_most_never_breaks_it(shapes, data) -> None:
    key = data.draw(st.sampled_from(sorted(shapes)))
    filled = {each: shape.least for each, shape in shapes.items()}
    filled[key] += 1
    lacks = missing_of(shapes, filled, for_issue=True)
    assert lacks == [] or shapes[key].most is not None


def test_x_is_asked_for_with_an_issue_only() -> None:
    shapes = {"head": Shape(1, 1), "x": Shape(1, None, per_issue=True)}
    assert missing_of(shapes, {"head": 1}, for_issue=False) == []
    assert [one.key for one in missing_of(shapes, {"head": 1}, for_issue=True)] == ["x"]


def test_x_does_not_fill_the_size_of_the_lasting_council() -> None:
    shapes = {"head": Shape(1, 1), "x": Shape(0, None, per_issue=True)}
    (lack,) = missing_of(shapes, {"head": 1, "x": 9}, for_issue=True, size=(3, None))
    assert (lack.key, lack.has) == ("", 1)


def test_two_secretaries_are_one_too_many() -> None:
    (lack,) = missing_of({"secretary": Shape(1, 1)}, {"secretary": 2}, for_issue=False)
    assert lack.is_too_many


def test_both_duties_are_seen_one_is_not() -> None:
    pairs = [("execute", "supervise")]
    assert carried_both({"execute", "supervise", "lead"}, pairs) == pairs[0]
    assert carried_both({"execute", "lead"}, pairs) is None


def test_a_seat_is_held_from_its_day_until_before_its_last() -> None:
    days = {"active_from": date(2026, 6, 1), "active_to": date(2026, 6, 8)}
    assert [sits_on(on=date(2026, 6, day), **days) for day in (1, 7, 8)] == [True, True, False]
    assert not sits_on(active_from=None, active_to=None, on=date(2026, 6, 1))


def test_words_are_found_however_they_are_spaced() -> None:
    for said in ("扣分", "扣 分", "扣。分", "ｘ扣\u3000分"):
        assert forbidden_in(said, ["扣分"]) == "扣分"
    assert forbidden_in("分开扣上", ["扣分"]) is None
    assert forbidden_in("什么也没有", ["", "。"]) is None


def test_eighteen_is_of_age_on_the_birthday() -> None:
    born = date(2008, 6, 8)
    assert is_minor(born, on=date(2026, 6, 7))
    assert not is_minor(born, on=date(2026, 6, 8))
    assert not is_minor(None, on=date(2026, 6, 8))


JUDGES = [Judge(True, False), Judge(False, False), Judge(False, False)]
AGREED = Heard(consents=True, is_heard=True, agrees=True)


def test_a_judgement_needs_all_of_it() -> None:
    assert judging_lacks(JUDGES, [AGREED], has_words=True) == []
    assert judging_lacks(JUDGES, [], has_words=True) == [Judging.NOBODY_CONCERNED]
    for one, lack in (
        (Heard(None, True, True), Judging.CONSENT_OPEN),
        (Heard(False, True, True), Judging.CONSENT_REFUSED),
        (Heard(True, False, True), Judging.NOT_HEARD),
        (Heard(True, True, None), Judging.WORDS_OPEN),
        (Heard(True, True, False), Judging.WORDS_REFUSED),
    ):
        assert judging_lacks(JUDGES, [AGREED, one], has_words=True) == [lack]
    assert judging_lacks(JUDGES[:2], [AGREED], has_words=True) == [Judging.TOO_FEW_JUDGES]
    away = [Judge(True, True), *[Judge(False, False)] * 3]
    assert judging_lacks(away, [AGREED], has_words=True) == [Judging.NO_WOMAN]


@given(st.lists(st.builds(Judge, st.booleans(), st.booleans()), max_size=6))
def test_one_more_judge_never_loses(judges) -> None:
    before = judging_lacks(judges, [AGREED], has_words=True)
    after = judging_lacks([*judges, Judge(True, False)], [AGREED], has_words=True)
    assert set(after) <= set(before)


def test_nothing_leads_back_from_a_settled_answer() -> None:
    assert all(str(state) == "invited" for state in SEAT_MOVES if len(SEAT_MOVES[state]) > 1)
    assert STAKE_MOVES["stepped_back"] == frozenset()


def test_a_term_ends_on_the_same_day_or_the_months_last() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 12, 15), 36) == date(2029, 12, 15)
    assert months_later(date(2027, 1, 31), 13) == date(2028, 2, 29)
