"""How keeping a compact is put into words on every front."""

from django import template
from django.utils.translation import gettext as _

from xiangyue.enforcement import wording
from xiangyue.enforcement.models import Committee, Invitation, Member, Team
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

register = template.Library()


@register.filter
def village_name(place: Place) -> str:
    return short_name(place.name)


@register.filter
def team_words(team: Team) -> str:
    return wording.team_name(team)


@register.filter
def committee_words(committee: Committee) -> str:
    return wording.committee_name(committee)


@register.filter
def seat_words(member: Member) -> str:
    return wording.seat_name(member)


@register.filter
def body_words(member: Member) -> str:
    return wording.body_name(member)


@register.filter
def subject_words(key: str) -> str:
    return wording.subject_name(key)


@register.filter
def invited_as(invitation: Invitation) -> str:
    return wording.invitee_kind_name(invitation)


@register.filter
def verdict_words(verdict: str) -> str:
    return {
        "waiting": _("Being vetted"),
        "passed": _("Passed"),
        "not_passed": _("Not passed"),
    }[verdict]


@register.filter
def verdict_tone(verdict: str) -> str:
    return {"waiting": "wait", "passed": "good", "not_passed": "quiet"}[verdict]


@register.filter
def said_in(declared: object, language: str) -> str:
    """A declared text in the interface's language."""
    return declared.in_language(language) if hasattr(declared, "in_language") else str(declared)
