"""Whom the entered number and name mean: pure."""

from enum import Enum


class Found(Enum):
    """Who is meant by what was entered."""

    ONE = "one"
    NEW = "new"
    OTHER_NAME = "other_name"
    NOBODY = "nobody"
    SEVERAL = "several"
    NOTHING = "nothing"


def whom(*, phone: str, name: str, name_of_phone: str | None, namesake_count: int) -> Found:
    """How number and name decide: the number first, the name alone only when one bears it.

    `name_of_phone` is the registered name of the number's holder, None when nobody has it;
    `namesake_count` counts those of that name at the place. Somebody whose name nobody has
    entered yet is called by a placeholder and so has another name; staff correct that first.
    """
    if phone:
        if name_of_phone is not None:
            return Found.ONE if not name or name == name_of_phone else Found.OTHER_NAME
        return Found.NEW if name else Found.NOBODY
    if not name:
        return Found.NOTHING
    if namesake_count == 1:
        return Found.ONE
    return Found.SEVERAL if namesake_count else Found.NOBODY
