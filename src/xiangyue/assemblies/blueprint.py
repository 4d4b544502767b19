"""What a county may declare about meetings that are called for a purpose."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from xiangyue.ballots.blueprint import Part
from xiangyue.blueprints.schema import Declared, Piece, Said

Level = Literal["county", "town", "village", "group"]
# Who signs besides the roles of posts at the place.
CHAIR, MINUTE_TAKER = "chair", "minute_taker"


class Scenario(Piece):
    """Announced on a day and held on another: is it in time? With so many here: may it decide?"""

    says: Said
    announced: date | None = None
    held: date | None = None
    is_in_time: bool | None = None
    expected: int | None = Field(None, ge=0)
    present: int | None = Field(None, ge=0)
    is_quorate: bool | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        notice = (self.announced, self.held, self.is_in_time)
        quorum = (self.expected, self.present, self.is_quorate)
        for asked in (notice, quorum):
            if any(one is None for one in asked) and any(one is not None for one in asked):
                raise ValueError(
                    "say all of a question: both days, or both numbers, and the answer"
                )
        if self.is_in_time is None and self.is_quorate is None:
            raise ValueError("a scenario asks whether it is in time, or whether it may decide")
        return self


class SittingKind(Declared):
    """A kind of meeting: who calls it and how long before, who decides how, who signs.

    `notice_days` lie between announcing and holding (the day of announcing does not count); on
    the board it hangs as a notice of `notice_kind`. `decision_rules` are the rules of ballots on
    whose rolls it may meet: the roll then says who counts for the quorum, and the rule how many
    are needed; without one, `quorum` does, of those who belong. `ways` are how items are decided;
    with none it decides nothing, as a hearing. `body` is what reserved matters call it (EL05).
    `signed_by` are the chair, the minute taker, and roles of posts at the place.
    """

    name: Said
    purpose: Said
    levels: tuple[Level, ...] = Field(min_length=1)
    called_by: tuple[str, ...] = Field(min_length=1)
    notice_days: int = Field(ge=0, le=60)
    notice_kind: str = "meeting_call"
    invites: Literal["residents", "roll", "council"]
    decision_rules: tuple[str, ...] = ()
    quorum: Part | None = None
    body: str = Field("", pattern=r"^[a-z_]*$")
    ways: tuple[Literal["ballot", "consent"], ...] = ()
    duration_minutes: int = Field(120, ge=10, le=720)
    signed_by: tuple[str, ...] = Field(min_length=1)
    is_public: bool = True
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.invites == "roll" and not self.decision_rules:
            raise ValueError("who comes by a roll needs a rule whose roll it is")
        if "ballot" in self.ways and not self.decision_rules:
            raise ValueError("a vote needs a decision rule")
        if self.ways and not (self.decision_rules or self.quorum):
            raise ValueError("what decides says how many must be here")
        if len(set(self.signed_by)) < len(self.signed_by):
            raise ValueError("somebody signs twice")
        asked = {one.is_in_time for one in self.scenarios if one.is_in_time is not None}
        if self.notice_days and asked != {True, False}:
            raise ValueError("a scenario in time and one too early are needed")
        return self

    @property
    def decides(self) -> bool:
        return bool(self.ways)

    def weakens(self, base: Self) -> str | None:
        """A county may ask for more, not for less (EL02, EL05; VCOL arts 21 to 26)."""
        faults = {
            "called at shorter notice": self.notice_days < base.notice_days,
            "decide with fewer people": _asks_less(self.quorum, base.quorum)
            or not set(self.decision_rules) <= set(base.decision_rules),
            "decide in other ways": not set(self.ways) <= set(base.ways),
            "leave out who signs": not set(base.signed_by) <= set(self.signed_by),
            "keep its minutes from people": base.is_public and not self.is_public,
            "be another body": self.body != base.body,
            "hang elsewhere": self.notice_kind != base.notice_kind,
        }
        return next(
            (f"{self.key} may not {fault}" for fault, is_so in faults.items() if is_so), None
        )


def _asks_less(mine: Part | None, common: Part | None) -> bool:
    if common is None:
        return False
    if mine is None:
        return True
    ours, theirs = mine.threshold(), common.threshold()
    return (ours.share, ours.is_strict) < (theirs.share, theirs.is_strict)


DECLARES = {"sitting_kind": SittingKind}
