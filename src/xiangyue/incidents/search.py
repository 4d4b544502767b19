"""Finding incidents by their words or number, on either database.

`Incident.grams` holds the pairs of characters (`grams.py`); PostgreSQL keeps them once more as an
indexed tsvector, SQLite in an FTS5 table that triggers keep in step (`search_index.py`).
"""

import re
import unicodedata
from typing import Any, TypeVar

from django.db import connections
from django.db.models import Lookup, Model, Q, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler

from xiangyue.incidents.grams import phrases_of
from xiangyue.incidents.models import Incident
from xiangyue.incidents.search_index import TABLE, VECTOR
from xiangyue.kernel.identifiers import normalise_code

M = TypeVar("M", bound=Model)

FOUND_AT_MOST = 200
READ_AT_MOST = 1_000
_NUMBER = re.compile(
    r"(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[-\s]*([0-9A-Z]{0,5})(-\d{1,2})?",
    re.ASCII | re.IGNORECASE,
)


def matching(rows: QuerySet[Incident], text: str) -> QuerySet[Incident]:
    """The rows in which every word of `text` is found, or whose number begins with it.

    Looked up here and now, in a query or two: of more than `FOUND_AT_MOST` only the newest are
    kept, so that a search costs the same however many there are. An empty text leaves the rows
    as they are; one without a letter or digit finds nothing.
    """
    if not text.strip():
        return rows
    number = number_meant(text)
    phrases = phrases_of(text)
    found: list[int] = []
    if number:
        found += _newest(rows.filter(_number_begins_with(rows, number)))
    if phrases:
        few = list(rows.order_by().values_list("pk", flat=True)[: READ_AT_MOST + 1])
        if len(few) > READ_AT_MOST:
            found += found_by_words(rows, phrases)
        elif few:
            found += _found_in(few, phrases)
    return rows.filter(pk__in=found)


def number_meant(text: str) -> str:
    """The beginning of an incident's number that was typed, forgivingly; "" when it is none."""
    typed = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if typed is None:
        return ""
    day, code, part = typed.groups()
    return f"{day}-{normalise_code(code)}{part or ''}" if code else day


def _number_begins_with(rows: QuerySet[Incident], number: str) -> Q:
    if connections[rows.db].vendor == "postgresql":
        return Q(number__startswith=number)
    # SQLite's LIKE ignores the index; byte order makes a range of the same meaning.
    return Q(number__gte=number, number__lt=f"{number}~")


def _newest(rows: QuerySet[M]) -> list[int]:
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:FOUND_AT_MOST])


def found_by_words(rows: QuerySet[M], phrases: list[str], *, index: str = TABLE) -> list[int]:
    """The keys of the newest rows in which every phrase is found, `FOUND_AT_MOST` at most.

    `index` is the rows' own, made by `search_index.indexing`.
    """
    if connections[rows.db].vendor == "postgresql":
        return _newest(rows.filter(grams__holds=phrases))
    # A join, so that SQLite reads the newest hits first and stops: in a subquery it reads all.
    rows = rows.extra(  # noqa: S610 - the text goes in as a parameter
        tables=[index],
        where=[f"{index}.rowid = {rows.model._meta.db_table}.id", f"{index} MATCH %s"],
        params=[" AND ".join(_fts_phrases(phrases))],
    )
    rows = rows.extra(order_by=[f"-{index}.rowid"])
    return list(rows.values_list("pk", flat=True)[:FOUND_AT_MOST])


def _found_in(keys: list[int], phrases: list[str]) -> list[int]:
    """The same among a few rows, which are read: a common word's hits lie all over the county."""
    rows = Incident.objects.filter(pk__in=keys)
    for phrase in phrases:  # a gram has two characters at most, so that it is found whole
        rows = rows.filter(grams__contains=phrase)
    return _newest(rows)


def _fts_phrases(phrases: list[str]) -> list[str]:
    return [f'"{phrase}"' if len(phrase) > 1 else f'"{phrase}" *' for phrase in phrases]


@TextField.register_lookup
class Holds(Lookup):
    """`grams__holds=phrases`: PostgreSQL finds the grams by index, then looks at their order.

    The order is looked at in a CASE, because the planner would take a LIKE to leave almost
    nothing, and then sort all hits of a common word instead of reading the newest ones.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        column, _params = self.process_lhs(compiler, connection)
        vector = f"{column.rpartition('.')[0]}.{connection.ops.quote_name(VECTOR)}"
        pairs = dict.fromkeys(gram for phrase in self.rhs for gram in phrase.split())
        # Quoted, so that nothing in them is an operator; a gram holds no quote itself.
        query = " & ".join(f"'{gram}'" if len(gram) > 1 else f"'{gram}':*" for gram in pairs)
        sequences = [phrase for phrase in self.rhs if " " in phrase]
        in_order = f" AND CASE WHEN {column} LIKE %s THEN true ELSE false END" * len(sequences)
        return (
            f"({vector} @@ %s::tsquery{in_order})",
            [query, *(f"%{sequence}%" for sequence in sequences)],
        )
