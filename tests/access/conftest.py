"""A telephone network in a list, and people to sign in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from xiangyue.access import delivery

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
