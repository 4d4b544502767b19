"""How rounds are put into words on every front."""

from django import template

from xiangyue.orders import money
from xiangyue.orders.models import Project, Round
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

register = template.Library()
register.filter("yuan", money.yuan)

ROUND_TONES = {
    "needs": "busy",
    "costing": "wait",
    "notice": "wait",
    "vote": "brand",
    "decided": "busy",
    "done": "good",
    "stopped": "warn",
}
BUILDING_TONES = {"waiting": "wait", "begun": "busy", "built": "wait", "checked": "good"}


@register.filter
def round_tone(round_: Round) -> str:
    return ROUND_TONES[round_.state]


@register.filter
def building_tone(project: Project) -> str:
    return BUILDING_TONES.get(project.building, "quiet")


@register.filter
def everyday_name(place: Place) -> str:
    return short_name(place.name)
