"""What the browser itself holds to: headers, cookies, forms sent from elsewhere, foreign frames."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect

from tests import people
from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.gestures import press, sign_in_with_a_code
from xiangyue.access.models import Account
from xiangyue.incidents.models import Incident

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

REQUIRED = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self)",
}


@pytest.mark.parametrize("path", ["/", "/public/", "/report/", "/account/", "/no/such/page/"])
def test_every_page_carries_its_guards(visit: Visit, path: str) -> None:
    page = visit(people.somebody())
    answer = page.goto(path)
    assert answer is not None
    headers = answer.headers
    for name, value in REQUIRED.items():
        assert headers.get(name, "").startswith(value), f"{path}: {name}"
    assert "unsafe" not in headers["content-security-policy"]


def test_the_session_is_out_of_reach_of_scripts_and_of_other_sites(visit: Visit) -> None:
    page = visit()
    sign_in_with_a_code(page, "13800001234")
    page.goto("/report/")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    session = cookies[settings.SESSION_COOKIE_NAME]
    assert session["httpOnly"]
    assert session["value"] not in page.evaluate("document.cookie")
    assert {cookie["sameSite"] for cookie in cookies.values()} <= {"Lax", "Strict"}


def test_signing_out_leaves_nothing_that_opens_the_door_again(visit: Visit) -> None:
    page = visit()
    sign_in_with_a_code(page, "13800001235")
    before = page.context.cookies()
    page.goto("/account/")
    with page.expect_navigation():
        press(page, "退出登录")
    page.context.clear_cookies()
    page.context.add_cookies(before)  # somebody kept a copy
    page.goto("/mine/")
    expect(page.get_by_label("手机号")).to_be_visible()


@pytest.fixture
def elsewhere(live_server: Any) -> Iterator[str]:
    """Another site, whose page sends our forms and shows us in a frame."""
    target = live_server.url.replace("127.0.0.1", "localhost")

    class Evil(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f"""<!doctype html><meta charset=utf-8>
            <form id=sent method=post action="{target}/report/">
            <input name=description value="从别处提交"><input name=category value=0401></form>
            <form id=out method=post action="{target}/account/sign-out/"></form>
            <iframe id=frame src="{target}/report/"></iframe>"""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *words: object) -> None:
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Evil)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_form_sent_from_another_site_does_nothing(
    browser: Browser, live_server: Any, elsewhere: str, size: Any
) -> None:
    ours = live_server.url.replace("127.0.0.1", "localhost")
    person = people.somebody()
    client = Client()
    people.sign_in(client, person)
    salt = Account.objects.get(person=person).session_salt
    context = browser.new_context(viewport=size, locale="zh-CN")
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": ours}]
    )
    try:
        for form in ("sent", "out"):
            page = context.new_page()
            page.goto(elsewhere)
            with page.expect_navigation() as gone:
                page.evaluate(f"document.getElementById('{form}').submit()")
            assert gone.value is not None
            assert gone.value.status in {403, 404, 405}
        assert not Incident.objects.exists()
        assert Account.objects.get(person=person).session_salt == salt
    finally:
        context.close()


def test_no_other_site_shows_us_in_a_frame(
    browser: Browser, live_server: Any, elsewhere: str
) -> None:
    context = browser.new_context(viewport=DESK)
    try:
        page = context.new_page()
        page.goto(elsewhere)
        frame = page.locator("#frame").element_handle().content_frame()
        assert frame is not None
        frame.wait_for_url("chrome-error://**")
        expect(page.frame_locator("#frame").get_by_role("textbox")).to_have_count(0)
    finally:
        context.close()


def test_words_that_look_like_a_page_are_shown_as_words(visit: Visit) -> None:
    """What somebody reports is text, whatever it looks like."""
    from django.utils import timezone

    from xiangyue.incidents.services import report_incident

    words = "<script>document.title='x'</script><img src=x onerror=document.title='x'>{{7*7}}"
    reporter = people.somebody("<b>张三</b>")
    incident, _slip = report_incident(
        category_key="0401", place=people.place(), at=timezone.now(), channel="resident",
        description=words, reporter=reporter, address=words,
    )  # fmt: skip
    page = visit(people.dispatcher(), DESK)
    for path in (f"/incidents/{incident.number}/", "/desk/", "/public/"):
        page.goto(path)
        assert page.title() != "x"
        assert page.locator("img[src=x]").count() == 0
    page.goto(f"/incidents/{incident.number}/")
    expect(page.get_by_text("{{7*7}}").first).to_be_visible()
