"""What a county may declare about its places, organisations and bodies.

Tables: `divisions.csv` (code,level,name,parent), `grids.csv` (code,name,parent,kind,grid_kind,
grid_level; a row whose code is a division's only says which grid it is) and
`organisations.csv` (code,name,kind,function,place,parent,phone).
"""

from typing import Literal

from pydantic import Field

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.places.rules import own_segment


class AtPlaces(Declared):
    """What stands at every place of a kind; `segments` narrows it by statistical code.

    A town's or village's own three digits say what it is: towns 1-99 are sub-districts, 100-199
    towns, 200-399 townships, from 400 farms and the like; villages from 200 have a villagers'
    committee, those below a residents' committee, those from 400 neither.
    """

    each: Literal["", "county", "town", "village", "group"] = ""
    segments: tuple[int, int] = Field((0, 999), description="from … to, both included")

    def stands_at(self, *, kind: str, code: str) -> bool:
        if kind != self.each:
            return False
        first, last = self.segments
        return (first, last) == (0, 999) or first <= own_segment(kind, code) <= last


class OrganisationPattern(AtPlaces):
    """One organisation at every place of a kind: `{name}` stands for the place's name."""

    each: Literal["county", "town", "village", "group"]
    is_only_grids: bool = Field(default=False, description="only at places that are grids")
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


class BodyKind(AtPlaces):
    """A kind of body and who must sit in it."""

    name: Said
    seats: tuple[SeatRule, ...] = ()
    size_least: int = 0
    size_most: int = 1000
    is_local: bool = Field(
        default=False, description="formed by a place itself, not one at every place"
    )


class PlacePattern(AtPlaces):
    """How a place divides itself where no list names the parts: about so many households in each.

    `{number}` in the name is the part's number at its place, in Chinese numerals in Chinese.
    """

    each: Literal["village", "group"]
    kind: Literal["unit"] = "unit"
    households: int = Field(ge=2, le=100)
    name: Said


class GridStaffing(Declared):
    """What the county's document says of its grids and workers, to be checked, not obeyed."""

    grids_by_level: dict[str, int]
    worker_count: int | None = Field(None, description="None: not said")
    urban_part_time_count: int = 0
    notes: Said


class Figure(Piece):
    """A number that the county's document gives."""

    name: Said
    value: float


class CountyProfile(Declared):
    """Whom the deployment serves, as its document says, and where the real tree says otherwise."""

    name: Said
    place: str = Field(description="code of the topmost place it governs")
    figures: tuple[Figure, ...] = ()
    division_counts: dict[str, int] = Field(description="rows of divisions.csv by level")
    disagreements: tuple[Said, ...] = ()


DECLARES = {
    "county_profile": CountyProfile,
    "organisation_pattern": OrganisationPattern,
    "body_kind": BodyKind,
    "grid_staffing": GridStaffing,
    "place_pattern": PlacePattern,
}
