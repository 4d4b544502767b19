"""A connected system with its key, and a client that speaks GeoReport v2."""

import json
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from xiangyue.open311.models import SystemKey
from xiangyue.open311.services import issue_key

BASE = "/open311/v2"


@dataclass
class System:
    """The city's app: its key, and how it asks."""

    key: SystemKey
    secret: str
    client: Client

    def get(self, path: str, **query: Any):
        return self.client.get(f"{BASE}/{path}", query)

    def json(self, path: str, **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def xml(self, path: str, **query: Any) -> ElementTree.Element:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        return ElementTree.fromstring(answer.content)

    def post(self, *, form: str = "json", headers: dict[str, str] | None = None, **fields: Any):
        sent = {
            "api_key": self.secret,
            "service_code": "0401",
            "description": "村口垃圾堆了三天没人清",
            "address_id": people.VILLAGE,
        } | fields
        kept = {name: value for name, value in sent.items() if value is not None}
        return self.client.post(f"{BASE}/requests.{form}", kept, headers=headers or {})


def make_system(*, vouches: bool = False, daily_limit: int = 200) -> System:
    keeper = people.posted(
        "administrator", at_place=people.county(), organisation=people.unit("CV", people.county())
    )
    key, secret = issue_key(
        name="市民热线",
        contact="热线值班室 0936-12345",
        daily_limit=daily_limit,
        days=365,
        vouches_for_reporters=vouches,
        issued_by=keeper,
        at=timezone.now(),
    )
    return System(key, secret, Client())


@pytest.fixture
def system(db) -> System:
    return make_system()
