"""Many rows at once, as fast as the database takes them: COPY on PostgreSQL, one prepared
statement on SQLite.

Constraints, triggers and foreign keys hold as for every other row; only Django's objects are
left out. Nothing here asks whether a row may be written: services do, before they hand it over.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

Convert = Callable[[Any], Any]
PARAMETERS = 900  # that any SQLite takes in one statement


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys that nobody else will be given, for rows whose keys must be known before they are
    written; call it in the transaction that writes them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # Whoever writes to SQLite writes alone; the row of the sequence follows explicit keys.
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 0"
            " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
            [table, table],
        )
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last: int = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def load_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of values of the named attributes (`actor_id`, not `actor`), in their order."""
    fields = [_field(model, name) for name in names]
    converts = [to_driver(field) for field in fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    ready = (
        tuple([convert(value) for convert, value in zip(converts, row, strict=True)])
        for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table} ({columns}) FROM STDIN", ready)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - names only
                list(ready),
            )


def load_objects(model: type[models.Model], objects: Iterable[models.Model]) -> None:
    """Insert objects with every value they have; those without a key are given one that they do
    not learn."""
    by_key: dict[bool, list[models.Model]] = defaultdict(list)
    for each in objects:
        by_key[each.pk is not None].append(each)
    for has_key, found in by_key.items():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if has_key or not field.primary_key
        ]
        load_rows(model, names, _values(found, names))
        alias = connection.alias
        for each in found:
            each._state.adding = False
            each._state.db = alias


def insert_row(row: models.Model) -> None:
    """Insert one row as it is, and learn its key; for rows that are written with every act.

    The statement is made once for a table, where `save` makes it anew each time.
    """
    statement, names, converts = _insert(type(row), connection.vendor, has_key=row.pk is not None)
    values = [convert(getattr(row, name)) for convert, name in zip(converts, names, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if row.pk is None:
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert some rows of one table, as they are, with one statement for many of them; they have
    keys already."""
    if not rows:
        return
    statement, names, converts = _insert(type(rows[0]), connection.vendor, has_key=True)
    head, _values, marks = statement.rpartition(" VALUES ")
    at_once = max(PARAMETERS // len(names), 1)
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        values = [
            convert(getattr(row, name))
            for row in some
            for convert, name in zip(converts, names, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"{head} VALUES {', '.join([marks] * len(some))}", values)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


@cache
def _insert(
    model: type[models.Model], vendor: str, *, has_key: bool
) -> tuple[str, Sequence[str], Sequence[Convert]]:
    fields = [each for each in model._meta.concrete_fields if has_key or not each.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names only
    if not has_key:
        statement += f" RETURNING {connection.ops.quote_name(str(model._meta.pk.column))}"
    return statement, [field.attname for field in fields], [to_driver(field) for field in fields]


def update_objects(
    model: type[models.Model], changed: Iterable[tuple[models.Model, Collection[str]]]
) -> None:
    """Write the named fields of objects that the table has already."""
    groups: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
    for each, names in changed:
        groups[tuple(sorted({_field(model, name).attname for name in names}))].append(each)
    table = connection.ops.quote_name(model._meta.db_table)
    key = model._meta.pk
    to_key = to_driver(key)
    with connection.cursor() as cursor:
        for attributes, objects in groups.items():
            fields = [_field(model, name) for name in attributes]
            converts = [to_driver(field) for field in fields]
            sets = ", ".join(
                f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields
            )
            cursor.executemany(
                f"UPDATE {table} SET {sets}"  # noqa: S608 - names only
                f" WHERE {connection.ops.quote_name(str(key.column))} = %s",
                [
                    [
                        *(
                            convert(getattr(each, name))
                            for convert, name in zip(converts, attributes, strict=True)
                        ),
                        to_key(each.pk),
                    ]
                    for each in objects
                ],
            )


def _values(objects: Sequence[models.Model], names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """What the objects have under these names, as they hold it: nothing here was left unread, and
    a key that points elsewhere need not be asked for through its relation."""
    held = itemgetter(*names)
    return (held(each.__dict__) for each in objects)


def _copy(cursor: CursorWrapper, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _field(model: type[models.Model], name: str) -> Any:
    """The field `actor`, by that name or by its attribute `actor_id`."""
    by_attribute = {field.attname: field for field in model._meta.concrete_fields}
    return by_attribute.get(name) or model._meta.get_field(name)


# --- from Python's values to the driver's -----------------------------------------------------


def to_driver(field: Any) -> Convert:
    """What makes of a field's value what the driver takes: the same as Django does, with less
    ado for the kinds that rows are full of."""
    target = field
    while target.remote_field is not None:
        target = target.target_field
    kind = target.get_internal_type()
    known = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    return known.get(kind) or (lambda value: field.get_db_prep_save(value, connection))


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> Any:
    # An enumeration's member is a text to Python, but not to every driver.
    return value if value is None or type(value) is str else str(value)


def _whole(value: Any) -> Any:
    return value if value is None or type(value) is int else int(value)


def _hex(value: Any) -> Any:
    return None if value is None else value.hex


def _utc(value: datetime | None) -> Any:
    return None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))


_POSTGRESQL: dict[str, Convert] = {
    "CharField": _text,
    "TextField": _text,
    "BigAutoField": _whole,
    "BigIntegerField": _whole,
    "SmallIntegerField": _whole,
    "PositiveIntegerField": _whole,
    "PositiveSmallIntegerField": _whole,
    "BooleanField": _same,
    "UUIDField": _same,
    "DateTimeField": _same,
}
_SQLITE = _POSTGRESQL | {"UUIDField": _hex, "DateTimeField": _utc}
