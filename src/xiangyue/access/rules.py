"""What a person may do, worked out from the posts they hold now. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holding:
    """One post as access sees it: the verbs its role grants, over which area, in which unit."""

    role: str
    place_path: str
    organisation_id: UUID | None
    area_verbs: frozenset[str]
    unit_verbs: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """A person's posts at one moment; nobody's standing is empty-handed or all-powerful.

    `person_id` is None for a visitor who has not signed in.
    """

    person_id: UUID | None
    holdings: tuple[Holding, ...] = ()
    _areas: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)
    _units: Mapping[str, frozenset[UUID]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        areas: dict[str, set[str]] = {}
        units: dict[str, set[UUID]] = {}
        for holding in self.holdings:
            for verb in holding.area_verbs:
                areas.setdefault(verb, set()).add(holding.place_path)
            if holding.organisation_id is not None:
                for verb in holding.unit_verbs:
                    units.setdefault(verb, set()).add(holding.organisation_id)
        object.__setattr__(
            self, "_areas", {verb: _outermost(paths) for verb, paths in areas.items()}
        )
        object.__setattr__(self, "_units", {verb: frozenset(ids) for verb, ids in units.items()})

    def areas(self, verb: str) -> tuple[str, ...]:
        """The tree paths in which the verb is granted, none inside another."""
        return self._areas.get(verb, ())

    def units(self, verb: str) -> frozenset[UUID]:
        """The organisations for which the verb is granted."""
        return self._units.get(verb, frozenset())

    def may(
        self, verb: str, *, place_path: str | None = None, organisation_id: UUID | None = None
    ) -> bool:
        """Whether a post grants the verb in an area that holds the place, or for the unit."""
        if place_path is not None and any(place_path.startswith(a) for a in self.areas(verb)):
            return True
        return organisation_id is not None and organisation_id in self.units(verb)

    def may_somewhere(self, verb: str) -> bool:
        """Whether any post grants the verb anywhere; for showing a menu entry, never for acting."""
        return bool(self.areas(verb) or self.units(verb))

    def holds(self, *roles: str) -> bool:
        """Whether any of the roles is held anywhere."""
        return any(holding.role in roles for holding in self.holdings)


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
