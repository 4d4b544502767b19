"""Chinese text as a search sees it: no spaces between words, so pairs of characters instead.

One function makes the pairs that are kept with an incident and those that a search asks for.
"""

from collections.abc import Iterator
from itertools import pairwise

from xiangyue.kernel.characters import normalise

SEARCH_LENGTH = 100
SEARCH_WORDS = 8


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
