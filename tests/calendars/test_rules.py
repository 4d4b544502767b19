"""Examples from the law and the calendar; no database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.calendars.times import CHINA, PUBLISHED, at, due
from xiangyue.calendars.rules import (
    Calendar,
    Limit,
    LimitUnreadable,
    Pause,
    Unit,
    due_at,
    elapsed,
    remaining,
)

# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["3wd", "5wh", "24h", "7d", "0h", "0wd", "9999d"])
def test_a_limit_is_written_as_it_was_read(text: str) -> None:
    assert str(Limit.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "3", "wd", "3 wd", "-1d", "03d", "1.5h", "3WD", "10000d", "3w", "3wd\n", "３wd", "٣d"],
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(LimitUnreadable):
        Limit.parse(text)


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(LimitUnreadable):
        Limit(-1, Unit.hours)
    with pytest.raises(LimitUnreadable):
        Limit(10_000, Unit.natural_days)


# --- which days are worked --------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2018, 2027))
def test_working_days_agree_with_the_published_calendar(year: int) -> None:
    import chinese_calendar

    day = date(year, 1, 1)
    while day.year == year:
        assert PUBLISHED.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_counting_working_days_agrees_with_walking_them() -> None:
    first = date(2025, 12, 1)
    walked = 0
    for offset in range(420):
        day = first + timedelta(days=offset)
        assert PUBLISHED.working_days_between(first, day) == walked
        ahead = day
        while not PUBLISHED.is_working_day(ahead):
            ahead += timedelta(days=1)
        assert PUBLISHED.next_working_day(day) == ahead
        walked += PUBLISHED.is_working_day(day)


def test_a_year_is_announced_once_its_national_day_is_known() -> None:
    assert PUBLISHED.is_announced(2026)
    assert not PUBLISHED.is_announced(2027)
    closure = Calendar(holidays={date(2027, 3, 3): "暴雪停工"})
    assert not closure.is_announced(2027)


@pytest.mark.parametrize(
    "opening",
    [
        (),
        ((time(12), time(8)),),
        ((time(8), time(12)), (time(11), time(18))),
        ((time(8), time(8)),),
    ],
)
def test_office_hours_follow_one_another(opening: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="Office hours"):
        Calendar(opening=opening)


# --- hours ------------------------------------------------------------------------------------


def test_hours_run_at_once_and_around_the_clock() -> None:
    """Civil Code 201: a period by hours begins when the parties or the law say, here at once."""
    assert due("2026-10-01 09:20", "24h") == "2026-10-02 09:20"
    assert due("2026-10-01 23:59", "2h") == "2026-10-02 01:59"


@pytest.mark.parametrize("limit", ["0h", "0wh", "0d", "0wd"])
def test_at_once_is_due_at_the_start(limit: str) -> None:
    assert due("2026-10-01 09:20", limit) == "2026-10-01 09:20"


def test_seconds_are_kept() -> None:
    start = datetime(2026, 10, 1, 9, 20, 30, 123456, tzinfo=CHINA)
    assert due_at(
        started_at=start, limit=Limit.parse("1h"), calendar=PUBLISHED
    ) == start + timedelta(hours=1)


def test_the_start_may_be_told_in_any_zone() -> None:
    # 17:00 UTC is 01:00 of the next day in China.
    start = datetime(2026, 10, 12, 17, 0, tzinfo=UTC)
    found = due_at(started_at=start, limit=Limit.parse("1wd"), calendar=PUBLISHED)
    assert found == at("2026-10-14 18:00")


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due_at(
            started_at=datetime(2026, 10, 1, 9, 20),  # noqa: DTZ001 - the point of the test
            limit=Limit.parse("1h"),
            calendar=PUBLISHED,
        )


# --- working hours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-10-12 09:00", "2wh", "2026-10-12 11:00"),
        ("2026-10-12 09:00", "3wh", "2026-10-12 12:00"),  # at noon, not after lunch
        ("2026-10-12 09:00", "5wh", "2026-10-12 16:30"),
        ("2026-10-12 12:30", "2wh", "2026-10-12 16:30"),  # reported at lunch
        ("2026-10-12 17:00", "2wh", "2026-10-13 09:30"),
        ("2026-10-12 23:59", "1wh", "2026-10-13 09:30"),
        ("2026-10-12 06:00", "7wh", "2026-10-12 18:00"),
        ("2026-10-11 10:00", "1wh", "2026-10-12 09:30"),  # a Sunday
        ("2026-09-30 17:30", "1wh", "2026-10-08 09:00"),  # National Day 2026
        ("2026-10-10 17:30", "1wh", "2026-10-12 09:00"),  # a made-up Saturday
        ("2026-10-09 17:30", "1wh", "2026-10-10 09:00"),
    ],
)
def test_working_hours_run_while_the_office_is_open(start: str, limit: str, expected: str) -> None:
    assert due(start, limit) == expected


# --- working days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-10-12 09:00", "1wd", "2026-10-13 18:00"),  # the first day does not count
        ("2026-10-12 00:00", "1wd", "2026-10-13 18:00"),
        ("2026-10-12 23:59", "1wd", "2026-10-13 18:00"),
        ("2026-10-16 09:00", "1wd", "2026-10-19 18:00"),  # Friday
        ("2026-10-17 09:00", "1wd", "2026-10-19 18:00"),  # Saturday
        ("2026-10-18 23:59", "1wd", "2026-10-19 18:00"),  # Sunday
        # National Day 2026: 1-7 October off, Sunday 20 September and Saturday 10 October worked.
        ("2026-10-01 09:20", "3wd", "2026-10-10 18:00"),
        ("2026-09-30 09:20", "3wd", "2026-10-10 18:00"),
        ("2026-09-30 09:20", "4wd", "2026-10-12 18:00"),
        ("2026-09-18 09:20", "1wd", "2026-09-20 18:00"),
        ("2026-09-20 09:20", "1wd", "2026-09-21 18:00"),
        # National Day and Mid-autumn 2025: 1-8 October off, Saturday 11 October worked.
        ("2025-09-30 16:00", "1wd", "2025-10-09 18:00"),
        ("2025-09-30 16:00", "3wd", "2025-10-11 18:00"),
        ("2025-09-30 16:00", "4wd", "2025-10-13 18:00"),
        # Spring Festival 2026: 15-23 February off, Saturdays 14 and 28 February worked.
        ("2026-02-13 10:00", "1wd", "2026-02-14 18:00"),
        ("2026-02-14 10:00", "1wd", "2026-02-24 18:00"),
        ("2026-02-13 10:00", "6wd", "2026-02-28 18:00"),
        ("2026-02-13 10:00", "7wd", "2026-03-02 18:00"),
        # Spring Festival 2025: 28 January to 4 February off, 26 January and 8 February worked.
        ("2025-01-27 10:00", "1wd", "2025-02-05 18:00"),
        ("2025-01-24 10:00", "6wd", "2025-02-08 18:00"),
        # A year whose holidays are not announced rests at weekends only.
        ("2026-12-31 10:00", "1wd", "2027-01-01 18:00"),
    ],
)
def test_working_days_pass_over_holidays_and_count_made_up_days(
    start: str, limit: str, expected: str
) -> None:
    assert due(start, limit) == expected


def test_an_office_with_its_own_hours_closes_by_them() -> None:
    calendar = Calendar(opening=((time(9), time(17, 15)),))
    assert due_at(
        started_at=at("2026-10-12 09:00"), limit=Limit.parse("1wd"), calendar=calendar
    ) == at("2026-10-13 17:15")


# --- natural days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-10-12 09:00", "1d", "2026-10-14 00:00"),  # 24:00 of 13 October
        ("2026-10-12 00:00", "1d", "2026-10-14 00:00"),
        ("2026-10-12 23:59", "1d", "2026-10-14 00:00"),
        ("2026-10-12 09:00", "7d", "2026-10-20 00:00"),
        ("2026-10-12 09:00", "5d", "2026-10-20 00:00"),  # Saturday 17 moves to Monday 19
        ("2026-10-12 09:00", "6d", "2026-10-20 00:00"),
        ("2026-09-28 09:00", "3d", "2026-10-09 00:00"),  # 1 October moves to 8 October
        ("2026-09-28 09:00", "9d", "2026-10-09 00:00"),
        ("2026-09-28 09:00", "10d", "2026-10-09 00:00"),
        ("2026-10-05 09:00", "5d", "2026-10-11 00:00"),  # a made-up Saturday is a last day
        ("2026-01-31 09:00", "15d", "2026-02-25 00:00"),  # 15 February moves to the 24th
        ("2026-01-31 09:00", "60d", "2026-04-02 00:00"),
        ("2026-01-30 09:00", "365d", "2027-02-02 00:00"),  # Saturday 30 January, unannounced
        ("2023-02-28 09:00", "366d", "2024-03-01 00:00"),  # a leap day counts
    ],
)
def test_natural_days_end_at_midnight_of_a_worked_day(
    start: str, limit: str, expected: str
) -> None:
    """Civil Code 201-203: the first day does not count; a last day off moves on."""
    assert due(start, limit) == expected


# --- how long it ran --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit.hours, timedelta(days=9, hours=1)),
        (Unit.natural_days, timedelta(days=9, hours=1)),
        # 30 September 16:00-18:00, 8 October all day, 9 October 08:30-12:00 and 14:30-17:00.
        (Unit.working_hours, timedelta(hours=2 + 7 + 6)),
        (Unit.working_days, timedelta(hours=2 + 7 + 6)),
    ],
)
def test_elapsed_is_working_time_or_time_on_the_wall(unit: Unit, expected: timedelta) -> None:
    assert (
        elapsed(
            started_at=at("2026-09-30 16:00"),
            until=at("2026-10-09 17:00"),
            unit=unit,
            calendar=PUBLISHED,
        )
        == expected
    )


def test_elapsed_stands_still_while_paused() -> None:
    def ran(until: str) -> timedelta:
        return elapsed(
            started_at=at("2026-10-12 09:00"),
            until=at(until),
            unit=Unit.working_hours,
            calendar=PUBLISHED,
            pauses=[Pause(at("2026-10-12 11:00"))],
        )

    assert ran("2026-10-12 10:00") == timedelta(hours=1)
    assert ran("2026-10-12 11:00") == ran("2026-10-20 11:00") == timedelta(hours=2)


def test_elapsed_before_the_start_is_nothing() -> None:
    assert elapsed(
        started_at=at("2026-10-12 09:00"),
        until=at("2026-10-12 08:00"),
        unit=Unit.hours,
        calendar=PUBLISHED,
    ) == timedelta(0)


def test_a_late_clock_has_less_than_nothing_left() -> None:
    assert remaining(
        started_at=at("2026-10-12 09:00"),
        at=at("2026-10-14 09:30"),
        limit=Limit.parse("1wd"),
        calendar=PUBLISHED,
    ) == -timedelta(hours=1)
