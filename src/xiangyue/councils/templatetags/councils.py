"""How councils are put into words on every front."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiangyue.councils.models import Council, GroupMatter, Stakeholder
from xiangyue.councils.reading import kind_name
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

register = template.Library()
TONES = {
    "sitting": "good", "forming": "wait", "dissolved": "quiet", "asked": "wait", "taken": "busy",
    "concluded": "good", "turned_down": "quiet", "ended": "quiet", "invited": "wait",
    "accepts": "good", "declines": "quiet", "stepped_back": "warn", "accepted": "good",
    "declined": "quiet",
}  # fmt: skip
register.filter("council_kind", kind_name)


@register.filter
def everyday(place: Place) -> str:
    return short_name(place.name)


@register.filter
def tone_of(state: str) -> str:
    return TONES.get(state, "quiet")


@register.filter
def forgotten_or(matter: GroupMatter) -> str:
    """The matter's title, or that its words are deleted."""
    return matter.title or _("Its words are deleted")


@register.filter
def which_words(which: str) -> str:
    """A council's or a place's standing in a few words."""
    return {
        "whole": pgettext("councils", "Whole"),
        "lacking": pgettext("councils", "Somebody is missing"),
        "forming": pgettext("councils", "Being formed"),
        "none": pgettext("councils", "None"),
    }.get(which, pgettext("councils", "All"))


@register.filter
def which_tone(which: str) -> str:
    return {"whole": "good", "lacking": "warn", "forming": "wait"}.get(which, "quiet")


@register.filter
def is_paper(one: Stakeholder) -> bool:
    return one.person_id is None


@register.filter
def is_open(council: Council) -> bool:
    return council.state != "dissolved"
