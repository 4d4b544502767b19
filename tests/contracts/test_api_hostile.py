"""Whatever is sent to the API, it answers as described and never breaks.

Every operation gets made-up calls, well-formed and not, from a visitor, a resident, a village's
clerk, a town's dispatcher and the county's administrator: no answer is a 5xx, and each has a
status, a content type and a body that the description names.
"""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import people
from xiangyue.access.services import account_of, create_token
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import report_incident
from xiangyue.site.wsgi import application

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The test's own transaction lives on over the calls, as in Django's own test client."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def tokens(db: None, one_connection: None) -> list[str | None]:
    """What the made-up calls are signed with, in turn."""
    county = people.county()
    callers = [
        people.somebody("张三"),
        people.clerk(),
        people.dispatcher(),
        people.posted("administrator", at_place=county, organisation=people.unit("CV", county)),
    ]
    now = timezone.now()
    made: list[str | None] = [None]
    for caller in callers:
        account = account_of(phone=caller.phone, at=now)
        made.append(create_token(account=account, name="phone", at=now)[1])
    for category in ("0401", "0102"):
        report_incident(
            category_key=category, place=people.place(), at=people.MONDAY, channel="resident",
            description="村口垃圾堆了三天", reporter=callers[0],
        )  # fmt: skip
    return made


DESCRIBED = json.loads(Path(__file__).with_name("openapi.json").read_text())
SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)
SCHEMA.app = application
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}


def known(name: str, dice: random.Random) -> str | None:
    """Something that exists, for the parameters that name things."""
    if name == "number":
        return dice.choice(list(Incident.objects.values_list("number", flat=True)))
    return people.VILLAGE if name in {"place", "code"} else None


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_as_described(label: str, tokens: list[str | None]) -> None:
    @given(case=OPERATIONS[label].as_strategy(), dice=st.randoms(use_true_random=False))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    def answers_as_described(case: Any, dice: random.Random) -> None:
        for name in case.path_parameters or {}:
            real = known(name, dice)
            if real is not None and dice.random() < 0.7:
                case.path_parameters[name] = real
        token = dice.choice(tokens)
        headers = {"Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        case.call_and_validate(headers=headers, checks=CHECKS)

    answers_as_described()
