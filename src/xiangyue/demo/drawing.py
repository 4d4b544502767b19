"""Small pictures for the demonstration: a street by day or night with a heap, a hole or a lamp.

Drawn, so that nobody takes them for photographs of a real place.
"""

import random
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)
SKIES = ("#a9c7de", "#c9d6df", "#8fb3d1", "#2d3a55")
WALLS = ("#d8c3a5", "#c2a384", "#e3d9c6", "#b6a390")
GROUNDS = ("#8d8676", "#9c9283", "#77716a")
HEAPS = ("#5d5345", "#4a5a3a", "#6b4f3a", "#7a7468")


def picture(dice: random.Random, *, is_settled: bool = False) -> bytes:
    """A PNG of a street; what was wrong lies on it, unless it `is_settled`."""
    image = Image.new("RGB", SIZE, dice.choice(SKIES))
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    horizon = dice.randint(150, 200)
    left = -20
    while left < width:
        right = left + dice.randint(60, 130)
        top = horizon - dice.randint(50, 120)
        draw.rectangle((left, top, right, horizon), fill=dice.choice(WALLS), outline="#6f6557")
        for column in range(left + 14, right - 20, 34):
            draw.rectangle((column, top + 16, column + 14, top + 36), fill="#56636f")
        left = right + dice.randint(0, 12)
    draw.rectangle((0, horizon, width, height), fill=dice.choice(GROUNDS))
    draw.line((width // 2, horizon, width // 2 - 40, height), fill="#d9d3c4", width=4)
    if not is_settled:
        _heap(draw, dice, horizon)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _heap(draw: ImageDraw.ImageDraw, dice: random.Random, horizon: int) -> None:
    x, y = dice.randint(80, 360), dice.randint(horizon + 60, SIZE[1] - 40)
    for _piece in range(dice.randint(5, 14)):
        dx, dy, size = dice.randint(-50, 50), dice.randint(-18, 18), dice.randint(8, 26)
        box = (x + dx - size, y + dy - size // 2, x + dx + size, y + dy + size // 2)
        draw.ellipse(box, fill=dice.choice(HEAPS), outline="#3a352d")
