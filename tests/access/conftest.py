"""A telephone network in a list, and people to sign in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from xiangyue.access import delivery
from xiangyue.access.appointments import appoint
from xiangyue.access.models import Account
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


@dataclass
class Clock:
    """The clock at the edge, standing still until it is put on."""

    now: datetime = MORNING

    def shift(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def village(db: None) -> Place:
    return Place.objects.get(code="620725101201")


def person_named(name: str, phone: str | None = None) -> Person:
    return Person.objects.create(name=name, phone=phone)


def account_for(person: Person) -> Account:
    assert person.phone
    return Account.objects.create(
        phone=person.phone, person=person, is_phone_verified=True, created_at=MORNING
    )


def clerk_of(place: Place, person: Person) -> Post:
    """A village clerk's post, which allows to read the people of the place."""
    return appoint(person=person, role="village_clerk", place=place, at=MORNING)
