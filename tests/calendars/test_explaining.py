"""The pieces of an explanation; no database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.calendars.test_rules_properties import Case, cases, local
from tests.calendars.times import PUBLISHED, at
from xiangyue.calendars.explaining import DaysOff, Explanation, LastDayMoved, explain
from xiangyue.calendars.rules import Limit, Pause, Unit


def why(
    start: str, limit: str, *pauses: tuple[str, str | None], more: tuple[str, ...] = ()
) -> Explanation:
    return explain(
        started_at=at(start),
        limit=Limit.parse(limit),
        calendar=PUBLISHED,
        pauses=[
            Pause(at(paused), None if resumed is None else at(resumed), "等待回复")
            for paused, resumed in pauses
        ],
        extensions=[Limit.parse(text) for text in more],
    )


def test_a_holiday_and_a_made_up_day_on_the_way_are_named() -> None:
    found = why("2026-10-01 09:20", "4wd")
    assert found.due_at == at("2026-10-12 18:00")
    assert found.days_off == (DaysOff(date(2026, 10, 1), date(2026, 10, 7), ("National Day",)),)
    assert found.made_up == (date(2026, 10, 10),)
    assert found.has_weekends  # Sunday 11 October
    assert not found.unannounced_years


def test_two_festivals_in_one_holiday_are_one_run_with_both_names() -> None:
    assert why("2025-09-30 09:00", "1wd").days_off == (
        DaysOff(date(2025, 10, 1), date(2025, 10, 8), ("National Day", "Mid-autumn Festival")),
    )


def test_a_made_up_day_on_which_it_starts_is_not_said_to_count() -> None:
    assert why("2026-10-10 09:00", "1wd").made_up == ()
    assert why("2026-10-10 09:00", "5wh").made_up == (date(2026, 10, 10),)


def test_what_comes_after_the_due_time_is_not_told() -> None:
    found = why("2026-09-28 09:00", "2wd")
    assert found.days_off == ()
    assert not found.has_weekends


def test_hours_pass_over_nothing() -> None:
    found = why("2026-09-30 09:00", "99h")
    assert found.days_off == ()
    assert not found.has_weekends
    assert why("2026-12-31 09:00", "99h").unannounced_years == ()


def test_natural_days_tell_only_how_the_last_day_moved() -> None:
    found = why("2026-09-28 09:00", "3d")
    assert found.moved == (LastDayMoved(date(2026, 10, 1), date(2026, 10, 8)),)
    assert found.days_off == (DaysOff(date(2026, 10, 1), date(2026, 10, 7), ("National Day",)),)
    inside = why("2026-09-28 09:00", "10d")
    assert inside.moved == ()
    assert inside.days_off == ()
    assert inside.made_up == ()


def test_a_year_without_holidays_is_told() -> None:
    assert why("2026-12-31 09:00", "1wd").unannounced_years == (2027,)
    assert why("2026-12-30 09:00", "1wd").unannounced_years == ()
    assert why("2026-12-01 09:00", "40d").unannounced_years == (2027,)


def test_a_pause_tells_what_it_cost() -> None:
    whole = why("2026-10-12 09:00", "3wd", ("2026-10-13 10:00", "2026-10-14 10:00"))
    assert [cost.lost for cost in whole.pauses] == [timedelta(hours=7)]
    assert not whole.is_rounded_up
    part = why("2026-10-12 09:00", "3wd", ("2026-10-13 10:00", "2026-10-13 11:00"))
    assert [cost.lost for cost in part.pauses] == [timedelta(hours=1)]
    assert part.is_rounded_up


def test_pauses_that_cost_nothing_are_told_as_such() -> None:
    first_day = why("2026-10-12 09:00", "3wd", ("2026-10-12 10:00", "2026-10-12 20:00"))
    assert first_day.pauses == ()
    weekend = why("2026-10-16 09:00", "3wd", ("2026-10-17 10:00", "2026-10-18 20:00"))
    assert [cost.lost for cost in weekend.pauses] == [timedelta(0)]
    afterwards = why("2026-10-12 09:00", "1wd", ("2026-10-15 10:00", "2026-10-16 10:00"))
    assert afterwards.pauses == ()


def test_a_paused_clock_tells_what_is_left() -> None:
    found = why("2026-09-30 09:00", "3wd", ("2026-10-08 10:00", None))
    assert found.due_at is None
    assert found.remaining == timedelta(hours=5.5 + 7 + 7)
    assert [run.names for run in found.days_off] == [("National Day",)]


def test_an_extension_in_another_unit_goes_on_with_the_telling() -> None:
    found = why("2026-09-29 09:00", "1wd", more=("1h", "2wd"))
    assert found.due_at == at("2026-10-09 18:00")
    assert [run.names for run in found.days_off] == [("National Day",)]
    assert found.extensions == (Limit(1, Unit.hours), Limit(2, Unit.working_days))


def told(case: Case) -> Explanation:
    limit, *extensions = (Limit(amount, Unit(unit)) for amount, unit in case.limits)
    return explain(
        started_at=local(case.start),
        limit=limit,
        calendar=case.calendar(),
        pauses=case.ended(),
        extensions=extensions,
    )


@given(cases())
def test_the_explanation_ends_with_the_due_time(case: Case) -> None:
    assert told(case).due_at == case.due()
    assert told(case).remaining == timedelta(0)


@given(cases(limit_count=1), st.sampled_from(["wh", "wd"]))
def test_every_holiday_between_start_and_due_time_is_told(case: Case, unit: str) -> None:
    amount = max(case.limits[0][0], 1)
    case = Case(**{**case.__dict__, "limits": ((amount, unit),)})
    found = told(case)
    mentioned = {
        run.first + timedelta(days=offset)
        for run in found.days_off
        for offset in range((run.last - run.first).days + 1)
    }
    last = (case.due() - timedelta(microseconds=1)).date()
    passed = {day for day in case.holidays if case.start.date() <= day <= last}
    assert mentioned == passed


@given(cases(limit_count=1, pause_count=0))
def test_who_counts_the_working_days_told_arrives_at_the_limit(case: Case) -> None:
    """From the sentence alone: weekdays and made-up days, less the holidays, are the limit."""
    amount = max(case.limits[0][0], 1)
    case = Case(**{**case.__dict__, "limits": ((amount, "wd"),)})
    found = told(case)
    off = {
        run.first + timedelta(days=offset)
        for run in found.days_off
        for offset in range((run.last - run.first).days + 1)
    }
    day, count = case.start.date(), 0
    while day < case.due().date():
        day += timedelta(days=1)
        count += day not in off and (day.weekday() < 5 or day in found.made_up)
    assert count == amount
