"""The whole life of an incident, across the fronts of all who have a part in it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import people
from tests.journeys.conftest import DESK, PHONE, Visit, fits, taken
from tests.journeys.gestures import act, handle, press, report, sign_in_with_a_code, state_shown
from xiangyue.incidents.models import Incident
from xiangyue.places.models import Person, Place

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

WORDS = "小卖部门前乱停车，三轮车过不去"


def grid_worker() -> Person:
    grid = Place.objects.get(code=f"{people.VILLAGE}-001")
    return people.posted("grid_worker", at_place=grid, organisation=people.unit("GW", grid))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_matter_from_the_first_word_to_the_last(visit: Visit, photo: Path, size: Any) -> None:
    neighbour, worker, dispatcher = people.somebody(), grid_worker(), people.dispatcher()
    resident, worker_page, desk = visit(None, size), visit(worker, size), visit(dispatcher, size)
    team = people.unit("GW", worker.posts.get().place)

    sign_in_with_a_code(resident, str(neighbour.phone))
    number = report(resident, WORDS, photo)

    desk.goto("/")
    fits(desk)
    row = desk.get_by_role("row").filter(has_text=number)
    expect(row.get_by_text("待分流交办")).to_be_visible()
    row.get_by_role("link", name="乱停车").click()
    expect(desk.get_by_text("一般由清泉镇派出所办理")).to_be_visible()
    expect(desk.get_by_role("img", name="反映时的照片")).to_be_visible()
    act(desk, number, "分流交办", 承办单位=team.name, 交办要求="请现场看一下")

    worker_page.goto("/")
    fits(worker_page)
    worker_page.locator(".card").filter(has_text="待受理").get_by_role(
        "link", name="乱停车"
    ).click()
    act(worker_page, number, "受理")
    act(worker_page, number, "暂缓办理", 理由="车主外出，等他明天回来")
    state_shown(resident, number, "暂缓办理")
    expect(resident.get_by_text("车主外出，等他明天回来", exact=True)).to_be_visible()
    act(worker_page, number, "恢复办理")

    handle(worker_page, number, "已劝离，并画了停车线。", taken(photo.with_name("after.jpg")))
    state_shown(worker_page, number, "办理完成待核实")
    expect(worker_page.get_by_role("link", name="核实通过")).to_have_count(0)

    act(desk, number, "核实通过", 公开页上的一句话="小卖部门前乱停车，已画停车线")

    resident.goto("/")
    resident.get_by_role("link", name="乱停车").first.click()
    expect(resident.get_by_role("heading", name="事情办好了吗？")).to_be_visible()
    expect(resident.get_by_role("img", name="办理时的照片")).to_be_visible()
    act(resident, number, "不满意，请重办", 哪里还没办好="今天又停满了")
    state_shown(worker_page, number, "办理中")
    expect(worker_page.get_by_text("今天又停满了", exact=True)).to_be_visible()

    handle(worker_page, number, "装了隔离墩，停不进来了。")
    act(desk, number, "核实通过")
    act(resident, number, "满意，办好了")
    state_shown(resident, number, "已解决")

    passer_by = visit(None, size)
    passer_by.goto(f"/public/{people.VILLAGE}/")
    fits(passer_by)
    passer_by.get_by_role("link", name="乱停车").click()
    shown = passer_by.locator("main")
    expect(shown.get_by_text("反映人已确认")).to_be_visible()
    expect(shown.get_by_text("已解决", exact=True)).to_be_visible()
    fits(passer_by)
    expect(shown).to_contain_text("小卖部门前乱停车，已画停车线")
    expect(shown).not_to_contain_text("三轮车过不去")
    expect(shown).not_to_contain_text(neighbour.name)


def test_a_photo_and_two_taps_are_enough(visit: Visit, photo: Path) -> None:
    page = visit(people.somebody())
    page.add_init_script(
        "addEventListener('click', (event) => event.isTrusted && sessionStorage.setItem("
        "'taps', Number(sessionStorage.getItem('taps')) + 1), true)"
    )
    page.goto("/")
    press(page, "我要反映")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("拍照或选照片").click()
    chooser.value.set_files(photo)
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    press(page, "提交")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    assert int(page.evaluate("sessionStorage.getItem('taps')")) <= 4  # the picture's label is two
    assert Incident.objects.get().photos.count() == 1


def test_the_slip_alone_follows_the_matter_and_speaks_for_the_reporter(visit: Visit) -> None:
    clerk = visit(people.clerk(), DESK)
    clerk.goto("/enter/")
    clerk.get_by_label("打电话").check()
    clerk.get_by_label("什么事？").fill("村口垃圾堆了三天没人清")
    press(clerk, "提交并出回执")
    expect(clerk.get_by_role("img", name="回执二维码")).to_be_visible()
    code = clerk.locator(".slip-code").inner_text()
    clerk.emulate_media(media="print")
    expect(clerk.get_by_role("button", name="打印回执")).to_be_hidden()

    caller = visit()
    caller.goto("/")
    caller.get_by_role("link", name="凭回执查进度").click()
    caller.get_by_label("查询码").fill(code.lower())
    press(caller, "查询")
    expect(caller.get_by_role("heading", level=1)).to_have_text("暴露垃圾")
    for answer in ("操作成功：催办", "您今天已经催办过"):
        press(caller, "催办")
        expect(caller.get_by_role("heading", level=1)).to_have_text("催办")
        press(caller, "催办")
        expect(caller.get_by_text(answer)).to_be_visible()


def test_without_scripts_a_report_still_arrives(visit: Visit, photo: Path) -> None:
    page = visit(None, PHONE, java_script_enabled=False)
    page.goto("/report/")
    page.get_by_label("什么事？").fill("村口垃圾堆了三天没人清")
    press(page, "提交")
    expect(page.get_by_text("请选择是哪个村（社区）。").first).to_be_visible()
    expect(page.get_by_label("什么事？")).to_have_value("村口垃圾堆了三天没人清")
    page.get_by_label("在哪个村（社区）？").select_option(people.VILLAGE)
    page.get_by_label("拍照或选照片").set_input_files(photo)
    press(page, "提交")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    incident = Incident.objects.get()
    assert (incident.reporter, incident.category_key, incident.photos.count()) == (None, "0401", 1)
    page.goto("/report/")
    expect(page.get_by_label("在哪个村（社区）？")).to_have_value(people.VILLAGE)


def test_english_and_large_print_are_one_press_each(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Report").first).to_be_visible()
    page.get_by_role("button", name="Large print").click()
    expect(page.locator("html.large-print")).to_be_attached()
    for address in ("/", "/report/", "/slip/", "/public/", f"/public/{people.VILLAGE}/"):
        page.goto(address)
        fits(page)
        assert not re.search("[，。：？]", page.locator("main").inner_text()), address
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("北滩村")
