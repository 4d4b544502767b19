"""How consultations are put into words on every front."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.consultations.models import Consultation, HiddenFor
from xiangyue.consultations.rules import Leaning, tellable
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

register = template.Library()


@register.filter
def everyday_name(place: Place) -> str:
    return short_name(place.name)


@register.filter
def told(count: int | None) -> str:
    """A number that may be told; else that it is small."""
    return _("under 5") if count is None else str(count)


@register.filter
def supports(count: int) -> str:
    (shown,) = tellable([count])
    if shown is None:
        return _("a few find this good")
    return ngettext("%(count)d finds this good", "%(count)d find this good", shown) % {
        "count": shown
    }


@register.filter
def leaning_words(leaning: Leaning) -> str:
    return {
        Leaning.AGREE: _("mostly agree"),
        Leaning.DISAGREE: _("mostly disagree"),
        Leaning.DIVIDED: _("divided"),
        Leaning.FEW: _("too few answers"),
    }[leaning]


@register.filter
def value_words(value: int | None) -> str:
    return {1: _("Agree"), -1: _("Disagree"), 0: _("Pass"), None: ""}[value]


@register.filter
def hidden_words(code: str) -> str:
    return str(HiddenFor(code).label) if code else ""


@register.filter
def is_over(consultation: Consultation) -> bool:
    return consultation.state == Consultation.State.CLOSED


@register.simple_tag
def hidden_choices() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in HiddenFor.choices]
