"""What the API of budget rounds takes and gives. Amounts are in fen."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from xiangyue.kernel.moments import Moment


class BudgetLineOut(Schema):
    what: str
    amount: int


class BudgetProjectRowOut(Schema):
    id: UUID
    number: int
    title: str
    spot: str
    cost: int
    state: str
    refused_for: str
    refused_why: str
    building: str
    final_cost: int | None


class BudgetProgressOut(Schema):
    kind: str
    text: str
    cost: int | None
    at: datetime


class BudgetPhotoOut(Schema):
    id: UUID
    stage: str = Field(description="before, work or after")
    at: datetime
    byte_count: int
    digest: str


class BudgetNeedOut(Schema):
    id: UUID
    number: int
    text: str
    spot: str
    support_count: int
    said_at: datetime
    project: UUID | None = Field(alias="project_id")
    aside_why: str


class BudgetProjectOut(BudgetProjectRowOut):
    round: UUID = Field(alias="round_id")
    what: str
    upkeep: int
    upkeep_by: str
    costed_by: str
    lines: list[BudgetLineOut]
    needs: list[BudgetNeedOut]
    progress: list[BudgetProgressOut]
    photos: list[BudgetPhotoOut]
    verdict: dict[str, Any] | None = Field(description="what the result says of it")
    sentence: str = Field(description="why it is paid for or not, in words")


class BudgetRoundRowOut(Schema):
    id: UUID
    title: str
    place: str = Field(description="the place's code")
    state: str
    budget: int
    money_from: str
    begun_at: datetime
    needs_until: datetime
    costing_until: date
    opens_at: datetime | None
    closes_at: datetime | None


class BudgetRoundsOut(Schema):
    rounds: list[BudgetRoundRowOut]
    count: int
    page: int
    page_count: int


class BudgetRoundOut(BudgetRoundRowOut):
    about: str
    kind: str
    method: str
    notice: str | None = Field(description="the notice's number")
    ballot: UUID | None = Field(description="the vote that holds the roll")
    need_count: int
    project_count: int
    refused_count: int
    stopped_why: str
    projects: list[BudgetProjectRowOut]


class BudgetKeptRoundOut(BudgetRoundOut):
    next_step: str = Field(description="what can be done now, if anything")
    sentences: list[str] = Field(description="what is missing, or to be looked at")
    roll: UUID | None
    taken: dict[str, int] = Field(description="how many took part, by way of voting")


class BudgetNeedsOut(Schema):
    needs: list[BudgetNeedOut]
    count: int
    page: int
    page_count: int


class BudgetResultOut(Schema):
    digest: str
    facts: dict[str, Any]
    attendance: str
    sentences: dict[int, str] = Field(description="why, by the project's number")


class BudgetNeedIn(Schema):
    text: str = Field(max_length=2_000)
    spot: str = Field("", max_length=500)
    said_by: str = Field("", max_length=200, description="only who enters it for somebody")


class BudgetSlipIn(Schema):
    projects: list[int] = Field(max_length=300)


class BudgetDoorOut(Schema):
    number: int
    name: str
    group: str
    has_taken_part: bool


class BudgetPapersOut(Schema):
    handed_out: int
    typed_count: int = Field(description="papers that I have typed")
    agreed: list[int]
    differing: list[int]
    waiting: list[int]


class BudgetPapersIn(Schema):
    first: int = Field(ge=1, le=1_000_000)
    lines: list[str] = Field(max_length=500, description="“1 3 5”, - blank, x spoilt")


class BudgetRoundIn(Schema):
    place: str = Field(max_length=40)
    kind: str = Field(max_length=80)
    title: str = Field(max_length=500)
    about: str = Field("", max_length=10_000)
    budget: int = Field(le=10**14)
    money_from: str = Field(max_length=1_000)
    needs_until: date | None = None


class BudgetStepIn(Schema):
    step: Literal["end-needs", "publish", "draw", "open", "close", "count"]


class BudgetVoteIn(Schema):
    opens_at: Moment
    closes_at: Moment
    meets_at: str = Field("", max_length=120)
    tellers: list[str] = Field(max_length=20, description="names, with the number if needed")


class BudgetStopIn(Schema):
    why: str = Field(max_length=2_000)
    is_reopened: bool = Field(default=False, description="take the list back instead of stopping")


class BudgetLineIn(Schema):
    what: str = Field(max_length=500)
    amount: int = Field(le=10**14)


class BudgetProjectIn(Schema):
    title: str = Field(max_length=500)
    what: str = Field(max_length=10_000)
    spot: str = Field("", max_length=500)
    lines: list[BudgetLineIn] = Field(max_length=100)
    costed_by: str = Field(max_length=500)
    upkeep: int = Field(0, ge=0, le=10**14)
    upkeep_by: str = Field("", max_length=500)
    needs: list[UUID] | None = Field(None, max_length=1_000)


class BudgetRefuseIn(Schema):
    refused_for: str = Field(max_length=20)
    why: str = Field(max_length=2_000)


class BudgetWhyIn(Schema):
    why: str = Field(max_length=2_000)


class BudgetProgressIn(Schema):
    kind: Literal["begun", "note", "built"]
    text: str = Field(max_length=2_000)
    cost: int | None = Field(None, ge=0, le=10**14)


class BudgetCheckIn(Schema):
    is_right: bool
    text: str = Field(max_length=2_000)
