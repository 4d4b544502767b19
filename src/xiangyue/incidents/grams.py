"""Chinese text as a search sees it: no spaces between words, so pairs of characters instead.

One function makes the pairs that are kept with an incident and those that a search asks for.
"""

import re
from collections.abc import Iterator
from operator import add

from xiangyue.kernel.characters import normalise

SEARCH_LENGTH = 100
SEARCH_WORDS = 8
_RUN = re.compile(r"[^\W_]+")  # what `str.isalnum` says of each character


def runs(text: str) -> list[str]:
    """The unbroken runs of letters, digits and ideographs of the normalised text."""
    return _RUN.findall(normalise(text))


def grams_of(*texts: str) -> str:
    """What is kept for searching: of each run its overlapping pairs, then its last character.

    So every character begins one gram: a single character is found by prefix, and pairs that
    follow each other here followed each other in the text.
    """
    kept = runs(" ".join(texts))
    return " ".join([" ".join([*_pairs(run), run[-1]]) for run in kept])


def phrases_of(text: str) -> list[str]:
    """What a search asks for, one phrase of grams for each word of `text`, all to be found.

    A phrase is pairs separated by spaces, or one character that a gram begins with. Only the
    first words of a long text count.
    """
    words = dict.fromkeys(runs(text[:SEARCH_LENGTH]))
    return [" ".join(_pairs(word)) or word for word in words][:SEARCH_WORDS]


def _pairs(run: str) -> Iterator[str]:
    return map(add, run, run[1:])
