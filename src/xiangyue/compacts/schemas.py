"""What the API of compacts takes and tells."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class CompactsQuery(Schema):
    which: str = Field("", description="in_force, under_way, waiting, filing; empty is all")
    kind: str = ""
    place: str = ""
    words: str = ""
    page: int = Field(1, ge=1)


class CompactVersionOut(Schema):
    id: UUID
    compact: UUID
    number: int
    state: str
    state_words: str
    first_published_at: datetime | None
    second_published_at: datetime | None
    voted_at: datetime | None
    in_force_from: date | None
    in_force_to: date | None
    taken_over: str
    withdrawn_reason: str
    digest: str


class CompactOut(Schema):
    id: UUID
    kind: str
    kind_name: str
    title: str
    place: str
    places: list[str]
    versions: list[CompactVersionOut]


class CompactsOut(Schema):
    compacts: list[CompactOut]
    count: int
    page: int
    page_count: int


class CompactOrderOut(Schema):
    id: UUID
    law: str
    reason: str
    ordered_at: datetime


class CompactClauseOut(Schema):
    id: UUID | None
    number: int
    lineage: UUID
    topic: str
    heading: str
    text: str
    suspended: CompactOrderOut | None = None


class CompactDetailOut(CompactOut):
    text: list[CompactClauseOut]
    tellings: list[dict[str, Any]]


class CompactWordingOut(Schema):
    version: int
    in_force_from: date | None
    heading: str
    text: str
    votes: list[str]


class CompactClauseHistoryOut(Schema):
    lineage: UUID
    heading: str
    since: date | None
    is_in_force: bool
    wordings: list[CompactWordingOut]


class CompactAloudOut(Schema):
    lines: list[str]


class CompactOpinionOut(Schema):
    position: int
    about: str
    text: str
    answered: str
    answer: str
    received_at: datetime
    answered_at: datetime | None


class CompactCoverageUnitOut(Schema):
    place: str
    place_name: str
    asked_count: int
    household_count: int


class CompactCoverageOut(Schema):
    asked_count: int
    household_count: int
    units: list[CompactCoverageUnitOut]


class CompactVersionDetailOut(CompactVersionOut):
    text: list[CompactClauseOut]
    opinions: list[CompactOpinionOut]
    is_hearing: bool
    asked_count: int
    household_count: int


class CompactPieceOut(Schema):
    kind: str
    text: str


class CompactChangeOut(Schema):
    fate: str
    old_number: int | None
    new_number: int | None
    lineage: UUID
    heading: list[CompactPieceOut]
    text: list[CompactPieceOut]


class CompactOpinionIn(Schema):
    text: str
    lineage: UUID | None = None
    is_from_away: bool = False
    is_shown: bool = False
    client_key: UUID | None = None


class CompactOpinionForOthersIn(CompactOpinionIn):
    way: str = "counter"
    household: UUID | None = None
    said_by: str = ""
    contact: str = ""


class CompactAskedIn(Schema):
    household: UUID
    way: str = "door"


class CompactReceiptOut(Schema):
    code: str
    version: UUID
    position: int
    text: str
    received_at: datetime
    due_at: datetime | None
    due_why: str
    answered: str
    answer: str
    answered_at: datetime | None


class CompactFindingOut(Schema):
    check: str
    level: str
    name: str
    words: str
    law: str
    why: str
    instead: str
    is_settled: bool
    reasons: str


class KeptClauseOut(Schema):
    id: UUID
    position: int
    lineage: UUID
    topic: str
    heading: str
    text: str
    revision: int
    is_left_out: bool | None
    findings: list[CompactFindingOut]


class CompactStepOut(Schema):
    title: str
    missing: list[str]


class KeptCompactVersionOut(CompactVersionOut):
    revision: int
    run: UUID | None
    clauses: list[KeptClauseOut]
    steps: list[CompactStepOut]
    opinion_count: int
    waiting_count: int
    filing_due_at: datetime | None
    filed_at: datetime | None
    acknowledged_at: datetime | None
    signings: list[dict[str, Any]]


class KeptCompactOpinionOut(Schema):
    id: UUID
    position: int
    lineage: UUID | None
    way: str
    is_from_away: bool
    text: str
    said_by: str
    contact: str
    received_at: datetime
    due_at: datetime | None
    answered: str
    answer: str
    answered_at: datetime | None


class CompactBeginIn(Schema):
    kind: str
    place: str
    title: str
    starter: str = ""
    with_places: list[str] = Field(default_factory=list, max_length=30)


class CompactNextIn(Schema):
    made_from: UUID | None = None


class CompactClauseIn(Schema):
    topic: str
    text: str
    heading: str = ""
    clause_id: UUID | None = None


class CompactClauseChangeIn(Schema):
    topic: str
    text: str
    heading: str = ""
    seen: int = Field(ge=0)


class CompactMoveIn(Schema):
    up: bool
    seen: int = Field(ge=0)


class CompactJudgeIn(Schema):
    verdict: str
    reasons: str
    seen: int | None = None


class CompactAnswerIn(Schema):
    answered: str
    text: str
    is_withheld: bool = False


class CompactVoteIn(Schema):
    roll: UUID
    modes: list[str] = Field(max_length=4)
    opens_at: datetime
    closes_at: datetime
    meets_at: str = ""
    tellers: list[UUID] = Field(default_factory=list, max_length=40)


class CompactTextIn(Schema):
    text: str = ""


class CompactTakeOverIn(Schema):
    how: str
    in_force_from: date


class CompactOrderIn(Schema):
    law: str
    reason: str


class CompactTellingIn(Schema):
    form: str
    language: str
    title: str
    text: str
