"""What the API of sessions takes and gives."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from xiangyue.kernel.moments import Moment


class MeetingOut(Schema):
    id: UUID
    series: str
    name: str
    place: str = Field(description="the place's code")
    place_name: str
    date: date
    begins_at: datetime
    ends_at: datetime
    state: str
    version: int = Field(description="send it back with an act, to be told if somebody was quicker")


class MeetingsOut(Schema):
    meetings: list[MeetingOut]
    count: int
    page: int
    page_count: int


class ItemOut(Schema):
    id: UUID
    position: int
    title: str = Field(description="of a matter that you may not see, a sentence that says so")
    number: str = Field(description="the incident's; empty for a free text or what is not for you")
    reasons: list[str] = Field(description="why it is up")
    appearance: int = Field(description="for the how manieth time running")
    is_restricted: bool = Field(description="not for guests' ears")
    decision: str
    decision_text: str
    decided_at: datetime | None
    decisions: list[str] = Field(description="what you can decide now")


class PersonOut(Schema):
    id: UUID
    name: str
    role: str


class CorrectionOut(Schema):
    text: str
    written_at: datetime


class MeetingDetailOut(MeetingOut):
    nominal_date: date | None = Field(description="the day that the rule names, if it was moved")
    chair: UUID | None
    minute_taker: UUID | None
    minutes: str
    cancel_reason: str
    left_out_count: int
    items: list[ItemOut] = Field(description="as things stand, until the session opens")
    present: list[PersonOut]
    guests: list[str]
    asked: list[PersonOut]
    corrections: list[CorrectionOut]
    may_run: bool


class KeptOut(Schema):
    series: str
    place: str
    held_count: int
    missed_count: int
    cancelled_count: int
    planned_count: int


class MeetingQuery(Schema):
    when: str = Field("", description="past, all, or to come")
    series: str = ""
    place: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    page: int = Field(1, ge=1)


class CallIn(Schema):
    series: str = Field(max_length=80)
    place: str = Field(max_length=24, description="the place's code")
    begins_at: Moment


class MoveIn(Schema):
    begins_at: Moment
    version: int | None = None


class ReasonIn(Schema):
    reason: str = Field(max_length=300)
    version: int | None = None


class MinutesTextIn(Schema):
    text: str = Field(max_length=40_000)
    version: int | None = None


class AddIn(Schema):
    number: str = Field("", max_length=16, description="an incident's number, or")
    text: str = Field("", max_length=500, description="a line of your own")


class AttendanceIn(Schema):
    people: list[UUID] = Field(max_length=500)
    guests: list[str] = Field(default=[], max_length=200)
    chair: UUID
    minute_taker: UUID
    version: int | None = None


class DecisionIn(Schema):
    decision: str = Field(max_length=20, description="a verb of incidents, watch, or agreed")
    entered: dict[str, str | int | bool | list[str] | None] = Field(
        default={}, description="what the verb's form asks for: note, unit, days, outcome, …"
    )
