"""Pictures made up for the tests, as cameras and mischief would write them."""

import io
import struct
import zlib

from PIL import ExifTags, Image, ImageDraw

BEITAN = (38.7841, 101.0883)


def drawn(width: int = 640, height: int = 480, *, colour: str = "teal", mode: str = "RGB"):
    picture = Image.new(mode, (width, height), colour)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill="white")
    return picture


def file_of(picture: Image.Image, kind: str = "JPEG", **settings) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **settings)
    return out.getvalue()


def in_degrees(value: float) -> tuple[float, float, float]:
    minutes = (abs(value) % 1) * 60
    return float(int(abs(value))), float(int(minutes)), (minutes % 1) * 60


def exif_at(latitude: float, longitude: float, *, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "CAMERAMAKER"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:06:08 08:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
            ExifTags.GPS.GPSLatitude: in_degrees(latitude),
            ExifTags.GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
            ExifTags.GPS.GPSLongitude: in_degrees(longitude),
        }
    )
    return exif


def photo(colour: str = "teal", *, at: tuple[float, float] | None = None) -> bytes:
    return file_of(drawn(colour=colour), **({"exif": exif_at(*at)} if at else {}))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header announces this size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
