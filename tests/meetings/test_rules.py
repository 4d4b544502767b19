"""When sessions fall, by examples and for any calendar; in which order an agenda stands."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.calendars.rules import Calendar
from xiangyue.meetings.rules import (
    Candidate,
    Every,
    Occurrence,
    OnRestDay,
    Reason,
    Recurrence,
    agenda_order,
    may_open_at,
    occurrences,
    reasons_in_order,
)

# May 2026 as published: holidays 1-5, made up on Saturday 9.
MAY = Calendar(
    holidays={date(2026, 5, day): "劳动节" for day in range(1, 6)},
    workdays={date(2026, 5, 9): "劳动节"},
)
DAILY = Recurrence(Every.WORKING_DAY)


def weekly(on_holiday: str, on_weekend: str = "skip", weekday: int = 5) -> Recurrence:
    return Recurrence(
        Every.WEEK, weekday=weekday, on_holiday=OnRestDay(on_holiday),
        on_weekend=OnRestDay(on_weekend),
    )  # fmt: skip


def monthly(day: int, on_holiday: str = "skip", on_weekend: str = "skip") -> Recurrence:
    return Recurrence(
        Every.MONTH, day=day, on_holiday=OnRestDay(on_holiday), on_weekend=OnRestDay(on_weekend)
    )


def dates(rule: Recurrence, first: date, until: date, calendar: Calendar = MAY) -> list[int]:
    return [one.date.day for one in occurrences(rule, calendar, first=first, until=until)]


def test_a_daily_session_is_held_on_make_up_saturdays_and_on_no_holiday():
    assert dates(DAILY, date(2026, 5, 1), date(2026, 5, 12)) == [6, 7, 8, 9, 11]


@pytest.mark.parametrize(
    ("on_holiday", "expected"),
    [("skip", [8]), ("keep", [1, 8]), ("next", [6, 8]), ("previous", [8])],
)
def test_a_holiday_moves_skips_or_keeps_a_weekly_session(on_holiday, expected):
    assert dates(weekly(on_holiday), date(2026, 5, 1), date(2026, 5, 12)) == expected


def test_a_session_moved_to_before_a_holiday_is_found_from_there():
    assert dates(weekly("previous"), date(2026, 4, 27), date(2026, 5, 1)) == [30]


def test_two_that_fall_on_one_day_are_one_session_and_the_own_day_stays():
    rule = weekly("next", weekday=3)  # Wednesday 6 May is its own; 29 April too
    tuesday_and_wednesday = Calendar(holidays={date(2026, 4, 29): "停"})
    found = occurrences(
        weekly("next", weekday=3), tuesday_and_wednesday,
        first=date(2026, 4, 29), until=date(2026, 5, 7),
    )  # fmt: skip
    assert found == [
        Occurrence(date(2026, 4, 30), date(2026, 4, 29)),
        Occurrence(date(2026, 5, 6), date(2026, 5, 6)),
    ]
    week_off = Calendar(holidays={date(2026, 4, 29) + timedelta(days=n): "停" for n in range(7)})
    found = occurrences(rule, week_off, first=date(2026, 4, 29), until=date(2026, 5, 8))
    assert found == [Occurrence(date(2026, 5, 6), date(2026, 5, 6))]


def test_weekends_and_holidays_are_told_apart():
    rule = monthly(10, on_holiday="next", on_weekend="keep")
    assert dates(rule, date(2026, 5, 1), date(2026, 6, 1)) == [10]  # a Sunday
    closed = Calendar(holidays={date(2026, 5, 10): "停"})
    assert dates(rule, date(2026, 5, 1), date(2026, 6, 1), closed) == [11]


def test_a_month_without_the_day_has_it_on_its_last():
    rule = monthly(31, on_holiday="keep", on_weekend="keep")
    assert dates(rule, date(2026, 2, 1), date(2026, 3, 1), Calendar()) == [28]
    assert dates(rule, date(2028, 2, 1), date(2028, 3, 1), Calendar()) == [29]
    assert dates(rule, date(2026, 4, 1), date(2026, 5, 1), Calendar()) == [30]


FIRST = date(2026, 1, 1)
days = st.integers(0, 120).map(lambda count: FIRST + timedelta(days=count))
calendars = st.builds(
    lambda off, on: Calendar(
        holidays=dict.fromkeys(off, "停"), workdays=dict.fromkeys(on - off, "补")
    ),
    st.sets(days, max_size=40),
    st.sets(days, max_size=10),
)
rest = st.sampled_from(OnRestDay)
recurrences = st.one_of(
    st.just(DAILY),
    st.builds(
        lambda weekday, holiday, weekend: Recurrence(
            Every.WEEK, weekday=weekday, on_holiday=holiday, on_weekend=weekend
        ),
        st.integers(1, 7), rest, rest,
    ),
    st.builds(
        lambda day, holiday, weekend: Recurrence(
            Every.MONTH, day=day, on_holiday=holiday, on_weekend=weekend
        ),
        st.integers(1, 31), rest, rest,
    ),
)  # fmt: skip


@given(recurrences, calendars, days, st.integers(0, 60))
def test_no_session_falls_on_a_day_that_the_rule_excludes(rule, calendar, first, length):
    until = first + timedelta(days=length)
    for one in occurrences(rule, calendar, first=first, until=until):
        assert first <= one.date < until
        if not calendar.is_working_day(one.date):
            choice = rule.on_holiday if one.date in calendar.holidays else rule.on_weekend
            assert choice is OnRestDay.KEEP
            assert not one.is_moved
            assert rule.every is not Every.WORKING_DAY


@given(recurrences, calendars, days, st.integers(0, 60))
def test_no_two_sessions_share_a_day_or_the_day_that_the_rule_names(rule, calendar, first, length):
    found = occurrences(rule, calendar, first=first, until=first + timedelta(days=length))
    assert len({one.date for one in found}) == len(found)
    assert len({one.nominal_date for one in found}) == len(found)
    assert [one.date for one in found] == sorted(one.date for one in found)


@given(recurrences, calendars, days, st.integers(0, 40), st.integers(0, 40))
def test_a_stretch_looked_at_in_two_parts_is_the_same(rule, calendar, first, one, other):
    middle = first + timedelta(days=one)
    until = middle + timedelta(days=other)
    parts = [
        *occurrences(rule, calendar, first=first, until=middle),
        *occurrences(rule, calendar, first=middle, until=until),
    ]
    assert parts == occurrences(rule, calendar, first=first, until=until)


@given(recurrences, calendars)
def test_only_skipping_and_meeting_on_one_day_lose_a_session(rule, calendar):
    until = FIRST + timedelta(days=60)
    found = occurrences(rule, calendar, first=FIRST, until=until)
    kept = {one.nominal_date for one in found}
    for day in (FIRST + timedelta(days=count) for count in range(10, 50)):
        is_named = (
            day.isoweekday() == rule.weekday if rule.every is Every.WEEK
            else rule.every is Every.MONTH and day.day == rule.day
        )  # fmt: skip
        if is_named and calendar.is_working_day(day):
            assert day in kept


AT = datetime(2026, 6, 8, 1, tzinfo=UTC)


def candidate(key: str, *reasons: Reason, due_hours: int | None = 24, urgency: int = 0):
    return Candidate(
        key=key, reasons=frozenset(reasons), urgency=urgency,
        due_at=AT + timedelta(hours=due_hours) if due_hours is not None else None, since=AT,
    )  # fmt: skip


def test_what_is_overdue_longest_stands_first_then_why_then_urgency():
    rows = [
        candidate("unsolved", Reason.UNSOLVED, due_hours=1),
        candidate("urgent", Reason.UNSOLVED, due_hours=9, urgency=2),
        candidate("undated", Reason.UNSOLVED, due_hours=None),
        candidate("late", Reason.OVERDUE, Reason.UNSOLVED, due_hours=-5),
        candidate("later", Reason.OVERDUE, due_hours=-50),
        candidate("risen", Reason.ESCALATED, due_hours=30),
    ]
    ordered = [one.key for one in agenda_order(rows, most=9)]
    assert ordered == ["later", "late", "risen", "urgent", "unsolved", "undated"]


@given(
    st.lists(
        st.builds(
            candidate, st.uuids().map(str), st.sampled_from(Reason),
            due_hours=st.none() | st.integers(-99, 99), urgency=st.integers(0, 2),
        ),
        max_size=20, unique_by=lambda one: one.key,
    ),
    st.integers(1, 10),
)  # fmt: skip
def test_no_agenda_leaves_out_an_overdue_item_for_one_that_is_not(rows, most):
    ordered = agenda_order(rows, most=most)
    assert len(ordered) == min(most, len(rows))
    flags = [Reason.OVERDUE in one.reasons for one in ordered]
    assert flags == sorted(flags, reverse=True)
    assert ordered == agenda_order(reversed(rows), most=most)


def test_reasons_are_said_in_one_order():
    assert reasons_in_order({"carried", "unsolved", "overdue"}) == [
        "overdue",
        "unsolved",
        "carried",
    ]


@pytest.mark.parametrize(
    ("hours", "may"), [(-3, False), (-2, True), (0, True), (24 * 7, True), (24 * 7 + 1, False)]
)
def test_a_session_opens_from_two_hours_before_to_a_week_after(hours, may):
    assert may_open_at(begins_at=AT, at=AT + timedelta(hours=hours)) is may
