"""What pauses and extensions do to a due time; no database."""

from datetime import timedelta

import pytest

from tests.calendars.times import PUBLISHED, at, due
from xiangyue.calendars.rules import Limit, Pause, due_at, remaining

# --- pauses -----------------------------------------------------------------------------------


def test_hours_are_due_later_by_the_pause() -> None:
    assert due("2026-10-01 09:20", "24h", ("2026-10-01 10:00", "2026-10-03 10:00")) == (
        "2026-10-04 09:20"
    )


def test_working_hours_are_due_later_by_the_working_time_lost() -> None:
    pause = ("2026-10-12 11:00", "2026-10-12 15:30")  # two working hours and lunch
    assert due("2026-10-12 09:00", "3wh", pause) == "2026-10-12 16:30"


def test_a_pause_over_a_holiday_costs_only_working_time() -> None:
    pause = ("2026-09-30 17:00", "2026-10-08 09:00")  # 1 h and half an hour
    assert due("2026-09-30 16:00", "3wh", pause) == "2026-10-08 11:00"


def test_a_day_and_night_of_pause_gives_a_working_day() -> None:
    pause = ("2026-10-13 10:00", "2026-10-14 10:00")
    assert due("2026-10-12 09:00", "3wd") == "2026-10-15 18:00"
    assert due("2026-10-12 09:00", "3wd", pause) == "2026-10-16 18:00"


def test_short_pauses_add_up_to_one_day_not_one_day_each() -> None:
    pauses = [(f"2026-10-{day} 10:00", f"2026-10-{day} 10:10") for day in (13, 14, 15)]
    assert due("2026-10-12 09:00", "3wd", *pauses) == "2026-10-16 18:00"


def test_a_pause_over_a_weekend_costs_no_working_day() -> None:
    pause = ("2026-10-16 18:00", "2026-10-19 08:30")
    assert due("2026-10-15 09:00", "2wd", pause) == due("2026-10-15 09:00", "2wd")


def test_a_pause_on_the_day_of_the_start_costs_no_day() -> None:
    pause = ("2026-10-12 10:00", "2026-10-12 18:00")
    assert due("2026-10-12 09:00", "3wd", pause) == due("2026-10-12 09:00", "3wd")
    assert due("2026-10-12 09:00", "3d", pause) == due("2026-10-12 09:00", "3d")


def test_natural_days_are_due_later_by_the_days_lost() -> None:
    pause = ("2026-10-13 10:00", "2026-10-15 10:00")
    assert due("2026-10-12 09:00", "2d") == "2026-10-15 00:00"
    assert due("2026-10-12 09:00", "2d", pause) == "2026-10-17 00:00"


def test_a_clock_does_not_fall_due_while_it_is_paused() -> None:
    """The limit is used up on Saturday; Monday, to which it moves, passes in a pause."""
    pause = ("2026-10-18 10:00", "2026-10-20 10:00")
    assert due("2026-10-12 09:00", "5d") == "2026-10-20 00:00"
    assert due("2026-10-12 09:00", "5d", pause) == "2026-10-21 00:00"


def test_a_pause_that_ends_as_the_office_closes_leaves_the_next_day() -> None:
    pause = ("2026-10-13 17:00", "2026-10-13 18:00")
    assert due("2026-10-12 09:00", "1wd", pause) == "2026-10-14 18:00"


def test_a_pause_that_begins_when_it_is_due_changes_nothing() -> None:
    pause = ("2026-10-13 18:00", "2026-10-15 18:00")
    assert due("2026-10-12 09:00", "1wd", pause) == "2026-10-13 18:00"
    assert due("2026-10-12 09:00", "33h", ("2026-10-13 18:00", "2026-10-14 18:00")) == (
        "2026-10-13 18:00"
    )


def test_pauses_may_overlap_and_come_in_any_order() -> None:
    one = ("2026-10-12 10:00", "2026-10-12 12:00")
    two = ("2026-10-12 11:00", "2026-10-12 13:00")
    three = ("2026-10-12 14:00", "2026-10-12 15:00")
    assert due("2026-10-12 09:00", "4h", three, two, one) == "2026-10-12 17:00"


def test_a_pause_before_the_start_costs_nothing() -> None:
    assert due("2026-10-12 09:00", "4h", ("2026-10-12 07:00", "2026-10-12 08:00")) == (
        "2026-10-12 13:00"
    )


def test_a_paused_clock_has_no_due_time_and_keeps_what_is_left() -> None:
    facts = {
        "started_at": at("2026-10-12 09:00"),
        "limit": Limit.parse("3wd"),
        "calendar": PUBLISHED,
        "pauses": [Pause(at("2026-10-14 10:00"))],
    }
    assert due_at(**facts) is None
    left = timedelta(hours=5.5 + 7)
    assert remaining(at=at("2026-10-14 10:00"), **facts) == left
    assert remaining(at=at("2026-11-20 10:00"), **facts) == left
    assert remaining(at=at("2026-10-14 09:00"), **facts) == left + timedelta(hours=1)


def test_a_clock_paused_after_it_was_due_stays_due() -> None:
    assert due_at(
        started_at=at("2026-10-12 09:00"),
        limit=Limit.parse("2h"),
        calendar=PUBLISHED,
        pauses=[Pause(at("2026-10-12 11:00"))],
    ) == at("2026-10-12 11:00")


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Pause(at("2026-10-12 11:00"), at("2026-10-12 10:59"))


# --- extensions -------------------------------------------------------------------------------


def test_extensions_in_one_unit_add_up() -> None:
    assert due("2026-10-12 09:00", "3wd", more=("2wd",)) == due("2026-10-12 09:00", "5wd")
    # 60 and 30 days are 90 days, although the 60th was a Sunday (Petition Regulations 34).
    assert due("2026-10-01 09:00", "60d", more=("30d",)) == due("2026-10-01 09:00", "90d")
    assert due("2026-10-12 09:00", "1wd", more=("1wd", "1wd")) == due("2026-10-12 09:00", "3wd")


def test_an_extension_in_another_unit_begins_where_the_limit_ended() -> None:
    assert due("2026-10-12 09:00", "1wd", more=("24h",)) == "2026-10-14 18:00"
    assert due("2026-10-12 09:00", "24h", more=("1wd",)) == "2026-10-14 18:00"
    assert due("2026-10-12 09:00", "24h", more=("1d",)) == "2026-10-15 00:00"
    # 24:00 of the 13th belongs to the 13th: the 14th is the first day of the extension.
    assert due("2026-10-12 09:00", "1d", more=("1wd",)) == "2026-10-14 18:00"
    assert due("2026-10-12 09:00", "1d", more=("2wh",)) == "2026-10-14 10:30"


def test_an_extension_of_nothing_changes_nothing() -> None:
    assert due("2026-10-12 09:00", "1d", more=("0h", "1d")) == due("2026-10-12 09:00", "2d")


def test_a_pause_within_an_extension_counts() -> None:
    pause = ("2026-10-14 08:30", "2026-10-14 12:00")
    assert due("2026-10-12 09:00", "1wd", pause, more=("2wh",)) == "2026-10-14 16:30"


def test_an_extension_after_the_due_time_still_counts_from_the_limit() -> None:
    assert due("2026-10-12 09:00", "0h", more=("2h",)) == "2026-10-12 11:00"
