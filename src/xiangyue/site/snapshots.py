"""A county's database as it stood at one moment, taken while others write; and put back whole."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from xiangyue.kernel.refusals import Refused

DEBIAN = Path("/usr/lib/postgresql")
BUSY_SECONDS = 60


class SnapshotFailed(Refused):
    """The database could not be copied out or put back; nothing was changed."""

    code = "snapshot_failed"


def take(alias: str, target: Path) -> dict[str, int]:
    """Write the database to the file `target`; returns each table's rows at that very moment."""
    if connections[alias].vendor == "sqlite":
        return _take_sqlite(_sqlite_file(alias), target)
    return _take_postgresql(alias, target)


def put_back(alias: str, source: Path, *, rows: dict[str, int]) -> None:
    """Replace the database's content by the snapshot, in one transaction.

    :raises SnapshotFailed: the snapshot is damaged or the database refuses it.
    """
    if connections[alias].vendor == "sqlite":
        _put_back_sqlite(source, _sqlite_file(alias), rows=rows)
    else:
        _put_back_postgresql(alias, source)
    connections[alias].close()


def is_empty(alias: str) -> bool:
    """Whether the database has no table at all."""
    connection = connections[alias]
    if connection.vendor == "sqlite" and not _sqlite_file(alias).exists():
        return True
    return not connection.introspection.table_names()


# --- SQLite -------------------------------------------------------------------------------------


def _sqlite_file(alias: str) -> Path:
    return Path(connections[alias].settings_dict["NAME"])


def _take_sqlite(file: Path, target: Path) -> dict[str, int]:
    """All pages in one read transaction, which in WAL mode holds no writer up."""
    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        source.backup(copy)
        _refuse_damaged(copy)
        return _sqlite_rows(copy)


def _put_back_sqlite(source: Path, file: Path, *, rows: dict[str, int]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as snapshot:
        _refuse_damaged(snapshot)
        if _sqlite_rows(snapshot) != rows:
            raise SnapshotFailed("The backup's database does not hold what its list says.")
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as target:
            try:
                snapshot.backup(target)
            except sqlite3.Error as fault:
                raise SnapshotFailed(f"The database could not be replaced: {fault}") from fault


def _refuse_damaged(database: sqlite3.Connection) -> None:
    try:
        (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as fault:
        said = str(fault)
    if said != "ok":
        raise SnapshotFailed(f"The database is damaged: {said}")


def _sqlite_rows(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return _counted(database, [name for (name,) in tables if not name.startswith("sqlite_")])


def _counted(cursor: Any, tables: Iterable[str]) -> dict[str, int]:
    counts = {}
    for table in sorted(tables):
        found = cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - from its catalogue
        counts[table] = int((found or cursor).fetchone()[0])
    return counts


# --- PostgreSQL ---------------------------------------------------------------------------------


def _take_postgresql(alias: str, target: Path) -> dict[str, int]:
    """pg_dump and the counting see the same exported snapshot."""
    own = connections[alias].copy(alias)
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            _run_program(
                own,
                "pg_dump",
                *("--format=custom", "--compress=0", "--no-owner", "--no-privileges"),
                *(f"--snapshot={snapshot}", f"--file={target}"),
            )
            rows = _counted(cursor, own.introspection.table_names(cursor))
            cursor.execute("ROLLBACK")
            return rows
    finally:
        own.close()


def _put_back_postgresql(alias: str, source: Path) -> None:
    connections[alias].close()
    database = connections[alias].settings_dict["NAME"]
    _run_program(
        connections[alias],
        "pg_restore",
        *("--single-transaction", "--clean", "--if-exists", "--exit-on-error"),
        *("--no-owner", "--no-privileges", f"--dbname={database}", str(source)),
    )


def _run_program(connection: BaseDatabaseWrapper, name: str, *words: str) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [_program(name), *words],
        env=_environment(connection),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SnapshotFailed(f"{name} refused: {done.stderr.strip()}")


def _program(name: str) -> str:
    """The newest of PostgreSQL's own programs: an older one refuses a newer server."""
    newest_first = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda file: -float(file.parts[-3]))
    found = str(newest_first[0]) if newest_first else shutil.which(name)
    if found is None:
        raise SnapshotFailed(
            f"{name} is not installed here; install PostgreSQL's client programs"
            " (on Debian: apt-get install postgresql-client)."
        )
    return found


def _environment(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """How to reach the database, told so that no password shows in the list of processes."""
    settings = connection.settings_dict
    told = {
        "PGDATABASE": settings["NAME"],
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGSSLMODE": settings["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": settings["OPTIONS"].get("sslrootcert", ""),
    }
    return os.environ | {name: str(value) for name, value in told.items() if value}
