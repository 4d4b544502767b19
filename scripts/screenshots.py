"""Takes the README's pictures from a running demonstration: `make screenshots` beside `make run`.

Signs in as each role through the pages, as a person would, and photographs its front.
"""

import json
import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
ADDRESS = os.environ.get("ADDRESS", "http://127.0.0.1:8000")
PEOPLE = Path(os.environ.get("XIANGYUE_VAR", ROOT / "var")) / "demo.json"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE, DESK = (390, 844), (1280, 800)

SHOTS = (
    ("resident-home", "resident", "/", PHONE),
    ("resident-report", "resident", "/report/", PHONE),
    ("worker-today", "grid_worker", "/", PHONE),
    ("desk-inbox", "town_dispatcher", "/desk/", DESK),
    ("desk-areas", "county_supervisor", "/desk/areas/", DESK),
    ("desk-session", "town_dispatcher", "/meetings/", DESK),
    ("desk-figures", "county_supervisor", "/desk/figures/", DESK),
    ("desk-register", "village_clerk", "/register/", DESK),
    ("desk-import", "village_clerk", "/desk/imports/", DESK),
    ("worker-patrol", "grid_worker", "/patrol/", PHONE),
    ("resident-record", "resident", "/me/record/", PHONE),
    ("public-place", None, "/public/", PHONE),
)


def main() -> int:
    """Write every picture; says which, and fails when a page does."""
    people = {person["role"]: person for person in json.loads(PEOPLE.read_text())["people"]}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        pages: dict[str | None, Page] = {}
        for name, role, path, size in SHOTS:
            if role not in pages:  # a number gets one code a minute
                pages[role] = _page(browser, size)
                if role is not None:
                    _sign_in(pages[role], people[role]["phone"])
            page = pages[role]
            answer = page.goto(f"{ADDRESS}{path}")
            if answer is None or not answer.ok:
                sys.stderr.write(f"{name}: {path} answered {answer and answer.status}\n")
                return 1
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            sys.stdout.write(f"{name}.png\n")
        browser.close()
    return 0


def _page(browser: Browser, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    return context.new_page()


def _sign_in(page: Page, phone: str) -> None:
    """Enter the phone number, then the code that a demonstration shows on the page."""
    page.goto(f"{ADDRESS}/account/sign-in/")
    page.fill("input[name=phone]", phone)
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_selector("input[name=code]")
    shown = re.search(r"(?<!\d)(\d{6})(?!\d)", page.inner_text("main"))
    if shown is None:
        raise SystemExit("No code is shown on the page; is this a demonstration?")
    page.fill("input[name=code]", shown[1])
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_url(lambda url: "sign-in" not in url)


if __name__ == "__main__":
    raise SystemExit(main())
