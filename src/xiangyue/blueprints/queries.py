"""Reads of what is declared."""

from typing import TypeVar

from xiangyue.blueprints.editions import kept
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.schema import Declared
from xiangyue.kernel.making import own
from xiangyue.kernel.refusals import NotFound

D = TypeVar("D", bound=Declared)

# Parsed once per distinct content: a digest names one body for ever, in whichever county.
_parsed: dict[tuple[str, str], Declared] = {}


def current(kind: str, key: str) -> Declaration:
    """The version of a declaration that serves what begins now; a row of the caller's own.

    :raises NotFound: nothing current is declared under that key.
    """
    row = _declared().get(kind, {}).get(key)
    if row is None:
        raise NotFound(f"Nothing is declared as {kind} {key}.")
    return own(row)


def all_current(kind: str) -> list[Declaration]:
    """Every current declaration of a kind, by key; rows that others hold too, so only to read."""
    return list(_declared().get(kind, {}).values())


def _declared() -> dict[str, dict[str, Declaration]]:
    """All that is declared, by kind and key; one tiny query unless something has changed."""
    return kept("declarations", _read)


def _read() -> dict[str, dict[str, Declaration]]:
    found: dict[str, dict[str, Declaration]] = {}
    for row in Declaration.objects.filter(is_current=True).order_by("kind", "key"):
        found.setdefault(row.kind, {})[row.key] = row
    return found


def meaning(row: Declaration, schema: type[D]) -> D:
    """The declaration as its schema reads it; parsed once per distinct content."""
    parsed = _parsed.get((row.kind, row.digest))
    if parsed is None:
        parsed = _parsed[row.kind, row.digest] = schema.model_validate(row.body)
    assert isinstance(parsed, schema)
    return parsed
