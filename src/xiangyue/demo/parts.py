"""What the demonstration invents of places: streets, stockades, and units of the households."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.demo.blueprint import Demonstration, Parts
from xiangyue.places.forming import form_place, form_units, unit_pattern
from xiangyue.places.models import Household, Place, PlaceKind
from xiangyue.places.rules import in_chinese, own_segment, short_name

SEASON = timedelta(days=92)


def demonstration() -> Demonstration | None:
    """What the county says of its demonstration; None where it says nothing."""
    found = (meaning(row, Demonstration) for row in all_current("demonstration"))
    return next(found, None)


def looked_at(plan: Demonstration) -> tuple[str, ...]:
    """The codes of the villages in which scenes are played, the first one's first."""
    return (plan.looked_at, *plan.others)


def people_since(ends_at: datetime) -> datetime | None:
    """The day from which people are there, a season before the end at least; None: as usual."""
    plan = demonstration()
    if plan is None or plan.since is None:
        return None
    month, day = (int(part) for part in plan.since.split("-"))
    found = ends_at.replace(month=month, day=day, hour=0, minute=0)
    return found if ends_at - found > SEASON else found.replace(year=found.year - 1)


def least_households(home: Place) -> int:
    """How many households a grid has whatever the scale: none but where scenes are played."""
    plan = demonstration()
    if plan is None or not home.code.startswith(looked_at(plan)):
        return 0
    return plan.households


def form_parts(plan: Demonstration, *, at: datetime) -> None:
    """Enter the streets and stockades that the plan names, then the units where there are any."""
    villages = list(Place.objects.filter(kind=PlaceKind.VILLAGE, is_active=True).order_by("path"))
    homes: Counter[str] = Counter(
        dict(Household.objects.order_by().values_list("grid__path").annotate(count=Count("pk")))
    )
    for parts in plan.parts:
        first, last = parts.segments
        chosen = [
            village for village in villages if first <= own_segment("village", village.code) <= last
        ]
        for number, village in enumerate(chosen):
            for name in _names(parts, village, number, len(chosen), homes[village.path]):
                form_place(parent=village, kind=PlaceKind(parts.kind), name=name, at=at)
    if unit_pattern() is not None:
        for village in villages:
            if homes[village.path]:
                form_units(grid=village, stockades=_stockades(village), at=at)


def _names(
    parts: Parts, village: Place, number: int, village_count: int, households: int
) -> list[str]:
    if parts.total is not None:
        share, more = divmod(parts.total, village_count)
        wanted = share + (number < more)
    else:
        wanted = min(len(parts.names), max(1, round(households / parts.households)))
    return [
        parts.names[position % len(parts.names)]
        .replace("{name}", short_name(village.name).removesuffix("社区"))
        .replace("{number}", in_chinese(position + 1))
        for position in range(wanted)
    ]


def _stockades(village: Place) -> Sequence[Place]:
    return list(
        Place.objects.filter(
            path__startswith=village.path, kind=PlaceKind.GROUP, grid_kind=""
        ).order_by("path")
    )
