"""What the API of elections takes and gives."""

from datetime import date as Date  # noqa: N812 - the days are called date
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from xiangyue.ballots.elections.models import (
    Election,
)
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.kernel.moments import Moment

Number = Field(ge=0, le=10_000_000)


class ElectionOfficeOut(Schema):
    key: str
    zh: str
    en: str
    seat: str
    seats: int
    only_women: bool = False


class ElectionOut(Schema):
    id: UUID
    title: str
    place: str
    kind: str
    state: str
    offices: list[ElectionOfficeOut]
    opens_at: datetime
    closes_at: datetime
    meets_at: str
    boxes: str
    roll: UUID | None
    fills: UUID | None
    term_from: Date | None
    term_until: Date | None

    @staticmethod
    def resolve_place(row: Election) -> str:
        return row.place.code

    @staticmethod
    def resolve_kind(row: Election) -> str:
        return row.kind_key

    @staticmethod
    def resolve_roll(row: Election) -> UUID | None:
        return row.roll_id

    @staticmethod
    def resolve_fills(row: Election) -> UUID | None:
        return row.fills_id


class CandidateOut(Schema):
    id: UUID
    office: str
    name: str
    introduction: str


class ElectionRoundOut(Schema):
    id: UUID
    number: int
    kind: str
    state: str
    opens_at: datetime
    closes_at: datetime
    offices: list[dict[str, Any]]


class ElectionStageOut(Schema):
    key: str
    title: str
    when: str
    says: str
    law: str
    is_done: bool
    is_current: bool


class ElectedOut(Schema):
    office: str
    name: str
    certificate: str


class ElectionGroupOut(Schema):
    group: str
    met_on: Date | None
    present_count: int | None
    representatives: int


class ElectionPageOut(ElectionOut):
    electors: str = Field(description="who votes: residents, households or groups")
    groups: list[ElectionGroupOut]
    stages: list[ElectionStageOut]
    candidates: list[CandidateOut]
    rounds: list[ElectionRoundOut]
    elected: list[ElectedOut]
    proxies: list[dict[str, str]] = Field(description="who votes for whom: name, agent")


class KeptElectionOut(ElectionPageOut):
    next: str = Field(description="the step that comes next")
    sentence: str
    handed_out: dict[str, int]


class ElectionResultOut(Schema):
    digest: str
    facts: dict[str, Any]


class ElectionDoorOut(Schema):
    number: int
    name: str
    group: str
    way: str | None = Field(None, description="where the slips were handed out; none: not yet")
    agent: str = Field("", description="who votes for them")


class RecallOut(Schema):
    id: UUID
    place: str
    name: str
    reasons: str
    asked_by: str
    asked_count: int
    of_count: int
    statement: str
    due_on: Date
    state: str
    vote: UUID | None

    @staticmethod
    def resolve_place(row: Recall) -> str:
        return row.place.code

    @staticmethod
    def resolve_vote(row: Recall) -> UUID | None:
        return row.ballot_id


class ElectionIn(Schema):
    place: str = Field(max_length=24)
    kind: str = Field(max_length=80)
    opens_at: Moment
    closes_at: Moment
    meets_at: str = Field("", max_length=120)
    boxes: str = Field("", max_length=300)
    committee: str = Field("", max_length=800, description="one name on each line, the chair first")
    chosen_by: str = Field("", max_length=200)
    is_multi_ethnic: bool = False
    seats: dict[str, int] | None = Field(None, max_length=12)
    fills: UUID | None = None
    electors: str = Field("residents", max_length=10, description="residents, households, groups")
    wanted_by: str = Field("", max_length=200)
    groups: list[str] = Field(default=[], max_length=80)


class ElectionNothingIn(Schema):
    """Nothing is sent."""


class ElectionJoinIn(Schema):
    name: str = Field(min_length=1, max_length=60)


class ElectionLeaveIn(ElectionJoinIn):
    reason: str = Field(max_length=200)


class ElectionGroupIn(Schema):
    group: str = Field(max_length=60)
    met_on: Date
    present_count: int = Number
    names: str = Field(max_length=300, description="two or three, one on each line")


class ElectionClaimIn(ElectionJoinIn):
    kind: str = Field(max_length=10)
    lives_here_since: Date | None = None
    agreed_by: str = Field("", max_length=200)


class ElectionAnswerClaimIn(Schema):
    claim: UUID
    is_accepted: bool
    answer: str = Field(max_length=200)


class ElectionNominateIn(Schema):
    office: str = Field(max_length=40)
    name: str = Field(max_length=60, description="a name, or the number on the voters' list")
    support_count: int = Number
    is_woman: bool = False
    is_minority: bool = False


class ElectionAnswerNominationIn(Schema):
    candidate: UUID
    accepts: bool
    introduction: str = Field("", max_length=600)


class ElectionWithdrawIn(Schema):
    candidate: UUID


class ElectionPublishIn(Schema):
    presented_at: Moment | None = None
    presented_where: str = Field("", max_length=120)


class ElectionQuestionIn(Schema):
    candidate: UUID
    question: str = Field(max_length=300)
    answer: str = Field(max_length=1000)


class ElectionTellersIn(Schema):
    names: str = Field(max_length=500, description="one on each line")


class ElectionProxyIn(Schema):
    name: str = Field(max_length=60, description="a name, or the number on the voters' list")
    agent: str = Field(max_length=60)
    relation: str = Field(max_length=12)
    is_written: bool = False


class ElectionProxyBackIn(Schema):
    proxy: UUID


class ElectionReasonIn(Schema):
    reason: str = Field(max_length=300)


class ElectionNextRoundIn(Schema):
    opens_at: Moment
    closes_at: Moment


class ElectionHandOverIn(Schema):
    items: str = Field(max_length=4000, description="one thing on each line")
    overseen_by: str = Field(max_length=120)


class ElectionHandOutIn(Schema):
    way: str = Field("booth", max_length=5)
    through: bool = False  # handed to the proxy that was entered before the day


class OfficeCountIn(Schema):
    office: str = Field(max_length=40)
    returned: int = Number
    spoiled: int = Number
    votes: dict[str, int] = Field(max_length=80, description="by number on the voters' list")
    is_recount: bool = False


class RecallIn(Schema):
    reasons: str = Field(max_length=1000)
    asked_by: str = Field(max_length=15)
    asked_count: int = Number
    of_count: int = Number


class RecallHearIn(Schema):
    statement: str = Field(max_length=2000)


class RecallCallIn(ElectionNextRoundIn):
    meets_at: str = Field("", max_length=120)
    tellers: str = Field(max_length=500, description="one on each line")


ACT_SCHEMAS: dict[str, type[Schema]] = {
    "join": ElectionJoinIn,
    "leave": ElectionLeaveIn,
    "group": ElectionGroupIn,
    "claim": ElectionClaimIn,
    "answer-claim": ElectionAnswerClaimIn,
    "nominate": ElectionNominateIn,
    "answer-nomination": ElectionAnswerNominationIn,
    "withdraw": ElectionWithdrawIn,
    "publish": ElectionPublishIn,
    "question": ElectionQuestionIn,
    "tellers": ElectionTellersIn,
    "proxy": ElectionProxyIn,
    "proxy-back": ElectionProxyBackIn,
    "void": ElectionReasonIn,
    "next-round": ElectionNextRoundIn,
    "hand-over": ElectionHandOverIn,
    "annul": ElectionReasonIn,
}
RECALL_SCHEMAS: dict[str, type[Schema]] = {
    "hear": RecallHearIn,
    "call": RecallCallIn,
    "drop": ElectionReasonIn,
}
