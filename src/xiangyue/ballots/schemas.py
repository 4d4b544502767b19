"""What the API of votes takes and gives."""

from datetime import date as Date  # noqa: N812 - the days are called date
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from xiangyue.ballots.models import Ballot, Question, Roll
from xiangyue.kernel.moments import Moment


class BallotQuestionOut(Schema):
    position: int
    text: str
    choices: list[dict[str, str]] = Field(description="key, zh, en")


class BallotOut(Schema):
    id: UUID
    title: str
    about: str
    place: str
    rule: str
    roll: UUID
    matter: str
    modes: list[str]
    is_secret: bool
    state: str
    opens_at: datetime
    closes_at: datetime
    questions: list[BallotQuestionOut]

    @staticmethod
    def resolve_place(row: Ballot) -> str:
        return row.place.code

    @staticmethod
    def resolve_rule(row: Ballot) -> str:
        return row.rule.key

    @staticmethod
    def resolve_roll(row: Ballot) -> UUID:
        return row.roll_id

    @staticmethod
    def resolve_questions(row: Ballot) -> list[Question]:
        return list(row.questions.all())


class MyBallotOut(BallotOut):
    has_taken_part: bool

    @staticmethod
    def resolve_has_taken_part(row: Ballot) -> bool:
        return bool(getattr(row, "has_taken_part", False))


class BallotResultOut(Schema):
    digest: str
    facts: dict[str, Any]
    sentence: str
    questions: list[str] = Field(description="why each was accepted or not")


class RollOut(Schema):
    id: UUID
    place: str
    rule: str
    basis: str
    drawn_on: Date
    state: str
    entry_count: int
    digest: str
    objections_until: datetime | None

    @staticmethod
    def resolve_place(row: Roll) -> str:
        return row.place.code

    @staticmethod
    def resolve_rule(row: Roll) -> str:
        return row.rule.key


class RollEntryOut(Schema):
    number: int
    name: str
    group: str


class KeptRollEntryOut(RollEntryOut):
    is_struck: bool
    is_doubtful: bool
    was_added: bool
    reason: str


class SeenRollOut(RollOut):
    my_number: int | None = Field(description="one's own number on it; none when not on it")
    entries: list[RollEntryOut]


class KeptRollOut(RollOut):
    entries: list[KeptRollEntryOut]
    objections: list["RollObjectionOut"]


class RollObjectionOut(Schema):
    id: UUID
    kind: str
    text: str
    raised_at: datetime
    answer: str
    is_upheld: bool | None


class DoorOut(Schema):
    number: int
    name: str
    group: str
    mode: str | None = Field(None, description="how they have taken part; none: not yet")


class KeptBallotOut(BallotOut):
    taken: dict[str, int]
    counting: list[dict[str, Any]]


class RollDrawIn(Schema):
    place: str = Field(max_length=24)
    rule: str = Field(max_length=80)
    basis: str | None = Field(None, max_length=10)
    on: Date | None = None


class AskedIn(Schema):
    text: str = Field(max_length=2000)
    choices: list[str] = Field([], max_length=12)


class BallotIn(Schema):
    title: str = Field(max_length=120)
    about: str = Field("", max_length=4000)
    questions: list[AskedIn] = Field(max_length=60)
    modes: list[str] = Field(max_length=4)
    opens_at: Moment
    closes_at: Moment
    is_secret: bool = False
    meets_at: str = Field("", max_length=120)
    matter: str = Field("", max_length=80)
    delegated_by: str = Field("", max_length=200)
    tellers: list[UUID] = Field([], max_length=12)


class RollObjectionIn(Schema):
    kind: str = Field(max_length=10)
    text: str = Field(max_length=500)


class CounterRollObjectionIn(RollObjectionIn):
    said_by: str = Field("", max_length=60)


class RollAnswerIn(Schema):
    is_upheld: bool
    answer: str = Field(max_length=500)


class BallotReasonIn(Schema):
    reason: str = Field(max_length=300)


class StrikeIn(Schema):
    reason: str = Field(max_length=200)


class RollAddIn(StrikeIn):
    name: str = Field(max_length=60, description="a name, with the mobile number if needed")


class DoorMarkIn(Schema):
    mode: str = Field(max_length=13)
    proxy: int | None = Field(None, ge=1, le=999_999_999, description="a number of the roll")
    relation: str = Field("", max_length=12)
    is_written: bool = False
    delegate: UUID | None = None


class RoomIn(Schema):
    mode: str = Field(max_length=13)
    numbers: list[int] | None = Field(
        None, max_length=200_000, description="numbers of the roll; all when none are given"
    )


class TellerCountIn(Schema):
    question: int = Field(ge=1, le=60)
    mode: str = Field(max_length=13)
    counts: dict[str, int]
    is_recount: bool = False


class WomenIn(Schema):
    present: int | None = Field(None, ge=0, le=10_000_000)
    on_roll: int | None = Field(None, ge=0, le=10_000_000)


class VoteIn(Schema):
    choices: dict[str, str] = Field(max_length=60, description="a choice by question number")


class VoteMembersIn(Schema):
    names: str = Field(max_length=200_000)
    on: Date
    chosen: list[UUID] = Field([], max_length=5_000)


class VoteMemberOut(Schema):
    id: int
    name: str
    active_from: Date


class AgreementOut(Schema):
    agreement: str


class TellerCountOut(Schema):
    count: int


class RollNumberOut(Schema):
    number: int
