"""Making marked places of a picture unrecognisable, for good. Pure but for Pillow.

A person marks what must not be recognised (CA05); nothing here looks for faces (CA01).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, Literal

from PIL import Image, ImageDraw

from xiangyue.incidents.pictures import THUMBNAIL_SIDE, as_jpeg

Shape = Literal["rectangle", "ellipse"]
SHAPES = ("rectangle", "ellipse")
MOST_MARKS = 40
LONGEST_SIDE = 1280
CELLS = 5  # a mark becomes at most so many cells across: too few for a face or a number plate
SMALLEST_CELL = 12  # pixels
MARGIN = 0.04  # of the mark's own size, for nobody marks to the pixel


class MarkWrong(ValueError):  # noqa: N818 - named for what it says
    """Something that is no mark on a picture."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a picture, in parts of its width and height from 0 to 1."""

    shape: Shape
    x: float
    y: float
    width: float
    height: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def mark_from(entered: Any) -> Mark:
    """The mark that was entered, cut to the picture.

    :raises MarkWrong: no shape, no numbers, or nothing of it on the picture.
    """
    if not isinstance(entered, dict) or entered.get("shape") not in SHAPES:
        raise MarkWrong
    numbers = [entered.get(name) for name in ("x", "y", "width", "height")]
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in numbers):
        raise MarkWrong
    x, y, width, height = (float(each) for each in numbers if each is not None)
    if not all(math.isfinite(each) and abs(each) <= 10 for each in (x, y, width, height)):
        raise MarkWrong
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(x + width, 1.0), min(y + height, 1.0)
    if right - left <= 0 or bottom - top <= 0:
        raise MarkWrong
    return Mark(entered["shape"], left, top, right - left, bottom - top)


def marks_from(entered: Any) -> list[Mark]:
    """:raises MarkWrong: no list, too many, or one of them is none."""
    if not isinstance(entered, list) or len(entered) > MOST_MARKS:
        raise MarkWrong
    return [mark_from(each) for each in entered]


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy that everybody may see."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int


def blurred_copy(original: bytes, marks: Iterable[Mark]) -> Copy:
    """A copy at most 1280 pixels a side with the marked places as coarse cells.

    What lay there cannot be brought back: each cell is one colour, the mean of what it covers.
    """
    with Image.open(BytesIO(original)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    for mark in marks:
        _blur(picture, mark)
    jpeg, size = as_jpeg(picture), picture.size
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Copy(jpeg, as_jpeg(picture), *size)


def _blur(picture: Image.Image, mark: Mark) -> None:
    box = _box(mark, picture.size)
    part = picture.crop(box)
    cells = tuple(max(1, min(CELLS, side // SMALLEST_CELL)) for side in part.size)
    coarse = part.resize((cells[0], cells[1]), Image.Resampling.BOX)
    coarse = coarse.resize(part.size, Image.Resampling.NEAREST)
    if mark.shape == "rectangle":
        picture.paste(coarse, box)
        return
    mask = Image.new("L", part.size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, part.width - 1, part.height - 1), fill=255)
    picture.paste(coarse, box, mask)


def _box(mark: Mark, size: Sequence[int]) -> tuple[int, int, int, int]:
    width, height = size
    dx, dy = mark.width * MARGIN, mark.height * MARGIN
    left = math.floor(max(mark.x - dx, 0) * width)
    top = math.floor(max(mark.y - dy, 0) * height)
    right = math.ceil(min(mark.x + mark.width + dx, 1) * width)
    bottom = math.ceil(min(mark.y + mark.height + dy, 1) * height)
    return min(left, width - 1), min(top, height - 1), max(right, left + 1), max(bottom, top + 1)
