"""Decisions about keeping a compact, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.enforcement import rules
from xiangyue.enforcement.rules import Obstacle, Step, Verdict

DAY = date(2026, 6, 8)
OFFICES = ("justice", "governance", "police")


class TestVerdict:
    def test_all_three_must_pass_somebody(self) -> None:
        assert rules.verdict(OFFICES, {}) is Verdict.WAITING
        assert rules.verdict(OFFICES, dict.fromkeys(OFFICES[:2], True)) is Verdict.WAITING
        assert rules.verdict(OFFICES, dict.fromkeys(OFFICES, True)) is Verdict.PASSED

    @given(st.dictionaries(st.sampled_from(OFFICES), st.booleans()))
    def test_one_no_is_enough_and_an_appeal_that_was_right_undoes_it(
        self, results: dict[str, bool]
    ) -> None:
        said = rules.verdict(OFFICES, results)
        if False in results.values():
            assert said is Verdict.NOT_PASSED
        assert rules.verdict(OFFICES, results, appeal_upheld=True) is Verdict.PASSED

    def test_what_is_no_office_of_it_has_no_say(self) -> None:
        results = dict.fromkeys(OFFICES, True) | {"gossip": False}
        assert rules.verdict(OFFICES, results) is Verdict.PASSED


def test_seats_are_counted() -> None:
    seats = [rules.SeatNumber("director", 1, 1), rules.SeatNumber("unit_head", 1)]
    assert rules.seat_faults(seats, ["director", "unit_head", "unit_head"]) == []
    assert [fault.key for fault, _count in rules.seat_faults(seats, ["director"] * 2)] == [
        "director",
        "unit_head",
    ]


class TestCard:
    def test_its_last_day_counts(self) -> None:
        valid = rules.card_standing(until=DAY, is_sitting=True, today=DAY)
        assert valid is rules.CardStanding.VALID
        late = rules.card_standing(until=DAY, is_sitting=True, today=DAY + timedelta(days=1))
        assert late is rules.CardStanding.EXPIRED

    def test_it_ends_with_the_seat(self) -> None:
        ended = rules.card_standing(until=DAY, is_sitting=False, today=DAY)
        assert ended is rules.CardStanding.EXPIRED
        none = rules.card_standing(until=None, is_sitting=True, today=DAY)
        assert none is rules.CardStanding.EXPIRED


class TestGaps:
    def test_what_lies_in_a_covered_place_is_covered(self) -> None:
        assert rules.uncovered(["00010001", "00010002"], ["0001"]) == []
        assert rules.uncovered(["00010001", "00010002"], ["00010001"]) == ["00010002"]

    def test_above_serves_only_where_it_is_said_to(self) -> None:
        assert rules.uncovered(["00010001"], ["0001"], reaches_down=False) == ["00010001"]


class TestReqL01:
    def test_eighteen_is_completed_on_the_birthday(self) -> None:
        assert rules.is_of_age(date(2008, 6, 8), on=DAY)
        assert not rules.is_of_age(date(2008, 6, 9), on=DAY)

    def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march(self) -> None:
        assert rules.is_of_age(date(2008, 2, 29), on=date(2026, 3, 1))
        assert not rules.is_of_age(date(2008, 2, 29), on=date(2026, 2, 28))
        assert rules.is_of_age(date(2008, 2, 29), on=date(2028, 2, 29))


class TestWhichClauses:
    def test_only_a_clause_that_says_so(self) -> None:
        words = {"allowed_by": ("提醒",), "not_about": ("懒", "离婚")}
        assert rules.allows_reminders("没做到的当面提醒。", **words)
        assert not rules.allows_reminders("每月打扫一次。", **words)

    def test_req_l10_none_about_what_somebody_is(self) -> None:
        words = {"allowed_by": ("提醒",), "not_about": ("懒", "离婚")}
        assert not rules.allows_reminders("懒的人要提醒。", **words)
        assert not rules.allows_reminders("离婚的人家当面提醒。", **words)


def obstacle(step: Step, taken: dict[Step, date], **facts: object) -> Obstacle | None:
    said: dict[str, object] = {
        "is_heard": True, "objection_waits": False, "is_over": False,
        "today": DAY + timedelta(days=30), "hearing_days": 7, "days_between": 7,
    } | facts  # fmt: skip
    return rules.obstacle(step, taken=taken, **said)  # type: ignore[arg-type]


class TestTheOrderOfSteps:
    def test_talk_then_written_then_committee(self) -> None:
        assert obstacle(Step.TALK, {}) is None
        assert obstacle(Step.WRITTEN, {}) is Obstacle.OUT_OF_ORDER
        assert obstacle(Step.COMMITTEE, {Step.TALK: DAY}) is Obstacle.OUT_OF_ORDER
        assert obstacle(Step.WRITTEN, {Step.TALK: DAY}) is None
        both = {Step.TALK: DAY, Step.WRITTEN: DAY + timedelta(days=8)}
        assert obstacle(Step.COMMITTEE, both) is None
        assert obstacle(Step.TALK, both) is Obstacle.ALREADY

    def test_req_l03_seven_days_to_be_heard_are_seven_whole_days(self) -> None:
        taken = {Step.TALK: DAY}
        for days in (0, 6, 7):
            now = DAY + timedelta(days=days)
            assert obstacle(Step.WRITTEN, taken, is_heard=False, today=now) is Obstacle.NOT_HEARD
        assert obstacle(Step.WRITTEN, taken, is_heard=False, today=DAY + timedelta(days=8)) is None

    def test_req_l03_an_objection_stops_everything(self) -> None:
        for step, taken in ((Step.TALK, {}), (Step.WRITTEN, {Step.TALK: DAY})):
            assert obstacle(step, taken, objection_waits=True) is Obstacle.OBJECTION_WAITS

    def test_days_lie_between(self) -> None:
        taken = {Step.TALK: DAY}
        assert obstacle(Step.WRITTEN, taken, today=DAY + timedelta(days=6)) is Obstacle.TOO_SOON
        assert obstacle(Step.WRITTEN, taken, today=DAY + timedelta(days=7)) is None

    @given(st.sets(st.sampled_from(Step)), st.booleans(), st.booleans())
    def test_nothing_happens_once_it_is_over(
        self,
        steps: set[Step],
        is_heard: bool,
        waits: bool,
    ) -> None:
        for step in Step:
            found = obstacle(
                step, dict.fromkeys(steps, DAY), is_heard=is_heard, objection_waits=waits,
                is_over=True,
            )  # fmt: skip
            assert found is Obstacle.OVER

    @given(st.sets(st.sampled_from(Step)))
    def test_no_step_goes_past_another(self, steps: set[Step]) -> None:
        taken = dict.fromkeys(steps, DAY)
        free = [step for step in Step if obstacle(step, taken) is None]
        assert len(free) <= 1
        assert all(rules.next_step(steps) is step for step in free)


class TestErasing:
    @given(st.integers(1, 10_000))
    def test_req_l06_never_later_than_ninety_days(self, kept: int) -> None:
        assert rules.erased_on(DAY, kept_days=kept) <= DAY + timedelta(days=90)

    @given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
    def test_req_l07_what_is_put_right_goes_within_three_days_and_never_later(
        self, erase: int, right: int, days: int
    ) -> None:
        erase_on, right_on = DAY + timedelta(days=erase), DAY + timedelta(days=right)
        found = rules.sooner(erase_on, put_right_on=right_on, put_right_days=days)
        assert found <= erase_on
        assert found <= right_on + timedelta(days=3)


@pytest.mark.parametrize(("born", "years", "there"), [
    (date(2024, 2, 29), 1, date(2025, 2, 28)), (date(2024, 2, 29), 4, date(2028, 2, 29)),
])  # fmt: skip
def test_a_leap_day_has_its_anniversary(born: date, years: int, there: date) -> None:
    assert rules.years_on(born, years) == there
