"""Documents and pictures that people attach: told by their content, kept with their row or not.

A picture is drawn anew, so that nothing of the file survives but how it looks: neither the place
nor the camera. A PDF is kept as it is, once it has been seen to be one, and is only ever handed
out to be saved, never shown inside our pages. Nothing else is taken.
"""

import hashlib
import math
import struct
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from xiangyue.documents.active import TooMuch, is_archive_too, would_act
from xiangyue.documents.keeping import KeptFiles
from xiangyue.kernel.refusals import Refused

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
SMALL_SIDE = 480
QUALITY = 84
FORMATS = ("JPEG", "PNG", "WEBP")
PDF, JPEG = "application/pdf", "image/jpeg"
# What office programs write: an archive, and what came before it.
OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error)
_unpacking = BoundedSemaphore(2)


class FileRefused(Refused):
    """A file that is not kept."""

    code = "file_refused"

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message, fields={"file": message})


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A document or picture ready to be kept; `digest` is the SHA-256 of `content`."""

    content: bytes
    content_type: str
    name: str
    digest: str

    @property
    def suffix(self) -> str:
        return ".pdf" if self.content_type == PDF else ".jpg"


def check_weight(count: int) -> None:
    """:raises FileRefused: more bytes than a document may have; for asking before reading it."""
    if count > MOST_BYTES:
        raise FileRefused(
            _("This file has %(size)d MB; please add one of at most %(most)d MB.")
            % {"size": math.ceil(count / 1024 / 1024), "most": MOST_BYTES // 1024 // 1024}
        )


def prepare_file(upload: bytes, *, name: str) -> PreparedFile:
    """The document or picture made safe to keep; call it outside transactions.

    :raises FileRefused: neither a PDF nor a picture, too large, damaged, or a PDF that would act.
    """
    if not upload:
        raise FileRefused(_("This file is empty; please choose it again."))
    check_weight(len(upload))
    if upload.startswith(OFFICE):
        raise FileRefused(
            _("This looks like a Word or Excel file; please save it as PDF and add that.")
        )
    if upload.lstrip()[:5] == b"%PDF-":
        content, content_type = _document(upload), PDF
    else:
        content, content_type = _picture(upload), JPEG
    return PreparedFile(
        content=content,
        content_type=content_type,
        name=_shown_name(name),
        digest=hashlib.sha256(content).hexdigest(),
    )


def uploaded(file: "UploadedFile[Any]") -> PreparedFile:
    """What a form or the API was sent, made safe to keep; call it outside transactions.

    :raises FileRefused: as `prepare_file`, before more is read than a document may have.
    """
    check_weight(file.size or 0)
    return prepare_file(file.read(), name=file.name or "")


def kept(
    prepared: PreparedFile, *, folder: str, key: object, at: datetime, files: KeptFiles
) -> dict[str, Any]:
    """The columns of a row that keeps the file (`models.AttachedFile`); the file is written.

    It lies under the row's key, so that no name that somebody chose becomes a path. `files`
    removes it again when the row does not come to be.
    """
    name = f"{folder}/{at:%Y/%m}/{key}{prepared.suffix}"
    return {
        "file": files.write(name, prepared.content),
        "file_name": prepared.name,
        "content_type": prepared.content_type,
        "byte_count": len(prepared.content),
        "digest": prepared.digest,
    }


def kept_with_small(
    prepared: PreparedFile,
    as_listed: bytes,
    *,
    folder: str,
    key: object,
    at: datetime,
    files: KeptFiles,
) -> dict[str, Any]:
    """The same, and in `small` the picture as a list shows it; "" of what is no picture."""
    name = f"{folder}/{at:%Y/%m}/{key}-small.jpg"
    columns = kept(prepared, folder=folder, key=key, at=at, files=files)
    return {**columns, "small": files.write(name, as_listed) if as_listed else ""}


def prepare_photo(
    upload: bytes | PreparedFile, *, name: str, otherwise: str
) -> tuple[PreparedFile, bytes]:
    """A photo made safe to keep, and as small as a list shows it; call it outside transactions.

    :raises FileRefused: it is a document: `otherwise`; or as `prepare_file`.
    """
    prepared = upload if isinstance(upload, PreparedFile) else prepare_file(upload, name=name)
    as_listed = small(prepared)
    if not as_listed:
        raise FileRefused(otherwise)
    return prepared, as_listed


def small(prepared: PreparedFile) -> bytes:
    """A picture as small as a list shows it; b"" of what is no picture."""
    if prepared.content_type != JPEG:
        return b""
    with _unpacking, Image.open(BytesIO(prepared.content), formats=("JPEG",)) as opened:
        opened.draft("RGB", (SMALL_SIDE, SMALL_SIDE))
        opened.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
        out = BytesIO()
        opened.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
        return out.getvalue()


def _shown_name(name: str) -> str:
    """The name as it is shown; it never becomes a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character for character in last if character.isprintable()).strip()
    return kept[-120:]


def _document(upload: bytes) -> bytes:
    if b"%%EOF" not in upload[-2048:]:
        raise FileRefused(_("This PDF is damaged or was cut off on the way; please add it again."))
    if b"/Encrypt" in upload:
        raise FileRefused(_("This PDF is locked; please add one that opens without a password."))
    try:
        acts = would_act(upload)
    except TooMuch:
        acts = True
    if acts or is_archive_too(upload):
        raise FileRefused(
            _("This PDF holds a program or another file; please print it to PDF and add that.")
        )
    return upload


def _picture(upload: bytes) -> bytes:
    with _unpacking:
        try:
            with Image.open(BytesIO(upload), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise FileRefused(_("This picture is too large; please add a smaller one."))
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                flat = Image.new("RGB", upright.size, "white")
                whole = upright.convert("RGBA")
                flat.paste(whole, mask=whole.getchannel("A"))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise FileRefused(_("This picture is too large; please add a smaller one.")) from error
        except _BROKEN as error:
            raise FileRefused(
                _("Only PDFs and photos (JPEG, PNG, WebP) can be added; this file is neither.")
            ) from error
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        out = BytesIO()
        flat.save(out, "JPEG", quality=QUALITY, optimize=True)
        return out.getvalue()
