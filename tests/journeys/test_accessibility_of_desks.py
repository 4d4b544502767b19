"""WCAG 2.2 AA as far as a program can tell, on each page of a desk: see `test_accessibility.py`."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.contracts.routes import make_village
from tests.journeys.looking import ON_PHONES, pages, walked

pytestmark = [
    pytest.mark.journey,
    pytest.mark.only_on("sqlite"),  # the look is the same on every database
    pytest.mark.django_db(transaction=True),
]


def test_no_page_of_a_desk_shuts_anybody_out(browser: Browser, live_server: Any) -> None:
    """Each page with something real on it, as the first role that may open it."""
    village = make_village()
    seen, found = 0, []
    for role in sorted({role for _path, role in pages()} - set(ON_PHONES)):
        here, faults = walked(browser, live_server, village, role)
        seen += here
        found += faults
    assert seen > 80
    assert found == [], "\n".join(found)
