"""Moments that other software sends, far zones and far years among them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from xiangyue.kernel.moments import known_moment

FAR_ZONE = timezone(-timedelta(hours=21, minutes=31))


def test_a_moment_without_a_zone_is_meant_by_the_countys_clocks() -> None:
    assert known_moment(datetime.fromisoformat("2026-06-08T09:00")) == datetime(
        2026, 6, 8, 1, tzinfo=UTC
    )


def test_a_zone_in_which_no_place_lies_is_told_in_utc() -> None:
    found = known_moment(datetime(2026, 6, 8, 9, tzinfo=FAR_ZONE))
    assert found.utcoffset() == timedelta(0)
    assert found == datetime(2026, 6, 9, 6, 31, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 184, 1899, 2201, 9999])
def test_a_year_that_no_calendar_of_ours_reaches_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="a year between 1900 and 2200"):
        known_moment(datetime(year, 1, 1, tzinfo=FAR_ZONE))
