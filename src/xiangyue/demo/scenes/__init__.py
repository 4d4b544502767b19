"""What else goes on in a county day by day, beside the reports: one file a scene.

Each has `live(*, day_end: datetime, stage: Stage, dice: random.Random) -> None`, called at the end
of every day inside the day's transaction, in the order of the names. It acts through the services
alone, with times no later than `day_end`; the day's incidents all stand in the database by then.

Of a life longer than 62 days, as at scale 1, only the last 30 days have scenes: what lies further
back is written a fortnight at a time, and nobody looks at last spring's patrols.
"""

import random
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

from xiangyue.demo.stage import Stage

Scene = Callable[..., None]


def all_scenes() -> tuple[Scene, ...]:
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").live for name in names)


def live_through(
    scenes: tuple[Scene, ...], *, day_end: datetime, stage: Stage, dice: random.Random
) -> None:
    for live in scenes:
        live(day_end=day_end, stage=stage, dice=dice)
