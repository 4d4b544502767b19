"""A telephone network in a list, and people to sign in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from xiangyue.access import delivery
from xiangyue.access.models import Account
from xiangyue.blueprints.models import Declaration
from xiangyue.places.models import Person, Place, Post

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PHONE = "13800138000"


@dataclass
class Phones:
    """What arrived on which phone, in order."""

    received: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, *, phone: str, text: str, purpose: str, at: datetime) -> None:
        self.received.append((phone, text, purpose))

    def code(self, phone: str = PHONE) -> str:
        """The code in the latest message to the phone."""
        text = next(text for number, text, _ in reversed(self.received) if number == phone)
        found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
        assert found is not None
        return found.group()

    def wrong_code(self, phone: str = PHONE) -> str:
        """Six digits that are not the code."""
        return f"{(int(self.code(phone)) + 1) % 1_000_000:06}"


@pytest.fixture
def phones() -> Iterator[Phones]:
    before = list(delivery._registered)
    phones = Phones()
    delivery.register(phones)
    yield phones
    delivery._registered[:] = before


@pytest.fixture
def village(db: None) -> Place:
    return Place.add_root(kind="village", code="620725100200", name="清泉村")


@pytest.fixture
def clerk_role(db: None) -> str:
    """A role that may read the people of its area."""
    Declaration.objects.create(
        kind="role",
        key="village_clerk",
        version=1,
        body={
            "key": "village_clerk",
            "source": "SD-11",
            "effective_from": "2026-01-01",
            "name": {"zh": "村文书", "en": "Village clerk"},
            "may_in_area": ["people.read"],
            "may_for_unit": [],
            "brings": [],
        },
        digest="clerk",
        effective_from_date=MORNING.date(),
        loaded_at=MORNING,
    )
    return "village_clerk"


def person_named(name: str, phone: str | None = None) -> Person:
    return Person.objects.create(name=name, phone=phone)


def account_for(person: Person) -> Account:
    assert person.phone
    return Account.objects.create(
        phone=person.phone, person=person, is_phone_verified=True, created_at=MORNING
    )


def post(person: Person, role: str, place: Place, *, since: datetime = MORNING) -> Post:
    return Post.objects.create(
        person=person, role=role, place=place, place_path=place.path, active_from=since
    )
