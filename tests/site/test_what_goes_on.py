"""The lines of a resident's first page: which are shown, in what order, in which words."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from tests import people
from tests.people import MONDAY
from xiangyue.kernel.nearby import NearbyLine, about
from xiangyue.site.home import around

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def shown(monkeypatch):
    """What the page shows a visitor of the village of these lines, on Monday at nine; a line alone
    is told by a module of its own."""

    def page(*told: NearbyLine | list[NearbyLine]) -> around.FirstPage:
        lines = [[each] if isinstance(each, NearbyLine) else each for each in told]
        monkeypatch.setattr(around, "nearby_lines", lambda *_args, **_named: lines)
        client = Client()
        request = RequestFactory().get("/")
        request.user = client.get("/").wsgi_request.user
        return around.first_page(request, people.place(), at=MONDAY)

    return page


def line(title: str, **facts: object) -> NearbyLine:
    return NearbyLine(title, "/x/", **facts)  # type: ignore[arg-type]


def titles(found: list[around.Shown]) -> list[str]:
    return [each.title for each in found]


def test_what_is_asked_comes_apart_and_soonest_first(shown):
    page = shown(
        line("会", begins=MONDAY + 3 * DAY, asks="您收到邀请"),
        line("票", until=MONDAY + DAY, asks="请您投票"),
        line("席位", asks="请您确认"),
        line("公告", until=MONDAY.date()),
    )
    assert titles(page.asking) == ["票", "会", "席位"]
    assert titles(page.around) == ["公告"]


def test_ones_own_is_neither_asked_nor_around(shown):
    page = shown(line("我的", is_mine=True), line("问我", is_mine=True, asks="请您确认"))
    assert (titles(page.own), titles(page.asking), page.around) == (["我的"], ["问我"], [])


def test_the_next_to_end_come_first_then_the_newest_without_an_end(shown):
    page = shown(
        line("旧事", since=MONDAY - 9 * DAY),
        line("后天", until=(MONDAY + 2 * DAY).date()),
        line("新事", since=MONDAY - DAY),
        line("今晚", begins=MONDAY + timedelta(hours=9)),
    )
    assert titles(page.around) == ["今晚", "后天", "新事", "旧事"]


def test_however_much_is_afoot_the_page_stays_short_and_tells_of_both(shown):
    crowd = [line(f"止{n}", until=MONDAY + n * DAY) for n in range(20)]
    crowd += [line(f"事{n}", since=MONDAY - n * DAY) for n in range(20)]
    crowd += [line(f"问{n}", asks="请您投票", until=MONDAY + n * DAY) for n in range(20)]
    crowd += [line(f"我{n}", is_mine=True) for n in range(20)]
    page = shown(crowd)
    assert titles(page.around) == ["止0", "止1", "止2", "止3", "事0", "事1", "事2"]
    assert titles(page.asking) == [f"问{n}" for n in range(around.ASKING)]
    assert titles(page.own) == ["我0", "我1", "我2", "我3"]


def test_where_little_has_no_end_more_of_what_ends_is_told(shown):
    page = shown(*(line(f"止{n}", until=MONDAY + n * DAY) for n in range(20)))
    assert len(page.around) == around.AROUND


def test_a_module_with_much_does_not_drown_the_others(shown):
    notices = [line(f"公告{n}", until=MONDAY + n * DAY) for n in range(9)]
    reports = [line(f"反映{n}", since=MONDAY - n * DAY) for n in range(9)]
    page = shown(
        notices,
        reports,
        line("征求意见", until=MONDAY + 30 * DAY),
        line("议题", since=MONDAY - 30 * DAY),
    )
    found = ["公告0", "公告1", "公告2", "征求意见", "反映0", "反映1", "议题"]
    assert titles(page.around) == found


def test_of_two_lines_about_one_thing_the_keepers_stays(shown):
    thing = about("compacts.version", 7)
    page = shown(line("草案公告", about=thing, until=MONDAY.date()), line("村规民约", about=thing))
    assert titles(page.around) == ["村规民约"]


def test_what_asks_me_is_not_told_again_and_nothing_that_asks_is_dropped(shown):
    thing = about("orders.round", 7)
    page = shown(
        line("第一票", about=thing, asks="请您投票"),
        line("第二票", about=thing, asks="请您投票"),
        line("经费", about=thing),
    )
    assert titles(page.asking) == ["第一票", "第二票"]
    assert page.around == []


def test_things_about_nothing_are_never_taken_for_one(shown):
    assert about("", 7) == ""
    assert titles(shown(line("甲"), line("乙")).around) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"until": date(2026, 6, 8)}, "到今天为止"),
        ({"until": date(2026, 6, 9)}, "到明天为止"),
        ({"until": date(2026, 6, 19)}, "到6月19日为止"),
        ({"until": date(2027, 6, 9)}, "到2027年6月9日为止"),
        ({"until": datetime.fromisoformat("2026-06-08T18:00+08:00")}, "到今天 18:00为止"),
        ({"until": datetime.fromisoformat("2026-06-10T18:00+08:00")}, "到6月10日为止"),
        ({"begins": datetime.fromisoformat("2026-06-09T19:30+08:00")}, "明天 19:30开始"),
        ({"since": datetime.fromisoformat("2026-05-20T19:30+08:00")}, "5月20日"),
        ({}, ""),
    ],
)
def test_a_line_says_when_in_words_one_need_not_reckon(shown, facts, words):
    assert MONDAY.date() == date(2026, 6, 8)
    (found,) = shown(line("事", kind="", **facts)).around
    assert found.meta == words


def test_the_place_is_named_only_where_it_is_another(shown):
    page = shown(
        line("村里", kind="公告", where="北滩村"), line("镇上", kind="公告", where="清泉镇")
    )
    assert [each.meta for each in page.around] == ["公告", "公告 · 清泉镇"]


def test_in_a_grid_its_village_need_not_be_named():
    found = around._shown(line("事", where="北滩村"), here="北滩村第二网格", at=MONDAY)
    assert found.meta == ""


def test_in_english_too(shown):
    with translation.override("en"):
        (found,) = shown(line("Meeting", kind="Vote", until=MONDAY + DAY)).around
    assert found.meta.startswith("Vote · until tomorrow ")
