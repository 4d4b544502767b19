"""What a file is, told by its bytes and not by its name, before anything reads it.

Nothing is unpacked here: a zip is judged by its directory, which must fit the bytes it speaks of.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import Enum
from io import BytesIO
from pathlib import PurePath

MEGABYTE = 1024 * 1024
ENTRIES_MOST = 500
UNPACKED_MOST = 400 * MEGABYTE
# Sheets of repeated words shrink to a fiftieth; a bomb shrinks to a thousandth.
RATIO_MOST = 200
GAP_MOST = 24  # what a zip writer may put behind an entry whose size it learned last

# What Python's reader of zips raises, by turns, for one that is damaged.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError, OSError,
    KeyError, EOFError, OverflowError,
)  # fmt: skip


class Kind(Enum):
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


NAMED = {
    ".xlsx": Kind.XLSX,
    ".xls": Kind.XLS,
    ".ods": Kind.ODS,
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
}


class Unfit(Exception):  # noqa: N818 - an outcome for the clerk
    """The file is not taken; `code` names a sentence of `faults`."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def kind_of(content: bytes, *, name: str) -> Kind:
    """What the file is, when it is what its name says and nothing besides.

    :raises Unfit: it is something else, two things at once, encrypted, holds macros, or would
        unpack to more than any list has.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise Unfit("file_empty")
    ending = PurePath(name).suffix.lower()
    if ending in {".xlsm", ".xltm", ".xlsb", ".xlam"}:
        raise Unfit("macros")
    found = _by_content(content)
    if ending not in NAMED:
        raise Unfit("file_kind")
    if NAMED[ending] is not found:
        if found is Kind.CSV and content.lstrip()[:1] == b"<":
            raise Unfit("web_page")
        raise Unfit("name_differs", ending=ending, kind=found.value)
    return found


def _by_content(content: bytes) -> Kind:
    if content.startswith(b"PK"):
        return _zip_kind(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(content)
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Kind.CSV
    if b"\0" in content[:65536] or content[:5] == b"%PDF-" or content[:5] == b"{\\rtf":
        raise Unfit("file_kind")
    if content.rfind(b"PK\x05\x06", -65558) > 0:
        raise Unfit("two_files")
    return Kind.CSV


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _ole_kind(content: bytes) -> Kind:
    if _utf16("EncryptedPackage") in content:
        raise Unfit("encrypted")
    if _utf16("_VBA_PROJECT") in content or _utf16("Macros") in content:
        raise Unfit("macros")
    if _utf16("Workbook") not in content and _utf16("Book") not in content:
        raise Unfit("file_kind")
    if b"PK\x05\x06" in content[-65558:]:
        raise Unfit("two_files")
    return Kind.XLS


def _zip_kind(content: bytes) -> Kind:
    _check_ends_with_directory(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(content, entries)
            names = {entry.filename for entry in entries}
            kind = _kind_by_names(archive, names)
            _check_macros(archive, names)
    except UNREADABLE:
        raise Unfit("file_broken") from None
    return kind


def _check_ends_with_directory(content: bytes) -> None:
    """Whatever stands behind a zip's directory could be another file."""
    at = content.rfind(b"PK\x05\x06")
    if at < 0:
        raise Unfit("file_broken")
    if at + 22 != len(content):
        raise Unfit("two_files")


def _check_entries(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES_MOST:
        raise Unfit("zip_bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit("encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_MOST or unpacked > RATIO_MOST * max(len(content), 4096):
        raise Unfit("zip_bomb")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Unfit("two_files")  # readers disagree on which of the two they show
    end = 0
    for begin, entry_end in _extents(content, entries):
        if begin < end:
            raise Unfit("zip_bomb")  # entries that share bytes
        if begin - end > GAP_MOST:
            raise Unfit("two_files")
        end = entry_end
    if content.rfind(b"PK\x01\x02", end, end + GAP_MOST + 4) < 0:
        raise Unfit("two_files")


def _extents(content: bytes, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[int, int]]:
    """Where each entry begins and ends, in the order of the bytes."""
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        begin = entry.header_offset
        if content[begin : begin + 4] != b"PK\x03\x04":
            raise Unfit("file_broken")
        name_length, extra_length = struct.unpack_from("<HH", content, begin + 26)
        yield begin, begin + 30 + name_length + extra_length + entry.compress_size


def _kind_by_names(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return Kind.XLSX
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as file:
            if file.read(100).strip() == b"application/vnd.oasis.opendocument.spreadsheet":
                return Kind.ODS
    raise Unfit("file_kind")


def _check_macros(archive: zipfile.ZipFile, names: set[str]) -> None:
    lower = [name.lower() for name in names]
    if any(
        "vbaproject" in name
        or name.startswith(
            ("xl/macrosheets/", "xl/embeddings/", "xl/activex/", "basic/", "scripts/")
        )
        for name in lower
    ):
        raise Unfit("macros")
    if "[Content_Types].xml" in names:
        with archive.open("[Content_Types].xml") as file:
            if b"macroenabled" in file.read(MEGABYTE).lower():
                raise Unfit("macros")
