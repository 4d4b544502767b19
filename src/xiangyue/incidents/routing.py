"""Where a new report goes: the declared rules, resolved to a unit that exists."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from xiangyue.blueprints.editions import kept
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import Audience, DispatchRule, IncidentCategory
from xiangyue.incidents.rules import Rule, choose_rule
from xiangyue.kernel.asking import Question, given_each
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Organisation, Place, PlaceKind

VILLAGE_COMMITTEE, TOWN_HUB, COUNTY_HUB = "VC", "TV", "CV"

LEVEL_OF_KIND = {
    PlaceKind.COUNTY: "county",
    PlaceKind.TOWN: "town",
    PlaceKind.VILLAGE: "village",
}


class NobodyAnswers(Refused):
    """The county's declarations name no unit for this; a fault of the declarations."""

    code = "nobody_answers"


@dataclass(frozen=True, slots=True)
class Target:
    """Who should answer, which centre watches, at what level, and whether a person decides."""

    unit: Organisation
    hub: Organisation
    level: str
    is_certain: bool
    rule_key: str


class UnitsAbove:
    """The organisations at a place and at all that holds it: one query, asked many times.

    With `functions`, of these others may be missing.
    """

    def __init__(self, place: Place, functions: Collection[str] | None = None) -> None:
        steps = range(Place.steplen, len(place.path) + 1, Place.steplen)
        self.paths = [place.path[:length] for length in steps]
        self.units = _units_at(self.paths, functions)

    def nearest(self, function: str, *, level: str | None = None) -> Organisation | None:
        """The lowest unit with the function, not below `level`."""
        for unit in self.units:
            if unit.function == function and (
                level is None or ORDER[level_of(unit.place)] >= ORDER[level]
            ):
                return unit
        return None


@dataclass(slots=True)
class _Units:
    """All units by their place's path, and of each path that was asked for those above it."""

    at: dict[str, list[Organisation]] = field(default_factory=dict)
    above: dict[str, list[Organisation]] = field(default_factory=dict)


_remembered: ContextVar[_Units | None] = ContextVar("units_remembered", default=None)


@contextmanager
def units_remembered() -> Iterator[None]:
    """Inside, all units are read once, for acts that are taken together."""
    token = _remembered.set(_Units())
    try:
        yield
    finally:
        _remembered.reset(token)


def _units_at(paths: list[str], functions: Collection[str] | None) -> list[Organisation]:
    """The active units at these places, lowest first; where all are remembered, whatever their
    functions."""
    known = _remembered.get()
    if known is None:
        return sorted(
            _read_units(paths, functions), key=lambda unit: (-len(unit.place_path), unit.code)
        )
    if not known.at:
        rows = Organisation.objects.filter(is_active=True).select_related("place")
        for unit in rows.order_by("code"):
            known.at.setdefault(unit.place_path, []).append(unit)
    lowest = paths[-1]
    if lowest not in known.above:
        known.above[lowest] = [unit for path in reversed(paths) for unit in known.at.get(path, ())]
    return known.above[lowest]


_UNIT = [field.attname for field in Organisation._meta.concrete_fields]
_PLACE = [field.attname for field in Place._meta.concrete_fields]


def _units_question(path_count: int, function_count: int | None) -> models.QuerySet[Any, Any]:
    rows = Organisation.objects.filter(
        is_active=True, place_path__in=given_each("paths", models.CharField(), path_count)
    )
    if function_count is not None:
        functions = given_each("functions", models.CharField(), function_count)
        rows = rows.filter(function__in=functions)
    return rows.values_list(*_UNIT, *(f"place__{name}" for name in _PLACE))


_UNITS = Question(_units_question)


def _read_units(paths: Sequence[str], functions: Collection[str] | None) -> Iterator[Organisation]:
    """Units with their places, as `select_related` would give them."""
    functions = None if functions is None else list(functions)
    count = None if functions is None else len(functions)
    places: dict[Any, Place] = {}
    for row in _UNITS.ask(len(paths), count, paths=paths, functions=functions):
        unit = Organisation.from_db(connection.alias, _UNIT, row[: len(_UNIT)])
        found = row[len(_UNIT) :]
        if found[0] not in places:
            places[found[0]] = Place.from_db(connection.alias, _PLACE, found)
        unit.place = places[found[0]]
        yield unit


TOWN_DEPTH = 4


def town_path(path: str) -> str:
    """The tree path of the town that a place lies in; a place above the towns is its own."""
    return path[: TOWN_DEPTH * Place.steplen]


ORDER = {"grid": 0, "village": 1, "town": 2, "county": 3}


def level_of(place: Place) -> str:
    """The level at which a unit of this place settles matters."""
    return LEVEL_OF_KIND.get(PlaceKind(place.kind), "grid")


def route(*, category: IncidentCategory, place: Place) -> Target:
    """Find who answers for a category at a place.

    The first fitting rule decides; without one, the category's own functions suggest a unit
    and a person at the town's centre decides. A confidential matter goes straight to the
    department that answers for it and touches no centre on the way (PE02).

    :raises NobodyAnswers: no centre exists above the place.
    """
    rule = choose_rule(_rules(category.key), category=category.key, place_code=place.code)
    named = {rule.function} if rule is not None else set()
    units = UnitsAbove(place, {TOWN_HUB, COUNTY_HUB, *category.functions, *named})
    town_hub = units.nearest(TOWN_HUB) or units.nearest(COUNTY_HUB)
    if town_hub is None:
        raise NobodyAnswers(_("No centre answers for this place; tell the county centre."))
    if category.audience == Audience.CONFIDENTIAL:
        for function in category.functions:
            unit = units.nearest(function, level="county")
            if unit is not None:
                return Target(unit, unit, "county", is_certain=True, rule_key="confidential")
        raise NobodyAnswers(_("No department answers for this; please call 110 or 12388."))
    if rule is not None:
        unit = units.nearest(rule.function, level=rule.level)
        if unit is not None:
            return Target(unit, town_hub, level_of(unit.place), rule.is_certain, rule.key)
    for function in category.functions:
        unit = units.nearest(function, level=category.level)
        if unit is not None:
            return Target(unit, town_hub, level_of(unit.place), is_certain=False, rule_key="")
    return Target(town_hub, town_hub, "town", is_certain=False, rule_key="")


def _rules(category: str) -> list[Rule]:
    """The rules that may fit the category: of fifty, a few."""
    return kept(
        f"dispatch rules for {category}",
        lambda: [rule for rule in _all_rules() if rule.is_for(category)],
    )


def _all_rules() -> list[Rule]:
    return [_as_rule(meaning(row, DispatchRule)) for row in all_current("dispatch_rule")]


def _as_rule(declared: DispatchRule) -> Rule:
    return Rule(
        key=declared.key,
        position=declared.position,
        categories=declared.categories,
        places=declared.places,
        function=declared.function,
        level=declared.level,
        is_certain=declared.is_certain,
    )
