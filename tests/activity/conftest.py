"""A subject, an activity of the tests' own, and a way to tamper with the record."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone, translation

from xiangyue.activity import catalogue
from xiangyue.activity.models import Entry
from xiangyue.activity.services import record
from xiangyue.activity.triggers import lifted

NAME = "activity.stone_laid"
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stone_laid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue with one more activity, for this test only."""
    monkeypatch.setattr(catalogue, "_activities", dict(catalogue._activities))
    monkeypatch.setattr(catalogue, "_receivers", dict(catalogue._receivers))
    catalogue.declare(NAME, title="A stone was laid", facts=("number", "code", "parts"))


@pytest.fixture(autouse=True)
def keys_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "VAR", tmp_path / "var")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def subject(db: None) -> ContentType:
    """Anything with a primary key can be a subject; the record about it starts out empty."""
    with lifted(connection):
        Entry.objects.all().delete()
    return ContentType.objects.get(app_label="activity", model="entry")


@pytest.fixture
def lay(subject: ContentType) -> Callable[..., list[Entry]]:
    """Record so many entries."""

    def laid(count: int = 1) -> list[Entry]:
        return [
            record(name=NAME, subject=subject, at=AT, facts={"number": number})
            for number in range(count)
        ]

    return laid


@pytest.fixture
def tampering() -> Callable[[str], None]:
    """Change the tables as somebody with the database's password could."""

    def tamper(statement: str) -> None:
        with lifted(connection), connection.cursor() as cursor:
            cursor.execute(statement)

    return tamper


@pytest.fixture
def later() -> Iterator[datetime]:
    """A moment when all that was recorded should have been sealed."""
    return timezone.now() + timedelta(hours=1)
