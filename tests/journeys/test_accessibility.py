"""WCAG 2.2 AA as far as a program can tell, by axe, on every page and in large print."""

import csv
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, Error, Page

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
# How far the page goes beyond a phone's screen, and the cells whose words stand letter on letter.
TOO_NARROW = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  const stacked = Array.from(document.querySelectorAll("td, th")).filter((cell) => {
    const em = parseFloat(getComputedStyle(cell).fontSize);
    const words = document.createRange();
    words.selectNodeContents(cell);
    const { width, height } = words.getBoundingClientRect();
    return width && width < 4 * em && height > 8 * em;
  });
  const wide = Array.from(document.body.querySelectorAll("*")).filter(
    (part) => part.getBoundingClientRect().right > innerWidth + 1,
  );
  const widest = wide.length ? wide[wide.length - 1].outerHTML.slice(0, 200) : "";
  return (over > 0 ? [`${over} px too wide: ${widest}`] : []).concat(
    stacked.slice(0, 2).map((cell) => `stacked: ${cell.outerHTML.slice(0, 200)}`),
  );
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """Its code, before any page is opened: without it no page is looked at."""
    assert AXE.exists(), "axe is not here: run `python frontend/build.py`"
    return AXE.read_text()


def faults(page: Page, address: str, axe: str) -> list[str]:
    """What axe finds on the page that is open, a sentence each."""
    page.evaluate(axe)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert result["passes"], "axe looked at nothing"
    return [
        f"{address}: {fault['help']}: {fault['nodes'][0]['html']}" for fault in result["violations"]
    ]


def faults_on_a_phone(page: Page, address: str) -> list[str]:
    """Where the page that is open scrolls sideways or squeezes a cell, 390 px wide (SE05)."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(PHONE)
    found = []
    for is_large in (False, True):
        page.evaluate(
            "on => document.documentElement.classList.toggle('large-print', on)", is_large
        )
        print_ = "large print" if is_large else "usual print"
        found += [f"{address}, {print_}: {fault}" for fault in page.evaluate(TOO_NARROW)]
    page.set_viewport_size(size)
    return found


@override_settings(ROOT_URLCONF="tests.site.gallery_urls")
@pytest.mark.parametrize("is_large_print", [False, True], ids=["usual", "large print"])
def test_no_page_shuts_anybody_out(
    browser: Browser, live_server: Any, axe: str, is_large_print: bool
) -> None:
    found = []
    for address in [*PUBLIC_ADDRESSES, *(f"/gallery/{name}/" for name in PAGES)]:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=DESK if "desk" in address else PHONE,
            bypass_csp=True,  # axe itself is code from outside the page
        )
        with closing(context):  # one that stays open keeps the live server waiting
            if is_large_print:
                cookie: Any = {"name": "large_print", "value": "1", "url": live_server.url}
                context.add_cookies([cookie])
            page = context.new_page()
            page.goto(address)
            found += faults(page, address, axe)
    assert found == [], "\n".join(found)


# What no person opens as a page: data, parts of a page. Files tell by their type what they are.
NO_PAGE = re.compile(r"/api/|/open311/|/progress/$|/suggest/$")


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


def is_page(page: Page, address: str) -> bool:
    """Go there; no page is a file, and what an earlier page of the walk has used up."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return answer is not None and answer.ok and "html" in answer.headers["content-type"]


def test_no_page_that_anybody_works_on_shuts_anybody_out(
    browser: Browser, live_server: Any, axe: str, cast: dict[str, Person | None]
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
        with closing(context):
            person = cast[role]
            if person is not None:
                client = Client()
                people.sign_in(client, person)
                session: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value}
                context.add_cookies([session | {"url": live_server.url}])
            page = context.new_page()
            for path in (path for path, its_role in pages() if its_role == role):
                address = filled(path, number=public.number, slip=slip, there=there)
                if not is_page(page, address):
                    continue
                seen += 1
                found += faults(page, f"{role} {path}", axe)
                found += faults_on_a_phone(page, f"{role} {path}")
    assert seen > 80
    assert found == [], "\n".join(found)
