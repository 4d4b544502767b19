"""Nobody who is signed in is asked for what is known of them (GD13): a walk over every form.

What is asked about somebody or something else bears the same names; the table says of each what
it is about. A new form that asks for a name, a number or a place has to be entered there, or come
filled in.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests import people
from tests.contracts.routes import Village, routes

OF_ONESELF = re.compile(
    r"name|phone|contact|said_by|for_|address|household|place|village|grid|birth|gender|id_number"
)
ABOUT_SOMETHING_ELSE = {
    ("/account/number/", "phone"): "the number to change to",
    ("/account/tokens/", "name"): "what the token is called",
    ("/me/record/", "family_phone"): "of the family, which nobody has entered yet",
    ("/me/record/", "nickname"): "which nobody has entered yet",
    ("/report/", "address"): "where the matter is",
}


class Fields(HTMLParser):
    """The fields of a page that somebody fills in and sends, with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._sends = False
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "form":
            self._sends = given.get("method", "get") == "post"
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in self.found:  # a browser takes the first
                self.found[self._select] = given.get("value") or ""
        elif self._sends and name and tag in {"input", "textarea", "select"}:
            self._select = name if tag == "select" else ""
            unasked = {"hidden", "submit", "checkbox", "radio", "file"}
            if tag != "select" and given.get("type") not in unasked:
                self.found.setdefault(name, given.get("value") or "")


def asked(village: Village, role: str) -> Iterator[tuple[str, str]]:
    """Path and name of each empty field that asks for what people are known by."""
    client = Client(raise_request_exception=False)
    people.sign_in(client, village.cast[role])
    for route in routes():
        if route.method != "GET" or route.path.startswith("/api/"):
            continue
        answer = client.get(village.path(route.path))
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            fields = Fields()
            fields.feed(answer.content.decode())
            for name, value in fields.found.items():
                if OF_ONESELF.search(name) and not value:
                    yield route.path, name


@pytest.mark.django_db
def test_no_resident_is_asked_for_what_is_known_of_them(village: Village) -> None:
    assert set(asked(village, "resident")) == set(ABOUT_SOMETHING_ELSE)
