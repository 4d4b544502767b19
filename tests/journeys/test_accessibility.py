"""WCAG 2.2 AA as far as a program can tell, by axe, on every page and in large print.

The pages of desks are in `test_accessibility_of_desks.py`, so that two files share the work.
"""

from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser

from tests.contracts.routes import make_village
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.looking import LARGE_PRINT, ON_PHONES, faults, opened, walked
from xiangyue.site.gallery import PAGES

pytestmark = [
    pytest.mark.journey,
    pytest.mark.only_on("sqlite"),  # the look is the same on every database
    pytest.mark.django_db(transaction=True),
]

PUBLIC_ADDRESSES = ["/", "/report/", "/slip/", "/public/", "/account/sign-in/"]


@override_settings(ROOT_URLCONF="tests.site.gallery_urls")
def test_no_page_shuts_anybody_out(browser: Browser, live_server: Any) -> None:
    """What pages are made of, in usual and in large print."""
    gallery = [f"/gallery/{name}/" for name in PAGES]
    found = []
    for size, addresses in (
        (PHONE, [*PUBLIC_ADDRESSES, *(each for each in gallery if "desk" not in each)]),
        (DESK, [each for each in gallery if "desk" in each]),
    ):
        with opened(browser, live_server, size=size) as page:
            for address in addresses:
                page.goto(address)
                for is_large in (False, True):
                    page.evaluate(LARGE_PRINT, is_large)
                    found += [f"{address}, large {is_large}: {fault}" for fault in faults(page)]
    assert found == [], "\n".join(found)


def test_no_page_of_a_phone_shuts_anybody_out(browser: Browser, live_server: Any) -> None:
    """Each page with something real on it, as the first role that may open it."""
    village = make_village()
    looks = {role: walked(browser, live_server, village, role) for role in ON_PHONES}
    assert all(seen > 20 for seen, _found in looks.values()), looks
    found = [fault for _seen, found in looks.values() for fault in found]
    assert found == [], "\n".join(found)
