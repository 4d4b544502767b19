"""What counties declare about sessions: the scenarios are played by the published calendar."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from pydantic import ValidationError

from tests.contracts.counties import COUNTIES, declared
from xiangyue.access.blueprint import Role
from xiangyue.calendars.rules import Calendar
from xiangyue.meetings.blueprint import MeetingSeries, Scenario
from xiangyue.meetings.rules import occurrences


def published(first: date, until: date) -> Calendar:
    """The calendar as the State Council published it, a month wider than asked."""
    days = [
        first - timedelta(days=31) + timedelta(days=n) for n in range((until - first).days + 62)
    ]
    off = {day: "假" for day in days if chinese_calendar.get_holiday_detail(day)[1] is not None}
    holidays = {day: "假" for day in off if chinese_calendar.is_holiday(day)}
    workdays = {day: "班" for day in days if chinese_calendar.is_workday(day) and day.weekday() > 4}
    return Calendar(holidays=holidays, workdays=workdays)


PLAYED = [
    pytest.param(series, scenario, id=f"{slug}-{series.key}-{number}")
    for slug in COUNTIES
    for series in declared(slug, "meeting_series", MeetingSeries).values()
    for number, scenario in enumerate(series.scenarios)
]


@pytest.mark.parametrize(("series", "scenario"), PLAYED)
def test_a_scenario_is_held_when_it_says(series: MeetingSeries, scenario: Scenario):
    found = occurrences(
        series.rule.recurrence,
        published(scenario.first, scenario.until),
        first=scenario.first,
        until=scenario.until,
    )
    assert tuple(one.date for one in found) == scenario.held


@pytest.mark.parametrize("slug", COUNTIES)
def test_series_name_roles_that_exist_and_can_run_them(slug: str):
    roles = declared(slug, "role", Role)
    for series in declared(slug, "meeting_series", MeetingSeries).values():
        assert series.roles <= set(roles), series.key
        for key in series.convene:
            assert "meetings.convene" in roles[key].may_in_area, (series.key, key)


@pytest.mark.parametrize("slug", COUNTIES)
def test_there_is_a_session_at_every_level_of_the_cadence(slug: str):
    """SY-11: daily town room, weekly Party group, monthly event on the 10th."""
    found = declared(slug, "meeting_series", MeetingSeries)
    assert found["town_room"].rule.every == "working_day"
    assert found["grid_party_group"].rule.every == "week"
    assert (found["village_day"].rule.every, found["village_day"].rule.day) == ("month", 10)


def body(**changes: object) -> dict[str, object]:
    whole = declared("shandan", "meeting_series", MeetingSeries)["village_day"]
    return whole.model_dump(mode="json") | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": {"every": "week", "on_holiday": "skip", "on_weekend": "skip"}},
        {"rule": {"every": "month", "day": 10}},
        {"rule": {"every": "working_day", "on_holiday": "next", "on_weekend": "next"}},
        {"rule": {"every": "month", "day": 32, "on_holiday": "skip", "on_weekend": "skip"}},
        {"at": "23:30:00", "duration_minutes": 60},
        {"convene": []},
        {"scenarios": []},
        {"agenda": [{"why": "carried", "levels": ["village"]}]},
        {"agenda": [{"why": "overdue", "levels": []}]},
        {"effective_to": "2020-01-01"},
        {"colour": "red"},
    ],
)
def test_what_does_not_hold_together_is_refused(changes: dict[str, object]):
    MeetingSeries.model_validate(body())
    with pytest.raises(ValidationError):
        MeetingSeries.model_validate(body(**changes))
