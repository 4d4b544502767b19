"""Where there is no network: the day can be read, what is written waits, and arrives once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests import people
from tests.journeys.conftest import Visit, eventually, fits, taken
from tests.journeys.gestures import press
from xiangyue.access.appointments import end_post
from xiangyue.incidents.models import Incident, SentAct
from xiangyue.incidents.services import (
    hand_on_incident,
    report_incident,
    request_extension,
    take_on_incident,
)
from xiangyue.places.models import Person, Place

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

WAITS = "等有网络时发送"
LEFT_BEHIND = """async () => (await caches.keys()).length
  + (await navigator.serviceWorker.getRegistrations()).length"""


def grid() -> Place:
    return Place.objects.get(code=f"{people.VILLAGE}-001")


def worker(name: str = "李四") -> Person:
    return people.posted(
        "grid_worker", at_place=grid(), organisation=people.unit("GW", grid()), name=name
    )


def given(words: str = "村口垃圾堆了三天没人清") -> Incident:
    """A matter in the hands of the grid's workers."""
    incident, _code = report_incident(
        category_key="0401",
        place=grid(),
        at=timezone.now(),
        channel="resident",
        description=words,
        reporter=people.somebody("王五"),
    )
    Incident.objects.filter(pk=incident.pk).update(
        unit=people.unit("GW", grid()), state="dispatched"
    )
    incident.refresh_from_db()
    return incident


def keep_the_day(page: Page) -> None:
    """Open the day's page and wait until the phone has kept what it leads to."""
    page.goto("/")
    expect(page.locator("body")).to_have_attribute("data-all-kept", "1")


def lose_network(context: BrowserContext) -> None:
    context.set_offline(True)


def find_network(context: BrowserContext) -> None:
    context.set_offline(False)


def kept_pages(page: Page) -> dict[str, str]:
    """What the phone has kept, by address."""
    pages: dict[str, str] = page.evaluate(
        """async () => {
          const cache = await caches.open("xiangyue-pages/");
          const found = {};
          for (const key of await cache.keys()) {
            const page = await cache.match(key, { ignoreVary: true });
            if (page) found[key.url] = await page.text();
          }
          return found;
        }"""
    )
    return pages


def unsent(page: Page, number: int) -> None:
    """The phone has looked at what waits in it, and found so much."""
    expect(page.locator("body")).to_have_attribute("data-unsent", str(number))
    link = page.locator("[data-outbox-link]")
    if number:
        expect(link).to_contain_text(str(number))
    else:
        expect(link).to_be_hidden()


def steps(incident: Incident, verb: str) -> int:
    return incident.steps.filter(verb=verb).count()


def sent_once(page: Page, incident: Incident, verb: str) -> None:
    """It has come to the server and left the phone, and the server has it once."""
    eventually(page, lambda: steps(incident, verb) > 0)
    unsent(page, 0)
    assert steps(incident, verb) == 1


def test_the_day_is_read_and_worked_without_network(
    visit: Visit, photo: Path, tmp_path: Path
) -> None:
    """Cut off, pages reloaded, two acts on one matter and a report: all arrive, once, in order."""
    incident = given()
    page = visit(worker())
    keep_the_day(page)
    lose_network(page.context)
    page.reload()
    expect(page.get_by_text("没有网络。您写的内容会留在这里。")).to_be_visible()
    expect(page.get_by_text(re.compile(r"这是 .*\d\d:\d\d.* 保存的内容"))).to_be_visible()
    fits(page)
    page.get_by_role("link", name="暴露垃圾").first.click()
    expect(page.get_by_text("村口垃圾堆了三天没人清").first).to_be_visible()
    press(page, "受理")
    expect(page.get_by_role("heading", level=1)).to_have_text("受理")
    press(page, "受理")
    expect(page.get_by_text(WAITS)).to_be_visible()
    unsent(page, 1)
    page.goto(f"/incidents/{incident.number}/")
    expect(page.get_by_text("没有网络也可以接着办")).to_be_visible()
    press(page, "办理完成")
    page.get_by_label("已解决", exact=True).check()
    page.get_by_label("给反映人的答复").fill("当场清运干净")
    page.get_by_label("拍照或选照片").set_input_files(photo)
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    press(page, "办理完成")
    unsent(page, 2)
    page.goto("/report/")
    page.get_by_label("什么事？").fill("桥头护栏松动")
    page.get_by_label("拍照或选照片").set_input_files(taken(tmp_path / "other.jpg"))
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    press(page, "提交")
    unsent(page, 3)
    page.goto("/")
    page.reload()
    unsent(page, 3)
    assert Incident.objects.count() == 1
    find_network(page.context)
    sent_once(page, incident, "handle")
    incident.refresh_from_db()
    assert incident.state == "handled"
    assert incident.reply == "当场清运干净"
    assert incident.photos.count() == 1
    assert [step.verb for step in incident.steps.all()] == ["report", "take_on", "handle"]
    assert Incident.objects.get(description="桥头护栏松动").photos.count() == 1


def test_a_page_that_is_not_kept_says_so(visit: Visit) -> None:
    page = visit(worker())
    keep_the_day(page)
    lose_network(page.context)
    page.goto("/public/")
    expect(page.get_by_text("您要看的页面没有存在手机里")).to_be_visible()
    expect(
        page.get_by_role("link", name="回到首页").or_(page.get_by_role("link", name="反映"))
    ).not_to_have_count(0)


@pytest.mark.parametrize("off", [timedelta(days=3), timedelta(days=-365)], ids=["fast", "slow"])
def test_a_wrong_clock_decides_nothing_and_is_explained(visit: Visit, off: timedelta) -> None:
    incident = given()
    page = visit(worker())
    page.clock.install(time=datetime.now(UTC) + off)
    keep_the_day(page)
    lose_network(page.context)
    page.goto(f"/incidents/{incident.number}/do/take_on/")
    press(page, "受理")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.clock.fast_forward("01:00:00")
    page.reload()
    before = timezone.now()
    find_network(page.context)
    page.clock.fast_forward("10:00")
    sent_once(page, incident, "take_on")
    incident.refresh_from_db()
    assert incident.taken_on_at is not None
    assert before <= incident.taken_on_at <= timezone.now()
    sent = SentAct.objects.get()
    assert sent.recorded_at is not None
    assert sent.offset_seconds is not None
    assert abs(sent.recorded_at - (before + off)) < timedelta(hours=2)
    assert abs(sent.offset_seconds + off.total_seconds()) < 300


def test_a_clock_put_right_before_sending_is_said_to_have_changed(visit: Visit) -> None:
    incident = given()
    page = visit(worker())
    page.clock.install(time=datetime.now(UTC) - timedelta(days=2))
    keep_the_day(page)
    lose_network(page.context)
    page.goto(f"/incidents/{incident.number}/do/take_on/")
    press(page, "受理")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.clock.set_system_time(datetime.now(UTC))
    find_network(page.context)
    page.clock.fast_forward("10:00")
    sent_once(page, incident, "take_on")
    assert SentAct.objects.get().is_clock_changed


class TestExactlyOnce:
    """Whatever happens on the way, one act; found by what the server holds."""

    def sent_through(self, visit: Visit, trouble: Callable[[Route], None]) -> Incident:
        incident = given()
        page = visit(worker(), service_workers="block", has_trouble=True)
        page.goto(f"/incidents/{incident.number}/do/take_on/")
        page.route("**/do/take_on/", trouble)
        press(page, "受理")
        expect(page.get_by_text(WAITS)).to_be_visible()
        page.reload()
        sent_once(page, incident, "take_on")
        assert SentAct.objects.count() == 1
        return incident

    def test_a_server_in_trouble_is_asked_again(self, visit: Visit) -> None:
        troubles = [503]

        def trouble(route: Route) -> None:
            if route.request.method == "POST" and troubles:
                route.fulfill(status=troubles.pop(), body="down")
            else:
                route.continue_()

        self.sent_through(visit, trouble)
        assert troubles == []

    def test_what_the_server_stumbles_over_holds_up_nothing_else(self, visit: Visit) -> None:
        first, second = given(), given()
        page = visit(worker(), service_workers="block", has_trouble=True)

        def trouble(route: Route) -> None:
            if route.request.method == "POST" and first.number in route.request.url:
                route.fulfill(status=500, body="down")
            elif route.request.method == "POST" and not asked:
                asked.append(route.request.url)
                route.abort("connectionreset")
            else:
                route.continue_()

        asked: list[str] = []
        page.route("**/do/take_on/", trouble)
        for incident in (first, second):
            page.goto(f"/incidents/{incident.number}/do/take_on/")
            press(page, "受理")
            expect(page.get_by_text(WAITS)).to_be_visible()
        page.reload()
        eventually(page, lambda: steps(second, "take_on") == 1)
        unsent(page, 1)
        assert steps(first, "take_on") == 0
        page.unroute("**/do/take_on/")
        page.reload()
        sent_once(page, first, "take_on")

    def test_an_answer_that_was_lost_after_it_was_done(self, visit: Visit) -> None:
        lost: list[int] = []

        def trouble(route: Route) -> None:
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch().status)
                route.abort("connectionreset")
            else:
                route.continue_()

        self.sent_through(visit, trouble)
        assert lost == [204]

    def test_a_connection_that_breaks_before_it_arrived(self, visit: Visit) -> None:
        broken: list[str] = []

        def trouble(route: Route) -> None:
            if route.request.method == "POST" and not broken:
                broken.append(route.request.url)
                route.abort("connectionreset")
            else:
                route.continue_()

        self.sent_through(visit, trouble)
        assert broken

    def test_two_presses_are_one(self, visit: Visit) -> None:
        incident = given()
        page = visit(worker())
        page.goto(f"/incidents/{incident.number}/do/take_on/")
        page.get_by_role("main").get_by_role("button", name="受理").dblclick()
        expect(page.get_by_role("status").filter(has_text="操作成功：受理")).to_be_visible()
        assert steps(incident, "take_on") == 1

    def test_a_report_whose_answer_was_lost(self, visit: Visit, photo: Path) -> None:
        lost: list[int] = []

        def trouble(route: Route) -> None:
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch().status)
                route.abort("connectionreset")
            else:
                route.continue_()

        page = visit(worker(), service_workers="block")
        page.goto("/report/")
        page.route("**/report/", trouble)
        page.get_by_label("什么事？").fill("小卖部门前乱停车")
        page.get_by_label("拍照或选照片").set_input_files(photo)
        expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
        press(page, "提交")
        expect(page.get_by_text(WAITS)).to_be_visible()
        page.reload()
        expect(page.get_by_role("link", name="看回执")).to_be_visible()
        assert lost == [204]
        assert Incident.objects.count() == 1
        assert Incident.objects.get().photos.count() == 1


class TestTwoPhones:
    """What happened meanwhile is laid beside what waits, and the person decides."""

    def wait_offline(self, page: Page, incident: Incident, verb: str, title: str) -> None:
        keep_the_day(page)
        lose_network(page.context)
        page.goto(f"/incidents/{incident.number}/do/{verb}/")
        note = page.get_by_label("理由")
        if note.count():
            note.fill("缺零件")
        press(page, title)
        expect(page.get_by_text(WAITS)).to_be_visible()

    def test_the_town_handed_it_on_meanwhile(self, visit: Visit) -> None:
        incident, mine, other = given(), worker(), worker("赵六")
        page = visit(mine)
        self.wait_offline(page, incident, "take_on", "受理")
        hand_on_incident(
            incident=incident,
            unit=people.unit("TV", people.town()),
            reason="要镇里派车",
            actor=people.acting(other, at=timezone.now()),
            at=timezone.now(),
        )
        find_network(page.context)
        box = page.get_by_role("region", name="存在手机里的")
        expect(box.get_by_text("事项已有变化，请您决定")).to_be_visible()
        expect(box.get_by_text("要镇里派车")).to_be_visible()
        fits(page)
        unsent(page, 1)
        expect(box.get_by_role("button", name="仍然提交")).to_be_hidden()
        page.goto("/kept/")
        expect(box.get_by_text("要镇里派车")).to_be_visible()
        box.get_by_role("button", name="丢弃").click()
        page.get_by_role("dialog").get_by_role("button", name="确定").click()
        expect(box.get_by_text("手机里没有待发送的内容。")).to_be_visible()
        assert steps(incident, "take_on") == 0

    def test_what_may_still_be_done_is_sent_knowingly(self, visit: Visit) -> None:
        incident, mine, other = given(), worker(), worker("赵六")
        take_on_incident(
            incident=incident, actor=people.acting(mine, at=timezone.now()), at=timezone.now()
        )
        page = visit(mine)
        self.wait_offline(page, incident, "wait", "暂缓办理")
        request_extension(
            incident=incident,
            limit="3wd",
            reason="等县里批",
            actor=people.acting(other, at=timezone.now()),
            at=timezone.now(),
        )
        find_network(page.context)
        box = page.get_by_role("region", name="存在手机里的")
        expect(box.get_by_text("等县里批")).to_be_visible()
        expect(box.get_by_text("缺零件").first).to_be_visible()
        assert steps(incident, "wait") == 0
        box.get_by_role("button", name="仍然提交").click()
        sent_once(page, incident, "wait")

    def test_what_is_refused_keeps_the_words_and_the_reason(self, visit: Visit) -> None:
        incident = given()
        page = visit(worker())
        keep_the_day(page)
        lose_network(page.context)
        page.goto(f"/incidents/{incident.number}/do/hand_on/")
        page.get_by_label("承办单位").select_option(label="清泉镇综治中心")
        press(page, "转办")
        expect(page.get_by_text(WAITS)).to_be_visible()
        find_network(page.context)
        box = page.get_by_role("region", name="存在手机里的")
        expect(box.get_by_text("没有被接受，需要修改")).to_be_visible()
        box.get_by_role("link", name="修改后发送").click()
        page.get_by_label("理由").fill("要镇里派车")
        press(page, "转办")
        expect(page.get_by_role("status").filter(has_text="操作成功")).to_be_visible()
        sent_once(page, incident, "hand_on")

    def test_who_lost_the_grid_meanwhile_still_reads_what_they_wrote(self, visit: Visit) -> None:
        who = worker()
        page = visit(who)
        page.goto(f"/patrol/{grid().code}/")
        expect(page.locator("form[data-outbox-ready]")).to_be_visible()
        lose_network(page.context)
        page.locator("summary", has_text="写下发现的问题").first.click()
        page.locator("textarea").first.fill("疏散通道堆满了玉米")
        press(page, "完成巡查")
        expect(page.get_by_text(WAITS)).to_be_visible()
        end_post(post=who.posts.get(), at=timezone.now())
        find_network(page.context)
        box = page.get_by_role("region", name="存在手机里的")
        expect(box.get_by_text("没有被接受，需要修改")).to_be_visible()
        expect(box.get_by_text("疏散通道堆满了玉米")).to_be_visible()
        expect(box.get_by_text("您填写期间的变化")).to_be_hidden()


class TestWhose:
    """One person's drafts never go under another's name, and kept pages go with the session."""

    def session_of(self, page: Page, person: Person | None) -> None:
        page.context.clear_cookies()
        if person is None:
            return
        client = Client()
        people.sign_in(client, person)
        address = page.url.split("/", 3)
        page.context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": "/".join(address[:3]),
                }
            ]
        )

    def wait_offline(self, page: Page, incident: Incident) -> None:
        keep_the_day(page)
        lose_network(page.context)
        page.goto(f"/incidents/{incident.number}/do/take_on/")
        press(page, "受理")
        expect(page.get_by_text(WAITS)).to_be_visible()

    def test_a_session_that_lapsed_asks_to_sign_in_and_then_sends(self, visit: Visit) -> None:
        incident, mine = given(), worker()
        page = visit(mine)
        self.wait_offline(page, incident)
        self.session_of(page, None)
        find_network(page.context)
        expect(page.get_by_text("您已退出登录。内容都在")).to_be_visible()
        assert steps(incident, "take_on") == 0
        self.session_of(page, mine)
        page.goto("/")
        sent_once(page, incident, "take_on")

    def test_another_persons_drafts_wait_unseen_on_a_shared_phone(self, visit: Visit) -> None:
        incident, mine, other = given(), worker(), worker("赵六")
        page = visit(mine)
        self.wait_offline(page, incident)
        self.session_of(page, other)
        find_network(page.context)
        expect(page.get_by_text("您已退出登录。内容都在")).to_be_visible()
        page.goto("/kept/")
        expect(page.get_by_text("还有别人的 1 条待发送内容")).to_be_visible()
        expect(page.locator("[data-entry]")).to_have_count(0)
        assert steps(incident, "take_on") == 0
        eventually(page, lambda: any("/incidents/" in at for at in kept_pages(page)), is_=False)
        self.session_of(page, mine)
        page.goto("/")
        sent_once(page, incident, "take_on")
        assert incident.steps.get(verb="take_on").actor == mine

    def test_signing_out_with_drafts_is_asked_about_and_clears_what_was_kept(
        self, visit: Visit
    ) -> None:
        incident, mine = given(), worker()
        page = visit(mine)
        self.wait_offline(page, incident)
        page.route("**/who.json", lambda route: route.abort())
        find_network(page.context)
        page.goto("/account/")
        page.get_by_role("button", name="退出登录").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("还有 1 条没有发送")
        dialog.get_by_role("button", name="确定").click()
        expect(page.locator("body")).to_have_attribute("data-owner", "visitor")
        eventually(page, lambda: page.evaluate(LEFT_BEHIND), is_=0)
        lose_network(page.context)
        with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
            page.goto(f"/incidents/{incident.number}/")


def test_confidential_matters_are_in_no_cache(visit: Visit) -> None:
    open_one, secret = given(), given("不能让人知道的事")
    Incident.objects.filter(pk=secret.pk).update(is_kept_from_village=True)
    page = visit(worker())
    keep_the_day(page)
    for one in (secret, open_one):
        page.goto(f"/incidents/{one.number}/")
        expect(page.get_by_role("heading", name="办理过程")).to_be_visible()

    def is_kept(words: str) -> bool:
        return any(words in text for text in kept_pages(page).values())

    eventually(page, lambda: is_kept("村口垃圾堆了三天没人清"))
    kept = kept_pages(page)
    assert not any("不能让人知道的事" in text for text in kept.values())


def test_without_a_service_worker_the_open_page_stays_of_use(visit: Visit) -> None:
    """WeChat on iOS: nothing can be reloaded, but what is written waits and goes by itself."""
    incident = given()
    page = visit(worker(), service_workers="block")
    page.goto(f"/incidents/{incident.number}/do/note/")
    lose_network(page.context)
    page.get_by_label("说明").fill("已到现场")
    press(page, "补充说明")
    expect(page.get_by_text(WAITS)).to_be_visible()
    find_network(page.context)
    sent_once(page, incident, "note")


def test_a_full_phone_says_so_and_keeps_the_form(visit: Visit) -> None:
    incident = given()
    page = visit(worker(), service_workers="block")
    page.add_init_script(
        """IDBObjectStore.prototype.put = () => {
             throw new DOMException("full", "QuotaExceededError");
           };"""
    )
    page.goto(f"/incidents/{incident.number}/do/note/")
    lose_network(page.context)
    page.locator("textarea").fill("已到现场")
    press(page, "补充说明")
    expect(page.get_by_text("手机存储空间也已满")).to_be_visible()
    expect(page.locator("textarea")).to_have_value("已到现场")
    find_network(page.context)
    press(page, "补充说明")
    expect(page.get_by_role("status").filter(has_text="操作成功")).to_be_visible()
    assert steps(incident, "note") == 1


@pytest.fixture
def slow() -> Callable[[Page], None]:
    def throttle(page: Page) -> None:
        """2G: 50 kbit/s down, 20 kbit/s up, 300 ms each way, as the browser's own tools have it."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 300,
                "downloadThroughput": 50 * 1024 / 8,
                "uploadThroughput": 20 * 1024 / 8,
            },
        )

    return throttle


def test_a_report_in_three_taps_and_twenty_seconds_on_a_slow_network(
    visit: Visit, slow: Callable[[Page], None]
) -> None:
    taps: list[str] = []
    page = visit(people.somebody(), service_workers="block")  # whose requests are not slowed

    def tapped(name: str) -> None:
        taps.append(name)

    page.expose_function("tapped", tapped)
    page.add_init_script(
        """document.addEventListener("pointerdown", (event) => {
             window.tapped(event.target.textContent.trim().slice(0, 20));
           }, true);"""
    )
    page.goto("/")
    slow(page)
    begun = datetime.now(UTC)
    press(page, "我要反映")
    page.get_by_label("什么事？").click()
    page.keyboard.type("小卖部门前乱停车", delay=80)
    press(page, "提交")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    took = (datetime.now(UTC) - begun).total_seconds()
    assert Incident.objects.count() == 1
    assert len(taps) <= 3, taps
    assert 1.5 < took <= 20, "too slow for people, or not slowed at all"
