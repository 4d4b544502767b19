"""What the API of procedures takes and gives."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class RunOut(Schema):
    id: UUID
    procedure: str = Field(description="the template's key")
    procedure_name: str
    version: int = Field(description="of the template, as it stood when the run began")
    place: str = Field(description="the place's code")
    title: str
    state: str
    step: str = Field(description="the open step's name; empty when it has ended")
    position: int
    step_count: int
    due_at: datetime | None
    is_late: bool
    began_at: datetime
    ended_at: datetime | None


class RunsOut(Schema):
    runs: list[RunOut]
    count: int
    page: int
    page_count: int


class PieceOut(Schema):
    id: UUID
    kind: str
    title: str = Field(description="the text, the file's name, or what it refers to")
    added_at: datetime


class EvidenceOut(Schema):
    key: str
    name: str
    kind: str
    least: int
    is_public: bool
    pieces: list[PieceOut]
    choices: list[tuple[str, str]] = Field(description="of a reference: id and title")


class SeatOut(Schema):
    id: UUID
    name: str
    is_woman: bool
    is_close: bool
    recused_at: datetime | None
    recused_why: str


class ProcedureStepOut(Schema):
    key: str
    name: str
    says: str
    state: str
    is_optional: bool
    who: list[str] = Field(description="roles")
    opened_at: datetime | None
    done_at: datetime | None
    due_at: datetime | None
    why: str = Field(description="why it is due then, in a sentence")
    missing: list[str] = Field(description="of the open step, in words")
    evidence: list[EvidenceOut]
    panel: list[SeatOut]
    may_do: bool


class RunDetailOut(Schema):
    id: UUID
    procedure: str
    procedure_name: str
    version: int
    place: str
    title: str
    state: str
    is_public: bool
    began_at: datetime
    ended_at: datetime | None
    end_reason: str
    steps: list[ProcedureStepOut]


class PublicStepOut(Schema):
    number: int
    name: str
    says: str
    state: str
    done_on: datetime | None
    is_optional: bool
    words: list[tuple[str, list[str]]] = Field(description="what was written for everybody")
    links: list[tuple[str, str]] = Field(description="notices and votes: title and address")


class PublicRunOut(Schema):
    id: UUID
    procedure: str
    procedure_name: str
    place: str
    title: str
    state: str
    began_at: datetime
    ended_at: datetime | None
    end_reason: str
    steps: list[PublicStepOut]


class ProcedureOut(Schema):
    key: str
    name: str
    purpose: str
    version: int
    source: str
    levels: list[str]
    is_public: bool
    steps: list[dict[str, Any]] = Field(description="as declared")


class RunQuery(Schema):
    template: str = ""
    place: str = ""
    state: str = Field("", description="running, done, ended_early, or late")
    step: str = Field("", description="the open step's key")
    page: int = Field(1, ge=1)


class HowFarQuery(Schema):
    place: str = Field("", description="the area's code; the whole of one's area without it")
    page: int = Field(1, ge=1, description="of the places without a run")


class AtStepOut(Schema):
    position: int
    key: str
    name: str
    count: int = Field(description="runs whose open step it is")
    late_count: int


class HowFarPartOut(Schema):
    place: str = Field(description="the place's code")
    name: str
    place_count: int
    running_count: int
    done_count: int
    without_count: int


class HowFarOut(Schema):
    procedure: str
    place: str = Field(description="the area's code")
    place_count: int = Field(description="places where such a procedure can run")
    running_count: int
    done_count: int
    ended_early_count: int
    without_count: int = Field(description="places with neither a run under way nor one done")
    steps: list[AtStepOut]
    parts: list[HowFarPartOut]
    without: list[str] = Field(description="their codes, a page of them")
    page: int
    page_count: int


class ProcedureBeginIn(Schema):
    template: str = Field(max_length=40)
    place: str = Field(max_length=24, description="the place's code")
    title: str = Field(max_length=400)
    client_key: UUID | None = Field(
        None, description="sent again under the same key it begins once"
    )


class EvidenceTextIn(Schema):
    text: str = Field(max_length=20_000)


class ReferenceIn(Schema):
    reference: str = Field(max_length=36)


class ProcedureReasonIn(Schema):
    reason: str = Field(max_length=2_000)


class SeatIn(Schema):
    name: str = Field(max_length=200)
    is_woman: bool = False
    closeness: str = Field("none", max_length=10, description="none, subject or relative")
    why: str = Field("", max_length=2_000)


class NoticeIn(Schema):
    title: str = Field(max_length=400)
    body: str = Field(max_length=40_000)


class DesignOut(Schema):
    id: UUID
    procedure: str
    place: str = Field(description="whose own steps; empty for a template of the county")
    state: str
    version: int
    body: dict[str, Any]
    faults: list[str]
    scenarios: list[tuple[str, str]] = Field(description="what it says, and how it goes otherwise")
    changes: list[tuple[str, str, str, str]] = Field(description="step, what, before, after")


class DesignBeginIn(Schema):
    procedure: str = Field(max_length=40)
    place: str = Field("", max_length=24)


class DesignNewIn(Schema):
    key: str = Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")
    name: str = Field(max_length=200)
    name_en: str = Field("", max_length=200)
    purpose: str = Field(max_length=2_000)


class DesignBodyIn(Schema):
    body: dict[str, Any]
    version: int | None = None


class WordsIn(Schema):
    words: str = Field("", max_length=2_000)
