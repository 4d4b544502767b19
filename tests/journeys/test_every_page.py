"""Every page that somebody's bar leads to: it opens, fits, speaks Chinese and breaks no policy."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import people
from tests.journeys.conftest import PHONE, Visit, fits
from tests.journeys.looking import faults_on_a_phone
from xiangyue.incidents.services import report_incident
from xiangyue.places.models import Person, Place

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

SMALL_DESK: Any = {"width": 1024, "height": 768}
ENGLISH = re.compile(r"\b[A-Za-z]{2,}\b[ ,]+\b[a-z]{2,}\b")


def worker() -> Person:
    grid = Place.objects.get(code=f"{people.VILLAGE}-001")
    return people.posted("grid_worker", at_place=grid, organisation=people.unit("GW", grid))


WHO: dict[str, tuple[Callable[[], Person | None], Any]] = {
    "visitor": (lambda: None, PHONE),
    "resident": (people.somebody, PHONE),
    "grid worker": (worker, PHONE),
    "village clerk": (people.clerk, SMALL_DESK),
    "dispatcher": (people.dispatcher, SMALL_DESK),
    "supervisor": (people.supervisor, SMALL_DESK),
    "administrator": (
        lambda: people.posted("administrator", at_place=people.county()),
        SMALL_DESK,
    ),
    "auditor": (lambda: people.posted("auditor", at_place=people.county()), SMALL_DESK),
}


OPEN_TO_ALL = {"/public/", f"/public/{people.VILLAGE}/", "/report/", "/slip/", "/kept/"}


@pytest.mark.parametrize("who", WHO)
def test_every_page_in_the_bar(visit: Visit, who: str) -> None:
    """And what is open to all; neither page nor bar scrolls sideways on a phone, whoever looks."""
    make, size = WHO[who]
    person = make()
    report_incident(
        category_key="0401",
        place=people.place(),
        at=timezone.now(),
        channel="resident",
        description="村口垃圾堆了三天没人清",
        reporter=person or people.somebody(),
    )
    page = visit(person, size)
    page.goto("/")
    bar = page.get_by_role("navigation", name="主导航").get_by_role("link")
    links = bar.evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    addresses = set(links) | OPEN_TO_ALL | {page.url}
    if person is not None:
        addresses.add("/messages/")
    assert len(links) >= 5
    wide = []
    for address in sorted(addresses):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        fits(page)
        assert not ENGLISH.search(page.locator("main").inner_text()), address
        wide += [f"{address}: {fault}" for fault in faults_on_a_phone(page)]
    assert wide == [], "\n".join(wide)
