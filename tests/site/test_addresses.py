"""Every page that a template leads to is there: a name that no route has is a page that fails."""

import re
from pathlib import Path

from django.conf import settings
from django.urls import get_resolver

NAMED = re.compile(r"{%\s*url\s+\"([\w-]+)\"")


def test_every_address_in_a_template_has_a_route() -> None:
    routes = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    lost = [
        f"{file.name}: {name}"
        for file in sorted(Path(settings.PACKAGE).rglob("templates/**/*.html"))
        for name in NAMED.findall(file.read_text())
        if name not in routes
    ]
    assert len(routes) > 300
    assert lost == []
