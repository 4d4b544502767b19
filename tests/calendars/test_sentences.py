"""The sentence that explains a clock, as people read it in both languages."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import trans_real

from tests.calendars.times import at
from xiangyue.calendars.holidays import seed_holidays
from xiangyue.calendars.models import Clock, Holiday
from xiangyue.calendars.queries import calendar_gaps, current_calendar, explain_clock
from xiangyue.calendars.rules import Limit
from xiangyue.calendars.services import (
    change_limit,
    extend_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from xiangyue.calendars.wording import due_in_words, limit_in_words
from xiangyue.site.messages import compile_all

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def chinese_compiled() -> None:
    if compile_all():
        trans_real._translations.clear()


@pytest.fixture(autouse=True)
def known_calendar() -> Iterator[None]:
    Holiday.objects.all().delete()
    seed_holidays(years=range(2025, 2028), at=at("2026-10-01 00:00"))
    with translation.override(settings.LANGUAGE_CODE):
        yield


def both(clock: Clock) -> tuple[str, str]:
    chinese = explain_clock(clock)
    with translation.override("en"):
        return chinese, explain_clock(clock)


def test_holidays_made_up_days_and_pauses_on_the_way_are_told() -> None:
    clock = start_clock(limit="3wd", at=at("2026-10-01 09:20"))
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-08 09:00"))
    clock = resume_clock(clock=clock, at=at("2026-10-09 09:00"))
    assert both(clock) == (
        "自2026年10月1日（周四）09:20起算（当日不计），限3个工作日；"
        "10月1日至7日国庆节、周末不计；10月10日（周六）调休上班，计入；"
        "暂停1个工作日（等待回复）；所以应于10月12日（周一）18:00前办结。",
        "3 working days, counted from Thu 1 October 2026, 09:20, that day not included; "
        "not counted: 1–7 October (National Day), weekends; "
        "counted as make-up working days: Sat 10 October; "
        "paused for 1 working day (等待回复); so it is due by Mon 12 October, 18:00.",
    )


def test_hours_are_told_shortly() -> None:
    assert both(start_clock(limit="24h", at=at("2026-10-01 09:20"))) == (
        "自2026年10月1日（周四）09:20起算，限24小时；所以应于10月2日（周五）09:20前办结。",
        "24 hours, counted from Thu 1 October 2026, 09:20; so it is due by Fri 2 October, 09:20.",
    )


def test_at_once_is_told() -> None:
    assert both(start_clock(limit="0h", at=at("2026-10-01 09:20"))) == (
        "自2026年10月1日（周四）09:20起，应当即办理；所以应于10月1日（周四）09:20前办结。",
        "To be done at once, counted from Thu 1 October 2026, 09:20; "
        "so it is due by Thu 1 October, 09:20.",
    )


def test_working_hours_tell_the_office_hours() -> None:
    assert both(start_clock(limit="5wh", at=at("2026-10-09 17:00"))) == (
        "自2026年10月9日（周五）17:00起算，限5个工作小时（上班时间08:30–12:00、14:30–18:00）；"
        "10月10日（周六）调休上班，计入；所以应于10月10日（周六）15:00前办结。",
        "5 working hours (08:30–12:00, 14:30–18:00), counted from Fri 9 October 2026, 17:00; "
        "counted as make-up working days: Sat 10 October; so it is due by Sat 10 October, 15:00.",
    )


def test_natural_days_end_at_twenty_four_hours_and_tell_how_the_last_day_moved() -> None:
    assert both(start_clock(limit="3d", at=at("2026-09-28 09:00"))) == (
        "自2026年9月28日（周一）09:00起算（当日不计），限3天；"
        "最后一天10月1日（周四）不上班，顺延至10月8日（周四）；10月1日至7日国庆节不计；"
        "所以应于10月8日（周四）24:00前办结。",
        "3 days, counted from Mon 28 September 2026, 09:00, that day not included; "
        "the last day, Thu 1 October, is no working day and moves to Thu 8 October; "
        "not counted: 1–7 October (National Day); so it is due by Thu 8 October, 24:00.",
    )


def test_a_year_that_is_not_announced_is_told_and_other_years_are_named() -> None:
    chinese, english = both(start_clock(limit="1wd", at=at("2026-12-31 09:00")))
    assert "2027年放假安排尚未公布，暂只扣除周末" in chinese
    assert "应于2027年1月1日（周五）18:00前办结" in chinese
    assert "the holidays of 2027 are not announced yet" in english
    assert english.endswith("so it is due by Fri 1 January 2027, 18:00.")


def test_a_holiday_over_two_months_names_both() -> None:
    chinese, english = both(start_clock(limit="1wd", at=at("2025-01-27 09:00")))
    assert "1月28日至2月4日春节不计" in chinese
    assert "not counted: 28 January to 4 February (Spring Festival)" in english


def test_two_festivals_in_one_holiday_are_both_named() -> None:
    chinese, english = both(start_clock(limit="1wd", at=at("2025-09-30 09:00")))
    assert "10月1日至8日国庆节、中秋节不计" in chinese
    assert "1–8 October (National Day, Mid-autumn Festival)" in english


def test_changes_and_extensions_are_told_with_their_reasons() -> None:
    clock = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    change_limit(clock=clock, limit="1wd", reason="升级为紧急", at=at("2026-10-12 10:00"))
    clock = extend_clock(
        clock=clock, limit="2wd", reason="需要鉴定", at=at("2026-10-12 11:00"), actor_id=None
    )
    assert both(clock) == (
        "自2026年10月12日（周一）09:00起算（当日不计），限1个工作日；"
        "时限由3个工作日改为1个工作日（升级为紧急）；延期2个工作日（需要鉴定）；"
        "所以应于10月15日（周四）18:00前办结。",
        "1 working day, counted from Mon 12 October 2026, 09:00, that day not included; "
        "limit changed from 3 working days to 1 working day (升级为紧急); "
        "extended by 2 working days (需要鉴定); so it is due by Thu 15 October, 18:00.",
    )


def test_parts_of_a_day_lost_are_told() -> None:
    clock = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    pause_clock(clock=clock, reason="停电", at=at("2026-10-13 10:00"))
    chinese, english = both(resume_clock(clock=clock, at=at("2026-10-14 11:20")))
    assert "暂停1个工作日1小时20分钟（停电）；暂停不足一天的按一天顺延" in chinese
    assert "paused for 1 working day 1 hour 20 minutes (停电)" in english
    assert "a part of a day lost to pauses gives a whole day" in english


def test_a_pause_that_cost_nothing_is_told_as_such() -> None:
    clock = start_clock(limit="3wd", at=at("2026-10-16 09:00"))
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-17 10:00"))
    chinese, english = both(resume_clock(clock=clock, at=at("2026-10-18 11:20")))
    assert "有一次暂停未占用时限（等待回复）" in chinese
    assert "paused without losing working time (等待回复)" in english


def test_a_paused_clock_tells_what_is_left() -> None:
    clock = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    clock = pause_clock(clock=clock, reason="等待回复", at=at("2026-10-14 10:00"))
    chinese, english = both(clock)
    assert chinese.endswith(
        "现已暂停（等待回复），还剩1个工作日5小时30分钟，恢复计时后再定到期时间。"
    )
    assert english.endswith(
        "paused now (等待回复) with 1 working day 5 hours 30 minutes left, due when it runs on."
    )


def test_a_clock_paused_when_overdue_tells_both() -> None:
    clock = start_clock(limit="1h", at=at("2026-10-12 09:00"))
    clock = pause_clock(clock=clock, reason="等待回复", at=at("2026-10-12 10:30"))
    chinese, english = both(clock)
    assert chinese.endswith("所以应于10月12日（周一）10:00前办结；到期后暂停（等待回复）。")
    assert english.endswith("so it was due by Mon 12 October, 10:00; paused since then (等待回复).")


@pytest.mark.parametrize(
    ("end", "chinese", "english"),
    [("2026-10-12 10:00", "未超期", "in time"), ("2026-10-12 10:01", "超期", "late")],
)
def test_a_stopped_clock_tells_how_it_ended(end: str, chinese: str, english: str) -> None:
    clock = start_clock(limit="1h", at=at("2026-10-12 09:00"))
    clock = stop_clock(clock=clock, at=at(end))
    assert both(clock)[0].endswith(
        f"所以应于10月12日（周一）10:00前办结；已于10月12日（周一）{end[-5:]}结束，{chinese}。"
    )
    assert both(clock)[1].endswith(f"ended on Mon 12 October, {end[-5:]}, {english}.")


def test_a_clock_stopped_during_a_pause_tells_so() -> None:
    clock = start_clock(limit="5h", at=at("2026-10-12 09:00"))
    pause_clock(clock=clock, reason="等待回复", at=at("2026-10-12 10:30"))
    clock = stop_clock(clock=clock, at=at("2027-01-04 10:00"))
    chinese, english = both(clock)
    assert chinese.endswith("已于2027年1月4日（周一）10:00在暂停期间结束，未超期。")
    assert english.endswith("ended on Mon 4 January 2027, 10:00 while paused, in time.")


def test_a_missing_festival_is_told_to_staff() -> None:
    assert calendar_gaps(2027)[0].message == (
        "2027年的日历里还没有元旦放假安排，计算时限时只扣除周末。"
    )


@pytest.mark.parametrize(
    ("limit", "chinese", "english"),
    [
        ("0wd", "当即", "at once"),
        ("1h", "1小时", "1 hour"),
        ("5wh", "5个工作小时", "5 working hours"),
        ("7d", "7天", "7 days"),
        ("1wd", "1个工作日", "1 working day"),
    ],
)
def test_limits_read_well(limit: str, chinese: str, english: str) -> None:
    assert limit_in_words(Limit.parse(limit)) == chinese
    with translation.override("en"):
        assert limit_in_words(Limit.parse(limit)) == english


def test_midnight_is_told_as_the_end_of_its_day() -> None:
    calendar = current_calendar()
    assert due_in_words(at("2027-01-01 00:00"), calendar) == "12月31日（周四）24:00"
    assert due_in_words(at("2027-01-01 00:01"), calendar) == "1月1日（周五）00:01"


def test_explaining_many_clocks_reads_no_more_when_prefetched() -> None:
    for _ in range(3):
        start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    calendar = current_calendar()
    clocks = list(Clock.objects.prefetch_related("pauses", "extensions", "changes"))
    with CaptureQueriesContext(connection) as queries:
        for clock in clocks:
            explain_clock(clock, calendar=calendar)
    assert not queries.captured_queries
