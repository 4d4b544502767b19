"""Every colour that carries words or marks an edge can be told from its ground (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.ROOT) / "frontend" / "css" / "tokens.css").read_text()
COLOURS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", TOKENS))
WHITE = "#ffffff"

TEXT = 4.5
EDGE = 3.0


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, 0 to 1."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["paper", "ground", "sunken", "brand-soft"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "ink-faint", "brand", "brand-deep", "bad"])
def test_words_can_be_read_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(COLOURS[ink], COLOURS[ground]) >= TEXT


@pytest.mark.parametrize("tone", ["good", "busy", "warn", "bad"])
def test_a_state_can_be_read_on_its_own_tint(tone: str) -> None:
    assert contrast(COLOURS[tone], COLOURS[f"{tone}-soft"]) >= TEXT
    assert contrast(COLOURS[tone], COLOURS["paper"]) >= TEXT


@pytest.mark.parametrize("ground", ["brand", "brand-deep", "accent"])
def test_white_words_can_be_read_on_strong_grounds(ground: str) -> None:
    assert contrast(WHITE, COLOURS[ground]) >= TEXT


def test_what_can_be_entered_has_an_edge_that_can_be_seen() -> None:
    assert contrast(COLOURS["edge"], COLOURS["paper"]) >= EDGE
    assert contrast(COLOURS["edge"], COLOURS["ground"]) >= EDGE


def test_the_measure_agrees_with_the_standard() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
