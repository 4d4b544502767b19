"""Whatever a page can do, the API can: each page's route has its twins, or a reason for none.

The table is `pages_and_twins.csv`: a route, the operations that do the same, separated by
semicolons, or in their place the reason why there is none. A new page without a row fails.
"""

import csv
from pathlib import Path

from tests.contracts.routes import routes
from tests.contracts.test_api_description import described

TABLE = Path(__file__).with_name("pages_and_twins.csv")
# These are made for programs themselves.
FOR_PROGRAMS = ("/api/", "/open311/")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len({row["page"] for row in rows}) == len(rows), "a page is listed twice"
    return {row["page"]: row for row in rows}


def pages() -> set[str]:
    return {
        f"{route.method} {route.path}"
        for route in routes()
        if not route.path.startswith(FOR_PROGRAMS)
    }


def operations() -> set[str]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in described()["paths"].items()
        for method in methods
    }


def test_every_page_has_its_twin_or_a_reason_for_none() -> None:
    listed = table()
    unlisted = sorted(pages() - set(listed))
    assert unlisted == [], "say in pages_and_twins.csv what does the same in the API"
    gone = sorted(set(listed) - pages())
    assert gone == [], "these pages are no more"
    silent = [page for page, row in listed.items() if bool(row["twins"]) == bool(row["reason"])]
    assert silent == [], "either twins or a reason"
    short = [page for page, row in listed.items() if 0 < len(row["reason"]) < 12]
    assert short == [], "a reason is a sentence"


def test_every_twin_is_an_operation_of_the_api() -> None:
    known = operations()
    missing = {
        page: twin
        for page, row in table().items()
        for twin in filter(None, (part.strip() for part in row["twins"].split(";")))
        if twin not in known
    }
    assert missing == {}


def test_what_changes_something_has_a_twin_that_does() -> None:
    """A page that only takes POST is not answered by operations that only read."""
    only_read = [
        page
        for page, row in table().items()
        if page.startswith("POST ")
        and row["twins"]
        and all(part.strip().startswith("GET ") for part in row["twins"].split(";"))
    ]
    assert only_read == []


def test_every_operation_says_how_it_refuses() -> None:
    """In one form, problem+json (RFC 9457)."""
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            refusals = {
                status: answer
                for status, answer in operation["responses"].items()
                if int(status) >= 400
            }
            assert {"400", "503"} <= set(refusals), (method, path)
            if operation.get("security") or method != "get":
                assert "403" in refusals, (method, path)
            for status, answer in refusals.items():
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
