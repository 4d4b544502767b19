"""Staff edit the calendar, and clocks follow."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.calendars.times import at
from xiangyue.activity.models import Entry
from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.holidays import HolidayNameless, WorkedAnyway
from xiangyue.calendars.models import Clock, Holiday
from xiangyue.calendars.queries import calendar_gaps, current_calendar, holidays_of
from xiangyue.calendars.services import (
    extend_clock,
    pause_clock,
    recount_clocks,
    remove_holiday,
    resume_clock,
    seed_holidays,
    set_holiday,
    start_clock,
    stop_clock,
)
from xiangyue.kernel.counties import bind
from xiangyue.kernel.refusals import NotFound

pytestmark = pytest.mark.django_db

NOW = at("2026-10-12 08:00")


@pytest.fixture(autouse=True)
def known_calendar() -> None:
    Holiday.objects.all().delete()
    seed_holidays(years=range(2025, 2028), at=NOW)


def closed(day: str, name: str = "暴雪停工") -> Holiday:
    return set_holiday(
        date=date.fromisoformat(day), kind="holiday", name=name, actor_id=None, at=NOW
    )


def due(clock: Clock) -> datetime | None:
    clock.refresh_from_db()
    return clock.due_at


# --- seeding ----------------------------------------------------------------------------------


def test_seeding_enters_holidays_and_made_up_days_under_their_chinese_names() -> None:
    calendar = current_calendar()
    assert calendar.holidays[date(2026, 10, 1)] == "国庆节"
    assert calendar.workdays[date(2026, 10, 10)] == "国庆节"
    assert {row.name for row in holidays_of(2026)} == {
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "国庆节",
        "中秋节",
    }
    assert not holidays_of(2027).exists()


def test_seeding_twice_changes_nothing() -> None:
    before = list(Holiday.objects.values_list())
    assert seed_holidays(years=range(2025, 2028), at=NOW) == 0
    assert list(Holiday.objects.values_list()) == before


def test_seeding_leaves_other_years_alone() -> None:
    assert seed_holidays(years=[2024], at=NOW) == 36
    assert seed_holidays(years=[2025], at=NOW) == 0


def test_seeding_never_overwrites_what_staff_changed() -> None:
    closed("2026-10-10", "本地节日")
    remove_holiday(date=date(2026, 10, 7), actor_id=None, at=NOW)
    assert seed_holidays(years=[2026], at=NOW) == 0
    calendar = current_calendar()
    assert calendar.holidays[date(2026, 10, 10)] == "本地节日"
    assert calendar.is_working_day(date(2026, 10, 7))


def test_seeding_corrects_what_was_seeded_before() -> None:
    Holiday.objects.filter(date=date(2026, 10, 1)).update(name="旧名")
    Holiday.objects.filter(date=date(2026, 10, 2)).delete()
    Holiday.objects.create(date=date(2026, 7, 7), kind="holiday", name="取消了", source="published")
    assert seed_holidays(years=[2026], at=NOW) == 3
    calendar = current_calendar()
    assert calendar.holidays[date(2026, 10, 1)] == "国庆节"
    assert date(2026, 10, 2) in calendar.holidays
    assert date(2026, 7, 7) not in calendar.holidays


def test_seeding_counts_the_clocks_anew_and_says_how_many_moved() -> None:
    Holiday.objects.all().delete()
    clock = start_clock(limit="1wd", at=at("2026-09-30 09:00"))
    assert clock.due_at == at("2026-10-01 18:00")
    seed_holidays(years=[2026], at=NOW)
    assert due(clock) == at("2026-10-08 18:00")
    entry = Entry.objects.filter(name="calendars.holidays_seeded").latest("id")
    assert entry.facts["moved_count"] == 1


# --- editing ----------------------------------------------------------------------------------


def test_a_holiday_moves_the_due_time_of_running_clocks() -> None:
    clock = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    closed("2026-10-14")
    assert due(clock) == at("2026-10-16 18:00")


def test_a_made_up_day_brings_it_forward_and_removing_it_moves_it_back() -> None:
    clock = start_clock(limit="5wd", at=at("2026-10-12 09:00"))
    assert clock.due_at == at("2026-10-19 18:00")
    saturday = date(2026, 10, 17)
    set_holiday(date=saturday, kind="workday", name="调休", actor_id=None, at=NOW)
    assert due(clock) == at("2026-10-17 18:00")
    remove_holiday(date=saturday, actor_id=None, at=NOW)
    assert due(clock) == at("2026-10-19 18:00")


def test_the_recount_knows_pauses_and_extensions() -> None:
    clock = start_clock(limit="2wd", at=at("2026-10-12 09:00"))
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-13 10:00"))
    resume_clock(clock=clock, at=at("2026-10-14 10:00"))
    extend_clock(clock=clock, limit="1wd", reason="疑难", at=at("2026-10-14 11:00"), actor_id=None)
    assert due(clock) == at("2026-10-16 18:00")
    closed("2026-10-16")
    assert due(clock) == at("2026-10-19 18:00")


def test_only_running_clocks_follow() -> None:
    paused = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    pause_clock(clock=paused, reason="等待回复", at=at("2026-10-13 10:00"))
    stopped = stop_clock(
        clock=start_clock(limit="3wd", at=at("2026-10-12 09:00")), at=at("2026-10-15 17:00")
    )
    closed("2026-10-15")
    assert due(paused) is None
    stopped.refresh_from_db()
    assert stopped.last_due_at == at("2026-10-15 18:00")
    # What was paused learns of the holiday when it runs on.
    assert resume_clock(clock=paused, at=at("2026-10-13 10:00")).due_at == at("2026-10-16 18:00")


@pytest.mark.parametrize(
    ("limit", "start", "moved"),
    [
        ("1wd", "2026-10-12 09:00", 0),  # due the day before
        ("2wd", "2026-10-12 09:00", 1),
        ("2d", "2026-10-12 09:00", 1),  # the last day itself
        ("1d", "2026-10-12 09:00", 0),
        ("3d", "2026-10-12 09:00", 0),  # natural days only care for the last one
        ("48h", "2026-10-13 09:00", 0),
        ("1wh", "2026-10-14 17:30", 1),  # on the day itself
        ("1wd", "2026-10-14 17:30", 0),
        ("1wh", "2026-10-15 08:30", 0),
    ],
)
def test_an_edit_moves_exactly_the_clocks_it_touches(limit: str, start: str, moved: int) -> None:
    start_clock(limit=limit, at=at(start))
    closed("2026-10-14")
    entry = Entry.objects.filter(name="calendars.holiday_changed").latest("id")
    assert entry.facts == {"date": "2026-10-14", "kind": "holiday", "moved_count": moved}


def test_every_clock_is_found_however_many_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xiangyue.calendars.holidays.PAGE", 3)
    clocks = [start_clock(limit="3wd", at=at("2026-10-12 09:00")) for _ in range(8)]
    closed("2026-10-14")
    assert {due(clock) for clock in clocks} == {at("2026-10-16 18:00")}


def test_the_number_of_queries_does_not_grow_with_the_clocks() -> None:
    calendar = current_calendar()

    def queries_of_an_edit(day: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            closed(day)
        return len(queries)

    start_clock(limit="3wd", at=at("2026-10-12 09:00"), calendar=calendar)
    one = queries_of_an_edit("2026-10-14")
    for _ in range(30):
        start_clock(limit="3wd", at=at("2026-10-12 09:00"), calendar=calendar)
    assert queries_of_an_edit("2026-10-15") == one


def test_setting_a_day_again_changes_its_row() -> None:
    closed("2026-10-14", "暴雪停工")
    closed("2026-10-14", "大雪停工")
    row = Holiday.objects.get(date=date(2026, 10, 14))
    assert (row.name, row.source) == ("大雪停工", Holiday.Source.STAFF)


def test_edits_are_recorded_with_who_made_them() -> None:
    row = closed("2026-10-14")
    remove_holiday(date=row.date, actor_id=row.pk, at=NOW)
    entry = Entry.objects.filter(name="calendars.holiday_removed").latest("id")
    assert (entry.subject_id, entry.actor_id, entry.at) == (str(row.pk), row.pk, NOW)
    assert entry.facts == {"date": "2026-10-14", "moved_count": 0}


def test_a_holiday_without_a_name_is_refused() -> None:
    with pytest.raises(HolidayNameless):
        closed("2026-10-14", "  ")


def test_a_weekday_cannot_be_made_up() -> None:
    with pytest.raises(WorkedAnyway):
        set_holiday(date=date(2026, 10, 14), kind="workday", name="调休", actor_id=None, at=NOW)


def test_what_is_no_holiday_cannot_be_removed() -> None:
    with pytest.raises(NotFound):
        remove_holiday(date=date(2026, 10, 14), actor_id=None, at=NOW)
    closed("2026-10-14")
    remove_holiday(date=date(2026, 10, 14), actor_id=None, at=NOW)
    with pytest.raises(NotFound):
        remove_holiday(date=date(2026, 10, 14), actor_id=None, at=NOW)


def test_the_database_refuses_a_second_row_for_a_day_and_nameless_holidays() -> None:
    closed("2026-10-14")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 10, 14), kind="holiday", name="又")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 10, 15), kind="holiday", name="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 10, 16), kind="feast", name="宴")


# --- office hours and gaps --------------------------------------------------------------------


def office_hours(*opening: list[str]) -> None:
    Declaration.objects.filter(kind="office_hours").update(is_current=False)
    Declaration.objects.create(
        kind="office_hours",
        key="office_hours",
        version=99,
        body={"key": "office_hours", "source": "test", "opening": list(opening)},
        digest=str(opening),
        source="test",
        effective_from_date=date(2026, 1, 1),
        loaded_at=NOW,
    )


def test_clocks_follow_the_declared_office_hours() -> None:
    clock = start_clock(limit="1wd", at=at("2026-10-12 09:00"))
    office_hours(["08:00", "12:00"], ["14:00", "17:30"])
    assert recount_clocks(at=NOW) == 1
    assert due(clock) == at("2026-10-13 17:30")
    assert recount_clocks(at=NOW) == 0


def test_a_year_that_is_not_published_has_gaps_and_a_published_one_has_none() -> None:
    assert calendar_gaps(2026) == calendar_gaps(2025) == []
    gaps = calendar_gaps(2027)
    assert [gap.festival for gap in gaps] == [
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "国庆节",
        "中秋节",
    ]
    assert "2027" in gaps[0].message
    closed("2027-10-01", "国庆节、中秋节")
    assert len(calendar_gaps(2027)) == 5


@pytest.mark.django_db(databases="__all__")
def test_counties_keep_their_own_calendars() -> None:
    closed("2026-10-14")
    with bind("jinchang"):
        assert date(2026, 10, 14) not in current_calendar().holidays
        clock = start_clock(limit="1wd", at=at("2026-10-13 09:00"))
        assert clock.due_at == at("2026-10-14 18:00")
    assert start_clock(limit="1wd", at=at("2026-10-13 09:00")).due_at == at("2026-10-15 18:00")
