"""A resident's whole way without a mouse, and as a screen reader has it: from report to rating.

Everything is reached by Tab and done by Enter or Space; everything reached has a name.
"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import people
from tests.journeys.conftest import Visit
from tests.journeys.test_keyboard import tab_to
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import handle_incident, pass_incident, take_on_incident

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

NAMELESS = """() => {
  const texts = (ones) => Array.from(ones || [], (one) => (one ? one.textContent : "")).join("");
  const named = (one) => {
    const ids = (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    return one.getAttribute("aria-label") || texts(ids.map((id) => document.getElementById(id))) ||
      texts(one.labels) || one.textContent || one.title || one.alt || "";
  };
  const reached = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  return Array.from(document.querySelectorAll(reached))
    .filter((one) => one.getClientRects().length && !named(one).trim())
    .map((one) => one.outerHTML.slice(0, 120));
}"""


def enter(page: Page, name: str) -> None:
    """Come to it by Tab and press Enter."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def all_named(page: Page) -> None:
    """Whatever can be reached has a name; there is one heading of the first rank, one main part."""
    assert page.evaluate(NAMELESS) == [], page.url
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)


def answered(incident: Incident) -> None:
    """The village settles it, the town verifies it."""
    clerk, town = people.clerk(), people.dispatcher()
    at = timezone.now()
    Incident.objects.filter(pk=incident.pk).update(
        unit=people.unit("VC", people.place()), state="dispatched"
    )
    incident.refresh_from_db()
    take_on_incident(incident=incident, actor=people.acting(clerk, at=at), at=at)
    handle_incident(
        incident=incident,
        outcome="fixed",
        reply="车已挪走，画了线",
        actor=people.acting(clerk, at=at),
        at=at,
    )
    pass_incident(incident=incident, actor=people.acting(town, at=at), at=at)


def test_from_the_report_to_the_last_word_by_keyboard_alone(visit: Visit) -> None:
    page = visit(people.somebody())
    page.goto("/")
    all_named(page)
    enter(page, "我要反映")
    expect(page.get_by_role("heading", level=1)).to_have_text("我要反映")
    all_named(page)
    tab_to(page, "什么事")
    page.keyboard.type("小卖部门前乱停车")
    expect(page.get_by_role("button", name="乱停车")).to_be_visible()
    enter(page, "提交")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    all_named(page)
    enter(page, "看进度")
    expect(page.get_by_role("heading", name="办理过程")).to_be_visible()
    all_named(page)
    slip = page.url
    answered(Incident.objects.get())
    page.goto(slip)
    expect(page.get_by_text("车已挪走，画了线")).to_be_visible()
    all_named(page)
    enter(page, "满意，办好了")
    expect(page.get_by_role("heading", level=1)).to_have_text("满意，办好了")
    all_named(page)
    tab_to(page, "备注")
    page.keyboard.type("谢谢")
    enter(page, "满意，办好了")
    expect(page.get_by_role("status").filter(has_text="操作成功：满意，办好了")).to_be_visible()
    incident = Incident.objects.get()
    assert incident.state == "closed"
    assert incident.ratings.get().comment == "谢谢"


def test_what_a_screen_reader_is_told_of_the_report(visit: Visit) -> None:
    """The form's fields by role, name and state, as they are spoken."""
    page = visit(people.somebody())
    page.goto("/report/")
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - link "返回"
          - heading "我要反映" [level=1]
          - paragraph
          - text: 什么事？
          - textbox "什么事？"
        """
    )
    for role, name in (
        ("combobox", "在哪个村"),
        ("button", "提交"),
        ("button", "填上我现在的位置"),
    ):
        expect(page.get_by_role(role, name=re.compile(name)).first).to_be_visible()  # type: ignore[arg-type]
    page.get_by_role("button", name="提交").press("Enter")
    field = page.get_by_role("textbox", name="什么事？")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")


def test_what_waits_is_worked_by_keyboard_and_spoken(visit: Visit) -> None:
    page = visit(people.somebody(), service_workers="block")
    page.goto("/report/")
    page.context.set_offline(True)
    page.get_by_label("什么事？").fill("小卖部门前乱停车")
    page.get_by_role("button", name="提交").press("Enter")
    box = page.get_by_role("region", name="存在手机里的")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("link", name="待发送 1")).to_be_visible()
    tab_to(page, "现在发送")
    tab_to(page, "丢弃")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("还没有发出去")
    page.get_by_role("dialog").get_by_role("button", name="取消").press("Enter")
    page.context.set_offline(False)
    expect(page.get_by_role("link", name="看回执")).to_be_visible()
    assert Incident.objects.count() == 1
