"""Chromium, and people who sit before it."""

import os
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from tests.people import sign_in
from xiangyue.notifications.models import Delivery
from xiangyue.places.models import Person

# A loaded machine is slow; what never comes still fails.
PATIENCE_SECONDS = 45
expect.set_options(timeout=PATIENCE_SECONDS * 1000)

PHONE: Any = {"width": 390, "height": 844}
DESK: Any = {"width": 1280, "height": 800}

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # A browser that waits for its first page does not wait for the whole house to be loaded.
    import_module(settings.ROOT_URLCONF)
    with pytest.MonkeyPatch.context() as patched:
        # Playwright's own loop runs in this thread, where the fixtures use the database.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            launched = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            yield launched
            launched.close()


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Visit]:
    """Open a browser for somebody: `visit(person, size)`, or `visit()` for a visitor.

    Whatever the content policy refuses, a script trips over or the server lacks fails the test.
    """
    contexts = []
    faults: list[str] = []

    def heard(message: Any) -> None:
        # A refusal's page has a status of its own, which the browser calls a failure; a network
        # that is cut by the test is told by htmx.
        expected = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError")
        if message.type == "error" and not any(words in message.text for words in expected):
            faults.append(message.text)

    def answered(response: Response) -> None:
        is_page = response.request.resource_type in {"document", "fetch", "xhr"}
        if response.status >= 500 or (response.status >= 400 and not is_page):
            faults.append(f"{response.status} {response.url}")

    def opened(
        person: Person | None = None,
        size: Any = PHONE,
        *,
        has_trouble: bool = False,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", **options
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        contexts.append(context)
        if person is not None:
            client = Client()
            sign_in(client, person)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", heard)
        if not has_trouble:  # made by the test itself
            page.on("response", answered)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture as a phone takes it."""
    return taken(tmp_path / "before.jpg")


def taken(file: Path) -> Path:
    """A picture like no other, in this file."""
    Image.effect_noise((1200, 900), 60).convert("RGB").save(file, quality=90)
    return file


def eventually(page: Page, look: Callable[[], Any], *, is_: Any = True) -> None:
    """What `look` finds, in the database mostly, becomes this; the page goes on meanwhile.

    For whatever the page does not show by itself: a page that looks right may be one on which
    nothing has happened yet.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) != is_ and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert found == is_


def code_sent_to(page: Page) -> str:
    """The six digits in the newest text message; the page has come to ask for them."""
    expect(page.get_by_label("验证码")).to_be_visible()
    text = Delivery.objects.filter(is_secret=True).latest("created_at").text
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None, f"no code in {text}"
    return found[0]


def fits(page: Page) -> None:
    """The page does not scroll sideways; one that is just arriving is waited for."""
    page.wait_for_load_state("domcontentloaded")  # a function polled in the page needs `eval`
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
