"""Every route by every role: who gets in, who is turned away, and how.

The table is `routes.csv`. A route that is not in it fails, so that nobody opens one by accident.
After a deliberate change: `UPDATE_CONTRACTS=1 pytest tests/contracts/test_routes.py`, and read
the difference as an auditor would.
"""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from tests import people
from tests.contracts.objects import objects
from xiangyue.incidents.services import report_incident
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("routes.csv")
ROLES = (
    "visitor",
    "resident",
    "stranger",
    "grid_worker",
    "clerk",
    "clerk_elsewhere",
    "dispatcher",
    "supervisor",
    "county_dispatcher",
    "confidential_handler",
    "administrator",
    "auditor",
)


@dataclass(frozen=True)
class Route:
    """One address with one method, its parameters still open."""

    method: str
    path: str


def routes() -> Iterator[Route]:
    """Every route of the site; pages are asked by GET, or by POST where they only take that."""
    for path, pattern in _patterns(get_resolver().url_patterns, ""):
        view = pattern.callback
        path_view = getattr(view, "__self__", None) or _cell(view, PathView)
        if isinstance(path_view, PathView):
            for operation in path_view.operations:
                for method in operation.methods:
                    yield Route(method, path)
        else:
            yield Route("POST" if _takes_only_post(view) else "GET", path)


def _patterns(patterns: list, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, path)
        else:
            yield "/" + path.replace("^", "").replace("$", ""), pattern


def _cell(view: object, kind: type) -> object | None:
    for cell in getattr(view, "__closure__", None) or ():
        if isinstance(cell.cell_contents, kind):
            return cell.cell_contents
    return None


def _takes_only_post(view: object) -> bool:
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if cell.cell_contents == ["POST"]:
                return True
        view = getattr(view, "__wrapped__", None)
    return False


@pytest.fixture
def cast(db) -> dict[str, Person | None]:
    county = people.county()
    police = people.unit("PSB", county)
    hub = people.unit("CV", county)
    return {
        "visitor": None,
        "resident": people.somebody("张三"),
        "stranger": people.somebody("路人"),
        "grid_worker": people.posted(
            "grid_worker", at_place=people.place(), organisation=people.unit("GW")
        ),
        "clerk": people.clerk(),
        "clerk_elsewhere": people.clerk(people.OTHER_VILLAGE),
        "dispatcher": people.dispatcher(),
        "supervisor": people.supervisor(),
        "county_dispatcher": people.posted("county_dispatcher", at_place=county, organisation=hub),
        "confidential_handler": people.posted(
            "confidential_handler", at_place=county, organisation=police
        ),
        "administrator": people.posted("administrator", at_place=county, organisation=hub),
        "auditor": people.posted("auditor", at_place=county),
    }


@pytest.fixture
def answers(cast) -> dict[str, dict[str, int]]:
    """The status of every route for every role; nothing that is done stays done."""
    public, slip = report_incident(
        category_key="0401", place=people.place(), at=people.MONDAY, channel="resident",
        description="村口垃圾堆了三天", reporter=cast["resident"],
    )  # fmt: skip
    confidential, _slip = report_incident(
        category_key="0308", place=people.place(), at=people.MONDAY, channel="resident",
        description="邻居家有打骂声", reporter=cast["resident"],
    )  # fmt: skip
    there = objects(cast, public)
    found: dict[str, dict[str, int]] = {}
    listed = list(routes())
    for role in ROLES:
        session = Client()
        if cast[role] is not None:
            people.sign_in(session, cast[role])
        for route in listed:
            client = Client(raise_request_exception=False)
            client.cookies = SimpleCookie(session.cookies.output(header="", sep=";"))
            numbers = (
                [("", public.number), (" confidential", confidential.number)]
                if re.search(r"[<:{]number[>}]", route.path)
                else [("", "")]
            )
            for mark, number in numbers:
                with transaction.atomic():
                    path = filled(route.path, number=number, slip=slip, there=there)
                    answer = client.generic(
                        route.method, path, data=b"{}", content_type="application/json"
                    )
                    transaction.set_rollback(True)
                key = f"{route.method} {route.path}{mark}"
                found.setdefault(key, {})[role] = answer.status_code
    return found


SAMPLES = {
    "code": people.VILLAGE,
    "verb": "note",
    "size": "thumbnail",
    "date": "2026-10-01",
    "day": "2026-10-01",
    "year": "2026",
    "part": "records",
    "slug": "kpi-06",
    "decision": "note",
}


def filled(path: str, *, number: str, slip: str, there: dict[str, object]) -> str:
    """The path with a value for each parameter: a real incident, slip and place, else nothing's."""

    def value(match: re.Match[str]) -> str:
        kind, _, name = match[1].rpartition(":")
        if name == "number":
            return number
        if name == "code" and "/slip" in path:
            return slip
        if name in there:
            return str(there[name])
        if kind == "int":
            return SAMPLES.get(name, "0")
        if kind in {"uuid", "uuidstr"} or name.endswith("_id"):
            return str(UUID(int=0))
        return SAMPLES.get(name, "x")

    return re.sub(r"[<{]([^>}]+)[>}]", value, path)


def test_every_route_answers_every_role_as_the_table_says(answers):
    rows = [
        {"route": route, **{role: str(by_role[role]) for role in ROLES}}
        for route, by_role in sorted(answers.items())
    ]
    if os.environ.get("UPDATE_CONTRACTS"):
        with TABLE.open("w", newline="") as handle:
            writer = csv.DictWriter(handle, ["route", *ROLES], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with TABLE.open(newline="") as handle:
        assert rows == list(csv.DictReader(handle))
    check_nothing_breaks(answers)
    check_confidential_matters_stay_so(answers)
    check_the_desk_asks_for_a_post(answers)
    check_strangers_open_nothing(answers)


def check_nothing_breaks(answers):
    broken = {
        f"{route} as {role}": status
        for route, by_role in answers.items()
        for role, status in by_role.items()
        if status >= 500
    }
    assert broken == {}


def check_confidential_matters_stay_so(answers):
    """There for the reporter and the department that answers, and for nobody else (PE02)."""
    may_know = {"resident", "confidential_handler"}
    for route, by_role in answers.items():
        if route.endswith(" confidential"):
            for role, status in by_role.items():
                if role not in may_know:
                    # 422: the form of the request is refused before anything is looked up.
                    assert status in {302, 401, 403, 404, 405, 422}, (route, role, status)


def check_the_desk_asks_for_a_post(answers):
    for route, by_role in answers.items():
        if " /desk/" in route:
            assert by_role["visitor"] == 302, route
            # 404: of one thing at the desk, whether it is there is not told either.
            is_of_one = re.search(r"(_id|:issue|_task)>", route)
            expected = {403, 404} if is_of_one else {403}
            assert by_role["resident"] in expected, route


# What a village decides is open to all, its roll to those who live there (EL02), as the stranger
# does; a secret vote is cast by whoever holds a slip, without signing in (EL01). What only those
# who live there say (orders, wishes, coming) is refused here as nothing is being asked now.
FOR_EVERYBODY = re.compile(
    r"(GET|POST) (/api/v1)?(/public/procedure-runs|/procedures|/rolls|/votes)/[^/]+_id>"
    r"(/|/cast/|/screen/|/secret/|/secret/(box|board|check|recount|recount\.json|votes)/?)?"
    r"|GET (/api/v1)?/(budget-projects|budgets|order-projects|orders)/[^/]+_id>"
    r"(/|/alike|/needs/?|/needs/add/|/slip/)?"
    r"|GET (/api/v1)?/(elections/rounds|election-rounds)/[^/]+_id>/(result|slip)(\.json|\.pdf)?"
    r"|GET (/api/v1)?/(elections|recalls|sittings|assemblies)/[^/]+_id>(/|/ask/|/here/)?"
    r"|(POST|PUT|DELETE) (/api/v1)?/(budget-needs|order-needs)/[^/]+_id>/support/?"
    r"|POST (/api/v1/sittings/[^/]+_id>/wishes|/assemblies/[^/]+_id>/coming/)"
)


def check_strangers_open_nothing(answers):
    """What is somebody's or some place's opens for no signed-in stranger, and for no visitor."""
    theirs = re.compile(r"(?:\w+_id|(?<=:)key)[>}]")
    for route, by_role in answers.items():
        if theirs.search(route) and not FOR_EVERYBODY.fullmatch(route):
            # 422: the form of the request is refused before anything is looked up.
            assert by_role["stranger"] in {403, 404, 405, 422}, (route, by_role["stranger"])
            assert by_role["visitor"] in {302, 401, 403, 404, 405, 422}, (route, by_role["visitor"])
