"""What a county may declare about its figures."""

from fractions import Fraction

from pydantic import Field

from xiangyue.blueprints.schema import Declared, Piece


class ScoreBand(Piece):
    """From this share of a hundred on, so many points."""

    from_percent: int = Field(ge=1, le=100)
    points: int = Field(ge=0, le=100)


class FigurePolicy(Declared):
    """The county's settings of its figures.

    `coverage_bands` score an area's patrol coverage, best first; empty means no score, which is
    the default. There is none for a person (KPI-28).
    """

    workers_per_grid: int = Field(default=1, ge=1, le=20, description="the standard of KPI-23")
    worker_roles: tuple[str, ...] = Field(default=("grid_worker",), min_length=1)
    coverage_bands: tuple[ScoreBand, ...] = ()

    def bands(self) -> list[tuple[Fraction, int]]:
        rows = sorted(self.coverage_bands, key=lambda band: -band.from_percent)
        return [(Fraction(band.from_percent, 100), band.points) for band in rows]


DECLARES = {"figure_policy": FigurePolicy}
