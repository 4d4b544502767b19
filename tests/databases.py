"""Test databases as they were once loaded, put back after each test with real transactions.

Emptying the tables and loading the county anew would take seconds; putting a copy back takes a
tenth of one, and gets past the tables that refuse to be emptied.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from xiangyue.kernel.counties import all_counties


def keep() -> None:
    """Keep a copy of every county's test database as it is now."""
    for connection in _closed():
        if connection.vendor == "sqlite":
            _copy_file(_name(connection), _copy_of(connection))
        else:
            _copy_database(connection, _name(connection), _copy_of(connection))


def put_back(aliases: set[str]) -> None:
    """Make these test databases what they were when kept."""
    for connection in _closed():
        if connection.alias not in aliases:
            continue
        if connection.vendor == "sqlite":
            _copy_file(_copy_of(connection), _name(connection))
        else:
            _copy_database(connection, _copy_of(connection), _name(connection))


def _closed() -> list[BaseDatabaseWrapper]:
    found = [connections[county.alias] for county in all_counties()]
    for connection in found:
        connection.close()
    # Only the databases that a collected test asks for are made.
    return [each for each in found if each.vendor == "sqlite" or _name(each).startswith("test_")]


def _name(connection: BaseDatabaseWrapper) -> str:
    return str(connection.settings_dict["NAME"])


def _copy_of(connection: BaseDatabaseWrapper) -> str:
    return f"{_name(connection)}_kept"


def _copy_file(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as whole, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA synchronous=OFF")
        whole.backup(copy)


def _copy_database(connection: BaseDatabaseWrapper, source: str, target: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def forget() -> None:
    """Remove the copies; PostgreSQL's would outlive the run."""
    for connection in _closed():
        if connection.vendor == "sqlite":
            Path(_copy_of(connection)).unlink(missing_ok=True)
        else:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{_copy_of(connection)}" WITH (FORCE)')
