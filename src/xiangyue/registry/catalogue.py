"""The field catalogue: what may be held, why, for how long (GD01)."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current, meaning
from xiangyue.kernel.refusals import NotFound, Refused
from xiangyue.registry.blueprint import (
    ElementField,
    ElementKind,
    Family,
    ImpactAssessment,
    RegistryPolicy,
)

PERSON_KIND = "person"
HOUSEHOLD_KIND = "household"


class NotAssessed(Refused):
    """A sensitive kind whose impact assessment is missing or no longer kept (GD11)."""

    code = "not_assessed"


def all_kinds() -> list[ElementKind]:
    """Every kind that the county declares now, by key."""
    return [meaning(row, ElementKind) for row in all_current("element_kind")]


def kinds_by_key() -> dict[str, ElementKind]:
    return {kind.key: kind for kind in all_kinds()}


def kind_named(key: str) -> ElementKind:
    """:raises NotFound: nothing of that name is declared."""
    return meaning(declaration_of(key), ElementKind)


def declaration_of(key: str) -> Declaration:
    """The declaration as it stands now, for a record that begins with it.

    :raises NotFound: nothing of that name is declared.
    """
    try:
        return current("element_kind", key)
    except NotFound as error:
        raise NotFound(_("The register has no records of that kind.")) from error


def as_it_stood(declaration: Declaration) -> ElementKind:
    """The kind in the version that a record began with."""
    return meaning(declaration, ElementKind)


def assessments() -> Mapping[str, ImpactAssessment]:
    return {row.key: meaning(row, ImpactAssessment) for row in all_current("impact_assessment")}


def check_assessed(kind: ElementKind, *, today: date) -> None:
    """Let a kind be used whose impact assessment lies before us (GD11).

    :raises NotAssessed: what is sensitive was not assessed, or its assessment is not kept any more.
    """
    if not kind.is_sensitive:
        return
    found = assessments().get(kind.impact_assessment)
    if found is None or not found.assessed_on <= today < found.kept_until:
        raise NotAssessed(
            _("%(kind)s cannot be used: its impact assessment is missing or out of date.")
            % {"kind": name_of(kind)},
            source="PIPL art. 55-56; GD11",
        )


def policy() -> RegistryPolicy:
    return meaning(current("registry_policy", "register"), RegistryPolicy)


def name_of(kind: ElementKind) -> str:
    return kind.name.in_language(get_language())


def label_of(field: ElementField) -> str:
    return field.label.in_language(get_language())


def family_name(family: str) -> str:
    """The family's name as people call it: 人 地 事 物 情 组织."""
    return {
        Family.PERSON: _("People"),
        Family.PLACE: _("Places and homes"),
        Family.MATTER: _("Matters"),
        Family.THING: _("Things"),
        Family.CIRCUMSTANCE: _("Circumstances"),
        Family.ORGANISATION: _("Organisations"),
    }[Family(family)]
