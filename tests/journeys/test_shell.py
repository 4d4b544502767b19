"""The shell in a real browser: what the pages of every module rely on."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect

pytestmark = [
    pytest.mark.journey,
    pytest.mark.only_on("sqlite"),  # the shell is the same on every database
    pytest.mark.django_db(transaction=True),
]

PHONE: Any = {"width": 390, "height": 844}
DESK: Any = {"width": 1024, "height": 768}


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A phone's page; what the content policy refused would be among its errors."""
    with override_settings(ROOT_URLCONF="tests.site.gallery_urls"):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE,
            permissions=["geolocation"],
            geolocation={"latitude": 38.784, "longitude": 101.088, "accuracy": 12},
        )
        opened = context.new_page()
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        yield opened
        context.close()
    assert errors == []


@pytest.mark.parametrize(
    "name", ["phone", "phone_worker", "phone_form", "phone_incident", "public"]
)
@pytest.mark.parametrize("large_print", [False, True])
def test_a_phone_never_scrolls_sideways_and_nothing_to_press_is_too_small(
    page: Page, name: str, large_print: bool
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"/gallery/{name}/")
    if large_print:
        page.get_by_role("button", name="大字").click()
        expect(page.get_by_role("button", name="普通字")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll(
             ".button, .tool, .tab, .tabbar a, .door, summary, select, .photo-input-button, .choice"
           ))
           .filter((one) => one.getClientRects().length && !one.matches(".button-small"))
           .filter((one) => one.getBoundingClientRect().height < 44)
           .map((one) => one.outerHTML)"""
    )
    assert small == []


def test_large_print_is_large(page: Page) -> None:
    page.goto("/gallery/phone/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 17
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html.large-print")).to_be_attached()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20


def test_what_was_typed_is_still_there_after_the_page_was_lost(page: Page) -> None:
    page.goto("/gallery/phone_form/")
    page.get_by_label("一句话说清是什么事").fill("路灯坏了")
    page.get_by_label("紧急").check()
    page.reload()  # at once, before the pause after which it is kept
    expect(page.get_by_label("一句话说清是什么事")).to_have_value("路灯坏了")
    expect(page.get_by_label("紧急")).to_be_checked()
    page.get_by_role("button", name="清空重写").click()
    expect(page.get_by_label("一句话说清是什么事")).to_have_value("")
    page.reload()
    expect(page.locator("form[data-draft-ready]")).to_be_visible()
    expect(page.get_by_label("一句话说清是什么事")).to_have_value("")


def test_photos_are_made_small_before_they_are_sent(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(large, quality=95)
    page.goto("/gallery/phone_form/")
    page.get_by_label("拍照或选照片").set_input_files([large, large])
    expect(page.get_by_role("button", name="移除 照片 2")).to_be_visible()
    sizes = page.evaluate(
        """async () => Promise.all(
             Array.from(document.querySelector("input[type=file]").files)
               .map(async (file) => [(await createImageBitmap(file)).width, file.size]))"""
    )
    assert [width for width, _ in sizes] == [1600, 1600]
    assert all(size < large.stat().st_size / 2 for _, size in sizes)
    page.get_by_role("button", name="移除 照片 1").click()
    assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1


def test_the_phone_gives_its_place_only_when_asked(page: Page) -> None:
    page.goto("/gallery/phone_form/")
    latitude = page.locator('input[name="latitude"]')
    assert latitude.input_value() == ""
    page.get_by_role("button", name="填上我现在的位置").click()
    expect(page.get_by_text("误差约 12 米")).to_be_visible()
    assert latitude.input_value() == "38.784000"


def fill(page: Page, title: str) -> None:
    page.get_by_label("一句话说清是什么事").fill(title)
    page.get_by_label("一般").check()


def test_a_report_written_without_network_is_sent_when_the_network_is_back(page: Page) -> None:
    page.goto("/gallery/phone_form/")
    fill(page, "水渠堵了")
    page.context.set_offline(True)
    expect(page.get_by_text("没有网络。您写的内容会留在这里。")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="存在手机里的")).to_be_visible()
    expect(page.locator(".outbox").get_by_text("水渠堵了", exact=True)).to_be_visible()
    expect(page.get_by_label("一句话说清是什么事")).to_have_value("")
    sent: list[str] = []
    page.on(
        "request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else None
    )
    page.context.set_offline(False)
    slip = page.get_by_role("link", name="看回执")
    expect(slip).to_have_attribute("href", "/gallery/phone_incident/")
    assert len(sent) == 1
    assert "水渠堵了" in sent[0]
    assert re.search(r'name="client_key"\s+[0-9a-f-]{36}', sent[0])
    page.reload()
    expect(slip).to_be_visible()
    page.get_by_role("button", name="丢弃").click()
    expect(page.get_by_role("heading", name="存在手机里的")).to_be_hidden()
    assert len(sent) == 1


def test_what_has_been_sent_does_not_come_back_as_a_draft(page: Page) -> None:
    page.goto("/gallery/phone_form/")
    fill(page, "桥栏松了")
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_url(re.compile("phone_incident"))
    page.goto("/gallery/phone_form/")
    expect(page.locator("form[data-draft-ready]")).to_be_visible()
    expect(page.get_by_label("一句话说清是什么事")).to_have_value("")


def test_a_report_that_waited_and_was_refused_comes_back_to_be_changed(
    page: Page, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (800, 600), "#585").save(photo)
    page.goto("/gallery/phone_form/")
    page.get_by_label("详细情况").fill("没有写标题")
    page.get_by_label("拍照或选照片").set_input_files(photo)
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("等有网络时发送")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("link", name="修改后发送").click()
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    page.reload()
    expect(page.get_by_label("详细情况")).to_have_value("没有写标题")
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    fill(page, "渠边护栏断了")
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_url(re.compile("phone_incident"))
    page.goto("/gallery/phone_form/")
    expect(page.locator("body")).to_have_attribute("data-unsent", "0")
    expect(page.get_by_role("heading", name="存在手机里的")).to_be_hidden()


def test_a_form_with_mistakes_keeps_all_and_leads_to_the_first_of_them(page: Page) -> None:
    page.goto("/gallery/phone_form/")
    page.get_by_label("详细情况").fill("没有写标题")
    page.get_by_role("button", name="提交").click()
    title = page.get_by_label("一句话说清是什么事")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("详细情况")).to_have_value("没有写标题")
    fill(page, "补上标题")
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_url(re.compile("phone_incident"))


def test_nothing_that_cannot_be_taken_back_happens_without_a_question(page: Page) -> None:
    page.goto("/gallery/pieces/")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.get_by_role("button", name="删除").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("确定吗？")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    assert sent == []
    page.get_by_role("button", name="删除").click()
    with page.expect_request(lambda one: one.method == "POST"):
        dialog.get_by_role("button", name="确定").click()


def test_a_clerk_works_a_list_without_the_mouse(page: Page) -> None:
    page.set_viewport_size(DESK)
    page.goto("/gallery/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    rows = page.locator("[data-rows] tbody tr")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(rows.nth(1).get_by_role("link")).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0).get_by_role("link")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("关键词")).to_be_focused()
    page.keyboard.type("jx?")
    expect(page.get_by_label("关键词")).to_have_value("jx?")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="用键盘操作")).to_be_visible()


def test_a_desk_of_1024_by_768_shows_a_list_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size(DESK)
    for name in ("desk", "desk_incident"):
        page.goto(f"/gallery/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_map_draws_our_own_shapes_and_asks_nobody_for_tiles(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.set_viewport_size(DESK)
    page.goto("/gallery/desk_incident/")
    expect(page.locator(".map-pin-bad")).to_be_visible()
    expect(page.locator(".map-area")).to_be_visible()
    server = page.url.partition("/gallery/")[0]
    assert all(url.startswith((server, "data:", "blob:")) for url in asked)
