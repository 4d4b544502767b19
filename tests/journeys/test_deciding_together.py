"""What people decide together, on the fronts of all who have a part in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.assemblies.conftest import make_village as make_meeting_village
from tests.ballots.conftest import make_village as make_voting_village
from tests.compacts.conftest import make_village as make_compact_village
from tests.journeys.conftest import DESK, Visit, fits
from tests.journeys.gestures import press
from tests.orders.conftest import AT, DURING
from tests.orders.conftest import make_house as make_orders_house
from xiangyue.assemblies.services import mark_attendance
from xiangyue.ballots import services as ballots
from xiangyue.compacts.models import Version

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

WALL: Any = {"width": 1920, "height": 1080}
DAY = timedelta(days=1)


class Clock:
    """The time by which the house goes; days pass at once."""

    def __init__(self) -> None:
        self._real = timezone.now
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._real() + self._ahead

    def let_pass(self, span: timedelta) -> None:
        self._ahead += span


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made.now)
    return made


def from_home(page: Page, title: str) -> None:
    """Open what the first page tells of."""
    page.goto("/")
    fits(page)
    page.locator("main").get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fits(page)


def told(page: Page, words: str) -> None:
    """The page says what was done."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_a_vote_is_found_at_home_cast_and_its_result_read(visit: Visit, clock: Clock) -> None:
    village = make_voting_village()
    keeper, began = village.keeper, clock.now() - 20 * DAY
    drawn = ballots.draw_roll(place=village.place, rule="villagers_assembly", by=keeper, at=began)
    ballots.publish_roll(roll=drawn, by=keeper, at=began)
    ballots.confirm_entries(roll=drawn, entries=None, by=keeper, at=began)
    ballot = ballots.plan_ballot(
        roll=ballots.fix_roll(roll=drawn, by=keeper, at=began + 4 * DAY),
        title="修村道", questions=["同意修村道吗？"], modes=["online"],
        opens_at=clock.now() - timedelta(hours=1), closes_at=clock.now() + timedelta(hours=5),
        tellers=village.tellers, by=keeper, at=began + 4 * DAY,
    )  # fmt: skip
    desk = visit(keeper, DESK)
    desk.goto(f"/desk/votes/{ballot.pk}/")
    press(desk, "开始表决")
    expect(desk.get_by_role("button", name="结束表决")).to_be_visible()

    phone = visit(village.villagers[0])
    phone.goto("/")
    expect(phone.locator(".card").filter(has_text="等您办的")).to_contain_text("请您投票")
    from_home(phone, "修村道")
    phone.get_by_role("group", name="同意修村道吗？").get_by_label("同意", exact=True).check()
    press(phone, "继续")
    expect(phone.get_by_role("heading", name="同意", exact=True)).to_be_visible()
    fits(phone)
    press(phone, "对，就投这一票")
    told(phone, "您的票已投入票箱")
    expect(phone.get_by_text("您已参加这次表决。")).to_be_visible()
    phone.goto("/")
    expect(phone.locator("main").get_by_text("请您投票")).to_have_count(0)

    for person in village.villagers[1:20]:
        ballots.cast(ballot=ballot, voter=person, choices={1: "yes"}, at=clock.now())
    clock.let_pass(timedelta(hours=6))
    desk.goto(f"/desk/votes/{ballot.pk}/")
    press(desk, "结束表决")
    desk.get_by_role("button", name="确定").click()
    press(desk, "作出结果")

    from_home(phone, "修村道")
    result = phone.locator(".card").filter(has_text="结果").first
    expect(result.get_by_text("通过", exact=True)).to_be_visible()
    expect(result.get_by_role("row").filter(has_text="同意").first).to_contain_text("20")


def test_a_compact_is_drafted_heard_answered_voted_and_read(visit: Visit, clock: Clock) -> None:
    village = make_compact_village()
    village.at = clock.now()
    clerk = visit(village.clerk, DESK)
    clerk.goto("/desk/compacts/")
    press(clerk, "起草约定")
    clerk.get_by_role("radio").first.check()
    clerk.get_by_label("标题").fill("北滩村村规民约")
    press(clerk, "开始起草")
    for text in ("每月十日一起打扫卫生，自愿参加。", "村道上不堆柴。"):
        clerk.get_by_label("约定内容").fill(text)
        press(clerk, "添加")
        expect(clerk.locator("#clauses").get_by_text(text)).to_be_visible()
    version = Version.objects.get()
    press(clerk, "张贴草案")
    press(clerk, "现在张贴")
    told(clerk, "现在开始听意见")

    phone = visit(village.residents[0])
    from_home(phone, "北滩村村规民约")
    press(phone, "我要提意见")
    phone.get_by_label("您怎么看？").fill("大扫除改到农闲的时候")
    phone.get_by_label("可以公开我说的话，不公开姓名").check()
    press(phone, "提交")
    expect(phone.get_by_role("img", name="回执")).to_be_visible()
    fits(phone)
    receipt = phone.url

    secretary = visit(village.secretary, DESK)
    secretary.goto(f"/desk/compact-versions/{version.pk}/opinions/")
    press(secretary, "答复")
    secretary.get_by_label("采纳", exact=True).check()
    secretary.get_by_role("textbox", name="答复").fill("改成农闲时候，自愿参加。")
    press(secretary, "答复")
    phone.goto(receipt)
    expect(phone.get_by_text("改成农闲时候，自愿参加。")).to_be_visible()

    clock.let_pass(12 * DAY)
    clerk = visit(village.clerk, DESK)
    clerk.goto(f"/desk/compact-versions/{version.pk}/")
    press(clerk, "开始修改")
    press(clerk, "张贴修改稿")
    press(clerk, "现在张贴")
    told(clerk, "已张贴公示")
    version.refresh_from_db()
    ballot = village.ballot(version)
    phone = visit(village.residents[0])
    phone.goto(f"/compact-versions/{version.pk}/")
    fits(phone)
    phone.get_by_role("link", name=ballot.title).click()
    expect(phone.locator("main")).to_contain_text("村道上不堆柴。")

    clock.let_pass(19 * DAY)
    village.count(ballot, None, 0)  # the second clause fails
    version.refresh_from_db()
    village.sign(version)
    clerk = visit(village.clerk, DESK)
    clerk.goto(f"/desk/compact-versions/{version.pk}/")
    press(clerk, "报乡镇备案")
    press(clerk, "报备案")
    press(clerk, "张榜公布结果")
    press(clerk, "施行")
    clerk.get_by_role("button", name="确定").click()
    expect(clerk.locator(".page-header").get_by_text("现行")).to_be_visible()

    phone = visit(village.residents[0])
    phone.goto("/")
    press(phone, "村规民约与公约")
    phone.get_by_role("link", name="北滩村村规民约").click()
    expect(phone.locator("main")).to_contain_text("每月十日一起打扫卫生")
    expect(phone.locator("main")).not_to_contain_text("村道上不堆柴")
    fits(phone)
    press(phone, "朗读")
    expect(phone.locator(".aloud")).to_contain_text("每月十日一起打扫卫生，自愿参加。")
    fits(phone)


def test_a_meeting_is_opened_on_the_wall_come_to_by_code_and_its_minutes_signed(
    visit: Visit, clock: Clock
) -> None:
    village = make_meeting_village()
    sitting = village.announce(
        "courtyard", expected_count=4, starts_at=clock.now() + 11 * DAY, at=clock.now(),
        items=["村口到小学的路怎么修"],
    )  # fmt: skip
    clock.let_pass(11 * DAY)
    desk = visit(village.clerk, DESK)
    desk.goto(f"/desk/assemblies/{sitting.pk}/")
    press(desk, "开会")
    desk.get_by_label("谁主持").select_option(label=village.secretary.name)
    desk.get_by_label("谁记录").select_option(label=village.clerk.name)
    press(desk, "开会")

    wall = visit(village.clerk, WALL)
    wall.goto(f"/desk/assemblies/{sitting.pk}/screen/")
    expect(wall.get_by_role("img", name="签到码")).to_be_visible()
    expect(wall.get_by_role("heading", name="村口到小学的路怎么修")).to_be_visible()
    fits(wall)
    code = wall.locator(".wall-typed").inner_text()

    phone = visit(village.villagers[0])
    phone.goto("/")
    press(phone, "会议")
    phone.get_by_role("link", name=sitting.title).click()
    press(phone, "我到了")
    phone.get_by_label("屏幕上的码").fill(code)
    press(phone, "我到了")
    told(phone, "已签到")
    expect(phone.get_by_text("您已签到。")).to_be_visible()
    fits(phone)
    for person in village.villagers[1:4]:
        mark_attendance(
            sitting=sitting, person=person, how="list", by=village.clerk, at=clock.now()
        )

    desk.goto(f"/desk/assemblies/{sitting.pk}/")
    press(desk, "提动议")
    desk.get_by_label("动议内容").fill("每户出工三天，农闲时候修。")
    desk.get_by_label("谁提出").select_option(label=village.villagers[0].name)
    press(desk, "提动议")
    wall.goto(f"/desk/assemblies/{sitting.pk}/screen/")
    expect(wall.locator(".wall-main")).to_contain_text("每户出工三天，农闲时候修。")
    press(desk, "决定")
    desk.get_by_label("通过", exact=True).check()
    desk.get_by_label("哪个动议").select_option(index=1)
    press(desk, "决定")
    press(desk, "散会")
    press(desk, "散会")
    press(desk, "保存记录")
    press(desk, "交付签字")

    for signer in (village.secretary, village.clerk):
        page = visit(signer, DESK)
        page.goto(f"/assemblies/{sitting.pk}/minutes/")
        expect(page.locator("main")).to_contain_text("每户出工三天")
        press(page, "我已看过，同意签字")
    phone.goto(f"/assemblies/{sitting.pk}/")
    minutes = phone.locator(".card").filter(has_text="公开记录")
    expect(minutes).to_contain_text("每户出工三天，农闲时候修。")
    expect(minutes).not_to_contain_text(village.villagers[0].name)
    fits(phone)


def test_projects_are_marked_on_a_slip_and_the_result_says_why(visit: Visit, clock: Clock) -> None:
    house = make_orders_house()
    house.at = clock.now() - (DURING - AT)
    house.voting()
    phone = visit(house.residents[0])
    from_home(phone, "今年办哪几件")
    lamp, pavilion = (phone.get_by_role("checkbox", name=each) for each in ("路灯", "凉亭"))
    for box in (lamp, pavilion):  # at once: the last word counts, whichever is answered first
        box.check()
    sums = phone.locator("#slip-sums")
    expect(sums).to_contain_text("90,000")
    fits(phone)
    press(phone, "下一步")
    expect(phone.get_by_role("list", name="您选的是")).to_contain_text("路灯")
    press(phone, "对，投进去")
    told(phone, "选票投进去了")
    expect(phone.get_by_text("您已经投过了")).to_be_visible()

    for who, slip in enumerate([[1, 2], [1], [1, 4], [3]], start=1):
        house.cast(who, *slip, at=clock.now())
    clock.let_pass(4 * DAY)
    house.close()
    house.count()
    phone = visit(house.residents[0])
    phone.goto("/")
    press(phone, "居民点菜")
    phone.get_by_role("link", name="今年办哪几件").click()
    result = phone.locator(".card").filter(has_text="这笔钱办哪些事")
    expect(result.get_by_role("row").filter(has_text="路灯")).to_contain_text("4")
    why = phone.get_by_role("list", name="为什么")
    expect(why.get_by_role("listitem").filter(has_text="水渠")).to_be_visible()
    fits(phone)
