"""What a county may declare about its notices."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.calendars.rules import Limit, LimitUnreadable
from xiangyue.publicity.rules import LONGEST_DAYS, LONGEST_NAMED_DAYS, LastDay

Level = Literal["county", "town", "village", "group"]


class Scenario(Piece):
    """When a notice published at ten in the morning of a day ends, by the published calendar.

    Each end is the first day that is no longer part of it.
    """

    says: Said
    published: date
    days: int | None = None
    ends: date
    objections_until: date | None = None
    stays_until: date | None = None


class NoticeKind(Declared):
    """A kind of notice: how long it runs, who may publish it, who answers objections.

    `least_days` is the shortest window and what is taken when nothing is said; with
    `objection_days` objections are taken only so long, else while the window runs.
    `answer_within` is the limit for an answer, counted as calendars count. `stays_days` is how
    long it hangs on the board. What `names_people` is found by no search engine, leaves every
    board in time and stays in no public archive (REQ-L06, L11). With `answers_apart` whoever
    published does not answer (REQ-L04, SE01). What `is_draft` says something that is not decided
    yet and stands among what is being decided. `remedy` says how to go on after an answer (SE04).
    """

    name: Said
    purpose: Said
    levels: tuple[Level, ...] = Field(min_length=1)
    least_days: int = Field(ge=1, le=LONGEST_DAYS)
    last_day: LastDay = LastDay.MOVES
    takes_objections: bool = True
    objection_days: int | None = Field(None, ge=1, le=LONGEST_DAYS)
    answer_within: str = "5d"
    stays_days: int = Field(ge=5, le=LONGEST_DAYS)
    names_people: bool = False
    answers_apart: bool = False
    is_draft: bool = False
    published_by: tuple[str, ...] = Field(min_length=1)
    answered_by: tuple[str, ...] = ()
    remedy: Said | None = None
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @field_validator("answer_within")
    @classmethod
    def _is_a_limit(cls, value: str) -> str:
        try:
            limit = Limit.parse(value)
        except LimitUnreadable as unreadable:
            raise ValueError(str(unreadable)) from unreadable
        if limit.amount == 0:
            raise ValueError("an answer takes some time")
        return value

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.stays_days < self.least_days:
            raise ValueError("a notice stays at least as long as it runs")
        if self.names_people and self.stays_days > LONGEST_NAMED_DAYS:
            raise ValueError(f"what names people stays at most {LONGEST_NAMED_DAYS} days (REQ-L06)")
        if self.names_people and not self.takes_objections:
            raise ValueError("whoever is named can object")
        if self.objection_days is not None and self.objection_days > self.least_days:
            raise ValueError("objections are taken while the window runs")
        if self.takes_objections != bool(self.answered_by):
            raise ValueError("say who answers objections, exactly where they are taken")
        if self.takes_objections != (self.remedy is not None):
            raise ValueError("say how to go on after an answer (SE04)")
        return self

    @property
    def answer_limit(self) -> Limit:
        return Limit.parse(self.answer_within)

    @property
    def longest_days(self) -> int:
        """The longest window that somebody may choose."""
        return LONGEST_NAMED_DAYS if self.names_people else LONGEST_DAYS

    def weakens(self, base: Self) -> str | None:
        """How a county's word would leave people less time or less say than the common one."""
        own = self.objection_days or self.least_days
        least = base.objection_days or base.least_days
        faults = {
            "run shorter": self.least_days < base.least_days,
            "take objections for fewer days": own < least,
            "take no objections": base.takes_objections and not self.takes_objections,
            "end on a rest day": (base.last_day, self.last_day) == (LastDay.MOVES, LastDay.STAYS),
            "hide that it names people": base.names_people and not self.names_people,
            "name people for longer": self.names_people and self.stays_days > base.stays_days,
            "come down earlier": not self.names_people and self.stays_days < base.stays_days,
            "let its publisher answer": base.answers_apart and not self.answers_apart,
            "be answered later": self._is_answered_later(base),
        }
        return next(
            (f"{self.key} may not {fault}" for fault, is_so in faults.items() if is_so), None
        )

    def _is_answered_later(self, base: Self) -> bool:
        own, common = self.answer_limit, base.answer_limit
        return own.unit is not common.unit or own.amount > common.amount


DECLARES = {"notice_kind": NoticeKind}
