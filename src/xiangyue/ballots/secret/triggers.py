"""What the database itself refuses about secret votes, also to plain SQL.

A sealed vote is neither changed nor taken out and comes only while the vote is open; what was
announced, the trustees' keys and an opened sum stand. A migration that rebuilds one of these
tables on SQLite must end with `RunPython(install, remove)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

WRITTEN = "a sealed vote stays in the box as it came"
NOT_OPEN = "slips are taken and votes cast only while the vote is open"
ANNOUNCED = "what was announced of a secret vote stands"
_STATE = "(SELECT state FROM ballots_ballot WHERE id = NEW.{key})"

ROWS = (
    ("sealedvote", "update", "1 = 1", WRITTEN),
    ("sealedvote", "delete", "1 = 1", WRITTEN),
    ("sealedvote", "insert", f"{_STATE.format(key='box_id')} <> 'open'", NOT_OPEN),
    (
        "secretbox",
        "update",
        "OLD.fingerprint <> '' AND (NEW.fingerprint <> OLD.fingerprint"
        " OR NEW.manifest IS NULL OR NEW.manifest <> OLD.manifest)",
        ANNOUNCED,
    ),
    (
        "secretbox",
        "update",
        f"(NEW.slips <> OLD.slips OR NEW.head <> OLD.head AND OLD.head <> '')"
        f" AND {_STATE.format(key='ballot_id')} <> 'open'",
        NOT_OPEN,
    ),
    (
        "secretbox",
        "update",
        "NEW.vote_count < OLD.vote_count"
        " OR OLD.tally IS NOT NULL AND (NEW.tally IS NULL OR NEW.tally <> OLD.tally)",
        WRITTEN,
    ),
    ("secretbox", "delete", "OLD.fingerprint <> ''", ANNOUNCED),
    (
        "trustee",
        "update",
        "NEW.key <> OLD.key"
        " AND (SELECT fingerprint FROM ballots_secretbox WHERE ballot_id = NEW.box_id) <> ''",
        ANNOUNCED,
    ),
)


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a while: for tests that tamper with a box."""
    with transaction.atomic(using=connection.alias):
        _run(connection, _removing(connection.vendor))
        yield
        _run(connection, _installing(connection.vendor))


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names() -> list[str]:
    return [f"secret_keep_{number}_{table}" for number, (table, *_rest) in enumerate(ROWS)]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE starts_with(relname, 'ballots_') AND tgenabled IN ('O', 'A')"
                " AND pg_table_is_visible(tgrelid)"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_names()) - present)


def _installing(vendor: str) -> list[str]:
    statements = []
    for name, (table, when, refused, why) in zip(_names(), ROWS, strict=True):
        if vendor == "postgresql":
            back = "OLD" if when == "delete" else "NEW"
            statements += [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {refused} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation';"
                f" END IF; RETURN {back}; END $$",
                f"CREATE TRIGGER {name} BEFORE {when.upper()} ON ballots_{table}"
                f" FOR EACH ROW EXECUTE FUNCTION {name}()",
            ]
        else:
            statements.append(
                f"CREATE TRIGGER {name} BEFORE {when.upper()} ON ballots_{table} WHEN {refused}"
                f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
            )
    return statements


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        pairs = zip(_names(), ROWS, strict=True)
        return [f"DROP TRIGGER IF EXISTS {name} ON ballots_{row[0]}" for name, row in pairs]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _names()]
