"""What the API of consultations takes and gives."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

LONGEST_SENT = 5_000
SMALL = "None: fewer than five, or it would give such a number away"


class ConsultationOut(Schema):
    id: UUID
    title: str
    place: str = Field(description="the place's code")
    background: str
    state: Literal["open", "closed"]
    opens_at: datetime
    closes_at: datetime


class ConsultationsOut(Schema):
    consultations: list[ConsultationOut]
    count: int
    page: int
    page_count: int


class ListQuery(Schema):
    which: Literal["", "running", "waiting", "past", "all"] = ""
    words: str = Field("", max_length=60)
    page: int = Field(1, ge=1, le=10_000)


class HiddenOut(Schema):
    position: int
    state: str
    hidden_for: str
    hidden_why: str
    appeal_answer: str


class StatementOut(Schema):
    id: UUID
    position: int
    text: str


class OwnAnswerOut(StatementOut):
    value: int = Field(description="1 agrees, -1 disagrees, 0 passes")


class DetailOut(ConsultationOut):
    open_count: int
    proposed_count: int
    hidden: list[HiddenOut]
    may_see_result: bool


class NextOut(Schema):
    statement: StatementOut | None = Field(description="None: everything is answered")
    answered_count: int
    open_count: int
    may_answer: bool


class CountsOut(Schema):
    agree: int | None = Field(description=SMALL)
    disagree: int | None = Field(description=SMALL)
    passed: int | None = Field(description=SMALL)


class StatementLineOut(StatementOut):
    counts: CountsOut
    leanings: list[str] = Field(description="of each group: agree, disagree, divided, few")
    hands: CountsOut | None
    present_count: int | None = Field(description="in all courtyards; " + SMALL)


class SaidOut(Schema):
    statement: UUID
    agrees: bool


class GroupOut(Schema):
    letter: str
    size: int
    stands_for: list[SaidOut]


class ResultOut(Schema):
    is_advice: bool = Field(description="always: it decides nothing")
    people: int | None = Field(description=SMALL)
    unites: list[SaidOut]
    groups: list[GroupOut]
    statements: list[StatementLineOut]
    dots: list[list[float]] = Field(description="x, y, group; five people or more each")


class ReasonOut(Schema):
    id: UUID
    is_for: bool
    text: str
    support_count: int | None = Field(description=SMALL)


class StatementDetailOut(StatementOut):
    consultation: UUID
    reasons: list[ReasonOut]


class StatementTextIn(Schema):
    text: str = Field(max_length=LONGEST_SENT)


class StatementAnswerIn(Schema):
    value: Literal[1, -1, 0]


class StatementReasonIn(StatementTextIn):
    is_for: bool


class ConsultationBeginIn(Schema):
    place: str = Field(max_length=24)
    title: str = Field(max_length=LONGEST_SENT)
    background: str = Field(max_length=LONGEST_SENT)
    statements: list[str] = Field(max_length=50)
    closes_on: date = Field(description="the last day")


class HideIn(Schema):
    hidden_for: str = Field(max_length=20)


class ModerateIn(Schema):
    is_open: bool
    hidden_for: str = Field("", max_length=20)
    why: str = Field("", max_length=LONGEST_SENT)


class AppealDecideIn(StatementTextIn):
    is_upheld: bool


class HandsIn(Schema):
    place: str = Field(max_length=24)
    present: int = Field(ge=0, le=10_000)
    agree: int = Field(0, ge=0, le=10_000)
    disagree: int = Field(0, ge=0, le=10_000)
    passed: int = Field(0, ge=0, le=10_000)


class HandsOut(Schema):
    statement: UUID
    place: str
    present_count: int
    agree_count: int
    disagree_count: int
    pass_count: int


class KeptStatementOut(StatementOut):
    state: str
    hidden_for: str
    hidden_why: str
    appeal: str
    appeal_waits: bool
    appeal_answer: str


class KeptConsultationOut(ConsultationOut):
    participant_count: int | None = Field(description=SMALL)
    statements: list[KeptStatementOut]
    hands: list[HandsOut]
