"""How long a notice runs: examples and properties, without a database."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from xiangyue.calendars.rules import Calendar
from xiangyue.publicity import rules
from xiangyue.publicity.rules import LastDay, State
from xiangyue.publicity.tables import TableFaulty, as_typed, checked_facts, table_of

# 1-7 October rest.
CALENDAR = Calendar(holidays={date(2026, 10, day): "国庆节" for day in range(1, 8)})


def window(at: datetime, days: int = 7, **facts) -> rules.Window:
    known = {
        "objection_days": None,
        "stays_days": 30,
        "last_day": LastDay.MOVES,
        "calendar": CALENDAR,
    }
    return rules.window(published_at=at, days=days, **known | facts)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=people.SHANGHAI)


def test_the_day_of_publication_does_not_count():
    found = window(at(6, 8))
    assert (found.begins_on, found.ends_on) == (date(2026, 6, 8), date(2026, 6, 16))


def test_a_last_day_in_a_holiday_moves_behind_it():
    assert window(at(9, 26)).ends_on == date(2026, 10, 9)
    assert window(at(9, 26), last_day=LastDay.STAYS).ends_on == date(2026, 10, 4)


def test_midnight_in_shanghai_parts_the_days():
    before, after = window(at(6, 8, 23, 59)), window(at(6, 9, 0, 0))
    assert (before.begins_on, after.begins_on) == (date(2026, 6, 8), date(2026, 6, 9))
    in_utc = datetime.fromisoformat("2026-06-08T16:00:00+00:00")
    assert window(in_utc) == after


def test_objections_may_be_taken_for_fewer_days_than_it_runs():
    found = window(at(6, 8), days=20, objection_days=5)
    assert found.objections_until == date(2026, 6, 16)  # the fifth day is a Saturday
    assert found.ends_on == date(2026, 6, 30)


published = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=people.SHANGHAI) + timedelta(minutes=minutes)
)


@given(published, st.integers(1, 90), st.integers(5, 90), st.sampled_from(LastDay))
def test_a_window_is_never_shorter_than_its_days(
    when: datetime, days: int, stays: int, last_day: LastDay
):
    found = window(when, days=days, stays_days=stays, last_day=last_day)
    assert (found.ends_on - found.begins_on).days >= days + 1
    assert found.begins_on < found.objections_until <= found.ends_on <= found.stays_until


@given(published, st.integers(1, 60), st.sampled_from(LastDay))
def test_one_day_more_never_ends_earlier(when: datetime, days: int, last_day: LastDay):
    shorter = window(when, days=days, last_day=last_day)
    longer = window(when, days=days + 1, last_day=last_day)
    assert longer.ends_on >= shorter.ends_on


@given(published, st.integers(1, 60))
def test_a_moved_end_follows_a_worked_day(when: datetime, days: int):
    last = window(when, days=days).ends_on - timedelta(days=1)
    assert CALENDAR.is_working_day(last)


def test_it_is_over_from_the_first_moment_of_the_day_after():
    ends = date(2026, 6, 16)
    assert not rules.is_over(ends_on=ends, today=date(2026, 6, 15))
    assert rules.is_over(ends_on=ends, today=ends)


@pytest.mark.parametrize(
    ("names_people", "is_settled", "leaves"),
    [(False, True, True), (False, False, False), (True, True, True), (True, False, True)],
)
def test_req_l06_what_names_people_leaves_in_time_whatever_is_open(
    names_people: bool, is_settled: bool, leaves: bool
):
    day = date(2026, 7, 9)
    facts = {"stays_until": day, "names_people": names_people, "is_settled": is_settled}
    assert rules.may_leave(today=day, **facts) is leaves
    assert not rules.may_leave(today=day - timedelta(days=1), **facts)


def test_the_archive_holds_nothing_that_names_people():
    for state, names_people, is_read in (
        (State.UP, True, True),
        (State.UP, False, True),
        (State.ENDED, False, True),
        (State.ENDED, True, False),
        (State.TAKEN_DOWN, False, False),
    ):
        assert rules.is_readable(state=state, names_people=names_people) is is_read


def test_a_table_is_read_as_it_is_typed_or_pasted():
    typed = table_of("姓名 | 组别\n张三｜一组\n李四")
    assert typed == {
        "tables": [
            {"title": "", "columns": ["姓名", "组别"], "rows": [["张三", "一组"], ["李四", ""]]}
        ]
    }
    assert table_of("姓名\t组别\n张三\t一组")["tables"][0]["rows"] == [["张三", "一组"]]
    assert table_of(as_typed(typed)) == typed
    assert table_of(" \n") == {}


@pytest.mark.parametrize(
    "text",
    ["姓名\n张三 | 一组", "姓名\n" + "张" * 201, "|".join("列" * 13), "名\n" + "张\n" * 5_001],
)
def test_what_makes_no_table_is_refused(text: str):
    with pytest.raises(TableFaulty):
        table_of(text)


def test_facts_are_tables_and_nothing_else():
    with pytest.raises(TableFaulty):
        checked_facts({"phone": "13900000000"})
    assert checked_facts({}) == checked_facts(None) == {}
