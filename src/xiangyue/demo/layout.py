"""Positions for the demonstration: towns around the county town, villages around their town,
grids around their village. None of them is where the real one lies."""

import random
from collections.abc import Iterable
from decimal import Decimal

from xiangyue.demo.duties import TOWN_LENGTH
from xiangyue.demo.speech import centre_of
from xiangyue.places.models import Place

REACH = {4: 0.16, 5: 0.05, 6: 0.012}  # degrees around the place above, by depth

Position = tuple[Decimal | None, Decimal | None]


class Layout:
    """Where each grid is said to lie; nowhere in a county whose centre is not known."""

    def __init__(self, grids: Iterable[Place], dice: random.Random) -> None:
        self.dice = dice
        self._known: dict[str, tuple[float, float]] = {}
        for grid in grids:
            if centre := centre_of(grid.code):
                self._settle(grid.path, centre)

    def near(self, grid: Place) -> Position:
        """A point somewhere in the grid, in degrees of WGS 84."""
        if grid.path not in self._known:
            return None, None
        latitude, longitude = self._known[grid.path]
        return (
            _rounded(latitude + self.dice.gauss(0, 0.003)),
            _rounded(longitude + self.dice.gauss(0, 0.004)),
        )

    def _settle(self, path: str, centre: tuple[float, float]) -> tuple[float, float]:
        if len(path) < TOWN_LENGTH:
            return centre
        if path not in self._known:
            latitude, longitude = self._settle(path[: -Place.steplen], centre)
            reach = REACH.get(len(path) // Place.steplen, 0.01)
            self._known[path] = (
                latitude + self.dice.uniform(-reach, reach),
                longitude + self.dice.uniform(-reach, reach) * 1.3,
            )
        return self._known[path]


def _rounded(degrees: float) -> Decimal:
    return Decimal(str(round(degrees, 5)))
