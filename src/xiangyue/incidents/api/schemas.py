"""What the API takes and gives about incidents."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import get_language
from ninja import Field, Schema
from pydantic import AwareDatetime

from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.queries import explain_clock
from xiangyue.incidents.access import works_on
from xiangyue.incidents.acts import pending_extension
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident, Photo, PhotoStage, Step
from xiangyue.incidents.services import Actor, verbs_for
from xiangyue.incidents.serving import photo_url
from xiangyue.incidents.templatetags.incidents import step_actor


class UnitOut(Schema):
    code: str
    name: str


class PlaceOut(Schema):
    code: str
    name: str
    kind: str


class CategoryOut(Schema):
    key: str
    name: str
    in_class: str
    limit: str = Field(description="wd working days, wh working hours, d days, h hours")
    audience: str
    allows_anonymous: bool
    emergency: str | None
    questions: list[dict[str, Any]]

    @classmethod
    def of(cls, category: IncidentCategory) -> "CategoryOut":
        language = get_language()
        return cls(
            key=category.key,
            name=category.name.in_language(language),
            in_class=category.in_class,
            limit=category.limit,
            audience=category.audience,
            allows_anonymous=category.allows_anonymous,
            emergency=category.emergency.in_language(language) if category.emergency else None,
            questions=[question.model_dump(mode="json") for question in category.questions],
        )


class IncidentOut(Schema):
    """An incident as staff and its reporter see it; never who reported it."""

    number: str
    category: str
    category_name: str
    description: str
    state: str
    state_name: str
    level: str
    urgency: int
    audience: str
    place: PlaceOut
    address: str
    latitude: Decimal | None
    longitude: Decimal | None
    unit: UnitOut
    outcome: str
    reply: str
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    version: int = Field(description="send it back with an act, to be told if somebody was quicker")

    @staticmethod
    def resolve_category(incident: Incident) -> str:
        return incident.category_key

    @staticmethod
    def resolve_category_name(incident: Incident) -> str:
        return meaning(incident.category, IncidentCategory).name.in_language(get_language())

    @staticmethod
    def resolve_state_name(incident: Incident) -> str:
        return str(incident.get_state_display())


class StepOut(Schema):
    verb: str
    at: datetime
    from_state: str
    to_state: str
    to_unit: UnitOut | None
    note: str
    by: str = Field(description="for staff: who did it; the reporter stays unnamed")
    is_told: bool

    @staticmethod
    def resolve_by(step: Step) -> str:
        return step_actor(step) if getattr(step, "is_for_staff", False) else ""


class PhotoOut(Schema):
    id: UUID
    stage: str
    added_at: datetime
    url: str = Field(description="opens the picture for the next hour, for whoever has it")
    thumbnail_url: str

    @staticmethod
    def resolve_url(photo: Photo) -> str:
        return photo_url(photo)

    @staticmethod
    def resolve_thumbnail_url(photo: Photo) -> str:
        return photo_url(photo, "thumbnail")


class ExtensionOut(Schema):
    limit: str
    reason: str
    requested_at: datetime


class PartOut(Schema):
    number: str
    unit: UnitOut
    state: str


class IncidentDetailOut(IncidentOut):
    answers: dict[str, Any] = Field(description="to the category's questions, by their keys")
    explanation: str = Field(description="why it is due then")
    written_at: datetime | None = Field(
        description="for staff: when it was written without network, as the sender says"
    )
    photos: list[PhotoOut]
    support_count: int = Field(description="how many others have the same")
    reopened_count: int
    parent: str = Field(description="the number of what this is a part of; empty if of nothing")
    merged_into: str = Field(description="the number of what it was merged into")
    parts: list[PartOut] = Field(description="for staff: the parts with other units")
    extension: ExtensionOut | None = Field(description="for staff: asked for and undecided")
    steps: list[StepOut]
    verbs: list[str] = Field(description="what you may do with it now")


class Shown:
    """An incident as one actor may see it; the reporter sees what was told and verified."""

    def __init__(self, incident: Incident, actor: Actor) -> None:
        is_staff = works_on(actor.standing, incident)
        steps = incident.steps.select_related("to_unit", "actor", "incident")
        self.incident = incident
        self.steps = list(steps if is_staff else steps.filter(is_told=True))
        for step in self.steps:
            step.is_for_staff = is_staff  # type: ignore[attr-defined] # for StepOut alone
        self.verbs = [str(verb) for verb in verbs_for(incident, actor)]
        self.is_reply_open = is_staff or incident.answered_at is not None
        photos = incident.photos.order_by("added_at")
        self.photos = list(photos if self.is_reply_open else photos.filter(stage=PhotoStage.REPORT))
        self.support_count = incident.supports.count()
        self.explanation = explain_clock(incident.clock) if is_staff or incident.due_at else ""
        self.parent = incident.parent.number if incident.parent else ""
        self.merged_into = incident.merged_into.number if incident.merged_into else ""
        self.parts = list(incident.children.select_related("unit")) if is_staff else []
        self.extension = pending_extension(incident) if is_staff else None
        self.written_at = incident.written_at if is_staff else None

    def __getattr__(self, name: str) -> Any:
        if name in {"reply", "outcome"} and not self.is_reply_open:
            return ""
        return getattr(self.incident, name)


class IncidentPage(Schema):
    count: int
    items: list[IncidentOut]


class PublicIncidentOut(Schema):
    """What everybody may know: what kind, where, when, and what came of it."""

    number: str
    category: str
    category_name: str
    summary: str
    place: PlaceOut
    state: str
    outcome: str
    created_at: datetime
    closed_at: datetime | None

    @staticmethod
    def resolve_category(incident: Incident) -> str:
        return incident.category_key

    @staticmethod
    def resolve_category_name(incident: Incident) -> str:
        return meaning(incident.category, IncidentCategory).name.in_language(get_language())

    @staticmethod
    def resolve_summary(incident: Incident) -> str:
        return incident.public_summary


class PublicDetailOut(PublicIncidentOut):
    unit: str
    answered_at: datetime | None
    reopened_count: int
    support_count: int = Field(description="how many others have the same")

    @staticmethod
    def resolve_unit(incident: Incident) -> str:
        return incident.unit.name

    @staticmethod
    def resolve_support_count(incident: Incident) -> int:
        return incident.supports.count()


class PublicPage(Schema):
    count: int
    counts: dict[str, int]
    items: list[PublicIncidentOut]


class ReportIn(Schema):
    category: str = Field(max_length=80, examples=["0401"])
    place: str = Field(max_length=24, description="a place's code", examples=["620725101201"])
    description: str = Field("", max_length=4000)
    urgency: int = Field(0, ge=0, le=2)
    address: str = Field("", max_length=200)
    latitude: Decimal | None = Field(None, ge=-90, le=90)
    longitude: Decimal | None = Field(None, ge=-180, le=180)
    answers: dict[str, str] = {}
    client_key: UUID | None = Field(
        None, description="your own key for this report; sent twice, it is taken in once"
    )
    is_anonymous: bool = Field(default=False, description="do not say who I am")
    written_at: AwareDatetime | None = Field(
        None, description="when it was written, if that was without network; explains, no more"
    )
    came_by: Literal["", "counter", "telephone"] = Field(
        "", description="staff: entered for somebody else, who came by this way"
    )
    for_phone: str = Field("", max_length=40, description="staff: whose report is entered")
    for_name: str = Field("", max_length=60)


class SlipOut(Schema):
    number: str
    slip_code: str = Field(description="shown this once")


class ReportedOut(Schema):
    number: str
    slip_code: str = Field(description="follows the incident without an account; shown once")
    state: str
    unit: UnitOut
    due_at: datetime | None


class LikelyOut(Schema):
    number: str
    category: str
    place: PlaceOut
    created_at: datetime
    state: str
    metres: int | None


class NoteIn(Schema):
    note: str = Field("", max_length=2000)
    version: int | None = None


class TellingNoteIn(NoteIn):
    is_told: bool = Field(default=False, description="shown to the reporter")


class UnitIn(NoteIn):
    unit: str = Field(max_length=60, description="the unit's code")


class SplitIn(NoteIn):
    lead: str = Field(max_length=60)
    units: list[str] = Field(min_length=1, max_length=20)


class MergeIn(NoteIn):
    into: str = Field(max_length=16, description="the main incident's number")


class ReclassifyIn(NoteIn):
    category: str = Field(max_length=80)
    urgency: int | None = Field(None, ge=0, le=2)


class ExtensionIn(NoteIn):
    days: int = Field(ge=1, le=60)


class DecideIn(Schema):
    is_granted: bool
    note: str = Field("", max_length=2000)


class HandleIn(Schema):
    outcome: str = Field(examples=["fixed"])
    reply: str = Field(max_length=4000)
    version: int | None = None


class PassIn(NoteIn):
    public_summary: str = Field("", max_length=200)


class AreaOut(Schema):
    place: PlaceOut
    open_count: int
    late_count: int
    undispatched_count: int
    untaken_count: int
    waiting_count: int
    unverified_count: int
    closed_count: int
    unfixed_count: int
