"""What in a draft compact the law forbids, or makes doubtful: an advice to whoever reviews (CP01).

Pure. A check is a declaration (`counties/_common/legality.toml`): words that stand near each other
in one sentence, what they break, and how it may be said instead. It reads the text without spaces,
marks and traditional forms, so that what is spelled apart is found all the same. It never
decides: a person does, with reasons (SE03).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xiangyue.kernel.characters import normalise

ENDS = frozenset("。;!?\n\r")
GONE = "\0"


class Level(StrEnum):
    """Unlawful stops the vote until a person has decided; doubtful wants a look."""

    UNLAWFUL = "unlawful"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word of each group in one sentence, in any order, first to last within so many letters."""

    near: tuple[tuple[str, ...], ...]
    within: int


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of clause to look for.

    Phrases in `never` are no hits (a clause that forbids fines names them). A sentence with a
    word of `unless` is passed over; one with a word of `softened_by` is doubtful at most.
    """

    key: str
    level: Level
    patterns: tuple[Pattern, ...]
    never: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    softened_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where in the text, from `start` to before `end`, a check found what."""

    start: int
    end: int
    check: str
    level: Level


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as it is read, with the place in the text of each of its letters."""

    letters: str
    places: tuple[int, ...]


def findings(text: str, checks: Iterable[Check]) -> list[Finding]:
    """What the checks find, in the order of the text; each check at most once in a sentence.

    The time grows with the length of the text, whatever stands in it.
    """
    sentences = list(_sentences(text))
    found = []
    for check in checks:
        for sentence in sentences:
            finding = _found(check, sentence)
            if finding is not None:
                found.append(finding)
    return sorted(found)


def _sentences(text: str) -> Iterable[_Sentence]:
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in normalise(character):
            if letter in ENDS:
                if letters:
                    yield _Sentence("".join(letters), tuple(places))
                letters, places = [], []
            elif unicodedata.category(letter)[0] in "LN":
                letters.append(letter)
                places.append(place)
    if letters:
        yield _Sentence("".join(letters), tuple(places))


def _found(check: Check, sentence: _Sentence) -> Finding | None:
    letters = sentence.letters
    if any(word in letters for word in check.unless):
        return None
    for phrase in check.never:
        letters = letters.replace(phrase, GONE * len(phrase))
    windows = [
        window
        for pattern in check.patterns
        if (window := _first_window(letters, pattern)) is not None
    ]
    if not windows:
        return None
    start, end = min(windows)
    is_soft = any(word in letters for word in check.softened_by)
    return Finding(
        start=sentence.places[start],
        end=sentence.places[end - 1] + 1,
        check=check.key,
        level=Level.DOUBTFUL if is_soft else check.level,
    )


def _first_window(letters: str, pattern: Pattern) -> tuple[int, int] | None:
    """The first stretch that holds a word of each group and is short enough, or None."""
    hits = sorted(
        (start, start + len(word), group)
        for group, words in enumerate(pattern.near)
        for word in words
        for start in _occurrences(letters, word)
    )
    latest: dict[int, tuple[int, int]] = {}
    for start, end, group in hits:
        latest[group] = (start, end)
        if len(latest) == len(pattern.near):
            first = min(start for start, _end in latest.values())
            last = max(end for _start, end in latest.values())
            if last - first <= pattern.within:
                return first, last
    return None


def _occurrences(letters: str, word: str) -> Sequence[int]:
    places = []
    start = letters.find(word)
    while start >= 0:
        places.append(start)
        start = letters.find(word, start + 1)
    return places
