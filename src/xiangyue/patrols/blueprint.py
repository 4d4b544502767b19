"""What a county may declare about patrols: the rounds, and what is looked at on them."""

from datetime import time
from typing import Literal, Self

from pydantic import Field, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.patrols.rules import LONGEST_POSITION_DAYS, time_of

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class PatrolItem(Piece):
    """One thing that is looked at; what is found there is reported in this category."""

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    name: Said
    category: str
    source: str = Field(min_length=2)


class PatrolRound(Declared):
    """A round: on which days, until when, when a reminder comes, what is looked at."""

    name: Said
    days: Literal["every", "working"] = "every"
    until: str = Field(pattern=CLOCK)
    remind_at: str = Field(pattern=CLOCK)
    duty_hours: tuple[str, str] = Field(description="positions are kept only within them")
    position_days: int = Field(30, ge=0, le=LONGEST_POSITION_DAYS, description="GD08")
    items: tuple[PatrolItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        begins, ends = (time_of(text) for text in self.duty_hours)
        if begins >= ends:
            raise ValueError("duty hours begin before they end")
        if time_of(self.remind_at) >= time_of(self.until):
            raise ValueError("the reminder comes before the round is due")
        keys = [item.key for item in self.items]
        if len(set(keys)) != len(keys):
            raise ValueError("two items have the same key")
        return self

    def weakens(self, base: Self) -> str | None:
        if self.position_days > base.position_days:
            return f"{self.key} may not keep positions longer than the common one (GD08)"
        return None

    @property
    def due_time(self) -> time:
        return time_of(self.until)

    @property
    def reminder_time(self) -> time:
        return time_of(self.remind_at)


DECLARES = {"patrol_round": PatrolRound}
