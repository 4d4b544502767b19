"""Small pictures for the demonstration: a street by day or night with a heap, and a passer-by.

Drawn, so that nobody takes them for photographs of a real place; and no two alike, so that what
looks like an earlier one was sent twice (N13).
"""

import random
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)
NIGHT = "#2d3a55"
SKIES = ("#a9c7de", "#c9d6df", "#8fb3d1", "#5b7396", NIGHT)
CLOUDS = ("#f2f4f5", "#b8c4cc", "#7f8fa3", "#4a5a75")
HILLS = ("#6f7f6a", "#8d9a86", "#4f5f63", "#a59a86")
WALLS = ("#efe6d2", "#d8c3a5", "#c2a384", "#8f6f5a", "#5f564e")
GROUNDS = ("#8d8676", "#9c9283", "#77716a")
PATCHES = ("#5f5a50", "#4c5140", "#b9ae9b", "#cfc7b6", "#3f3d3a")
HEAPS = ("#5d5345", "#4a5a3a", "#6b4f3a", "#7a7468")
# Where somebody walks by who did not ask to be in the picture: left, top, width, height (0 to 1).
PASSER_BY = (0.05, 0.55, 0.09, 0.33)


def picture(dice: random.Random, *, is_settled: bool = False) -> bytes:
    """A PNG of a street; what was wrong lies on it, and somebody walks by, unless it
    `is_settled`."""
    sky = dice.choice(SKIES)
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    horizon = dice.randint(140, 210)
    clouds = CLOUDS[2:] if sky == NIGHT else CLOUDS
    _blots(draw, dice, clouds, count=dice.randint(4, 7), top=-20, bottom=horizon)
    _hills(draw, dice, horizon)
    _houses(draw, dice, horizon)
    ground = Image.new("RGB", (width, height - horizon), dice.choice(GROUNDS))
    _blots(ImageDraw.Draw(ground), dice, PATCHES, count=dice.randint(7, 12), top=0,
           bottom=height - horizon)  # fmt: skip
    image.paste(ground, (0, horizon))
    foot = dice.randint(60, width - 60)
    draw.line((dice.randint(60, width - 60), horizon, foot, height), fill="#d9d3c4", width=4)
    if not is_settled:
        _heap(draw, dice, horizon)
        _passer_by(draw)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _blots(
    draw: ImageDraw.ImageDraw,
    dice: random.Random,
    colours: tuple[str, ...],
    *,
    count: int,
    top: int,
    bottom: int,
) -> None:
    """Clouds in the sky, shadows and puddles on the ground."""
    for _blot in range(count):
        x, y = dice.randint(0, SIZE[0]), dice.randint(top, bottom)
        half, tall = dice.randint(30, 110), dice.randint(10, 40)
        draw.ellipse((x - half, y - tall, x + half, y + tall), fill=dice.choice(colours))


def _hills(draw: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    edge = [(x, horizon - dice.randint(10, 110)) for x in range(0, SIZE[0] + 1, 60)]
    draw.polygon([(0, horizon), *edge, (SIZE[0], horizon)], fill=dice.choice(HILLS))


def _houses(draw: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    left = -dice.randint(0, 60)
    while left < SIZE[0]:
        right = left + dice.randint(50, 130)
        if dice.random() < 0.7:
            top = horizon - dice.randint(40, 120)
            draw.rectangle((left, top, right, horizon), fill=dice.choice(WALLS), outline="#6f6557")
            for column in range(left + 14, right - 20, 34):
                draw.rectangle((column, top + 16, column + 14, top + 36), fill="#56636f")
        left = right + dice.randint(0, 12)


def _heap(draw: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    x, y = dice.randint(120, 400), dice.randint(horizon + 60, SIZE[1] - 40)
    for _piece in range(dice.randint(5, 14)):
        dx, dy, size = dice.randint(-50, 50), dice.randint(-18, 18), dice.randint(8, 26)
        box = (x + dx - size, y + dy - size // 2, x + dx + size, y + dy + size // 2)
        draw.ellipse(box, fill=dice.choice(HEAPS), outline="#3a352d")


def _passer_by(draw: ImageDraw.ImageDraw) -> None:
    left, top, width, height = (
        round(part * side) for part, side in zip(PASSER_BY, SIZE * 2, strict=True)
    )
    middle = left + width // 2
    draw.ellipse((middle - 11, top + 6, middle + 11, top + 30), fill="#c79a77", outline="#3a352d")
    draw.rectangle((left + 6, top + 31, left + width - 6, top + 78), fill="#8a3b3b")
    draw.rectangle((left + 9, top + 79, left + width - 9, top + height - 3), fill="#2f3640")
