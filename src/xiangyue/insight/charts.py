"""A share over months as a small drawing: points for an SVG that the page writes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT, MARGIN = 240, 72, 6


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines and dots in a box of `width` by `height`; months without a share leave a gap."""

    lines: list[str]
    dots: list[tuple[str, str]]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - MARGIN
    ceiling: int = MARGIN


def chart_of(shares: Sequence[Fraction | None]) -> Chart:
    """From nothing at the floor to the whole at the ceiling, so that charts can be compared."""
    stretches: list[list[tuple[str, str]]] = [[]]
    for position, share in enumerate(shares):
        if share is None:
            stretches.append([])
            continue
        x = MARGIN + Fraction(position * (WIDTH - 2 * MARGIN), max(len(shares) - 1, 1))
        y = MARGIN + (1 - share) * (HEIGHT - 2 * MARGIN)
        stretches[-1].append((f"{float(x):.1f}", f"{float(y):.1f}"))
    return Chart(
        lines=[" ".join(",".join(dot) for dot in dots) for dots in stretches if len(dots) > 1],
        dots=[dot for dots in stretches for dot in dots],
    )
