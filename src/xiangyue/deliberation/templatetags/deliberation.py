"""How issues are put into words on every front."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiangyue.deliberation.models import StateChoices
from xiangyue.deliberation.showing import TONES
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

register = template.Library()


@register.filter
def everyday_name(place: Place) -> str:
    return short_name(place.name)


@register.filter
def issue_tone(state: str) -> str:
    return TONES[StateChoices(state)]


@register.filter
def task_tone(state: str) -> str:
    return {"open": "busy", "done": "wait", "checked": "good", "dropped": "quiet"}[state]


@register.filter
def yuan(cents: int | None) -> str:
    """Cents as an amount of yuan."""
    return "" if cents is None else f"{cents // 100:,}.{cents % 100:02d}"


@register.filter
def tab_words(which: str) -> str:
    """What the tabs of the lists are called."""
    return {
        "": pgettext("issues tab", "Open"),
        "look": pgettext("issues tab", "To look at"),
        "decide": pgettext("issues tab", "To decide"),
        "doing": pgettext("issues tab", "Under way"),
        "past": pgettext("issues tab", "Decided"),
        "all": _("All"),
    }[which]


@register.filter
def task_tab_words(which: str) -> str:
    return {
        "": pgettext("tasks tab", "To check"),
        "open": pgettext("tasks tab", "To be done"),
        "late": pgettext("tasks tab", "Late"),
        "checked": pgettext("tasks tab", "Checked"),
        "all": _("All"),
    }[which]
