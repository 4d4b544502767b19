"""What the API of meetings takes and gives."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from xiangyue.kernel.moments import Moment


class SittingOut(Schema):
    id: UUID
    kind: str
    kind_name: str
    title: str
    place: str = Field(description="the place's code")
    place_name: str
    where: str
    starts_at: datetime
    state: str
    notice: str = Field(description="the notice's number")
    version: int = Field(description="send it back with an act, to be told if somebody was quicker")


class SittingsOut(Schema):
    sittings: list[SittingOut]
    count: int
    page: int
    page_count: int


class SittingQuery(Schema):
    which: str = Field("", description="empty: to come; mine; held")
    place: str = Field("", description="a place's code")
    page: int = Field(1, ge=1, le=10_000)


class KeptSittingQuery(Schema):
    which: str = Field("", description="empty: to come; held; all")
    place: str = Field("", description="a place's code")
    q: str = Field("", max_length=60)
    page: int = Field(1, ge=1, le=10_000)


class SittingDecisionOut(Schema):
    outcome: str
    how: str
    text: str
    words: str = Field(description="with the numbers that it rests on")
    decided_at: datetime


class SittingAmendmentOut(Schema):
    id: UUID
    position: int
    text: str
    state: str
    is_next: bool = Field(description="decided before the others")
    yes_count: int | None
    no_count: int | None
    changes: list[tuple[str, str]] = Field(description="same, removed or added, and the text")


class SittingMotionOut(Schema):
    id: UUID
    position: int
    text: str = Field(description="as it was moved")
    text_now: str = Field(description="with the amendments adopted so far")
    state: str
    is_seconded: bool
    amendments: list[SittingAmendmentOut]


class SittingItemOut(Schema):
    id: UUID
    position: int
    title: str
    text: str
    matter: str
    noticed_on: date
    ballot: UUID | None
    motions: list[SittingMotionOut]
    decision: SittingDecisionOut | None


class SittingQuorumOut(Schema):
    present_count: int
    expected_count: int | None
    needed_count: int | None
    is_met: bool
    guest_count: int
    words: str


class SittingDetailOut(SittingOut):
    items: list[SittingItemOut]
    item_now: UUID | None
    change_reason: str
    quorum: SittingQuorumOut | None
    public_minutes: str
    digest: str
    am_here: bool
    may_run: bool


class SittingHereOut(Schema):
    id: int
    name: str
    how: str
    is_voice: bool


class SittingQueueOut(Schema):
    item: UUID
    speaks: str
    waiting: list[str]


class SittingWishOut(Schema):
    id: UUID
    text: str
    state: str
    answer: str
    asked_at: datetime


class RunSittingOut(SittingDetailOut):
    here: list[SittingHereOut]
    queue: list[SittingQueueOut]
    wishes: list[SittingWishOut]
    invited_count: int
    coming_count: int
    not_coming_count: int


class AnnounceSittingIn(Schema):
    kind: str
    place: str = Field(description="the place's code")
    council: UUID | None = None
    title: str = ""
    where: str = ""
    starts_at: Moment
    items: list[str] = []
    expected_count: int | None = Field(None, ge=1, le=100_000)
    client_key: UUID | None = Field(None, description="sent twice under one key is taken once")


class MoveSittingIn(Schema):
    starts_at: Moment
    where: str
    reason: str = ""
    version: int | None = None


class SittingReasonIn(Schema):
    reason: str = ""
    version: int | None = None


class SittingItemIn(Schema):
    title: str = ""
    text: str = ""
    matter: str = ""


class SittingItemChangeIn(Schema):
    title: str = ""
    text: str = ""


class SittingRollIn(Schema):
    roll: UUID | None = None
    count: int | None = Field(None, ge=1, le=100_000)


class OpenSittingIn(Schema):
    chair: UUID
    minute_taker: UUID


class SittingMarkIn(Schema):
    who: str = Field("", description="entry:NUMBER on the roll, or person:ID of somebody invited")
    name: str = Field("", description="of a guest")


class SittingListIn(Schema):
    names: list[str] = Field(max_length=500)
    is_voice: bool = True


class SittingListOut(Schema):
    count: int
    unclear: list[str]


class SittingCodeIn(Schema):
    code: str = Field("", max_length=40)


class SittingComingIn(Schema):
    is_coming: bool


class SittingWishIn(Schema):
    text: str = ""
    said_by: str = Field("", description="for whom it is entered, by who enters for others")


class SittingWishAnswerIn(Schema):
    is_taken: bool
    answer: str = ""
    title: str = ""


class SittingNoteIn(Schema):
    text: str = ""


class SittingSpeakIn(Schema):
    attendance: int | None = Field(None, description="somebody who is here; empty: oneself")


class SittingMotionIn(Schema):
    text: str = ""
    mover: int = Field(description="an attendance's id")
    seconder: int | None = None


class SittingSecondIn(Schema):
    seconder: int


class SittingAmendIn(Schema):
    text: str = ""
    mover: int


class SittingOrderIn(Schema):
    positions: list[int] = Field(max_length=60)


class SittingHandsIn(Schema):
    is_adopted: bool | None = None
    yes_count: int | None = Field(None, ge=0, le=1_000_000)
    no_count: int | None = Field(None, ge=0, le=1_000_000)


class SittingVoteIn(Schema):
    ballot: UUID


class SittingDecideIn(Schema):
    outcome: str = Field(pattern="^(accepted|rejected|put_off)$")
    text: str = ""
    motion: UUID | None = None


class SittingSeatOut(Schema):
    seat: str
    label: str
    is_signed: bool
    signed_at: datetime | None
    is_on_paper: bool


class SittingCorrectionOut(Schema):
    text: str
    written_at: datetime


class SittingMinutesOut(Schema):
    text: str
    public_text: str
    digest: str
    version: int
    is_settled: bool
    signed_at: datetime | None
    seats: list[SittingSeatOut]
    corrections: list[SittingCorrectionOut]


class SittingMinutesIn(Schema):
    text: str
    public_text: str
    version: int | None = None


class SettleSittingIn(Schema):
    version: int | None = None
    names_are_words: bool = False


class SignSittingIn(Schema):
    digest: str = Field(description="of the minutes that were read")


class InvitedPersonOut(Schema):
    grid: str
    address: str
    name: str
