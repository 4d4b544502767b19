"""What a county may declare about duty: of which kinds it is, and in which turns it is kept."""

from typing import Literal, Self

from pydantic import Field, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.rosters.rules import DayTurn, day_turns_overlap, time_of


class DeclaredTurn(Piece):
    """One turn of a day: from when, for how many hours."""

    begins: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    hours: int = Field(ge=1, le=24)

    def as_rule(self) -> DayTurn:
        return DayTurn(begins=time_of(self.begins), hours=self.hours)


class DutyKind(Declared):
    """A kind of duty: which units keep it, in which turns, on which days."""

    name: Said
    functions: tuple[str, ...] = Field(min_length=1, description="functions of the units")
    turns: tuple[DeclaredTurn, ...] = Field(min_length=1)
    days: Literal["every", "working"] = "every"

    @model_validator(mode="after")
    def _follow_one_another(self) -> Self:
        if day_turns_overlap(self.day_turns()):
            raise ValueError("the turns of a day overlap")
        return self

    def day_turns(self) -> list[DayTurn]:
        return [turn.as_rule() for turn in self.turns]


DECLARES = {"duty_kind": DutyKind}
