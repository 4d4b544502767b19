"""The database itself refuses to change a step that is settled, its evidence, its panel, its run.

Of a run that ended nothing changes any more. A step's own acts lock the run first, so that what is
added while somebody completes the step comes before or is refused.

SQLite forgets a table's triggers when a migration rebuilds the table, so a migration that alters
one of these tables must end with `RunPython(install, remove)`; an invariant notices when they are
missing.
"""

from typing import Any

from django.db import connection

REFUSAL = "what a settled step rests on stays as it is"
RUN = "procedures_run"
STEP = "procedures_steprun"
PARTS = ("procedures_evidence", "procedures_panelseat")  # with `step_run_id`
TABLES = (RUN, STEP, *PARTS)
_VERBS = {"insert": "NEW", "update": "OLD", "delete": "OLD"}
_ENDED = "OLD.state <> 'running'"
_SETTLED = "OLD.state IN ('done', 'left_out')"


def install(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _installing(schema_editor.connection.vendor))


def remove(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor.connection, _removing(schema_editor.connection.vendor))


def missing() -> list[str]:
    """The triggers that should be there and are not, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(_names(connection.vendor)) - present)


def _run(database: Any, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _names(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"{table}_frozen" for table in TABLES]
    return [
        *(f"{table}_frozen_{verb}" for table in (RUN, STEP) for verb in ("update", "delete")),
        *(f"{table}_frozen_{verb}" for table in PARTS for verb in _VERBS),
    ]


def _installing(vendor: str) -> list[str]:
    return _on_postgresql() if vendor == "postgresql" else _on_sqlite()


def _not_open(row: str) -> str:
    """A part whose step is not the open one of a run that runs."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {STEP} JOIN {RUN} ON {RUN}.id = {STEP}.run_id"  # noqa: S608
        f" WHERE {STEP}.id = {row}.step_run_id AND {STEP}.state = 'open'"
        f" AND {RUN}.state = 'running')"
    )


def _on_postgresql() -> list[str]:
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'"
    back = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    return [
        "CREATE OR REPLACE FUNCTION procedures_refuse_run() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {_ENDED} THEN {refuse}; END IF; {back} END $$",
        "CREATE OR REPLACE FUNCTION procedures_refuse_step() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {_SETTLED} THEN {refuse}; END IF; {back} END $$",
        "CREATE OR REPLACE FUNCTION procedures_refuse_part() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF TG_OP <> 'INSERT' AND {_not_open('OLD')} THEN {refuse}; END IF;"
        f" IF TG_OP <> 'DELETE' AND {_not_open('NEW')} THEN {refuse}; END IF; {back} END $$",
        f"CREATE TRIGGER {RUN}_frozen BEFORE UPDATE OR DELETE ON {RUN}"
        " FOR EACH ROW EXECUTE FUNCTION procedures_refuse_run()",
        f"CREATE TRIGGER {STEP}_frozen BEFORE UPDATE OR DELETE ON {STEP}"
        " FOR EACH ROW EXECUTE FUNCTION procedures_refuse_step()",
        *(
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION procedures_refuse_part()"
            for table in PARTS
        ),
    ]


def _on_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        *(
            f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb.upper()} ON {table}"
            f" WHEN {when} {refuse}"
            for table, when in ((RUN, _ENDED), (STEP, _SETTLED))
            for verb in ("update", "delete")
        ),
        *(
            f"CREATE TRIGGER {table}_frozen_{verb} BEFORE {verb.upper()} ON {table}"
            f" WHEN {_not_open(row)} {refuse}"
            for table in PARTS
            for verb, row in _VERBS.items()
        ),
    ]


def _removing(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}" for table in TABLES]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _names(vendor)]
