"""What people do before a page: press, sign in, report, act."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import code_sent_to, fits
from xiangyue.incidents.models import Incident


def press(page: Page, name: str) -> None:
    """Press the button, or the link that looks like one."""
    page.locator("main").get_by_role("button", name=name, exact=True).or_(
        page.locator("main").get_by_role("link", name=name, exact=True)
    ).click()


def sign_in_with_a_code(page: Page, phone: str) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="我的", exact=True).click()
    page.get_by_label("手机号").fill(phone)
    press(page, "获取验证码")
    page.get_by_label("验证码").fill(code_sent_to(page))
    press(page, "登录")
    expect(page).not_to_have_url(re.compile("/account/sign-in/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def report(page: Page, words: str, photo: Path) -> str:
    """Report from the first page; returns the incident's number."""
    page.goto("/")
    press(page, "我要反映")
    page.get_by_label("什么事？").fill(words)
    page.get_by_label("拍照或选照片").set_input_files(photo)
    expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
    expect(page.get_by_role("button", name="乱停车")).to_have_attribute("aria-pressed", "true")
    press(page, "提交")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    fits(page)
    return Incident.objects.latest("created_at").number


def act(page: Page, number: str, title: str, **entered: str) -> None:
    """Do something to the incident, from its own page."""
    page.goto(f"/incidents/{number}/")
    fits(page)
    others = page.get_by_text("其他操作", exact=True)
    if others.count() and not page.get_by_role("link", name=title, exact=True).is_visible():
        others.click()
    press(page, title)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    fits(page)
    for label, value in entered.items():
        field = page.get_by_label(label, exact=False)
        if field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    press(page, title)
    done(page, title)


def done(page: Page, title: str) -> None:
    expect(page.get_by_role("status").filter(has_text=f"操作成功：{title}")).to_be_visible()


def handle(page: Page, number: str, reply: str, *photos: Path) -> None:
    """Say that it is fixed, and what the reporter will be told."""
    page.goto(f"/incidents/{number}/do/handle/")
    page.get_by_label("已解决", exact=True).check()
    page.get_by_label("给反映人的答复").fill(reply)
    if photos:
        page.get_by_label("拍照或选照片").set_input_files(list(photos))
        expect(page.get_by_role("button", name=f"移除 照片 {len(photos)}")).to_be_visible()
    press(page, "办理完成")
    done(page, "办理完成")


def state_shown(page: Page, number: str, words: str) -> None:
    page.goto(f"/incidents/{number}/")
    expect(page.locator(".page-header").get_by_text(words, exact=True)).to_be_visible()
