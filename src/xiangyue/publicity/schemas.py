"""What the API of notices takes and gives."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

LONGEST_SENT = 30_000


class NoticeKindOut(Schema):
    key: str
    name: str
    purpose: str
    levels: list[str] = Field(description="the kinds of places on whose boards it hangs")
    least_days: int
    takes_objections: bool
    objection_days: int | None = Field(description="None: as long as it runs")
    answer_within: str = Field(description="3d days, 3wd working days, 24h hours")
    stays_days: int
    names_people: bool
    source: str


class NoticeObjectionOut(Schema):
    position: int
    received_at: datetime
    text: str = Field(description="empty where the objector did not allow it to be shown")
    said_by: str = Field(description="as text")
    answer: str
    is_upheld: bool | None
    answered_at: datetime | None


class NoticeOut(Schema):
    number: str
    kind: str
    kind_name: str
    place: str = Field(description="the place's code")
    place_name: str
    state: str
    title: str = Field(description="empty when it is not to be read any more")
    begins_on: date
    ends_on: date = Field(description="the first day after it")
    objections_until: date | None = Field(description="the first day on which none are taken")
    stays_until: date
    published_at: datetime
    is_settled: bool = Field(description="over, with every objection answered")
    names_people: bool
    attachment_count: int
    gone: str = Field(description="why it is not to be read any more; empty while it is")
    digest: str


class NoticeAttachmentOut(Schema):
    id: UUID
    name: str = Field(description="as whoever added it called it")
    content_type: str = Field(description="image/jpeg or application/pdf")
    byte_count: int
    digest: str = Field(description="SHA-256 of the file; part of the notice's digest")


class NoticeDetailOut(NoticeOut):
    body: str
    attachments: list[NoticeAttachmentOut] = Field(description="empty when it is not to be read")
    tables: list[dict[str, Any]]
    unsettled: list[str] = Field(description="what keeps it from taking effect")
    objections: list[NoticeObjectionOut]
    remedy: str


class NoticesOut(Schema):
    notices: list[NoticeOut]
    count: int
    page: int
    page_count: int


class BoardQuery(Schema):
    which: Literal["", "running", "past", "all"] = ""
    kind: str = Field("", max_length=80)
    page: int = Field(1, ge=1, le=10_000)


class NoticeObjectionIn(Schema):
    text: str = Field(max_length=LONGEST_SENT)
    said_by: str = Field("", max_length=200)
    contact: str = Field("", max_length=200)
    is_removal: bool = Field(default=False, description="I am named and want to be taken out")
    is_nameless: bool = Field(default=False, description="do not say who I am")
    shown: Literal["nothing", "words", "name"] = "nothing"
    client_key: UUID | None = Field(None, description="sent twice under one key, it is taken once")


class NoticeObjectionForOthersIn(Schema):
    text: str = Field(max_length=LONGEST_SENT)
    said_by: str = Field("", max_length=200)
    contact: str = Field("", max_length=200)
    is_removal: bool = False
    shown: Literal["nothing", "words", "name"] = "nothing"
    client_key: UUID | None = None


class ObjectionReceiptOut(Schema):
    code: str = Field(description="whoever holds it reads the answer")
    notice: str = Field(description="the notice's number")
    position: int
    text: str
    is_removal: bool
    received_at: datetime
    due_at: datetime | None
    due_why: str
    answer: str
    is_upheld: bool | None
    answered_at: datetime | None
    remedy: str


class KeptQuery(Schema):
    which: Literal["", "running", "answer", "past", "gone", "all"] = ""
    kind: str = Field("", max_length=80)
    place: str = Field("", max_length=24)
    words: str = Field("", max_length=60)
    page: int = Field(1, ge=1, le=10_000)


class KeptNoticeObjectionOut(Schema):
    id: UUID
    position: int
    text: str
    said_by: str = Field(description="for those who answer; else empty")
    contact: str = Field(description="for those who answer; else empty")
    is_removal: bool
    received_at: datetime
    due_at: datetime | None
    answer: str
    is_upheld: bool | None
    answered_at: datetime | None


class KeptNoticeOut(NoticeDetailOut):
    take_down_reason: str
    is_erased: bool
    kept_objections: list[KeptNoticeObjectionOut]


class NoticeAnswerIn(Schema):
    text: str = Field(max_length=LONGEST_SENT)
    is_upheld: bool
    is_withheld: bool = Field(
        default=False, description="keep the objector's words back, as when they name others"
    )


class NoticeTakeDownIn(Schema):
    reason: str = Field("", max_length=LONGEST_SENT)
    is_erased: bool = False


class NoticeDraftIn(Schema):
    kind: str = Field(max_length=80)
    place: str = Field(max_length=24, description="the place's code")
    title: str = Field("", max_length=100)
    body: str = Field("", max_length=LONGEST_SENT)
    table: str = Field("", max_length=1_000_000, description="a row a line, cells parted by |")
    days: int | None = Field(None, ge=1, le=365)
    names_people: bool = False
    version: int | None = Field(None, ge=1, description="the version that was looked at")


class NoticeDraftOut(Schema):
    id: UUID
    kind: str
    place: str
    title: str
    body: str
    table: str
    days: int | None
    names_people: bool
    written_at: datetime
    version: int
    attachments: list[NoticeAttachmentOut]


class NoticeVersionIn(Schema):
    version: int | None = Field(None, ge=1)
