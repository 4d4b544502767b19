"""What a county may declare about its register: kinds of records, field by field (GD01)."""

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from xiangyue.access.verbs import VERBS
from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.registry.forbidden import forbidden_in
from xiangyue.registry.rules import WHILE_LIVING_HERE, keep_days


class Family(StrEnum):
    """The six elements (SD-25). A matter is an incident: the register only leads to it."""

    PERSON = "person"
    PLACE = "place"
    MATTER = "matter"
    THING = "thing"
    CIRCUMSTANCE = "circumstance"
    ORGANISATION = "organisation"


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    YES_NO = "yes_no"


class Sensitivity(StrEnum):
    """Whose business it is: everybody's, the person's, or what the law calls sensitive."""

    OPEN = "open"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


STRICTNESS = {Sensitivity.OPEN: 0, Sensitivity.PERSONAL: 1, Sensitivity.SENSITIVE: 2}
HELD = ("person.name", "person.phone", "person.birth_date", "household.address")


class FieldChoice(Piece):
    """One value to choose."""

    key: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    label: Said


class ElementField(Piece):
    """One thing that is held, why, on what ground and for how long.

    `keep` counts from the day on which it was last entered or confirmed. `held` names the datum
    that `places` keeps already, so that it is never kept twice. `datum` names what is asked where
    label and key do not say it; no two forms ask for the same (GD13).
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: Said
    type: FieldType = FieldType.TEXT
    choices: tuple[FieldChoice, ...] = ()
    purpose: Said
    basis: Said = Field(description="law with article, or consent")
    keep: str = Field(description="as `3y` or `90d`; `residence` for what `places` holds")
    sensitivity: Sensitivity
    needs_consent: bool = False
    read_verb: str = "registry.see"
    datum: str = Field("", pattern=r"^([a-z_]+\.[a-z_]+)?$")
    held: Literal["", "person.name", "person.phone", "person.birth_date", "household.address"] = ""
    is_required: bool = False
    is_own_to_change: bool = Field(
        default=False, description="the resident changes it without asking anybody"
    )
    max_length: int = Field(200, ge=1, le=500)

    @field_validator("keep")
    @classmethod
    def _is_duration(cls, value: str) -> str:
        keep_days(value)
        return value

    @field_validator("read_verb")
    @classmethod
    def _is_verb(cls, value: str) -> str:
        if value not in VERBS:
            raise ValueError(f"there is no verb called {value}")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError(f"{self.key}: a choice has choices, and nothing else has")
        if self.type is FieldType.ID_NUMBER and self.sensitivity is not Sensitivity.SENSITIVE:
            raise ValueError(f"{self.key}: an identity number is sensitive (PIPL art. 28)")
        if self.type is FieldType.ID_NUMBER and self.is_required:
            raise ValueError(f"{self.key}: no identity number is needed anywhere (SD-25)")
        if self.sensitivity is Sensitivity.SENSITIVE and not self.needs_consent:
            raise ValueError(f"{self.key}: what is sensitive needs consent (PIPL art. 29)")
        if self.needs_consent and self.is_required:
            raise ValueError(f"{self.key}: what needs consent is never required (PIPL art. 16)")
        return self

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if (self.keep == WHILE_LIVING_HERE) != bool(self.held):
            raise ValueError(
                f"{self.key}: what is held with the people is kept while they live here, and"
                " everything else for a time (GD09)"
            )
        return self

    @property
    def is_sealed(self) -> bool:
        """Whether the register encrypts it; what `places` holds is not the register's to seal."""
        return self.sensitivity is not Sensitivity.OPEN and not self.held

    @property
    def is_personal(self) -> bool:
        return self.sensitivity is not Sensitivity.OPEN

    def words(self) -> list[str]:
        return [
            self.key,
            self.label.zh,
            self.label.en,
            *(word for one in self.choices for word in (one.key, one.label.zh, one.label.en)),
        ]


class ElementKind(Declared):
    """A kind of record: whom or what it is about and what is held of it.

    `subject` says whose data it is: nobody's, one person's or a household's. `is_single`: there
    is at most one for each person or household. `title_field` names the open field by which a
    record about nobody is called.
    """

    name: Said
    family: Family
    subject: Literal["none", "person", "household"] = "none"
    is_single: bool = False
    title_field: str = ""
    icon: str = Field("list", pattern=r"^[a-z\-]{1,40}$")
    impact_assessment: str = Field("", description="key of the assessment, where it is sensitive")
    fields: tuple[ElementField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_lawful(self) -> Self:
        if self.family is Family.MATTER:
            raise ValueError("a matter is an incident and is held once, there (SY-15)")
        words = [self.key, self.name.zh, self.name.en]
        found = forbidden_in([*words, *(word for field in self.fields for word in field.words())])
        if found is not None:
            raise ValueError(f"the register never holds {found[0]} ({found[1]})")
        keys = [field.key for field in self.fields]
        if len(keys) != len(set(keys)):
            raise ValueError("a field is declared twice")
        return self

    @model_validator(mode="after")
    def _fits_its_subject(self) -> Self:
        if self.is_sensitive and not self.impact_assessment:
            raise ValueError("what is sensitive names its impact assessment (PIPL art. 55; GD11)")
        if self.subject != "none":
            if open_ones := [field.key for field in self.fields if not field.is_personal]:
                raise ValueError(f"{', '.join(open_ones)}: what is held of people is personal")
        else:
            title = next((field for field in self.fields if field.key == self.title_field), None)
            if title is None or title.is_personal or title.type is not FieldType.TEXT:
                raise ValueError("title_field names an open text by which the record is called")
            if not title.is_required:
                raise ValueError(f"{title.key}: what a record is called by is required")
            if any(field.held for field in self.fields):
                raise ValueError("only what is held of people is held with the people")
        if wrong := [f.key for f in self.fields if f.held and f.held.split(".")[0] != self.subject]:
            raise ValueError(f"{', '.join(wrong)}: held of somebody else")
        return self

    @property
    def is_sensitive(self) -> bool:
        return any(field.sensitivity is Sensitivity.SENSITIVE for field in self.fields)

    def field(self, key: str) -> ElementField | None:
        return next((field for field in self.fields if field.key == key), None)

    def weakens(self, base: Self) -> str | None:
        if (self.subject, self.family) != (base.subject, base.family):
            return f"{self.key} must stay about whom it is about (GD01)"
        for before in base.fields:
            now = self.field(before.key)
            if now is not None and (weakened := _weakened(now, before)):
                return f"{self.key}.{now.key} {weakened}"
        return None


def _weakened(now: ElementField, before: ElementField) -> str | None:
    if STRICTNESS[now.sensitivity] < STRICTNESS[before.sensitivity]:
        return "may not be less protected than in the common declarations (GD01)"
    if before.needs_consent and not now.needs_consent:
        return "must keep asking for consent (PIPL art. 29)"
    if keep_days(now.keep) > keep_days(before.keep):
        return "may not be kept longer than in the common declarations (GD09)"
    if now.read_verb != before.read_verb:
        return "may be read by nobody else than in the common declarations (GD02)"
    return None


class ImpactAssessment(Declared):
    """An assessment of what the processing does to people, made before it began (GD11)."""

    name: Said
    document: str = Field(min_length=2, description="file number of the signed document")
    assessed_on: date
    kept_until: date = Field(description="at least three years later (PIPL art. 56)")

    @model_validator(mode="after")
    def _is_kept(self) -> Self:
        if (self.kept_until - self.assessed_on).days < 3 * 365:
            raise ValueError("an impact assessment is kept for three years at least (PIPL art. 56)")
        return self


class RegistryPolicy(Declared):
    """The county's settings of the register.

    Who opens more than `reads_without_approval` records within a day needs a purpose and a second
    person's approval (GD07). A village is asked for at most `form_quota` kinds of records with
    `item_quota` items altogether (GD13).
    """

    reads_without_approval: int = Field(50, ge=1, le=50)
    approval_hours: int = Field(24, ge=1, le=72)
    form_quota: int = Field(ge=1)
    item_quota: int = Field(ge=1)


DECLARES = {
    "element_kind": ElementKind,
    "impact_assessment": ImpactAssessment,
    "registry_policy": RegistryPolicy,
}
