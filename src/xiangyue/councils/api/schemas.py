"""What the API of councils takes and gives."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

LONGEST_SENT = 10_000
NAMED = "empty where the name is not for the reader"


class CouncilOut(Schema):
    id: UUID
    kind: str
    name: str
    place: str = Field(description="the place's code")
    state: Literal["forming", "sitting", "dissolved"]
    formed_on: date | None
    until: date | None


class CouncilsOut(Schema):
    councils: list[CouncilOut]
    count: int
    page: int
    page_count: int


class CouncilListQuery(Schema):
    which: Literal["", "forming", "past", "all"] = ""
    page: int = Field(1, ge=1, le=10_000)


class CouncilPersonOut(Schema):
    key: UUID
    name: str = Field(description=NAMED)
    stands_for: str
    how: str = Field(description="how they were chosen, or how it concerns them")
    since: date | None
    until: date | None
    state: str


class CouncilSeatOut(Schema):
    key: str
    name: str
    least: int
    most: int | None
    per_issue: bool
    people: list[CouncilPersonOut]


class CouncilMatterRowOut(Schema):
    id: UUID
    title: str
    opened_at: datetime
    closed_at: datetime | None


class CouncilDetailOut(CouncilOut):
    purpose: str
    on: date = Field(description="who sat on this day")
    seats: list[CouncilSeatOut]
    missing: list[str]
    matters: list[CouncilMatterRowOut]


class CouncilMatterOut(CouncilMatterRowOut):
    council: UUID
    subject_type: str
    subject_id: str
    seats: list[CouncilSeatOut]
    concerned: list[CouncilPersonOut]
    stepped_back: list[CouncilPersonOut]
    missing: list[str]


class CouncilFormIn(Schema):
    kind: str = Field(max_length=80)
    place: str = Field(max_length=24)
    came_about: str = Field("", max_length=LONGEST_SENT)


class CouncilSeatIn(Schema):
    seat_key: str = Field(max_length=40)
    way: Literal["post", "election", "recommendation", "invitation"]
    chosen_how: str = Field(max_length=LONGEST_SENT)
    name: str = Field(max_length=400)
    phone: str = Field("", max_length=40)
    stands_for: str = Field("", max_length=400)
    unit: str = Field("", max_length=60, description="code of the unit that sends them")


class CouncilReplaceIn(Schema):
    why: str = Field(max_length=LONGEST_SENT)
    way: Literal["post", "election", "recommendation", "invitation"]
    chosen_how: str = Field(max_length=LONGEST_SENT)
    name: str = Field(max_length=400)
    phone: str = Field("", max_length=40)
    stands_for: str = Field("", max_length=400)


class CouncilSeatAnswerIn(Schema):
    accepts: bool
    is_named: bool = Field(default=False, description="everybody may read the name")


class CouncilPaperAnswerIn(Schema):
    said: Literal["yes", "no", "withdraw"]


class CouncilWhyIn(Schema):
    why: str = Field("", max_length=LONGEST_SENT)


class CouncilDissolveIn(Schema):
    reason: str = Field(max_length=LONGEST_SENT)


class CouncilMatterIn(Schema):
    title: str = Field(max_length=LONGEST_SENT)


class CouncilStakeIn(Schema):
    name: str = Field("", max_length=400)
    phone: str = Field("", max_length=40)
    unit: str = Field("", max_length=60)
    stake: str = Field(max_length=LONGEST_SENT)
    stands_for: str = Field("", max_length=400)


class CouncilConcernedIn(Schema):
    stake: str = Field(max_length=LONGEST_SENT)
    name: str = Field("", max_length=400, description="of whoever has no account; a keeper enters")


class CouncilDecideIn(Schema):
    is_welcome: bool
    reason: str = Field("", max_length=LONGEST_SENT)


class CouncilComeIn(Schema):
    accepts: bool


class CouncilStakeOut(Schema):
    id: UUID
    matter: UUID
    stake: str
    state: str
    reason: str


class CouncilOwnSeatOut(Schema):
    id: UUID
    council: UUID
    council_name: str
    seat: str
    state: str
    active_from: date | None
    active_to: date | None


class CouncilOwnOut(Schema):
    seats: list[CouncilOwnSeatOut]
    stakes: list[CouncilStakeOut]


class CouncilCoverageRowOut(Schema):
    key: str
    name: str
    place_count: int
    whole: int
    lacking: int
    forming: int
    none: int


class CouncilCoveragePlaceOut(Schema):
    place: str
    place_name: str
    which: str
    council: UUID | None


class CouncilCoverageOut(Schema):
    rows: list[CouncilCoverageRowOut]
    places: list[CouncilCoveragePlaceOut] = Field(description="of one `kind`, a page of them")
    count: int
    page: int


class CouncilCoverageQuery(Schema):
    kind: str = Field("", max_length=80)
    how: Literal["", "whole", "lacking", "forming", "none"] = ""
    page: int = Field(1, ge=1, le=10_000)


class GroupAskIn(Schema):
    title: str = Field(max_length=LONGEST_SENT)
    text: str = Field(max_length=LONGEST_SENT)
    about: list[str] = Field([], max_length=10, description="names of those whom it is about")
    said_by: str = Field("", max_length=400, description="with it a keeper or member enters")
    contact: str = Field("", max_length=400)
    client_key: UUID | None = None


class GroupMatterOut(Schema):
    id: UUID
    council: UUID
    work: str
    title: str
    state: str
    asked_at: datetime


class GroupMattersOut(Schema):
    matters: list[GroupMatterOut]
    count: int
    page: int


class GroupConcernedOut(Schema):
    id: UUID
    is_me: bool
    consents: bool | None
    is_heard: bool
    agrees: bool | None


class GroupMatterDetailOut(GroupMatterOut):
    text: str
    result: str
    taker_count: int
    lacks: list[str]
    concerned: list[GroupConcernedOut]


class GroupActIn(Schema):
    """What an act needs; the others are left out."""

    who: str = Field("", max_length=64, description="of those concerned, for hear, consent, agree")
    why: str = Field("", max_length=LONGEST_SENT)
    words: str = Field("", max_length=LONGEST_SENT)
    result: str = Field("", max_length=LONGEST_SENT)
    minutes: str = Field("", max_length=LONGEST_SENT)
    name: str = Field("", max_length=400)
    phone: str = Field("", max_length=40)
    consents: bool | None = None
    agrees: bool | None = None
    is_woman: bool = False
    is_close: bool = False
