"""Every route of the site, and what each answers to each role where something of each kind is.

Nothing that is asked stays done, so a module's tests ask of one and the same village.
"""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from tests import people
from tests.contracts.objects import objects
from xiangyue.incidents.services import report_incident
from xiangyue.places.models import Person

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


def make_cast() -> dict[str, Person | None]:
    """Somebody in each role."""
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


@dataclass(frozen=True)
class Village:
    """北滩村 with somebody in each role and one real thing of each kind."""

    cast: dict[str, Person | None]
    number: str
    confidential_number: str
    slip: str
    there: dict[str, object]

    def path(self, path: str, *, is_confidential: bool = False) -> str:
        """The path with a value for each parameter: something real, else nothing's."""
        number = self.confidential_number if is_confidential else self.number
        return filled(path, number=number, slip=self.slip, there=self.there)


def make_village() -> Village:
    cast = make_cast()
    public, slip = report_incident(
        category_key="0401", place=people.place(), at=people.MONDAY, channel="resident",
        description="村口垃圾堆了三天", reporter=cast["resident"],
    )  # fmt: skip
    confidential, _slip = report_incident(
        category_key="0308", place=people.place(), at=people.MONDAY, channel="resident",
        description="邻居家有打骂声", reporter=cast["resident"],
    )  # fmt: skip
    return Village(cast, public.number, confidential.number, slip, objects(cast, public))


class Asking(Client):
    """Asks and reads the status alone.

    Django's own client keeps a copy of whatever the templates were given, which takes long here;
    this one keeps no cookie either, so each answer is to the session that was begun with.
    """

    def request(self, **request: Any) -> HttpResponseBase:  # type: ignore[override]
        return self.handler(self._base_environ(**request))


def answers(village: Village, role: str) -> Iterator[tuple[str, int]]:
    """Each route with the status that the role gets; nothing that is done stays done."""
    client = Asking(raise_request_exception=False)
    person = village.cast[role]
    if person is not None:
        people.sign_in(client, person)
    for route in routes():
        marks = ("", " confidential") if re.search(r"[<:{]number[>}]", route.path) else ("",)
        for mark in marks:
            key = f"{route.method} {route.path}{mark}"
            path = village.path(route.path, is_confidential=bool(mark))
            with transaction.atomic():
                answer = client.generic(
                    route.method, path, data=b"{}", content_type="application/json"
                )
                transaction.set_rollback(True)
            yield key, answer.status_code


def read_table() -> dict[str, dict[str, str]]:
    """The status of each route for each role, as it was agreed."""
    with TABLE.open(newline="") as handle:
        return {row.pop("route"): row for row in csv.DictReader(handle)}


def write_column(role: str, found: dict[str, int]) -> None:
    """Let the table say what was found for the role; routes that are no more leave it.

    One worker at a time, for each reads it, changes its column and writes it.
    """
    table = read_table()
    with TABLE.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, ["route", *ROLES], lineterminator="\n")
        writer.writeheader()
        for route, status in sorted(found.items()):
            writer.writerow({"route": route, **table.get(route, {}), role: status})


def check_role(village: Village, role: str) -> None:
    """What the table says of the role is what is answered: no more routes, no fewer."""
    found = dict(answers(village, role))
    if os.environ.get("UPDATE_CONTRACTS"):
        write_column(role, found)
    table = read_table()
    agreed = {route: int(row[role]) for route, row in table.items()}
    different = {
        route: f"agreed {agreed.get(route)}, answered {found.get(route)}"
        for route in sorted(found.keys() | agreed.keys())
        if found.get(route) != agreed.get(route)
    }
    assert different == {}


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
