"""What a county may declare about incidents: classes, categories, dispatch rules, policy."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, field_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.calendars.rules import Limit


class Audience(StrEnum):
    """Who may know of it: everyone (without personal data), those concerned, a named few."""

    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


OPENNESS = {Audience.PUBLIC: 2, Audience.PRIVATE: 1, Audience.CONFIDENTIAL: 0}


class Level(StrEnum):
    """The levels at which a matter can be settled, lowest first (SY-16)."""

    GRID = "grid"
    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"


class IncidentClass(Declared):
    """A large class (大类) of the taxonomy."""

    name: Said
    position: int


class Choice(Piece):
    """One answer to choose."""

    key: str
    label: Said


class Question(Piece):
    """Something asked only for this category."""

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    label: Said
    kind: Literal["text", "number", "yes_no", "choice"] = "text"
    choices: tuple[Choice, ...] = ()
    is_required: bool = False


class IncidentCategory(Declared):
    """A category (小类): who answers for it, within what time, who may know of it."""

    name: Said
    in_class: str
    functions: tuple[str, ...] = Field(min_length=1, description="who answers for it, first first")
    limit: str = Field(description="to be settled within, as `3wd`, `5wh`, `24h`, `7d`, `0h`")
    urgent_limit: str | None = None
    respond_limit: str | None = Field(None, description="to be taken on or made safe within")
    level: Level = Level.VILLAGE
    audience: Audience = Audience.PUBLIC
    allows_anonymous: bool = True
    hides_reporter: bool = False
    is_mandatory_report: bool = False
    offers_mediation: bool = False
    emergency: Said | None = None
    keywords: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @field_validator("limit", "urgent_limit", "respond_limit")
    @classmethod
    def _is_limit(cls, value: str | None) -> str | None:
        if value is not None:
            Limit.parse(value)
        return value

    def weakens(self, base: Self) -> str | None:
        if OPENNESS[self.audience] > OPENNESS[base.audience]:
            return f"{self.key} may not be more open than in the common declarations (PE02)"
        if base.hides_reporter and not self.hides_reporter:
            return f"{self.key} must keep hiding the reporter from the unit concerned (PE02)"
        if base.is_mandatory_report and not self.is_mandatory_report:
            return f"{self.key} must stay a mandatory report (ME03)"
        if self.offers_mediation and not base.offers_mediation:
            return f"{self.key} may not offer mediation (ME03)"
        if base.audience == Audience.CONFIDENTIAL:
            return self._weakens_confidential(base)
        return None

    def _weakens_confidential(self, base: Self) -> str | None:
        if not set(self.functions) <= set(base.functions):
            return f"{self.key} may reach no other department than the common ones (PE02)"
        if base.allows_anonymous and not self.allows_anonymous:
            return f"{self.key} must stay open to those who give no name (PE02)"
        return None


class DispatchRule(Declared):
    """Where a new report goes: the first rule by `position` whose conditions all hold.

    `categories` and `places` are code prefixes; empty means any. `function` names the unit
    that answers at `level`: the one of that function at the incident's place of that level. A
    rule whose `is_certain` is false only suggests (SE03).
    """

    position: int
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    function: str
    level: Level
    is_certain: bool = True


class IncidentPolicy(Declared):
    """The county's settings of the closed loop."""

    confirm_within: str = "7d"
    take_on_within: str = "1wd"
    escalate_after: str = Field("1wd", description="overdue by this, the next level is told")
    urge_again_after: str = "24h"
    hop_limit: int = Field(3, ge=1, le=10, description="hand-overs before a person must decide")
    duplicate_metres: int = Field(300, ge=10, le=5000)
    duplicate_days: int = Field(14, ge=1, le=90)
    photo_limit: int = Field(6, ge=1, le=10)
    anonymous_daily_limit: int = Field(
        200, ge=1, description="from one network address; many share one"
    )
    person_daily_limit: int = Field(30, ge=1)
    kept_days: int = Field(
        1095, ge=180, le=3650, description="then only a tombstone of what ended is left (GD09)"
    )


class DispatchScenario(Declared):
    """What must become of one report; the tests play it on the loaded county.

    `place` is where it happened, "" any place of the level `at`. `function` and `level` say who
    must get it; without certainty that unit is only suggested.
    """

    category: str
    at: Level
    place: str = ""
    function: str
    level: Level
    is_certain: bool = True


DECLARES = {
    "incident_class": IncidentClass,
    "incident_category": IncidentCategory,
    "dispatch_rule": DispatchRule,
    "dispatch_scenario": DispatchScenario,
    "incident_policy": IncidentPolicy,
}
