"""What the API of keeping a compact takes and gives."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

LONGEST_SENT = 1_000


class OnDutyOut(Schema):
    team: UUID
    name: str
    until: datetime
    phone: str = Field(description="the post's, never a member's own")
    names: list[str] = Field(description="for those who live or serve there; else empty")


class CompactTeamOut(Schema):
    id: UUID
    kind: str
    name: str
    phone: str


class KeepingOut(Schema):
    place: str
    committee: UUID | None
    committee_state: str
    teams: list[CompactTeamOut]
    on_duty: list[OnDutyOut]
    clause_count: int
    area_count: int
    gap_count: int


class CompactTurnOut(Schema):
    begins_at: datetime
    ends_at: datetime
    name: str


class CompactTeamDetailOut(CompactTeamOut):
    place: str
    duties: list[str]
    members: list[str]
    turns: list[CompactTurnOut]


class DutyAreaOut(Schema):
    id: UUID
    place: str
    subject: str
    name: str
    team: UUID | None
    person: str = Field(description="for those who live or serve there; else empty")
    household: str = Field("", description="its number, for whoever keeps the list alone")


class DutyAreasOut(Schema):
    areas: list[DutyAreaOut]
    count: int
    page: int
    page_count: int


class AreasQuery(Schema):
    subject: str = Field("", max_length=80)
    page: int = Field(1, ge=1, le=10_000)


class KeptAreasQuery(AreasQuery):
    which: str = Field("", max_length=20, description="nobody, households, or all")


class DutyGapOut(Schema):
    subject: str
    place: str
    name: str
    area: UUID | None


class WorkCardOut(Schema):
    name: str
    role: str
    body: str
    is_valid: bool


class InvitationOut(Schema):
    id: UUID
    number: str
    kind: str
    name: str
    answer: str
    is_brought: bool


class CompactSeatOut(Schema):
    id: UUID
    name: str
    seat: str
    nominated_by: str
    state: str
    verdict: str = Field(description="waiting, passed, not_passed; never why")
    notice: str
    card_until: date | None


class KeepingCommitteeOut(Schema):
    id: UUID
    place: str
    state: str
    term_ends_on: date | None
    invitations: list[InvitationOut]
    members: list[CompactSeatOut]
    teams: list[CompactTeamOut]
    ready_count: int


class KeptCompactTeamOut(CompactTeamOut):
    members: list[CompactSeatOut]
    ready_count: int


class KeepingDeskOut(Schema):
    villages: list[KeepingOut]
    vet_count: int
    answer_count: int


class CommitteeBeginIn(Schema):
    place: str = Field(max_length=24)


class WhoIn(Schema):
    name: str = Field(max_length=60)
    which: str = Field("", max_length=40, description="the person's id, of several namesakes")


class CommitteeInviteIn(WhoIn):
    kind: str = Field(max_length=30)


class UnitHeadIn(Schema):
    person: UUID
    seat: str = Field("unit_head", max_length=30)
    has_agreed: bool


class CompactTeamIn(Schema):
    kind: str = Field(max_length=80)
    phone: str = Field("", max_length=40)


class CompactPhoneIn(Schema):
    phone: str = Field("", max_length=40)


class CompactNominateIn(WhoIn):
    nominated_by: str = Field("", max_length=10)
    is_head: bool = False
    has_agreed: bool


class DutyAreaIn(Schema):
    place: str = Field(max_length=24)
    subject: str = Field(max_length=80)
    name: str = Field(max_length=200)
    household: str = Field("", max_length=40)
    team: UUID | None = None
    person: str = Field("", max_length=60, description="a name")


class DutyAssignIn(Schema):
    team: UUID | None = None
    person: str = Field("", max_length=60, description="a name; nobody leaves a gap")


class VettingIn(Schema):
    office: str = Field(max_length=30)
    is_passed: bool


class VettedOut(Schema):
    id: UUID
    name: str
    seat: str
    body: str
    offices: list[str] = Field(description="for which the caller still speaks")
    appeal: str = Field(description="the person's own words, until it is decided")


class VettedListOut(Schema):
    members: list[VettedOut]
    count: int
    page: int
    page_count: int


class KeepingQuery(Schema):
    which: str = Field("", max_length=20)
    page: int = Field(1, ge=1, le=10_000)


class UpheldIn(Schema):
    is_upheld: bool


class OwnInvitationIn(Schema):
    is_accepted: bool


class OwnWordsIn(Schema):
    text: str = Field("", max_length=LONGEST_SENT)


class OwnDutiesOut(Schema):
    areas: list[DutyAreaOut]
    seats: list[CompactSeatOut]
    invitations: list[InvitationOut]
    reminders: list[UUID]


class ReminderStepOut(Schema):
    kind: str
    by: str
    taken_at: datetime


class ReminderObjectionOut(Schema):
    id: UUID
    text: str
    answer: str
    due_at: datetime | None


class ReminderOut(Schema):
    id: UUID
    clause_number: int
    clause_text: str
    name: str
    seen_on: date
    seen_at: str
    seen_by: str
    state: str
    statement: str
    is_heard: bool
    erase_on: date
    steps: list[ReminderStepOut]
    objections: list[ReminderObjectionOut]
    reads: list[str] = Field(description="who looked, for the person concerned alone")


class RemindersOut(Schema):
    own: list[ReminderOut]
    team: list[ReminderOut]
    count: int
    page: int
    page_count: int


class BreachNoteIn(WhoIn):
    clause: UUID = Field(description="the clause's lineage")
    place: str = Field(max_length=24)
    is_of_age: bool


class NotingOut(Schema):
    is_on_duty: bool
    clauses: list[dict[str, str]]


class ReminderStepIn(Schema):
    step: str = Field(max_length=10)


class ReminderAnswerIn(UpheldIn):
    text: str = Field(max_length=LONGEST_SENT)


class ReminderObjectionsOut(Schema):
    objections: list[ReminderObjectionOut]
    count: int
    page: int
    page_count: int
