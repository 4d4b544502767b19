"""WCAG 2.2 AA as far as a program can tell, by axe, on every page and in large print."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page

from tests import people
from tests.contracts.objects import objects
from tests.contracts.test_routes import TABLE, cast, filled
from xiangyue.incidents.services import report_incident
from xiangyue.places.models import Person
from xiangyue.site.gallery import PAGES

__all__ = ["cast"]

pytestmark = [
    pytest.mark.journey,
    pytest.mark.only_on("sqlite"),  # the look is the same on every database
    pytest.mark.django_db(transaction=True),
]

AXE = Path(settings.ROOT) / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: Any = {"width": 390, "height": 844}
DESK: Any = {"width": 1280, "height": 800}
PUBLIC_ADDRESSES = ["/", "/report/", "/slip/", "/public/", "/account/sign-in/"]


def faults(page: Page, address: str) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert result["passes"], "axe looked at nothing"
    return [
        f"{address}: {fault['help']}: {fault['nodes'][0]['html']}" for fault in result["violations"]
    ]


@override_settings(ROOT_URLCONF="tests.site.gallery_urls")
@pytest.mark.parametrize("is_large_print", [False, True], ids=["usual", "large print"])
def test_no_page_shuts_anybody_out(
    browser: Browser, live_server: Any, is_large_print: bool
) -> None:
    found = []
    for address in [*PUBLIC_ADDRESSES, *(f"/gallery/{name}/" for name in PAGES)]:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=DESK if "desk" in address else PHONE,
            bypass_csp=True,  # axe itself is code from outside the page
        )
        if is_large_print:
            context.add_cookies([{"name": "large_print", "value": "1", "url": live_server.url}])
        page = context.new_page()
        page.goto(address)
        found += faults(page, address)
        context.close()
    assert "\n".join(found) == ""


# What no person reads as a page: files, data, parts of a page.
NO_PAGE = re.compile(r"/api/|/open311/|\.(?:xlsx|pdf|json|js|ics|jpg|pub)$|/progress/$|/suggest/$")


def pages() -> list[tuple[str, str]]:
    """Every page's route with a role that it opens for, out of the table of routes."""
    found = []
    with TABLE.open(newline="") as handle:
        for row in csv.DictReader(handle):
            method, _, path = row.pop("route").partition(" ")
            opens = [role for role, status in row.items() if status == "200"]
            if method == "GET" and opens and not NO_PAGE.search(path) and " " not in path:
                found.append((path, opens[0]))
    return found


def test_no_page_that_anybody_works_on_shuts_anybody_out(
    browser: Browser, live_server: Any, cast: dict[str, Person | None]
) -> None:
    """Each page of the house with something real on it, as the first role that may open it."""
    public, slip = report_incident(
        category_key="0401", place=people.place(), at=people.MONDAY, channel="resident",
        description="村口垃圾堆了三天", reporter=cast["resident"],
    )  # fmt: skip
    there = objects(cast, public)
    found, seen = [], 0
    for role in dict.fromkeys(role for _path, role in pages()):
        is_phone = role in {"visitor", "resident", "grid_worker"}
        context = browser.new_context(
            base_url=live_server.url, viewport=PHONE if is_phone else DESK, bypass_csp=True
        )
        person = cast[role]
        if person is not None:
            client = Client()
            people.sign_in(client, person)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        for path in (path for path, its_role in pages() if its_role == role):
            address = filled(path, number=public.number, slip=slip, there=there)
            answer = page.goto(address)
            if (
                answer is None
                or answer.status != 200
                or "html" not in answer.headers["content-type"]
            ):
                continue  # an earlier page of the walk used it up
            seen += 1
            found += faults(page, f"{role} {path}")
        context.close()
    assert seen > 80
    assert "\n".join(found) == ""
