"""The state machine: no order of acts reaches the end past a mandatory step."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.procedures import rules
from xiangyue.procedures.rules import Course, NotReady, Seat, State, StepAsked, StepSeen

DAY = date(2026, 6, 8)


def asked(*keys: str, optional: tuple[str, ...] = ()) -> tuple[StepAsked, ...]:
    return tuple(StepAsked(key, is_optional=key in optional, least={"x": 1}) for key in keys)


def with_evidence(course: Course, key: str, count: int = 1) -> Course:
    seen = course.seen[key]
    return Course(
        course.asked,
        dict(course.seen)
        | {key: StepSeen(seen.state, seen.done_on, seen.done_by, {"x": count}, seen.panel)},
    )


def sets_of_steps() -> st.SearchStrategy[tuple[StepAsked, ...]]:
    return st.lists(st.booleans(), min_size=1, max_size=6).map(
        lambda optional: tuple(
            StepAsked(f"s{number}", is_optional=one, least={"x": 1})
            for number, one in enumerate(optional)
        )
    )


ACTS = st.lists(
    st.tuples(st.sampled_from(["lay", "complete", "leave_out"]), st.integers(0, 5)), max_size=60
)


@given(steps=sets_of_steps(), acts=ACTS)
def test_no_order_of_acts_reaches_the_end_past_a_mandatory_step(steps, acts):
    course = rules.begun(steps)
    order: list[str] = []
    for act, number in acts:
        key = f"s{number % len(steps)}"
        before = course
        try:
            if act == "lay":
                course = with_evidence(course, key)
            elif act == "complete":
                course = rules.completed(course, key, by="a", on=DAY)
            else:
                course = rules.left_out(course, key, by="a", on=DAY)
        except NotReady:
            assert course is before
            continue
        if act != "lay" and course is not before:
            order.append(key)
        states = [course.seen[one.key].state for one in steps]
        assert states.count(State.OPEN) == (0 if course.is_done else 1)
        settled = [state in rules.SETTLED for state in states]
        assert settled == sorted(settled, reverse=True)  # none before those before it
        for one in steps:
            seen = course.seen[one.key]
            assert seen.state is not State.LEFT_OUT or one.is_optional
            assert seen.state is not State.DONE or seen.evidence.get("x", 0) >= 1
    assert order == [one.key for one in steps][: len(order)]
    if course.is_done:
        mandatory = [one.key for one in steps if not one.is_optional]
        assert all(course.seen[key].state is State.DONE for key in mandatory)


@given(steps=sets_of_steps())
def test_doing_every_step_in_order_reaches_the_end_and_again_changes_nothing(steps):
    course = rules.begun(steps)
    for one in steps:
        course = rules.completed(with_evidence(course, one.key), one.key, by="a", on=DAY)
        assert rules.completed(course, one.key, by="b", on=DAY + timedelta(days=9)) is course
    assert course.is_done
    assert course.open is None
    assert all(course.seen[one.key].done_by == "a" for one in steps)


def test_too_little_evidence_is_said_with_both_numbers():
    course = rules.begun([StepAsked("a", least={"x": 3})])
    (lacking,) = rules.missing(with_evidence(course, "a", 2), "a", by=None, on=DAY)
    assert (lacking.code, dict(lacking.facts)) == (
        "evidence",
        {"evidence": "x", "least": 3, "has": 2},
    )


@pytest.mark.parametrize(("days", "passes"), [(9, False), (10, True), (11, True)])
def test_ten_days_are_ten_days(days: int, passes: bool):
    """VCOL art. 21: the day of the notice does not count."""
    course = rules.begun(
        [StepAsked("call"), StepAsked("vote", gates=[("days_since", {"step": "call", "days": 10})])]
    )
    course = rules.completed(course, "call", by="a", on=DAY)
    lacking = rules.missing(course, "vote", by=None, on=DAY + timedelta(days=days))
    assert (lacking == []) is passes


def test_se01_who_did_one_step_does_not_do_the_other():
    course = rules.begun(
        [StepAsked("do"), StepAsked("check", gates=[("different_person", {"step": "do"})])]
    )
    course = rules.completed(course, "do", by="a", on=DAY)
    with pytest.raises(NotReady):
        rules.completed(course, "check", by="a", on=DAY)
    assert rules.completed(course, "check", by="b", on=DAY).is_done


SEATS = st.lists(st.builds(Seat, st.text(max_size=3), st.booleans(), st.booleans(), st.booleans()))


@given(seats=SEATS)
def test_req_l04_a_panel_passes_exactly_when_enough_untied_members_sit(seats: list[Seat]):
    course = rules.begun([StepAsked("review", gates=[("panel", {})])])
    course = Course(course.asked, {"review": StepSeen(State.OPEN, panel=seats)})
    lacking = {one.code for one in rules.missing(course, "review", by="x", on=DAY)}
    sitting = [seat for seat in seats if not seat.is_recused]
    assert ("panel" in lacking) == (len(sitting) < 3)
    assert ("panel_women" in lacking) == (not any(seat.is_woman for seat in sitting))
    assert ("panel_close" in lacking) == any(seat.is_close for seat in sitting)
