"""Which day a patrol counts for, whether a position stays, what is due: pure, by property too."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.patrols.rules import (
    LONGEST_WAY,
    Stay,
    day_of,
    deepest,
    due_days,
    keeps_position,
    together,
)

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (time(6), time(22))


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE)


def counted(opened_at, arrived_at, recorded_at) -> int:
    return day_of(
        opened_at=opened_at, arrived_at=arrived_at, recorded_at=recorded_at, zone=ZONE
    ).day


def test_what_is_sent_at_once_counts_for_today():
    assert counted(on(8, 9), on(8, 17), on(8, 17)) == 8


def test_what_waited_in_a_dead_spot_overnight_counts_for_the_day_it_was_walked():
    assert counted(on(8, 9), on(9, 7), on(8, 17)) == 8


def test_what_was_opened_yesterday_and_walked_today_counts_for_today():
    assert counted(on(8, 20), on(9, 9), on(9, 8)) == 9


def test_without_what_the_phone_says_the_day_of_arrival_counts():
    assert counted(on(8, 9), on(9, 7), None) == 9
    assert counted(None, on(9, 7), on(8, 17)) == 9


def test_a_form_that_was_shown_too_long_ago_does_not_choose_the_day():
    assert counted(on(8, 9), on(9, 22), on(8, 17)) == 9
    assert counted(on(8, 10), on(9, 22), on(8, 17)) == 8


@pytest.mark.parametrize("year", [1970, 2001, 2099])
def test_a_phone_whose_clock_is_wrong_chooses_nothing(year):
    assert counted(on(8, 9), on(9, 7), datetime(year, 1, 1, tzinfo=ZONE)) == 9


moments = st.integers(0, 30 * 24 * 60).map(lambda count: on(1, 0) + timedelta(minutes=count))


@given(st.none() | moments, moments, st.none() | moments)
def test_a_patrol_counts_only_for_a_day_that_the_server_knows(opened_at, arrived_at, recorded_at):
    day = day_of(opened_at=opened_at, arrived_at=arrived_at, recorded_at=recorded_at, zone=ZONE)
    known = {arrived_at.date()} | ({opened_at.date()} if opened_at else set())
    assert day in known
    assert arrived_at.date() - day <= LONGEST_WAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "arrived_at", "keeps"),
    [
        (8, on(8, 17), True),
        (8, on(8, 6), True),
        (8, on(8, 5, 59), False),
        (8, on(8, 22), False),
        (8, on(9, 9), False),
    ],
)
def test_a_position_is_kept_only_on_the_day_and_within_duty_hours(day, arrived_at, keeps):
    found = keeps_position(
        day=date(2026, 6, day), arrived_at=arrived_at, duty_hours=HOURS, zone=ZONE
    )
    assert found is keeps


def test_what_was_found_once_stays_found():
    assert together({"fire": "found", "gas": "fine"}, {"fire": "fine", "gas": "found"}) == {
        "fire": "found",
        "gas": "found",
    }


@given(
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(["fine", "found"])),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from(["fine", "found"])),
)
def test_two_reports_of_a_round_make_the_same_in_either_order(first, second):
    assert together(first, second) == together(second, first)


def test_a_day_is_due_only_when_somebody_held_the_grid_then():
    days = [date(2026, 6, number) for number in range(1, 6)]
    stays = [Stay(on(2, 12), on(4, 12)), Stay(on(5, 20), None)]
    due = due_days(days, stays, due_time=time(20), zone=ZONE)
    assert sorted(day.day for day in due) == [2, 3, 5]
    assert due_days(days, [], due_time=time(20), zone=ZONE) == set()


def test_the_innermost_place_holds():
    assert deepest("00010002", {"0001", "00010002"}) == "00010002"
    assert deepest("000100030004", {"0001", "00010002"}) == "0001"
    assert deepest("0009", {"0001"}) is None
