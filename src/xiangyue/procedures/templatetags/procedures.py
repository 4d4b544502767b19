"""How procedures are put into words on every front."""

from django import template

from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.procedures.models import Run, RunState

register = template.Library()

TONES = {RunState.RUNNING: "busy", RunState.DONE: "good", RunState.ENDED_EARLY: "warn"}


@register.filter
def place_said(place: Place) -> str:
    """The place's everyday name."""
    return short_name(place.name)


@register.filter
def run_tone(run: Run) -> str:
    return TONES[RunState(run.state)]
