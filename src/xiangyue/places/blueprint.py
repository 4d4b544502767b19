"""What a county may declare about its places, organisations and bodies.

Tables: `divisions.csv` (code,level,name,parent), `grids.csv` (code,name,parent,kind,grid_kind,
grid_level; a row whose code is a division's only says which grid it is) and
`organisations.csv` (code,name,kind,function,place,parent,phone).
"""

from typing import Literal

from pydantic import Field

from xiangyue.blueprints.schema import Declared, Piece, Said


class OrganisationPattern(Declared):
    """One organisation at every place of a kind: `{name}` stands for the place's name."""

    each: Literal["county", "town", "village", "group"]
    is_only_grids: bool = Field(False, description="only at places that are grids")
    function: str
    organisation_kind: str
    name: str
    parent_function: str | None = None


class SeatRule(Piece):
    """How many of one category must sit."""

    category: str
    name: Said
    least: int = Field(0, ge=0)
    most: int | None = None


class BodyKind(Declared):
    """A kind of body and who must sit in it."""

    name: Said
    each: Literal["", "county", "town", "village", "group"] = ""
    seats: tuple[SeatRule, ...] = ()
    size_least: int = 0
    size_most: int = 1000
    is_local: bool = Field(False, description="formed by a place itself, not one at every place")


class GridStaffing(Declared):
    """What the county's document says of its grids and workers, to be checked, not obeyed."""

    grids_by_level: dict[str, int]
    worker_count: int
    urban_part_time_count: int = 0
    notes: Said


DECLARES = {
    "organisation_pattern": OrganisationPattern,
    "body_kind": BodyKind,
    "grid_staffing": GridStaffing,
}
