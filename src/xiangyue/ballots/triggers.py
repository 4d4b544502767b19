"""What the database itself refuses about votes, also to plain SQL.

A fixed roll does not change; no vote opens on one that is not fixed; what is asked, of whom and
until when stands still once it is open; nobody takes part before or after; no voice in a secret
vote; counts and results stay as they were written. A migration that rebuilds one of these tables
on SQLite must end with `RunPython(install, remove)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "ballots_keep"

ROLL_FIXED = "a fixed roll does not change"
NOT_FIXED = "a vote opens on a fixed roll only"
STANDS = "a vote that has begun stands as it was announced"
STEP = "a vote goes from planned to open, closed and counted"
NOT_OPEN = "this vote is not open"
OFF_ROLL = "this is no entry of the roll that may vote"
NO_VOICES = "a secret vote holds no voices"
WRITTEN = "what was counted stays as it was written"

# Columns that stand still from the opening on.
FROZEN = (
    "rule_id", "roll_id", "is_secret", "modes", "title", "opens_at", "closes_at", "place_id",
    "matter", "subject_type", "subject_id",
)  # fmt: skip
STEPS = (
    "(OLD.state = 'planned' AND NEW.state IN ('open', 'annulled'))"
    " OR (OLD.state = 'open' AND NEW.state IN ('closed', 'annulled'))"
    " OR (OLD.state = 'closed' AND NEW.state IN ('counted', 'annulled'))"
    " OR (OLD.state = 'counted' AND NEW.state = 'annulled')"
)
_BALLOT = "SELECT {column} FROM ballots_ballot WHERE id = {row}.ballot_id"
_STATE = _BALLOT.replace("{column}", "state")


def _rows() -> list[tuple[str, str, str, str]]:
    """(table, when, what is refused, why), row by row."""
    new, old = _STATE.format(row="NEW"), _STATE.format(row="OLD")
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in FROZEN)
    roll_state = "SELECT state FROM ballots_roll WHERE id = {row}.roll_id"
    return [
        ("roll", "update", "OLD.state = 'fixed'", ROLL_FIXED),
        ("roll", "delete", "OLD.state = 'fixed'", ROLL_FIXED),
        ("rollentry", "update", f"({roll_state.format(row='OLD')}) = 'fixed'", ROLL_FIXED),
        ("rollentry", "delete", f"({roll_state.format(row='OLD')}) = 'fixed'", ROLL_FIXED),
        ("ballot", "update", f"OLD.state <> 'planned' AND ({changed})", STANDS),
        ("ballot", "update", f"NEW.state <> OLD.state AND NOT ({STEPS})", STEP),
        (
            "ballot",
            "update",
            "NEW.state = 'open' AND OLD.state = 'planned'"
            f" AND ({roll_state.format(row='NEW')}) <> 'fixed'",
            NOT_FIXED,
        ),
        (
            "ballot",
            "update",
            "NEW.state = 'counted' AND OLD.state <> 'counted' AND NOT EXISTS"
            " (SELECT 1 FROM ballots_result WHERE ballot_id = NEW.id)",
            STEP,
        ),
        ("ballot", "insert", "NEW.state <> 'planned'", STEP),
        ("ballot", "delete", "OLD.state <> 'planned'", STANDS),
        ("question", "insert", f"({new}) <> 'planned'", STANDS),
        ("question", "update", f"({old}) <> 'planned'", STANDS),
        ("question", "delete", f"({old}) <> 'planned'", STANDS),
        ("participation", "update", "1 = 1", WRITTEN),
        ("participation", "delete", f"({old}) <> 'open'", NOT_OPEN),
        (
            "voice",
            "insert",
            "NOT EXISTS (SELECT 1 FROM ballots_participation p"
            " JOIN ballots_ballot b ON b.id = p.ballot_id"
            " JOIN ballots_question q ON q.id = NEW.question_id AND q.ballot_id = b.id"
            " WHERE p.id = NEW.participation_id AND p.mode = 'online'"
            " AND b.state = 'open' AND NOT b.is_secret)",
            NO_VOICES,
        ),
        ("voice", "update", "1 = 1", WRITTEN),
        (
            "voice",
            "delete",
            "(SELECT b.state FROM ballots_participation p JOIN ballots_ballot b"
            " ON b.id = p.ballot_id WHERE p.id = OLD.participation_id)"
            " NOT IN ('counted', 'annulled')",
            WRITTEN,
        ),
        ("tellercount", "insert", f"({new}) NOT IN ('open', 'closed')", NOT_OPEN),
        ("tellercount", "update", "1 = 1", WRITTEN),
        ("tellercount", "delete", "1 = 1", WRITTEN),
        ("result", "insert", f"({new}) <> 'closed'", STEP),
        ("result", "update", "1 = 1", WRITTEN),
        ("result", "delete", "1 = 1", WRITTEN),
    ]


# Rows that come by the ten thousand: on PostgreSQL they are looked at once a statement, with the
# roll or the vote held, so that whoever fixes or closes it at the same moment comes before or
# after, not between.
_MANY = (
    (
        "rollentry",
        "ballots_roll",
        "roll_id",
        "w.state = 'fixed'",
        ROLL_FIXED,
    ),
    (
        "participation",
        "ballots_ballot",
        "ballot_id",
        "w.state <> 'open'",
        NOT_OPEN,
    ),
)
_OFF_ROLL = (
    "(SELECT count(*) FROM ballots_rollentry e WHERE e.id IN (t.entry_id, t.proxy_id)"
    " AND e.roll_id = w.roll_id AND NOT e.is_struck)"
    " <> 1 + (CASE WHEN t.proxy_id IS NULL THEN 0 ELSE 1 END)"
)


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a while: for tests that tamper with a vote."""
    with transaction.atomic(using=connection.alias):
        _run(connection, _removing(connection.vendor))
        yield
        _run(connection, _installing(connection.vendor))


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
    return sorted({name for name, _table in _names()} - present)


def _names() -> list[tuple[str, str]]:
    named = [
        (f"{PREFIX}_{number}_{table}_{when}", table)
        for number, (table, when, _refused, _why) in enumerate(_rows())
    ]
    return named + [(f"{PREFIX}_{table}_insert", table) for table, *_rest in _MANY]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _installing(vendor: str) -> list[str]:
    return _on_postgresql() if vendor == "postgresql" else _on_sqlite()


def _on_sqlite() -> list[str]:
    statements = [
        f"CREATE TRIGGER {name} BEFORE {when.upper()} ON ballots_{table} WHEN {refused}"
        f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for (name, _table), (table, when, refused, why) in zip(_names(), _rows(), strict=False)
    ]
    for table, whole, key, refused, why in _MANY:
        statements.append(
            f"CREATE TRIGGER {PREFIX}_{table}_insert BEFORE INSERT ON ballots_{table} WHEN EXISTS"  # noqa: S608 - constants of this file only
            f" (SELECT 1 FROM {whole} w WHERE w.id = NEW.{key} AND {refused})"
            f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
    statements[-1] = statements[-1].replace(
        " BEGIN ",
        f" OR EXISTS (SELECT 1 FROM ballots_ballot w WHERE w.id = NEW.ballot_id AND"  # noqa: S608 - as above
        f" {_OFF_ROLL.replace('t.', 'NEW.')}) BEGIN ",
    )
    return statements


def _on_postgresql() -> list[str]:
    statements = []
    for (name, _table), (table, when, refused, why) in zip(_names(), _rows(), strict=False):
        back = "OLD" if when == "delete" else "NEW"
        statements += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {refused} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation';"
            f" END IF; RETURN {back}; END $$",
            f"CREATE TRIGGER {name} BEFORE {when.upper()} ON ballots_{table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    for table, whole, key, refused, why in _MANY:
        name = f"{PREFIX}_{table}_insert"
        more = (
            f" IF EXISTS (SELECT 1 FROM touched t JOIN {whole} w ON w.id = t.{key}"  # noqa: S608 - as above
            f" WHERE {_OFF_ROLL})"
            f" THEN RAISE EXCEPTION '{OFF_ROLL}' USING ERRCODE = 'restrict_violation'; END IF;"
            if table == "participation"
            else ""
        )
        statements += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608 - as above
            f" PERFORM 1 FROM {whole} w WHERE w.id IN (SELECT DISTINCT t.{key} FROM touched t)"
            " FOR SHARE;"
            f" IF EXISTS (SELECT 1 FROM {whole} w WHERE w.id IN"
            f" (SELECT DISTINCT t.{key} FROM touched t) AND {refused})"
            f" THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation'; END IF;{more}"
            " RETURN NULL; END $$",
            f"CREATE TRIGGER {name} AFTER INSERT ON ballots_{table}"
            " REFERENCING NEW TABLE AS touched"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ]
    return statements


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {name} ON ballots_{table}" for name, table in _names()]
    return [f"DROP TRIGGER IF EXISTS {name}" for name, _table in _names()]
