"""What an entry may hold: identifiers, codes, numbers and digests, never content."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from uuid import UUID

LONGEST = 80
DEEPEST = 3
_IDENTIFIER = re.compile(r"[!-~]*")  # ASCII without spaces: no names, no sentences
_PERSONAL = re.compile(r"(\+?86)?1[3-9]\d{9}|\d{17}[\dXx]")  # mobile or identity number
LARGEST = 2**53  # what every JSON reader reads exactly


class FactRefused(ValueError):  # noqa: N818 - named for what it says
    """A fact that an entry may not hold; a programming error."""


def accepted_facts(
    facts: Mapping[str, object] | None, *, allowed: Collection[str], name: str
) -> dict[str, object]:
    """The facts as they will be stored: UUIDs and times become their text.

    :raises FactRefused: a key the catalogue does not list, or a value that is not an
        identifier, a code, a whole number or a digest.
    """
    if not facts:
        return {}
    if unlisted := set(facts).difference(allowed):
        raise FactRefused(f"The catalogue lists no facts {sorted(unlisted)} for {name}.")
    return {
        # Most facts are codes, and there are many of them.
        key: value
        if type(value) is str and _is_code(value)
        else _accepted(value, where=f"{name}: {key}", depth=1)
        for key, value in facts.items()
    }


def _accepted(  # noqa: PLR0911 - one return for each kind of fact
    value: object, *, where: str, depth: int
) -> object:
    match value:
        case None | bool():
            return value
        case int():
            if abs(value) > LARGEST or _PERSONAL.fullmatch(str(value)):
                raise FactRefused(f"{where}: the number {value} is too large or personal.")
            return int(value)
        case str():
            return _accepted_text(str(value), where=where)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case list() | tuple() if depth < DEEPEST:
            return [_accepted(item, where=where, depth=depth + 1) for item in value]
        case dict() if depth < DEEPEST:
            return {
                _accepted_text(str(key), where=where): _accepted(item, where=where, depth=depth + 1)
                for key, item in value.items()
            }
    raise FactRefused(f"{where}: a {type(value).__name__} is no identifier, number or digest.")


@lru_cache(maxsize=4096)
def _is_code(text: str) -> bool:
    """Whether the text is short, without spaces, and no number of a person's."""
    is_short = len(text) <= LONGEST and _IDENTIFIER.fullmatch(text) is not None
    return is_short and _PERSONAL.fullmatch(text) is None


def _accepted_text(text: str, *, where: str) -> str:
    if _is_code(text):
        return text
    if len(text) > LONGEST or not _IDENTIFIER.fullmatch(text):
        raise FactRefused(f"{where}: {text[:LONGEST]!r} is content, not an identifier.")
    if _PERSONAL.fullmatch(text):
        raise FactRefused(f"{where}: this looks like a telephone or identity number.")
    return text
