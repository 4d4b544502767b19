"""Making a picture safe to keep: from bytes that anybody sent to a JPEG that we wrote ourselves.

What was sent is never kept. It is told by its content, measured before it is unpacked, and
drawn anew: nothing of the file survives but how it looks, so neither the camera, the place nor
a second meaning hidden in it does.
"""

import hashlib
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from xiangyue.incidents.prints import prints_of
from xiangyue.kernel.refusals import Refused

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2000
THUMBNAIL_SIDE = 320
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error)
_BAD_EXIF = (*_BROKEN, TypeError, AttributeError, ArithmeticError)
# A picture unpacked takes some 300 MB at worst; more at once could fell a small machine.
_unpacking = BoundedSemaphore(2)


class PhotoRefused(Refused):
    """A file that is not kept as a photo."""

    code = "photo_refused"

    def __init__(self, message: str | Promise, *, field: str = "photos") -> None:
        super().__init__(message, fields={field: message})


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """A picture drawn anew, ready to be kept.

    `digest` is the SHA-256 of `jpeg`. `position` is (latitude, longitude) in degrees of WGS 84,
    as cameras write it, not shifted to any Chinese map's grid. `taken_at` is the camera's
    clock, in China's time where the camera does not say which. `prints` tell pictures that look
    alike (`prints.py`).
    """

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    digest: str
    position: tuple[Decimal, Decimal] | None = None
    taken_at: datetime | None = None
    prints: tuple[int, ...] = ()


def prepare_photo(upload: bytes) -> PreparedPhoto:
    """The picture in `upload`, turned upright, at most 2000 pixels a side, without anything else.

    Of moving pictures the first frame.

    :raises PhotoRefused: no picture, too large, cut off on the way, or of a kind we cannot read.
    """
    _check_before_opening(upload)
    with _unpacking:
        try:
            with Image.open(BytesIO(upload), formats=FORMATS) as opened:
                _check_size(opened)
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG unpacks smaller
                opened.load()
                exif = _exif_of(opened)
                picture = _upright(_flattened(opened), exif)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_many_pixels() from error
        except _BROKEN as error:
            raise PhotoRefused(
                _("This photo is damaged or was cut off on the way; please send it again.")
            ) from error
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        jpeg = as_jpeg(picture)
        width, height = picture.size
        prints = prints_of(picture)
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        return PreparedPhoto(
            jpeg=jpeg,
            thumbnail=as_jpeg(picture),
            width=width,
            height=height,
            digest=hashlib.sha256(jpeg).hexdigest(),
            position=_position(exif),
            taken_at=_taken_at(exif),
            prints=prints,
        )


def check_weight(count: int) -> None:
    """:raises PhotoRefused: more bytes than a photo may have; for asking before reading a file."""
    if count > MOST_BYTES:
        raise PhotoRefused(
            _("This photo has %(size)d MB; please send one of at most %(most)d MB.")
            % {"size": math.ceil(count / 1024 / 1024), "most": MOST_BYTES // 1024 // 1024}
        )


def _check_before_opening(upload: bytes) -> None:
    if not upload:
        raise PhotoRefused(_("This file is empty; please choose the photo again."))
    check_weight(len(upload))
    kind = _kind_of(upload)
    if kind == "heic":
        raise PhotoRefused(
            _(
                "This photo is in Apple's HEIC format, which cannot be read here. On the phone"
                " choose “Most Compatible” under Settings, Camera, Formats, or send a screenshot."
            )
        )
    if kind not in FORMATS:
        raise PhotoRefused(
            _("This file is not a photo that can be read here; please send a JPEG, PNG or WebP.")
        )


def _kind_of(upload: bytes) -> str:
    """What the first bytes say; a file's name and announced type are anybody's claim."""
    if upload.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if upload.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if upload[:4] == b"RIFF" and upload[8:12] == b"WEBP":
        return "WEBP"
    brands = upload[8:32]
    if upload[4:8] == b"ftyp" and any(
        brand in brands for brand in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1")
    ):
        return "heic"
    return ""


def _check_size(opened: Image.Image) -> None:
    if opened.width * opened.height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> PhotoRefused:
    return PhotoRefused(
        _("This picture has more than %(most)d million pixels; please send a smaller one.")
        % {"most": MOST_PIXELS // 1_000_000}
    )


def _flattened(opened: Image.Image) -> Image.Image:
    """The first frame as plain RGB; what shows through becomes white."""
    if opened.mode.startswith("I"):  # 16 bits of grey
        opened = opened.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in opened.getbands() or "transparency" in opened.info:
        layer = opened.convert("RGBA")
        layer.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return opened.convert("RGB")


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(picture: Image.Image, exif: Mapping[int, Any]) -> Image.Image:
    turn = _TURNS.get(exif.get(ExifTags.Base.Orientation) or 1)
    return picture if turn is None else picture.transpose(turn)


def as_jpeg(picture: Image.Image) -> bytes:
    """The picture as a file of ours, with nothing in it but how it looks."""
    # A picture drawn anew: `save` would otherwise hand on comments and colour profiles.
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    out = BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _exif_of(opened: Image.Image) -> dict[int, Any]:
    """The camera's notes, flat; nothing when there are none or they are broken."""
    try:
        exif = opened.getexif()
        notes: dict[int, Any] = dict(exif)
        notes.update(exif.get_ifd(ExifTags.IFD.Exif))
        notes[ExifTags.IFD.GPSInfo] = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except _BAD_EXIF:
        return {}
    return notes


def _position(exif: Mapping[int, Any]) -> tuple[Decimal, Decimal] | None:
    gps = exif.get(ExifTags.IFD.GPSInfo)
    if not gps:
        return None
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except _BAD_EXIF:
        return None
    is_possible = abs(latitude) <= 90 and abs(longitude) <= 180  # never true of what is no number
    if not is_possible or (latitude == 0 and longitude == 0):  # no fix is often written as zeros
        return None
    return Decimal(f"{latitude:.5f}"), Decimal(f"{longitude:.5f}")


def _degrees(parts: Any, reference: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if reference.strip("\0 ").upper() == negative else value


def _taken_at(exif: Mapping[int, Any]) -> datetime | None:
    try:
        written = exif[ExifTags.Base.DateTimeOriginal].strip("\0 ")
        offset = str(exif.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
        if offset:
            return datetime.strptime(f"{written}{offset}", "%Y:%m:%d %H:%M:%S%z")
        naive = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the next line
    except _BAD_EXIF:
        return None
    return naive.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
