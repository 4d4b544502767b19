"""What a county may declare about roles and what they may do."""

from typing import Literal, Self

from pydantic import field_validator, model_validator

from xiangyue.access.verbs import FOR_UNIT, KEEPS_APART, ONLY_FOR_UNIT, VERBS, duties_of
from xiangyue.blueprints.schema import Declared, Said
from xiangyue.places.models import PlaceKind

CONFIDENTIAL = "incidents.see_confidential"


class Role(Declared):
    """A role that a person is posted to, and the verbs that come with it.

    `may_in_area` holds within the post's place and all below it, `may_for_unit` for what the
    post's organisation has in hand. `brings` names roles held by virtue of this one (SD-11).
    `front` is where its holders work: at a desk, or on a phone while walking. `held_at` are the
    kinds of place at which staff may give it; empty: any.
    A verb outside the catalogue is refused, and so is a role that proposes what it approves
    (SE01).
    """

    name: Said
    may_in_area: tuple[str, ...] = ()
    may_for_unit: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    front: Literal["desk", "phone"] = "desk"
    held_at: tuple[PlaceKind, ...] = ()

    @field_validator("may_in_area", "may_for_unit")
    @classmethod
    def _are_known(cls, verbs: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [verb for verb in verbs if verb not in VERBS]:
            raise ValueError(f"there is no verb called {', '.join(unknown)}")
        return verbs

    @field_validator("may_in_area")
    @classmethod
    def _reach_over_area(cls, verbs: tuple[str, ...]) -> tuple[str, ...]:
        if only := [verb for verb in verbs if verb in ONLY_FOR_UNIT]:
            raise ValueError(f"{', '.join(only)} is for the unit's own matters only")
        return verbs

    @field_validator("may_for_unit")
    @classmethod
    def _reach_over_unit(cls, verbs: tuple[str, ...]) -> tuple[str, ...]:
        if beyond := [verb for verb in verbs if verb not in FOR_UNIT]:
            raise ValueError(f"{', '.join(beyond)} is over an area, not for a unit")
        return verbs

    @model_validator(mode="after")
    def _keeps_duties_apart(self) -> Self:
        verbs = {*self.may_in_area, *self.may_for_unit}
        duties = duties_of(verbs)
        if len(duties) > 1:
            raise ValueError(f"one role may not {' and '.join(duties)} (SE01)")
        if KEEPS_APART in verbs and any(
            verb.startswith(("incidents.", "registry.")) for verb in verbs
        ):
            raise ValueError("who keeps posts may not act on incidents or the register (SE01)")
        return self

    def weakens(self, base: Self) -> str | None:
        if CONFIDENTIAL in self.may_for_unit and CONFIDENTIAL not in base.may_for_unit:
            return f"{self.key} may not see confidential incidents (PE02)"
        return None


DECLARES = {"role": Role}
