"""A service's bare twin: the very INSERTs that it made, through the raw driver.

The same connection, the same durability, one transaction; nothing of Django, no reads, no checks.
Keys that must be unique are drawn anew for each replay, before it is timed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from xiangyue.kernel.identifiers import speakable_code

_INSERT = re.compile(r'INSERT INTO "(\w+)" \(([^)]*)\) VALUES ', re.IGNORECASE)
DRAWN_ANEW = ("number", "slip_digest", "client_key")


@dataclass(frozen=True, slots=True)
class Insert:
    """One INSERT as Django sent it to the driver."""

    sql: str
    columns: tuple[str, ...]
    params: tuple[Any, ...]

    @property
    def returns(self) -> bool:
        return " RETURNING " in self.sql.upper()


class Recording:
    """Keeps the INSERTs of what runs inside `connection.execute_wrapper(recording)`."""

    def __init__(self) -> None:
        self.inserts: list[Insert] = []
        self.returned: list[Any] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := _INSERT.match(sql):
            columns = tuple(name.strip(' "') for name in match[2].split(","))
            self.inserts.append(Insert(sql, columns, tuple(params)))
        return execute(sql, params, many, context)


class Twin:
    """Replays recorded INSERTs with fresh keys.

    :param incident_id: the key that the database gave the recorded incident; rows that point to
        it point to the new one.
    """

    def __init__(self, inserts: list[Insert], incident_id: int) -> None:
        is_sqlite = connection.vendor == "sqlite"
        self.inserts = [
            Insert(
                insert.sql.replace("%s", "?") if is_sqlite else insert.sql,
                insert.columns,
                insert.params,
            )
            for insert in inserts
        ]
        self.incident_id = incident_id
        self.begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"

    def prepared(self) -> Callable[[], None]:
        """One replay with its own keys, ready to run."""
        fresh: dict[Any, Any] = {}
        statements: list[tuple[str, list[Any], list[tuple[int, bool]], bool]] = []
        for insert in self.inserts:
            width = len(insert.columns)
            params, to_fill = list(insert.params), []
            for position, value in enumerate(params):
                column = insert.columns[position % width]
                if column in {"incident_id", "subject_id"} and str(value) == str(self.incident_id):
                    to_fill.append((position, isinstance(value, str)))
                else:
                    params[position] = _fresh(column, value, fresh)
            statements.append((insert.sql, params, to_fill, insert.returns))
        return lambda: self._run(statements)

    def _run(self, statements: list[tuple[str, list[Any], list[tuple[int, bool]], bool]]) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(self.begin)
        incident_id = None
        for sql, params, to_fill, returns in statements:
            for position, is_text in to_fill:
                params[position] = str(incident_id) if is_text else incident_id
            cursor.execute(sql, params)
            if returns:
                found = cursor.fetchall()[0][0]
                incident_id = found if incident_id is None else incident_id
        cursor.execute("COMMIT")
        cursor.close()


def _fresh(column: str, value: Any, known: dict[Any, Any]) -> Any:
    """The value, or a new one where it is a key of what is inserted."""
    is_key = column == "id" and _is_uuid(value)
    if value is None or isinstance(value, dict | list):
        return value
    if column in DRAWN_ANEW and value != "":
        if column == "number" and value in known:
            return known[value]
        length = len(str(value))
        return known.setdefault(value, speakable_code(length))
    if is_key:
        new = uuid4()
        known[value] = new if isinstance(value, UUID) else new.hex
        return known[value]
    if column.endswith("_id") and value in known:
        return known[value]
    return value


def _is_uuid(value: Any) -> bool:
    return isinstance(value, UUID) or bool(re.fullmatch(r"[0-9a-f]{32}", str(value)))
