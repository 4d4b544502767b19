"""What the API of the register takes and gives."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import get_language
from ninja import Field, Schema

from xiangyue.registry import queries
from xiangyue.registry.blueprint import ElementField, ElementKind
from xiangyue.registry.catalogue import label_of, name_of
from xiangyue.registry.models import BulkRead, DeletionCertificate, Element
from xiangyue.registry.pages.bulk import certificate_facts

Part = Literal["people", "households", "records"]


What = Literal["people", "households", "place", "thing", "circumstance", "organisation"]


class FieldOut(Schema):
    key: str
    label: str
    type: str
    purpose: str
    basis: str
    keep: str = Field(description="`3y`, `90d`, or `residence`: while they live here")
    sensitivity: str
    needs_consent: bool
    is_required: bool
    choices: dict[str, str] = Field(description="label by key")

    @classmethod
    def of(cls, field: ElementField) -> "FieldOut":
        return cls(
            key=field.key,
            label=label_of(field),
            type=field.type,
            purpose=field.purpose.in_language(get_language()),
            basis=field.basis.in_language(get_language()),
            keep=field.keep,
            sensitivity=field.sensitivity,
            needs_consent=field.needs_consent,
            is_required=field.is_required,
            choices={one.key: one.label.in_language(get_language()) for one in field.choices},
        )


class KindOut(Schema):
    key: str
    name: str
    family: str
    subject: str
    fields: list[FieldOut]

    @classmethod
    def of(cls, kind: ElementKind) -> "KindOut":
        return cls(
            key=kind.key,
            name=name_of(kind),
            family=kind.family,
            subject=kind.subject,
            fields=[FieldOut.of(field) for field in kind.fields],
        )


class HitOut(Schema):
    part: str
    id: UUID
    kind: str
    title: str = Field(description="masked where it is about people")
    place: str = Field(description="the place's code")


class HitPage(Schema):
    count: int
    items: list[HitOut]


class RegisterQuery(Schema):
    what: What = "people"
    kind: str = Field("", max_length=80)
    place: str = Field("", max_length=24, description="the place's code")
    q: str = Field("", max_length=queries.TEXT_LENGTH)
    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=queries.PAGE_SIZE)


class FieldBurdenOut(Schema):
    form_count: int
    form_quota: int
    item_count: int
    item_quota: int
    entered_count: int = Field(description="entries of the last 30 days")


class LineOut(Schema):
    key: str
    label: str
    shown: str = Field(description="masked unless `is_masked` is false")
    is_masked: bool
    entered_on: date | None
    kept_until: date | None


class ElementOut(Schema):
    id: UUID
    part: str
    kind: str
    version: int
    place: str
    is_deleted: bool
    lines: list[LineOut]
    missing: list[str]

    @classmethod
    def of(cls, element: Element, *, opened: dict[str, Any] | None = None) -> "ElementOut":
        return cls(
            id=key_of(element),
            part=part_of(element),
            kind=element.kind_key,
            version=element.version,
            place=element.place.code,
            is_deleted=element.deleted_at is not None,
            lines=[
                LineOut(
                    key=line.field.key,
                    label=line.label,
                    shown=line.shown,
                    is_masked=line.is_masked,
                    entered_on=line.entered_on,
                    kept_until=line.kept_until,
                )
                for line in queries.lines_of(element, opened=opened)
                if not line.is_empty
            ],
            missing=[field.key for field in queries.missing_fields(element)],
        )


Given = str | int | bool | None


class EnterIn(Schema):
    kind: str = Field(max_length=80)
    values: dict[str, Given] = Field(max_length=60)
    place: str = Field("", max_length=24, description="the place's code; not for people")
    person: UUID | None = None
    household: UUID | None = None
    agreed: list[str] = Field([], max_length=60, description="the fields that were agreed to")
    agreed_by: Literal["self", "guardian"] = "self"
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)


class ChangeIn(Schema):
    values: dict[str, Given] = Field(max_length=60)
    version: int | None = Field(None, ge=0, le=1_000_000_000)
    agreed: list[str] = Field([], max_length=60, description="the fields that were agreed to")
    agreed_by: Literal["self", "guardian"] = "self"


class CorrectIn(ChangeIn):
    reason: str = Field(max_length=400)


class DeleteIn(Schema):
    reason: str = Field(max_length=400)
    fields: list[str] | None = Field(None, max_length=60, description="none: all of them")
    version: int | None = Field(None, ge=0, le=1_000_000_000)


class VersionIn(Schema):
    version: int | None = Field(None, ge=0, le=1_000_000_000)


class PurposeIn(Schema):
    purpose: str = Field(max_length=400)


class PersonIn(Schema):
    name: str = Field(max_length=200)
    phone: str = Field("", max_length=40)
    birth_date: str = Field("", max_length=40)


class HouseholdIn(Schema):
    grid: str = Field(max_length=24, description="the grid's code")
    address: str = Field("", max_length=400)


class MadeOut(Schema):
    id: UUID


class OwnLineOut(LineOut):
    purpose: str
    basis: str
    keep: str
    needs_consent: bool
    is_own_to_change: bool


class OwnRecordOut(Schema):
    id: UUID
    kind: str
    lines: list[OwnLineOut]


class ChangeOwnIn(Schema):
    values: dict[str, Given] = Field(max_length=60)


class BulkIn(Schema):
    kind: str = Field(max_length=80)
    place: str = Field(max_length=24, description="the place's code")
    purpose: str = Field(max_length=400)


class BulkOut(Schema):
    id: UUID
    kind: str
    place: str
    purpose: str
    record_count: int
    requested_at: datetime
    is_approved: bool | None
    usable_until: datetime | None
    used_at: datetime | None

    @classmethod
    def of(cls, bulk: BulkRead) -> "BulkOut":
        return cls(
            id=bulk.pk,
            kind=bulk.kind_key,
            place=bulk.place.code,
            purpose=bulk.purpose,
            record_count=bulk.record_count,
            requested_at=bulk.requested_at,
            is_approved=bulk.is_approved,
            usable_until=bulk.usable_until,
            used_at=bulk.used_at,
        )


class BulkDecisionIn(Schema):
    is_approved: bool
    note: str = Field("", max_length=400)


class CertificateOut(Schema):
    id: UUID
    cause: str
    made_at: datetime
    item_count: int
    items: list[dict[str, Any]] = Field(description="records, kinds, fields and days; no values")
    digest: str

    @classmethod
    def of(cls, certificate: DeletionCertificate) -> "CertificateOut":
        return cls(**certificate_facts(certificate))


def part_of(element: Element) -> str:
    if element.deleted_at is None and element.is_single:
        return "people" if element.person is not None else "households"
    return "records"


def key_of(element: Element) -> UUID:
    if element.deleted_at is None and element.is_single:
        about = element.person if element.person is not None else element.household
        assert about is not None  # a single record is about one or the other
        return about.pk
    return element.code


class TakenOut(Schema):
    place: str = Field(description="the place's code")
    values: dict[str, str | int | bool] = Field(description="in clear, by field")
