"""What a county may declare about its recurring sessions."""

from datetime import date, time
from typing import Literal, Self

from pydantic import Field, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.incidents.blueprint import Level
from xiangyue.meetings.rules import Every, OnRestDay, Reason, Recurrence

Drawn = Literal["overdue", "escalated", "supervised", "to_dispatch", "unsolved"]


class Rule(Piece):
    """Every working day; every week on a weekday (1 is Monday); every month on a day."""

    every: Every
    weekday: int | None = Field(None, ge=1, le=7)
    day: int | None = Field(None, ge=1, le=31)
    on_holiday: OnRestDay | None = None
    on_weekend: OnRestDay | None = None

    @model_validator(mode="after")
    def _says_what_is_needed(self) -> Self:
        if (self.weekday is not None) != (self.every is Every.WEEK):
            raise ValueError("a weekly session, and no other, says its weekday")
        if (self.day is not None) != (self.every is Every.MONTH):
            raise ValueError("a monthly session, and no other, says its day")
        is_daily = self.every is Every.WORKING_DAY
        if is_daily != (self.on_holiday is None) or is_daily != (self.on_weekend is None):
            raise ValueError("what is not held every working day says what happens on rest days")
        return self

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(
            every=self.every,
            weekday=self.weekday or 1,
            day=self.day or 1,
            on_holiday=self.on_holiday or OnRestDay.SKIP,
            on_weekend=self.on_weekend or OnRestDay.SKIP,
        )


class Source(Piece):
    """Which unsettled incidents of the area come up: why, and with units at which levels."""

    why: Drawn
    levels: tuple[Level, ...] = Field(min_length=1)

    @property
    def reason(self) -> Reason:
        return Reason(self.why)


class Scenario(Piece):
    """Which days of `[first, until)` have a session, by the published calendar."""

    says: Said
    first: date
    until: date
    held: tuple[date, ...]

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Self:
        if not self.first < self.until:
            raise ValueError("a scenario's stretch ends after it begins")
        if [day for day in self.held if not self.first <= day < self.until]:
            raise ValueError("a day held lies outside the scenario's stretch")
        return self


class MeetingSeries(Declared):
    """A recurring session: at which places, when, about what, and who is asked to come.

    It is planned wherever somebody holds one of the roles that `convene` at the very place; who
    `attends` or takes the `minutes` holds the role there or below. `level` is the places' level.
    `remind_hours` before it the conveners are told. At most `most` incidents come up at once.
    """

    name: Said
    purpose: Said
    level: Level
    rule: Rule
    at: time
    duration_minutes: int = Field(ge=5, le=480)
    room: Said | None = None
    agenda: tuple[Source, ...] = ()
    most: int = Field(30, ge=1, le=200)
    convene: tuple[str, ...] = Field(min_length=1)
    attend: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    remind_hours: int = Field(1, ge=0, le=72)
    effective_to: date | None = None
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_within_the_day(self) -> Self:
        if self.at.hour * 60 + self.at.minute + self.duration_minutes > 24 * 60:
            raise ValueError("a session ends on the day on which it begins")
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise ValueError("a series ends after it begins")
        return self

    @property
    def roles(self) -> frozenset[str]:
        """Everybody who is asked to come."""
        return frozenset({*self.convene, *self.attend, *self.minutes})


DECLARES = {"meeting_series": MeetingSeries}
