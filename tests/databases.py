"""The test databases: made once for a run, copied for each worker, put back after real commits.

One worker applies the migrations and loads the county; what comes of it is the model that all
take their copies from. Doing that anew for each worker and each county would take most of a
minute of every run. After a test with real transactions the model is copied again: that takes a
tenth of a second, and gets past the tables that refuse to be emptied.
"""

import fcntl
import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from tests import tables, worlds
from xiangyue.kernel.counties import all_counties, bind

MIGRATED, LOADED = "migrated", "loaded"  # the models: without any county, and with the first

# Tests play with the setting; the models stay where the run put them.
_FOLDER = Path(settings.VAR)

_made: dict[str, str] = {}  # this worker's databases by alias


def make(load: Callable[[], None]) -> None:
    """Make this worker's databases, every table in them and the first county loaded by `load`.

    Django's own set-up, which comes after, finds nothing left to do.
    """
    with _users() as users:
        if not users[0]:
            _make_models(load)
        users[0] += 1
    for connection in _all():
        # The name of the one to be made; once it is in use this would name another.
        name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
        _copy(connection, _model_of(connection), name)
        _made[connection.alias] = name


def put_back(aliases: set[str]) -> None:
    """Make these test databases what they were, once nobody is served any more."""
    _wait_for_the_last_served()
    for connection in _all():
        # Only the databases that a collected test asks for are in use.
        name = _made[connection.alias]
        if connection.alias in aliases and str(connection.settings_dict["NAME"]) == name:
            _copy(connection, _model_of(connection), name)


@contextmanager
def restored(alias: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a whole module write here; what it wrote is gone afterwards, also when it failed."""
    worlds.take_down(blocker)
    with blocker.unblock():
        try:
            yield
        finally:
            put_back({alias})


def copy_of_the_tables(name: str) -> None:
    """Make this database or file, in which every table is and no county yet."""
    connection = _all()[0]
    _copy(connection, _model(connection, MIGRATED), name)


def forget() -> None:
    """The last worker removes the models; PostgreSQL's would outlive the run."""
    with _users() as users:
        users[0] -= 1
        if not users[0]:
            for step in (MIGRATED, LOADED):
                _remove(_all()[0], _model(_all()[0], step))


@contextmanager
def _users() -> Iterator[list[int]]:
    """How many workers of the run use the models now; nobody else counts meanwhile."""
    with (_FOLDER / "test-databases.users").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = [int(file.read() or 0)]
        yield users
        file.truncate(0)
        file.write(str(users[0]))


def _make_models(load: Callable[[], None]) -> None:
    """The tables on the last alias: a migration that writes to the first county's finds nothing."""
    first, last = _all()[0], _all()[-1]
    migrated, loaded = _model(last, MIGRATED), _model(first, LOADED)
    _remove(last, migrated)
    if last.vendor == "postgresql":
        with last._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{migrated}"')
    kept = tables.kept() if last.vendor == "sqlite" else None
    if kept is not None and kept.exists():
        _copy(last, str(kept), migrated)
    else:
        with _named(last, migrated), bind(all_counties()[-1].slug):
            words = {"verbosity": 0, "interactive": False, "database": last.alias}
            call_command("migrate", run_syncdb=True, **words)
            call_command("createcachetable", verbosity=0, database=last.alias)
        if kept is not None:
            with tables.keeping(kept) as place:
                _copy(last, migrated, str(place))
    _copy(first, migrated, loaded)
    with _named(first, loaded), bind(all_counties()[0].slug):
        load()


@contextmanager
def _named(connection: BaseDatabaseWrapper, name: str) -> Iterator[None]:
    """Let the connection lead to this database meanwhile."""
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _wait_for_the_last_served(*, seconds: float = 60) -> None:
    """A browser that is closed leaves requests behind that the live server still works on.

    They would find no database, or write into the next test's.
    """
    deadline = time.monotonic() + seconds
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), "a connection to the live server was left open"


def _all() -> list[BaseDatabaseWrapper]:
    return [connections[county.alias] for county in all_counties()]


def _model_of(connection: BaseDatabaseWrapper) -> str:
    is_first = connection.alias == all_counties()[0].alias
    return _model(connection, LOADED if is_first else MIGRATED)


def _model(connection: BaseDatabaseWrapper, step: str) -> str:
    if connection.vendor == "sqlite":
        return str(_FOLDER / f"model-{step}.sqlite3")
    run = hashlib.sha256(str(_FOLDER).encode()).hexdigest()[:8]
    return f"test_model_{run}_{step}"


def _copy(connection: BaseDatabaseWrapper, source: str, target: str) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        existing = f"file:{source}?mode=ro"  # to open one that is not there would make it, empty
        with (
            closing(sqlite3.connect(existing, uri=True)) as whole,
            closing(sqlite3.connect(target)) as copy,
        ):
            copy.execute("PRAGMA synchronous=OFF")
            whole.backup(copy)
        return
    _remove(connection, target)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _remove(connection: BaseDatabaseWrapper, name: str) -> None:
    if connection.vendor == "sqlite":
        Path(name).unlink(missing_ok=True)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
