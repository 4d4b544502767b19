"""Decisions about places and bodies: pure functions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PATH_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def path_range(path: str) -> tuple[str, str]:
    """The half-open range [low, high) of tree paths that holds a place and all below it.

    A range lets an index answer in any collation; `LIKE` does not.
    """
    if not path:
        return "", PATH_ALPHABET[-1] * 255
    digits = list(path)
    for position in range(len(digits) - 1, -1, -1):
        following = PATH_ALPHABET.index(digits[position]) + 1
        if following < len(PATH_ALPHABET):
            digits[position] = PATH_ALPHABET[following]
            return path, "".join(digits)
        digits[position] = PATH_ALPHABET[0]
    return path, PATH_ALPHABET[-1] * 255


def is_within(path: str, area_path: str) -> bool:
    """Whether the place at `path` is the one at `area_path` or lies in it."""
    return path.startswith(area_path)


def own_segment(kind: str, code: str) -> int:
    """The three digits of its own in a town's or village's 12-digit statistical code, else 0."""
    start = {"town": 6, "village": 9}.get(kind)
    if start is None or not code[start : start + 3].isdigit():
        return 0
    return int(code[start : start + 3])


@dataclass(frozen=True, slots=True)
class Seats:
    """How many of one category a body must have: at least `least`, at most `most` (None: any)."""

    least: int
    most: int | None


def composition_faults(
    seats: Mapping[str, Seats], members: Sequence[str], *, size: tuple[int, int] | None = None
) -> list[tuple[str, int, Seats]]:
    """What is wrong with a body: (category, how many it has, what it must have).

    `members` lists each member's category; the category "" in a fault stands for the whole body.
    Serves 1+7+X (JC-14) and the like.
    """
    counts = Counter(members)
    faults = [
        (category, counts[category], rule)
        for category, rule in seats.items()
        if counts[category] < rule.least or (rule.most is not None and counts[category] > rule.most)
    ]
    if size is not None and not size[0] <= len(members) <= size[1]:
        faults.append(("", len(members), Seats(*size)))
    return faults


# The committee's name is part of a village's name in the division code tables.
_COMMITTEE_SUFFIXES = ("居民委员会", "村民委员会", "社区居委会", "居委会", "村委会", "委员会")


def short_name(name: str) -> str:
    """A village's or community's everyday name: 北滩村村民委员会 is 北滩村."""
    for suffix in _COMMITTEE_SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            kept = name[: -len(suffix)]
            return f"{kept}社区" if suffix == "社区居委会" else kept
    return name


def even_parts(count: int, *, about: int) -> list[int]:
    """How many go into each part when `count` are divided into parts of about so many.

    The parts differ by one at most, the larger ones first; none is empty.
    """
    if count <= 0:
        return []
    parts = max(1, (count + about // 2) // about)
    least, more = divmod(count, parts)
    return [least + (number < more) for number in range(parts)]


_DIGITS = "〇一二三四五六七八九"


def in_chinese(number: int) -> str:
    """1 to 99 as people write them: 七, 十, 十二, 二十, 三十四; above that in figures."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"
