"""How procedures are put into words on every front."""

from datetime import datetime

from django import template

from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.wording import due_in_words
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


@register.filter
def due_day(due_at: datetime) -> str:
    """Until when, as people say it."""
    return due_in_words(due_at, current_calendar())
