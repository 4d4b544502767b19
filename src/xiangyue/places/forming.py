"""What no county's list names: streets, stockades and joint household units, entered here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.kernel.refusals import Refused
from xiangyue.places.blueprint import PlacePattern
from xiangyue.places.models import Household, Place, PlaceKind
from xiangyue.places.rules import even_parts, in_chinese

KINDS = (PlaceKind.GROUP, PlaceKind.STREET, PlaceKind.UNIT)
SHORT = {PlaceKind.GROUP: "g", PlaceKind.STREET: "s", PlaceKind.UNIT: "u"}


class NotFormed(Refused):
    """Such a place is not entered here."""

    code = "not_formed"


@transaction.atomic
def form_place(
    *, parent: Place, kind: PlaceKind, name: str, at: datetime, actor_id: UUID | None = None
) -> Place:
    """Enter a street, stockade or unit of a village; the same name there is entered once.

    It is no grid: households stay in theirs. Records `places.place_formed`.

    :raises NotFormed: divisions and grids come with the county's list alone, or it has no name.
    """
    name = " ".join(name.split())
    if kind not in KINDS or not name or len(name) > 100:
        raise NotFormed(_("Give the street, stockade or unit a name of at most 100 letters."))
    parent = Place.objects.select_for_update().get(pk=parent.pk)
    children = Place.objects.filter(
        path__startswith=parent.path, depth=parent.depth + 1, kind=kind
    ).order_by("path")
    for child in children:
        if child.name == name:
            found: Place = child
            return found
    number = len(children) + 1
    place = Place(code=f"{parent.code}-{SHORT[kind]}{number:02}", name=name, kind=kind)
    Place.objects.add_child(parent, instance=place)
    record(
        name="places.place_formed",
        subject=place,
        at=at,
        actor_id=actor_id,
        place_path=place.path,
        facts={"kind": str(kind), "household_count": 0},
    )
    return place


def unit_pattern() -> PlacePattern | None:
    """How this county forms joint household units; None where it has none (LP-30)."""
    found = (meaning(row, PlacePattern) for row in all_current("place_pattern"))
    return next((each for each in found if each.kind == "unit"), None)


@transaction.atomic
def form_units(
    *,
    grid: Place,
    at: datetime,
    stockades: Sequence[Place] = (),
    actor_id: UUID | None = None,
) -> list[Place]:
    """Divide the grid's households that are in no unit into units of about ten (LP-30, LP-31).

    Households go in the order of their numbers; with `stockades` each unit lies in one of them,
    in turn. Households that are in a unit stay there. Records `places.place_formed` for each.

    :raises NotFormed: the county declares no such units.
    """
    pattern = unit_pattern()
    if pattern is None:
        raise NotFormed(_("This county has no joint household units."), source="LP-30")
    grid = Place.objects.select_for_update().get(pk=grid.pk)
    homes = list(Household.objects.filter(grid=grid, unit=None).order_by("code"))
    formed: list[Place] = []
    there = Place.objects.filter(path__startswith=grid.path, kind=PlaceKind.UNIT).count()
    start = 0
    for position, size in enumerate(even_parts(len(homes), about=pattern.households)):
        number = there + position + 1
        parent = stockades[position % len(stockades)] if stockades else grid
        unit = Place(
            code=f"{grid.code}-u{number:03}",
            name=pattern.name.zh.replace("{number}", in_chinese(number)),
            kind=PlaceKind.UNIT,
        )
        Place.objects.add_child(parent, instance=unit)
        members = homes[start : start + size]
        start += size
        for household in members:
            household.unit, household.place_path = unit, unit.path
        Household.objects.bulk_update(members, ["unit", "place_path"])
        record(
            name="places.place_formed",
            subject=unit,
            at=at,
            actor_id=actor_id,
            place_path=unit.path,
            facts={"kind": str(PlaceKind.UNIT), "household_count": size},
        )
        formed.append(unit)
    return formed
