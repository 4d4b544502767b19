"""Whether two rows, or a row and somebody registered, are one person. Pure.

Without identity numbers a person is known by the village's own number for them, else by name
with household, date of birth or telephone number. What does not suffice is said to be unclear,
and a clerk decides: nobody is ever merged, or doubled, in silence.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a person apart from others of the same name in the same village.

    `grid_path` is the tree path of where they live, `household` any mark of their household
    (None: not said), `number` the village's own number for them.
    """

    grid_path: str
    household: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    number: str | None = None


class Likeness(Enum):
    SAME = "same"
    DIFFERENT = "different"
    UNCLEAR = "unclear"


def likeness(one: Known, other: Known) -> Likeness:
    """Whether two of the same name in the same village are one person.

    Symmetric; everybody is the same as themself. A number of the village's own that only one of
    them has settles what would be unclear: whoever entered it meant to tell them apart.
    """
    if one.number and other.number:
        return Likeness.SAME if one.number == other.number else Likeness.DIFFERENT
    found = _by_what_is_known(one, other)
    if found is Likeness.UNCLEAR and (one.number or other.number):
        return Likeness.DIFFERENT
    return found


def _by_what_is_known(one: Known, other: Known) -> Likeness:
    born = _agree(one.birth_date, other.birth_date)
    home = _agree(one.household, other.household)
    if _agree(one.phone, other.phone) is True:
        return Likeness.UNCLEAR if born is False else Likeness.SAME
    if home is True:
        return Likeness.UNCLEAR if born is False else Likeness.SAME
    if home is False:
        return Likeness.UNCLEAR if born is True else Likeness.DIFFERENT
    if born is False:
        return Likeness.DIFFERENT
    return _without_household(one, other, is_born_alike=born is True)


def _without_household(one: Known, other: Known, *, is_born_alike: bool) -> Likeness:
    if is_born_alike:
        return Likeness.SAME if one.grid_path == other.grid_path else Likeness.UNCLEAR
    if not _overlap(one.grid_path, other.grid_path):
        return Likeness.DIFFERENT
    phones = _agree(one.phone, other.phone)
    if _is_bare(one) and _is_bare(other) and one.grid_path == other.grid_path:
        return Likeness.UNCLEAR if phones is False else Likeness.SAME
    return Likeness.DIFFERENT if phones is False else Likeness.UNCLEAR


def _agree(one: object, other: object) -> bool | None:
    """None where one of them says nothing."""
    if not one or not other:
        return None
    return one == other


def _is_bare(known: Known) -> bool:
    return not known.household and known.birth_date is None


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def without_zeros(number: str) -> str:
    """A number as Excel leaves it when it takes it for one: 0012 and 12 are alike then."""
    return number.lstrip("0") or "0" if number.isascii() and number.isdigit() else number
