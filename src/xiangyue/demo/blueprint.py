"""What a county may declare about its demonstration: where it is looked at, and who else serves.

None of it says how the county is: it says what is invented where its document gives no list.
"""

from typing import Literal

from pydantic import Field

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.places.blueprint import AtPlaces


class Parts(Piece):
    """Places that the villages enter themselves: so many in all, or one for so many households.

    `names` are taken in turn; `{name}` is the village's everyday name, `{number}` the part's.
    """

    kind: Literal["group", "street"]
    segments: tuple[int, int] = (0, 999)
    total: int | None = Field(None, ge=1)
    households: int = Field(60, ge=1)
    names: tuple[str, ...] = Field(min_length=1)


class Holders(Piece):
    """People in a role at every place of a kind; with `function` for the unit of that function."""

    role: str
    each: Literal["county", "town", "village", "group", "street", "unit"]
    segments: tuple[int, int] = (0, 999)
    is_only_grids: bool = False
    function: str = ""
    count: int = Field(1, ge=1)
    total: int | None = Field(None, ge=1, description="so many in all, as even as may be")

    @property
    def where(self) -> AtPlaces:
        each = self.each if self.each in {"county", "town", "village", "group"} else ""
        return AtPlaces(key="where", source="demo", each=each, segments=self.segments)


class Demonstration(Declared):
    """The village in which something waits for each role, and what else the simulation invents.

    `looked_at` is its code; `others` are villages that a scene plays as well. Each grid of all of
    them has at least `households` households, whatever the scale. `since` is for scenes that begin
    long before the life that is played.
    """

    looked_at: str
    others: tuple[str, ...] = ()
    households: int = Field(0, ge=0, le=200)
    since: str | None = Field(
        None, pattern=r"^\d\d-\d\d$", description="a day of the year from which people are there"
    )
    shown: tuple[str, ...] = Field((), description="roles besides those that every list has")
    parts: tuple[Parts, ...] = ()
    holders: tuple[Holders, ...] = ()
    notes: Said


DECLARES = {"demonstration": Demonstration}
