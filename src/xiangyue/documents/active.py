"""What makes a PDF more than paper: it would act when opened, or carries another file along.

A name may be written with escapes and stand in a packed table of objects; both are looked
through. Tables packed as no office program packs them are not, and count as acting.
"""

import re
import zlib
from collections.abc import Iterator

ACTIVE = (
    b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles", b"/XFA",
    b"/RichMedia", b"/SubmitForm", b"/ImportData",
)  # fmt: skip
UNPACKED_MOST = 64 * 1024 * 1024
TABLES_MOST = 20_000
PIECE = 64 * 1024
# A name ends where a space or one of the delimiters stands, or the file ends.
_END = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
_ACTS = re.compile(rb"(?:" + rb"|".join(ACTIVE) + rb")" + _END)
_TABLE = re.compile(rb"/ObjStm" + _END)
_ODDLY = re.compile(rb"/(?:LZW|ASCIIHex|ASCII85|RunLength)Decode|/Crypt|/Predictor")
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Where an archive says what it holds; it may stand this far before the end.
_DIRECTORY = b"PK\x05\x06"
_DIRECTORY_WITHIN = 65_558


class TooMuch(Exception):  # noqa: N818 - an outcome
    """Its tables are more, or larger, than any paper's."""


def would_act(pdf: bytes) -> bool:
    """Whether a reader would run something, send something or open another file.

    :raises TooMuch: it cannot be looked through.
    """
    return any(_ACTS.search(part) for part in (_plain(pdf), *_tables(pdf)))


def is_archive_too(pdf: bytes) -> bool:
    """Whether programs for archives would open it as one (a polyglot)."""
    return _DIRECTORY in pdf[-_DIRECTORY_WITHIN:]


def _plain(part: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), part)  # /J#53 is /JS


def _tables(pdf: bytes) -> Iterator[bytes]:
    """The packed tables of objects, unpacked. What no table follows is looked at once more where
    the next stream begins: the word may stand in a remark."""
    left, count, before, is_expected = UNPACKED_MOST, 0, 0, False
    for found in _STREAM.finditer(pdf):
        said = _plain(pdf[before : found.start()])
        before = found.end()
        if _TABLE.search(said):
            is_expected = True
            if _ODDLY.search(said):
                yield b"/JS "
        if not is_expected:
            continue
        count += 1
        if count > TABLES_MOST:
            raise TooMuch
        table = _unpacked(pdf, found.end(), most=left)
        left -= len(table)
        is_expected = not table
        yield _plain(table)


def _unpacked(pdf: bytes, begin: int, *, most: int) -> bytes:
    """What was packed from there on, as far as it can be unpacked.

    :raises TooMuch: it is more than `most`.
    """
    unpacking, parts, size = zlib.decompressobj(), [], 0
    try:
        while not unpacking.eof and begin < len(pdf):
            parts.append(unpacking.decompress(pdf[begin : begin + PIECE], most + 1 - size))
            size += len(parts[-1])
            if size > most:
                raise TooMuch
            begin += PIECE
    except zlib.error:
        pass  # cut off or no such stream: what came before it counts
    return b"".join(parts)
