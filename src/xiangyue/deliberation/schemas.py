"""What the API of issues takes and gives."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

LONGEST_SENT = 8_000


class DecidingLineOut(Schema):
    kind: str
    title: str
    url: str
    state: str
    until: date | None
    needs_me: bool
    outcome: str | None


class DecisionsOut(Schema):
    place: str = Field(description="the place's code")
    lines: list[DecidingLineOut]


class IssueOut(Schema):
    number: str
    title: str
    text: str
    place: str = Field(description="the place's code")
    topic: str
    source: str
    asks: str = Field(description="of a petition of topic: disclosed or heard; else empty")
    state: str
    state_name: str
    is_shown: bool
    support_count: int
    raised_at: datetime
    reason: str
    answer: str
    merged_into: str | None = Field(description="the number of the issue it was joined to")


class IssueStepOut(Schema):
    at: datetime
    title: str
    note: str


class IssueTaskOut(Schema):
    id: UUID
    issue: str
    kind: str
    text: str
    who: str
    due_on: date
    amount_cents: int | None
    state: str
    done_note: str
    check_note: str


class IssuePhotoOut(Schema):
    id: UUID
    byte_count: int
    digest: str = Field(description="SHA-256 of the picture")


class IssueDetailOut(IssueOut):
    photos: list[IssuePhotoOut]
    steps: list[IssueStepOut]
    tasks: list[IssueTaskOut]
    resolution: str
    has_voice: bool
    is_mine: bool


class KeptIssueOut(IssueDetailOut):
    version: int
    hidden_why: str
    acts: list[str] = Field(description="what you may do about it now")
    due_at: datetime | None


class IssuesOut(Schema):
    issues: list[IssueOut]
    count: int
    page: int
    page_count: int


class IssueListQuery(Schema):
    which: str = Field("", max_length=20)
    place: str = Field("", max_length=24)
    topic: str = Field("", max_length=80)
    words: str = Field("", max_length=60)
    since: str = Field("", max_length=10)
    before: str = Field("", max_length=10)
    page: int = Field(1, ge=1, le=10_000)


class IssueIn(Schema):
    place: str = Field(max_length=24)
    title: str = Field(max_length=200)
    text: str = Field(max_length=LONGEST_SENT)
    asks: Literal["", "disclosed", "heard"] = ""
    client_key: UUID | None = None
    is_new: bool = Field(default=False, description="send it although neighbours say much the same")


class RaisedOut(Schema):
    issue: IssueOut | None = Field(description="None: nothing was sent yet, for `similar` exist")
    similar: list[IssueOut]


class EnteredIssueIn(Schema):
    place: str = Field(max_length=24)
    title: str = Field(max_length=200)
    text: str = Field(max_length=LONGEST_SENT)
    said_by: str = Field("", max_length=60)
    is_courtyard: bool = False
    topic: str = Field("", max_length=80)
    asks: Literal["", "disclosed", "heard"] = ""
    incident: str = Field("", max_length=40, description="out of this report")
    consultation: str = Field("", max_length=36, description="out of this consultation")
    client_key: UUID | None = None


class IssueTextIn(Schema):
    text: str = Field(max_length=LONGEST_SENT)


class IssueActIn(Schema):
    """What the act's page asks; what an act does not ask is left out."""

    why: str = Field("", max_length=LONGEST_SENT)
    form: str = Field("", max_length=80)
    council: str = Field("", max_length=36, description="the council that deliberates it")
    reason: str = Field("", max_length=LONGEST_SENT)
    is_granted: Literal["", "yes", "no"] = ""
    text: str = Field("", max_length=LONGEST_SENT)
    into: str = Field("", max_length=20)
    title: str = Field("", max_length=200)
    lawyer: str = Field("", max_length=80)
    finding: str = Field("", max_length=10)
    outcome: str = Field("", max_length=10)
    sitting: str = Field("", max_length=36, description="the meeting that settled it")
    settled_in: str = Field("", max_length=200, description="where no meeting is named")
    resolved_on: date | None = None
    kind: str = Field("", max_length=10)
    who: str = Field("", max_length=200)
    due_on: date | None = None
    amount: str = Field("", max_length=20, description="in yuan, like 1200.50")
    names: str = Field("", max_length=LONGEST_SENT)
    seen: int | None = Field(None, description="the version on which this was decided")


class TaskActIn(Schema):
    note: str = Field("", max_length=LONGEST_SENT)
    category_key: str = Field("", max_length=80)
    number: str = Field("", max_length=20)


class IssueTasksOut(Schema):
    tasks: list[IssueTaskOut]
    count: int
    page: int
    page_count: int


class IssueTaskQuery(Schema):
    which: str = Field("", max_length=20)
    kind: str = Field("", max_length=10)
    words: str = Field("", max_length=60)
    page: int = Field(1, ge=1, le=10_000)


class ToTellOut(Schema):
    name: str
    told_at: datetime | None


class SettlementOut(Schema):
    place: str
    collected: int
    settled: int
    rate: str = Field(description="per cent with one decimal; empty of nothing")
    counts: dict[str, int] = Field(description="by state; they sum up to `collected`")
    joined: int
    withdrawn: int
    kept_back: int
    parts: list["SettlementPartOut"]


class SettlementPartOut(Schema):
    place: str
    collected: int
    settled: int
    rate: str
