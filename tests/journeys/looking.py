"""What a program can tell of an open page: axe's rules (WCAG 2.2 AA), and how it fits a phone."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Error, Page

from tests.contracts.routes import TABLE, Village
from tests.journeys.conftest import DESK, PATIENCE_SECONDS, PHONE
from tests.people import sign_in
from xiangyue.places.models import Person

AXE = Path(settings.ROOT) / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# The names of what it found to be right are not asked for: to find them takes longer than to look.
# Its own copy of the style sheets is for rules that are not among these.
LOOK = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {
    runOnly: rules, resultTypes: ["violations"], preload: { assets: ["media"] },
  });
  return [
    found.passes.length,
    found.violations.map((fault) => `${fault.help}: ${fault.nodes[0].html}`),
  ];
}"""
LARGE_PRINT = "on => document.documentElement.classList.toggle('large-print', on)"
# By the size of print: how far the page goes beyond the screen, which bars do not show all that is
# in them, and the cells whose words stand letter on letter.
TOO_NARROW = """() => [["usual print", false], ["large print", true]].flatMap(([name, isLarge]) => {
  const before = document.documentElement.className;
  document.documentElement.classList.toggle("large-print", isLarge);
  const faults = [];
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) {
    const wide = Array.from(document.body.querySelectorAll("*")).filter(
      (part) => part.getBoundingClientRect().right > innerWidth + 1,
    );
    const widest = wide.length ? wide[wide.length - 1].outerHTML.slice(0, 200) : "";
    faults.push(`${over} px too wide: ${widest}`);
  }
  for (const bar of document.querySelectorAll("header, nav, .bar-nav, .tabbar, .bar-tools")) {
    if (bar.getClientRects().length && bar.scrollWidth > bar.clientWidth + 1) {
      faults.push(`does not show all: ${bar.className || bar.tagName}`);
    }
  }
  const stacked = Array.from(document.querySelectorAll("td, th")).filter((cell) => {
    const em = parseFloat(getComputedStyle(cell).fontSize);
    const words = document.createRange();
    words.selectNodeContents(cell);
    const { width, height } = words.getBoundingClientRect();
    return width && width < 4 * em && height > 8 * em;
  });
  faults.push(...stacked.slice(0, 2).map((cell) => `stacked: ${cell.outerHTML.slice(0, 200)}`));
  document.documentElement.className = before;
  return faults.map((fault) => `${name}: ${fault}`);
})"""
# What no person opens as a page: data, parts of a page. Files tell by their type what they are.
NO_PAGE = re.compile(r"/api/|/open311/|/progress/$|/suggest/$")
ON_PHONES = ("visitor", "resident", "grid_worker")


@contextmanager
def opened(
    browser: Browser, live_server: Any, *, size: Any, person: Person | None = None
) -> Iterator[Page]:
    """A page with axe at hand; what stays open would keep the live server waiting."""
    assert AXE.exists(), "axe is not here: run `python frontend/build.py`"
    context = browser.new_context(
        base_url=live_server.url,
        viewport=size,
        bypass_csp=True,  # axe itself is code from outside the page
        service_workers="block",  # each page is looked at once: none is kept
    )
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    context.add_init_script(path=AXE)
    try:
        if person is not None:
            client = Client()
            sign_in(client, person)
            session: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            context.add_cookies([session | {"url": live_server.url}])
        yield context.new_page()
    finally:
        context.close()


def faults(page: Page) -> list[str]:
    """What axe finds on the page that is open, a sentence each."""
    passed, found = page.evaluate(LOOK)
    assert passed, "axe looked at nothing"
    return list(found)


def faults_on_a_phone(page: Page) -> list[str]:
    """Where the page that is open is too wide for 390 px, in usual and in large print (SE05)."""
    size = page.viewport_size
    if size == PHONE:
        return list(page.evaluate(TOO_NARROW))
    assert size is not None
    page.set_viewport_size(PHONE)
    found = list(page.evaluate(TOO_NARROW))
    page.set_viewport_size(size)
    return found


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


def walked(
    browser: Browser, live_server: Any, village: Village, role: str
) -> tuple[int, list[str]]:
    """How many pages there are whose first reader is of this role, and the faults on them."""
    size = PHONE if role in ON_PHONES else DESK
    seen, found = 0, []
    with opened(browser, live_server, size=size, person=village.cast[role]) as page:
        for path in (path for path, its_role in pages() if its_role == role):
            if is_page(page, village.path(path)):
                seen += 1
                here = faults(page) + faults_on_a_phone(page)
                found += [f"{role} {path}: {fault}" for fault in here]
    return seen, found
