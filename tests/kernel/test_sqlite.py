"""Connections to SQLite that outlive a request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from xiangyue.kernel.sqlite.base import DatabaseWrapper
from xiangyue.site.settings import SQLITE_OPTIONS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "county.sqlite3"


@pytest.fixture
def kept(file: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[DatabaseWrapper]:
    """A connection that Django would keep for a minute."""
    with django_db_blocker.unblock():
        connection = _connection(file)
        _write(connection, "before")
        yield connection
        connection.close()


def test_a_connection_stays_open_between_requests(kept: DatabaseWrapper) -> None:
    opened = kept.connection
    kept.close_if_unusable_or_obsolete()
    assert kept.connection is opened


def test_a_file_put_in_its_place_is_opened(kept: DatabaseWrapper, file: Path) -> None:
    other = file.with_name("restored.sqlite3")
    with_other = _connection(other)
    _write(with_other, "restored")
    with_other.close()
    for left in file.parent.glob("county.sqlite3-*"):
        left.unlink()
    other.replace(file)
    kept.close_if_unusable_or_obsolete()
    assert _words(kept) == ["restored"]


def test_nothing_is_written_into_a_file_that_was_taken_away(
    kept: DatabaseWrapper, file: Path
) -> None:
    aside = file.with_name("aside")
    file.rename(aside)
    kept.close_if_unusable_or_obsolete()
    assert kept.connection is None
    aside.rename(file)
    assert _words(kept) == ["before"]


def _connection(file: Path) -> DatabaseWrapper:
    return DatabaseWrapper(
        {
            "NAME": str(file),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
            "TIME_ZONE": None,
            "USER": "",
            "PASSWORD": "",
            "HOST": "",
            "PORT": "",
            "TEST": {},
        },
        alias="kept",
    )


def _write(connection: DatabaseWrapper, word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS said (word TEXT)")
        cursor.execute("INSERT INTO said VALUES (%s)", [word])


def _words(connection: DatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM said")
        return [word for (word,) in cursor.fetchall()]
