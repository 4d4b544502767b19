"""What a first visit costs on a weak phone: at most 80 KB gzip in all."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.test import Client, override_settings

BUNDLE = Path(settings.PACKAGE) / "site" / "static" / "bundle"
FRONTEND = Path(settings.ROOT) / "frontend"


def packed(*names: str) -> int:
    return sum(len(gzip.compress((BUNDLE / name).read_bytes(), 9)) for name in names)


def test_the_phones_sheet_script_and_icons_leave_half_of_the_budget_to_pages() -> None:
    assert packed("phone.css", "phone.js", "icons.svg") <= 40 * 1024


def test_the_sheets_stay_small_enough_to_read() -> None:
    assert packed("phone.css") <= 10 * 1024
    assert packed("desk.css") <= 10 * 1024


def test_maps_are_not_in_the_bundle_that_every_page_loads() -> None:
    for name in ("phone.js", "desk.js"):
        assert b"leaflet" not in (BUNDLE / name).read_bytes()


@override_settings(ROOT_URLCONF="tests.site.gallery_urls")
def test_a_whole_phone_page_with_all_that_it_loads_is_within_80_kb() -> None:
    html = Client().get("/gallery/phone_form/").content
    loaded = set(re.findall(rb"/static/bundle/([\w.]+)", html))
    assert loaded == {b"phone.css", b"phone.js", b"icons.svg"}
    total = len(gzip.compress(html, 9)) + packed(*(name.decode() for name in loaded))
    assert total <= 80 * 1024


def test_the_lock_file_names_no_registry() -> None:
    lock = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock
