"""Finding incidents by their words or number, on either database.

`Incident.grams` holds the pairs of characters (`grams.py`); PostgreSQL indexes them as a
tsvector, SQLite in an FTS5 table that triggers keep in step. Both are made by `search_index.py`.
"""

import re
import unicodedata
from typing import Any

from django.db import connections
from django.db.models import Lookup, Q, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler

from xiangyue.incidents.grams import phrases_of
from xiangyue.incidents.models import Incident
from xiangyue.incidents.search_index import TABLE
from xiangyue.kernel.identifiers import normalise_code

FOUND_AT_MOST = 500
_NUMBER = re.compile(r"(\d{6})[-\s]*([0-9A-Za-z]{0,5})(-\d{1,2})?")


def matching(rows: QuerySet[Incident], text: str) -> QuerySet[Incident]:
    """The rows in which every word of `text` is found, or whose number begins with it.

    Looked up here and now, in one query: of more than `FOUND_AT_MOST` only the newest are kept,
    so that a search costs the same however many there are. An empty text leaves the rows as
    they are; one without a letter or digit finds nothing.
    """
    if not text.strip():
        return rows
    number = number_meant(text)
    phrases = phrases_of(text)
    found: list[int] = []
    if number:
        found += _newest(rows.filter(_number_begins_with(rows, number)))
    if phrases and "-" not in number:
        found += _found_by_words(rows, phrases)
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


def _newest(rows: QuerySet[Incident]) -> list[int]:
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:FOUND_AT_MOST])


def _found_by_words(rows: QuerySet[Incident], phrases: list[str]) -> list[int]:
    if connections[rows.db].vendor == "postgresql":
        rows = rows.filter(grams__holds=" & ".join(_lexemes(phrases)))
        for phrase in phrases:
            if " " in phrase:
                rows = rows.filter(grams__contains=phrase)
        return _newest(rows)
    # A join, so that SQLite reads the newest hits first and stops: in a subquery it reads all.
    rows = rows.extra(  # noqa: S610 - the text goes in as a parameter
        tables=[TABLE],
        where=[f"{TABLE}.rowid = incidents_incident.id", f"{TABLE} MATCH %s"],
        params=[" AND ".join(_fts_phrases(phrases))],
    )
    rows = rows.extra(order_by=[f"-{TABLE}.rowid"])  # noqa: S610 - a constant
    return list(rows.values_list("pk", flat=True)[:FOUND_AT_MOST])


def _lexemes(phrases: list[str]) -> list[str]:
    """PostgreSQL's words for the phrases: quoted, so that nothing in them is an operator."""
    words: dict[str, None] = {}
    for phrase in phrases:
        for gram in phrase.split():
            words[f"'{gram}'" if len(gram) > 1 else f"'{gram}':*"] = None
    return list(words)


def _fts_phrases(phrases: list[str]) -> list[str]:
    return [f'"{phrase}"' if len(phrase) > 1 else f'"{phrase}" *' for phrase in phrases]


@TextField.register_lookup
class Holds(Lookup[Any]):
    """`grams__holds`: PostgreSQL finds the grams of a text query by their index."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_postgresql(
        self, compiler: SQLCompiler, connection: Any
    ) -> tuple[str, list[Any] | tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return (
            f"array_to_tsvector(string_to_array({left}, ' ')) @@ {right}::tsquery",
            [*left_params, *right_params],
        )


__all__ = ["FOUND_AT_MOST", "matching", "number_meant"]
