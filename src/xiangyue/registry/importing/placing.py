"""Which grid a row means, by code, name or number, and whether it lies in one's area."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from xiangyue.kernel.characters import normalise
from xiangyue.places.models import GridKind, Place, PlaceKind
from xiangyue.places.rules import short_name
from xiangyue.registry.importing.cells import CellFault


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, as much of it as an import needs."""

    pk: int
    path: str
    code: str
    name: str
    kind: str
    is_grid: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where a row's person lives: a general grid of the lowest level, and its village.

    `is_vague` when only the village is known, which has grids.
    """

    grid: Spot
    village: Spot
    is_vague: bool = False


_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_ORDINAL = re.compile(r"第?([0-9]{1,2}|[零一二三四五六七八九十]{1,3})(号|级)?(网格|小组|组|社)?")


def ordinal_of(text: str) -> int | None:
    """The number in 第三网格, 三组 or 3; None when there is none."""
    found = _ORDINAL.fullmatch(text)
    if found is None:
        return None
    digits = found[1]
    if digits.isdigit():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if any(part and part not in _DIGITS for part in (tens, ones)):
        return None
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", normalise(short_name(text)))


class Places:
    """All places in which households live, read once; finds what a row means."""

    def __init__(self, areas: Iterable[str]) -> None:
        self.areas = tuple(areas)
        self._spots = [
            Spot(pk, path, code, name, kind, is_active and grid_kind == GridKind.GENERAL)
            for pk, path, code, name, kind, grid_kind, is_active in Place.objects.order_by(
                "path"
            ).values_list("pk", "path", "code", "name", "kind", "grid_kind", "is_active")
        ]
        self.by_path = {spot.path: spot for spot in self._spots}
        self.by_id = {spot.pk: spot for spot in self._spots}
        self._by_code = {spot.code: spot for spot in self._spots}
        self._villages: dict[str, list[Spot]] = defaultdict(list)
        self._grids_in: dict[str, list[Spot]] = defaultdict(list)
        self._grids: dict[str, list[Spot]] = defaultdict(list)
        self._below: dict[str, list[int]] = defaultdict(list)
        for spot in self._spots:
            if spot.kind == PlaceKind.VILLAGE:
                for name in {_plain(spot.name), _plain(spot.name).removesuffix("村")}:
                    self._villages[name].append(spot)
            village = self.village_of(spot.path)
            if village is None:
                continue
            self._below[village.path].append(spot.pk)
            if spot.is_grid and spot is not village:
                self._grids[_plain(spot.name)].append(spot)
                self._grids_in[village.path].append(spot)
        self._known: dict[tuple[str, str, str], Home | CellFault] = {}

    def village_of(self, path: str) -> Spot | None:
        """The village that the place is or lies in."""
        for length in range(len(path), 0, -Place.steplen):
            spot = self.by_path.get(path[:length])
            if spot is not None and spot.kind == PlaceKind.VILLAGE:
                return spot
        return None

    def inside(self, paths: Iterable[str]) -> list[int]:
        """The places at and below the paths."""
        return [pk for path in paths for pk in self._below[path]]

    def is_own(self, path: str) -> bool:
        return any(path.startswith(area) for area in self.areas)

    @cached_property
    def own_homes(self) -> list[Home]:
        """Every grid of the area in which households may be, in the order of the tree."""
        found = []
        for spot in self._spots:
            village = self.village_of(spot.path)
            if village is None or not spot.is_grid or not self.is_own(spot.path):
                continue
            if spot.path == village.path and self._grids_in.get(village.path):
                continue
            found.append(Home(spot, village))
        return found

    def home(self, *, town: str, village: str, grid: str, is_registered: bool) -> Home:
        """What the three texts mean together. Of whoever is registered the village may do, if
        nobody knows more.

        :raises CellFault: nothing, more than one place, or one outside the area.
        """
        asked = (town, village, grid)
        found = self._known.get(asked)
        if found is None:
            try:
                found = self._found(*asked)
            except CellFault as fault:
                found = fault
            self._known[asked] = found
        if isinstance(found, CellFault):
            raise CellFault(found.code, **found.facts)
        if found.is_vague and not is_registered:
            name = short_name(found.village.name)
            raise CellFault("grid_needed", column="grid", village=name)
        return found

    def _found(self, town: str, village: str, grid: str) -> Home:
        base = self._village(town, village) if village else None
        spot = self._grid(grid, base) if grid else self._only_grid(base)
        home = self.village_of(spot.path)
        if home is None or not spot.is_grid:
            raise CellFault("no_grid", column="grid", text=spot.name)
        if base is not None and not spot.path.startswith(base.path):
            raise CellFault("grid_not_in_village", column="grid", grid=spot.name, village=base.name)
        if not self.is_own(spot.path):
            raise CellFault("outside_area", column="grid" if grid else "village", text=spot.name)
        is_vague = spot.path == home.path and bool(self._grids_in.get(home.path))
        return Home(spot, home, is_vague=is_vague)

    def _village(self, town: str, text: str) -> Spot:
        by_code = self._by_code.get(text)
        if by_code is not None and by_code.kind == PlaceKind.VILLAGE:
            return by_code
        found = self._villages.get(_plain(text), [])
        if town:
            found = [spot for spot in found if self._lies_in(spot, town)]
        if len(found) > 1:
            found = [spot for spot in found if self.is_own(spot.path)] or found
        if not found:
            raise CellFault("no_village", column="village", text=text[:40])
        if len(found) > 1:
            raise CellFault("several_villages", column="village", text=text[:40])
        return found[0]

    def _lies_in(self, spot: Spot, town: str) -> bool:
        above = self.by_path.get(spot.path[: -Place.steplen])
        return above is not None and (above.code == town or _plain(above.name) == _plain(town))

    def _grid(self, text: str, base: Spot | None) -> Spot:
        by_code = self._by_code.get(text)
        if by_code is not None:
            return by_code
        if base is None:
            villages = {home.village.path: home.village for home in self.own_homes}
            base = next(iter(villages.values())) if len(villages) == 1 else None
        plain = _plain(text)
        named = self._grids.get(plain, [])
        if base is not None:
            inside = [spot for spot in named if spot.path.startswith(base.path)]
            return inside[0] if len(inside) == 1 else self._numbered(text, plain, base)
        own = [spot for spot in named if self.is_own(spot.path)] or named
        if len(own) == 1:
            return own[0]
        if not own:  # a village that is itself a grid may stand in the column
            return self._village("", text)
        raise CellFault("several_grids", column="grid", text=text[:40])

    def _numbered(self, text: str, plain: str, base: Spot) -> Spot:
        """第三网格, 三组 and 3 all mean the third, if just one grid of the village is that."""
        if plain == _plain(base.name):
            return base
        own = _plain(base.name)
        number = ordinal_of(plain.removeprefix(own))
        matching = [
            spot
            for spot in self._grids_in.get(base.path, [])
            if _plain(spot.name).removeprefix(own) == plain.removeprefix(own)
            or (number is not None and ordinal_of(_plain(spot.name).removeprefix(own)) == number)
        ]
        if len(matching) != 1:
            raise CellFault("no_grid", column="grid", text=text[:40])
        return matching[0]

    def _only_grid(self, base: Spot | None) -> Spot:
        if base is not None:
            return base
        if len(self.own_homes) == 1:
            return self.own_homes[0].grid
        raise CellFault("place_missing", column="grid")
