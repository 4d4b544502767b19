"""WCAG 2.2 AA as far as a program can tell, by axe, on every front and in large print."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser

from xiangyue.site.gallery import PAGES

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
        page.evaluate(AXE.read_text())
        result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert result["passes"], "axe looked at nothing"
        found += [
            f"{address}: {fault['help']}: {fault['nodes'][0]['html']}"
            for fault in result["violations"]
        ]
        context.close()
    assert found == []
