"""What the database itself refuses about rounds, also to plain SQL.

A project stands as it was put up: nothing of what it is and costs changes once the list hangs on
the board, nor the budget. Slips come while the vote is open and are never changed; the result and
what was reported afterwards stay as written. A migration that rebuilds one of these tables on
SQLite must end with `RunPython(install, remove)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "orders_keep"

STANDS = "what is voted on stands as it was put up"
STEP = "a round goes from orders to costing, notice, vote and result"
NOT_OPEN = "slips are taken while the vote is open"
NOT_CLOSED = "papers are typed in when the vote is closed"
WRITTEN = "what was written stays as it was written"
SAID = "an order stays as it was said"

_ROUND = "SELECT {column} FROM orders_round WHERE id = {row}.round_id"
_BALLOT = (
    "SELECT b.state FROM ballots_ballot b JOIN orders_round r ON r.ballot_id = b.id"
    " WHERE r.id = {row}.round_id"
)
_OF_PROJECT = (
    "SELECT r.state FROM orders_round r JOIN orders_project p ON p.round_id = r.id"
    " WHERE p.id = {row}.project_id"
)
STEPS = {
    "needs": ("costing", "stopped"),
    "costing": ("notice", "stopped"),
    "notice": ("costing", "vote", "stopped"),
    "vote": ("decided", "costing", "stopped"),
    "decided": ("done", "stopped"),
    "done": ("decided",),
    "stopped": (),
}
_ROUND_FIXED = ("place_id", "declaration_id", "title", "money_from", "budget", "roll_id")
_PROJECT_FIXED = (
    *("round_id", "number", "title", "what", "spot", "cost", "upkeep", "upkeep_by", "costed_by"),
    *("state", "refused_for", "refused_why"),
)


def _changed(columns: tuple[str, ...], *, differs: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns) + ")"


def _rows(differs: str) -> list[tuple[str, str, str, str]]:
    """(table, when, what is refused, why), row by row."""
    state, of_project = _ROUND.replace("{column}", "state"), _OF_PROJECT
    steps = " OR ".join(
        f"(OLD.state = '{before}' AND NEW.state IN ({', '.join(repr(one) for one in after)}))"
        for before, after in STEPS.items()
        if after
    )
    fixed_round = _changed(_ROUND_FIXED[:-1], differs=differs)
    fixed_roll = _changed(_ROUND_FIXED[-1:], differs=differs)
    fixed_project = _changed(_PROJECT_FIXED, differs=differs)
    said = _changed(("round_id", "number", "text", "by_id", "said_by"), differs=differs)
    answered = _changed(("project_id", "aside_why"), differs=differs)
    changeable = "('needs', 'costing')"
    return [
        ("round", "update", f"OLD.state NOT IN {changeable} AND {fixed_round}", STANDS),
        ("round", "update", f"OLD.state = 'vote' AND NEW.state = 'vote' AND {fixed_roll}", STANDS),
        ("round", "update", f"NEW.state <> OLD.state AND NOT ({steps})", STEP),
        (
            "round",
            "update",
            "NEW.state = 'decided' AND NOT EXISTS"
            " (SELECT 1 FROM orders_outcome WHERE round_id = NEW.id)",
            STEP,
        ),
        ("round", "insert", "NEW.state <> 'needs'", STEP),
        ("round", "delete", "OLD.state <> 'needs'", STANDS),
        ("project", "insert", f"({state.format(row='NEW')}) <> 'costing'", STANDS),
        ("project", "delete", f"({state.format(row='OLD')}) <> 'costing'", STANDS),
        (
            "project",
            "update",
            f"({state.format(row='OLD')}) <> 'costing' AND {fixed_project}",
            STANDS,
        ),
        ("costline", "insert", f"({of_project.format(row='NEW')}) <> 'costing'", STANDS),
        ("costline", "update", f"({of_project.format(row='OLD')}) <> 'costing'", STANDS),
        ("costline", "delete", f"({of_project.format(row='OLD')}) <> 'costing'", STANDS),
        ("need", "insert", f"({state.format(row='NEW')}) <> 'needs'", STANDS),
        ("need", "update", said, SAID),
        (
            "need",
            "update",
            f"({state.format(row='OLD')}) NOT IN {changeable} AND {answered}",
            STANDS,
        ),
        ("need", "delete", "1 = 1", SAID),
        (
            "slip",
            "insert",
            f"({state.format(row='NEW')}) <> 'vote'"
            f" OR COALESCE(({_BALLOT.format(row='NEW')}), '') <> 'open'",
            NOT_OPEN,
        ),
        ("slip", "update", "1 = 1", WRITTEN),
        (
            "slip",
            "delete",
            "NOT EXISTS (SELECT 1 FROM orders_outcome WHERE round_id = OLD.round_id)"  # noqa: S608 - as ballots/triggers.py
            f" AND ({state.format(row='OLD')}) NOT IN ('costing', 'stopped')",
            WRITTEN,
        ),
        *(
            (
                "typedslip",
                when,
                f"({state.format(row=row)}) <> 'vote'"
                f" OR COALESCE(({_BALLOT.format(row=row)}), '') <> 'closed'",
                NOT_CLOSED,
            )
            for when, row in (("insert", "NEW"), ("update", "OLD"))
        ),
        (
            "typedslip",
            "delete",
            f"({state.format(row='OLD')}) NOT IN ('vote', 'costing', 'stopped')",
            WRITTEN,
        ),
        (
            "outcome",
            "insert",
            f"({state.format(row='NEW')}) <> 'vote'"
            f" OR COALESCE(({_BALLOT.format(row='NEW')}), '') <> 'closed'",
            STEP,
        ),
        ("outcome", "update", "1 = 1", WRITTEN),
        ("outcome", "delete", "1 = 1", WRITTEN),
        (
            "progress",
            "insert",
            f"({of_project.format(row='NEW')}) NOT IN ('decided', 'done')",
            STEP,
        ),
        ("progress", "update", "1 = 1", WRITTEN),
        ("progress", "delete", "1 = 1", WRITTEN),
    ]


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers for a while: for tests that tamper with a round."""
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
                " WHERE starts_with(relname, 'orders_') AND tgenabled IN ('O', 'A')"
                " AND pg_table_is_visible(tgrelid)"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted({name for name, _table in _names()} - present)


def _names() -> list[tuple[str, str]]:
    return [
        (f"{PREFIX}_{number}_{table}_{when}", table)
        for number, (table, when, _refused, _why) in enumerate(_rows("<>"))
    ]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _installing(vendor: str) -> list[str]:
    if vendor != "postgresql":
        return [
            f"CREATE TRIGGER {name} BEFORE {when.upper()} ON orders_{table} WHEN {refused}"
            f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
            for (name, _table), (table, when, refused, why) in zip(
                _names(), _rows("IS NOT"), strict=True
            )
        ]
    statements = []
    for (name, _table), (table, when, refused, why) in zip(
        _names(), _rows("IS DISTINCT FROM"), strict=True
    ):
        back = "OLD" if when == "delete" else "NEW"
        statements += [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {refused} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation';"
            f" END IF; RETURN {back}; END $$",
            f"CREATE TRIGGER {name} BEFORE {when.upper()} ON orders_{table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    return statements


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {name} ON orders_{table}" for name, table in _names()]
    return [f"DROP TRIGGER IF EXISTS {name}" for name, _table in _names()]
