"""Staff keep the calendar at their desk, and are told what that does."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.calendars.times import at
from xiangyue.calendars.models import Clock, Holiday
from xiangyue.calendars.services import seed_holidays, set_holiday, start_clock
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db
PAGE = "/desk/calendar/"


@pytest.fixture(autouse=True)
def known_calendar() -> None:
    Holiday.objects.all().delete()
    seed_holidays(years=[2026], at=people.MONDAY)


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


@pytest.fixture
def keeper() -> Client:
    return signed_in(people.posted("administrator", at_place=people.county()))


def entered(**facts: str) -> dict[str, str]:
    return {"date": "2026-10-14", "kind": "holiday", "name": "暴雪停工"} | facts


def test_the_year_lists_its_days_with_their_names(keeper):
    page = keeper.get(f"{PAGE}?year=2026").content.decode()
    assert "2026年工作日历" in page
    assert "2026-10-01" in page
    assert "国庆节" in page
    assert "2026年的节假日安排还没有录入" not in page


def test_a_day_is_added_and_the_page_says_how_many_clocks_moved(keeper):
    clock = start_clock(limit="3wd", at=at("2026-10-12 09:00"))
    answer = keeper.post(PAGE, entered(), follow=True)
    assert answer.redirect_chain == [("/desk/calendar/?year=2026", 302)]
    assert "有1个正在计时的时限随之变动" in answer.content.decode()
    assert Clock.objects.get(pk=clock.pk).due_at == at("2026-10-16 18:00")


def test_a_day_is_changed_from_its_row(keeper):
    keeper.post(PAGE, entered())
    page = keeper.get(f"{PAGE}?day=2026-10-14").content.decode()
    assert 'value="暴雪停工"' in page
    assert "修改日期" in page
    keeper.post(PAGE, entered(name="大雪停工"))
    assert Holiday.objects.get(date=date(2026, 10, 14)).name == "大雪停工"


def test_a_day_is_removed_and_the_clocks_come_back(keeper):
    keeper.post(PAGE, entered())
    clock = start_clock(limit="4wd", at=at("2026-10-12 09:00"))
    answer = keeper.post(f"{PAGE}2026-10-14/remove/", follow=True)
    assert "有1个正在计时的时限随之变动" in answer.content.decode()
    assert Clock.objects.get(pk=clock.pk).due_at == at("2026-10-16 18:00")
    assert keeper.post(f"{PAGE}2026-10-14/remove/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "这个字段是必填项"),
        ({"kind": "workday"}, "工作日"),
        ({"date": "14.10.2026x"}, "日期"),
        ({"kind": "feast"}, "feast"),
    ],
)
def test_what_will_not_do_is_refused_in_place(keeper, wrong, words):
    answer = keeper.post(PAGE, entered(**wrong))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Holiday.objects.filter(date=date(2026, 10, 14)).exists()


def test_an_unannounced_year_warns_in_one_sentence_and_a_half_entered_one_by_festival(keeper):
    page = keeper.get(f"{PAGE}?year=2031").content.decode()
    assert page.count("2031年的节假日安排还没有录入") == 1
    set_holiday(date=date(2031, 10, 1), kind="holiday", name="国庆节", actor_id=None,
                at=people.MONDAY)  # fmt: skip
    page = keeper.get(f"{PAGE}?year=2031").content.decode()
    assert "春节" in page
    assert "2031年的节假日安排还没有录入" not in page


@pytest.mark.parametrize(("month", "is_told"), [(10, False), (11, True)])
def test_next_year_is_asked_for_once_it_is_published(keeper, monkeypatch, month, is_told):
    Holiday.objects.filter(date__year=2027).delete()
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, month, 20))
    page = keeper.get(PAGE).content.decode()
    assert ("2027年的节假日安排还没有录入" in page) == is_told


@pytest.mark.parametrize("query", ["?day=x", "?day=2026-02-30"])
def test_no_such_day(keeper, query):
    assert keeper.get(PAGE + query).status_code == 404


@pytest.mark.parametrize("query", ["?year=x", "?year=99999", "?year=²⁰²⁶"])
def test_no_such_year_shows_this_one(keeper, query):
    assert f"{timezone.localdate().year}年工作日历" in keeper.get(PAGE + query).content.decode()


def test_only_who_keeps_the_whole_countys_calendar_gets_in():
    assert Client().get(PAGE).status_code == 302
    in_town = people.posted("administrator", at_place=people.town())
    for person in (people.clerk(), people.somebody(), in_town):
        client = signed_in(person)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, entered()).status_code == 403
        assert client.post(f"{PAGE}2026-10-01/remove/").status_code == 403
    assert Holiday.objects.get(date=date(2026, 10, 1)).kind == "holiday"


def test_three_days_ask_no_more_queries_than_one(keeper):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(f"{PAGE}?year=2031").status_code == 200
        return len(queries)

    def closed(day: int) -> None:
        set_holiday(date=date(2031, 5, day), kind="holiday", name="劳动节", actor_id=None,
                    at=people.MONDAY)  # fmt: skip

    closed(1)
    count()
    one = count()
    closed(2)
    closed(5)
    assert count() == one
