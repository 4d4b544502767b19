"""Reads of what is declared."""

from typing import TypeVar

from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.schema import Declared
from xiangyue.kernel.refusals import NotFound

D = TypeVar("D", bound=Declared)

# Parsed once per distinct content: a digest names one body for ever, in whichever county.
_parsed: dict[tuple[str, str], Declared] = {}


def current(kind: str, key: str) -> Declaration:
    """The version of a declaration that serves what begins now.

    :raises NotFound: nothing current is declared under that key.
    """
    row = Declaration.objects.filter(kind=kind, key=key, is_current=True).first()
    if row is None:
        raise NotFound(f"Nothing is declared as {kind} {key}.")
    return row


def all_current(kind: str) -> list[Declaration]:
    """Every current declaration of a kind, by key."""
    return list(Declaration.objects.filter(kind=kind, is_current=True).order_by("key"))


def meaning(row: Declaration, schema: type[D]) -> D:
    """The declaration as its schema reads it; parsed once per distinct content."""
    parsed = _parsed.get((row.kind, row.digest))
    if parsed is None:
        parsed = _parsed[row.kind, row.digest] = schema.model_validate(row.body)
    assert isinstance(parsed, schema)
    return parsed
