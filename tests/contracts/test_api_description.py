"""The API's description is a promise to other software; it changes only on purpose.

After a deliberate change: `UPDATE_CONTRACTS=1 pytest tests/contracts/test_api_description.py`.
"""

import json
import os
from collections import Counter
from pathlib import Path

from django.urls import reverse
from ninja import Schema

from xiangyue.incidents.rules import Verb
from xiangyue.site.api import api

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> dict:
    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))


def test_the_description_is_the_one_that_was_agreed():
    now = described()
    if os.environ.get("UPDATE_CONTRACTS"):
        SNAPSHOT.write_text(json.dumps(now, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    assert now == json.loads(SNAPSHOT.read_text())


def test_every_verb_of_the_pages_is_in_the_api():
    paths = described()["paths"]
    for verb in Verb:
        path = f"/api/v1/incidents/{{number}}/{verb.replace('_', '-')}"
        assert "post" in paths[path], verb


def test_the_description_is_where_it_is_said_to_be():
    assert reverse("api:openapi-json") == "/api/v1/openapi.json"


def test_every_operation_says_what_it_does():
    unsaid = [
        f"{method} {path}"
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
        if not operation.get("summary")
    ]
    assert unsaid == []


def test_no_two_forms_share_a_name() -> None:
    """The description knows a form by its name alone: of two, one would describe both."""
    modules: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.startswith("xiangyue."):
                modules.setdefault(form.__name__, set()).add(form.__module__)
    assert {name: found for name, found in modules.items() if len(found) > 1} == {}


def test_no_two_operations_share_an_address() -> None:
    """The first would answer and the second would be what is described."""
    operations = [
        f"{method} {mount.prefix}{path}"
        for registered in api._router_registrations
        for mount in registered[1].build_routers(registered[0], [])
        for path, view in mount.template.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]
    assert len(operations) > 500
    assert [found for found, count in Counter(operations).items() if count > 1] == []
