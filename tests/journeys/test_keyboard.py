"""The report and the inbox, worked without a mouse."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import people
from tests.journeys.conftest import DESK, Visit
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import report_incident

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


NAME = "field => field.labels && field.labels[0] ? field.labels[0].innerText : field.innerText"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _press in range(40):
        page.keyboard.press("Tab")
        if name in page.locator(":focus").evaluate(NAME):
            return
    raise AssertionError(f"Tab never came to {name}")


def test_a_report_by_keyboard_alone(visit: Visit) -> None:
    page = visit(people.somebody())
    page.goto("/report/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "什么事")
    page.keyboard.type("小卖部门前乱停车")
    expect(page.get_by_role("button", name="乱停车")).to_be_visible()
    tab_to(page, "在哪个村")
    tab_to(page, "提交")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()


def test_the_inbox_by_keyboard_alone(visit: Visit) -> None:
    reporter = people.somebody()
    numbers = []
    for words in ("小卖部门前乱停车", "学校门口乱停车", "卫生院门口乱停车"):
        incident, _code = report_incident(
            category_key="0406",
            place=people.place(),
            at=timezone.now(),
            channel="resident",
            description=words,
            reporter=reporter,
        )
        numbers.append(incident.number)
    page = visit(people.dispatcher(), DESK)
    page.goto("/desk/")
    for key in "jxjx":
        page.keyboard.press(key)
    dispatch = page.get_by_role("button", name="分流交办")
    expect(dispatch).to_contain_text("2")
    page.get_by_label("承办单位").select_option(label="清泉镇派出所")
    dispatch.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已分流交办 2 件。")).to_be_visible()
    assert Incident.objects.filter(state="dispatched").count() == 2
    page.keyboard.press("/")
    page.keyboard.type("卫生院")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]q=%"))
    expect(page.get_by_text("共1件")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("卫生院门口乱停车").first).to_be_visible()
    expect(page.get_by_role("heading", name="办理过程")).to_be_visible()
