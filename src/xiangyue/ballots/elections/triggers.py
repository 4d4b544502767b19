"""What the database itself refuses about elections, also to plain SQL.

Slips are handed out only while a round is open, to entries of its fixed roll; counts come when the
box is closed and stay as they were written, results too; who stands is still from the opening on.
A migration that rebuilds one of these tables on SQLite must end with `RunPython(install, remove)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

NOT_OPEN = "slips are handed out only while the polling place is open"
OFF_ROLL = "slips are handed to those on the fixed voters list alone"
WRITTEN = "what was counted in an election stays as it was written"
STANDS = "a round that has begun stands as it was announced"
STEP = "a round goes from planned to open, closed and counted"
CLOSED_FIRST = "slips are counted when the box is closed"
_ROUND = "(SELECT {column} FROM ballots_round WHERE id = {row}.round_id)"
_STATE = _ROUND.replace("{column}", "state")
_STEPS = (
    "(OLD.state = 'planned' AND NEW.state IN ('open', 'void'))"
    " OR (OLD.state = 'open' AND NEW.state IN ('closed', 'void'))"
    " OR (OLD.state = 'closed' AND NEW.state IN ('counted', 'void'))"
)

ROWS = (
    ("slip", "insert", f"{_STATE.format(row='NEW')} <> 'open'", NOT_OPEN),
    (
        "slip",
        "insert",
        "NOT EXISTS (SELECT 1 FROM ballots_rollentry e JOIN ballots_roll r ON r.id = e.roll_id"
        " JOIN ballots_election x ON x.roll_id = r.id JOIN ballots_round w ON w.election_id = x.id"
        " WHERE e.id = NEW.entry_id AND w.id = NEW.round_id AND NOT e.is_struck"
        " AND r.state = 'fixed')",
        OFF_ROLL,
    ),
    ("slip", "update", "1 = 1", WRITTEN),
    ("slip", "delete", f"{_STATE.format(row='OLD')} <> 'open'", NOT_OPEN),
    ("officecount", "insert", f"{_STATE.format(row='NEW')} <> 'closed'", CLOSED_FIRST),
    ("officecount", "update", "1 = 1", WRITTEN),
    ("officecount", "delete", "1 = 1", WRITTEN),
    ("roundresult", "insert", f"{_STATE.format(row='NEW')} <> 'closed'", CLOSED_FIRST),
    ("roundresult", "update", "1 = 1", WRITTEN),
    ("roundresult", "delete", "1 = 1", WRITTEN),
    ("round", "insert", "NEW.state <> 'planned'", STEP),
    ("round", "update", f"NEW.state <> OLD.state AND NOT ({_STEPS})", STEP),
    (
        "round",
        "update",
        "NEW.state = 'counted' AND OLD.state <> 'counted' AND NOT EXISTS"
        " (SELECT 1 FROM ballots_roundresult WHERE round_id = NEW.id)",
        STEP,
    ),
    (
        "round",
        "update",
        "OLD.state <> 'planned' AND (NEW.offices <> OLD.offices OR NEW.kind <> OLD.kind"
        " OR NEW.opens_at <> OLD.opens_at OR NEW.closes_at <> OLD.closes_at"
        " OR NEW.election_id <> OLD.election_id)",
        STANDS,
    ),
    ("round", "delete", "OLD.state <> 'planned'", STANDS),
    ("roundteller", "insert", f"{_STATE.format(row='NEW')} <> 'planned'", STANDS),
    ("roundteller", "delete", f"{_STATE.format(row='OLD')} <> 'planned'", STANDS),
    ("electionproxy", "insert", f"{_STATE.format(row='NEW')} <> 'planned'", STANDS),
    (
        "election",
        "update",
        "OLD.roll_id IS NOT NULL AND (NEW.roll_id IS NULL OR NEW.roll_id <> OLD.roll_id)"
        " OR OLD.state <> 'preparing' AND (NEW.offices <> OLD.offices"
        " OR NEW.opens_at <> OLD.opens_at OR NEW.place_id <> OLD.place_id)",
        STANDS,
    ),
)


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a while: for tests that tamper with an election."""
    with transaction.atomic(using=connection.alias):
        _run(connection, _removing(connection.vendor))
        yield
        _run(connection, _installing(connection.vendor))


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names() -> list[str]:
    return [f"election_keep_{number}_{table}" for number, (table, *_rest) in enumerate(ROWS)]


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
