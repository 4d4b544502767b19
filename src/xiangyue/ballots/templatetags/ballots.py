"""How templates speak of rolls and votes."""

from typing import Any

from django import template

from xiangyue.ballots import sentences, showing
from xiangyue.ballots.models import Ballot, Mode, Question
from xiangyue.places.models import Place
from xiangyue.places.queries import full_name

register = template.Library()
register.filter("counts_table", showing.counts_table)

TONES = {"planned": "wait", "open": "busy", "closed": "wait", "counted": "good", "annulled": "warn"}
ROLL_TONES = {"draft": "wait", "published": "busy", "fixed": "good"}


@register.filter
def ballot_tone(ballot: Ballot) -> str:
    return TONES[ballot.state]


@register.filter
def roll_tone(state: str) -> str:
    return ROLL_TONES[state]


@register.filter
def mode_name(mode: str) -> str:
    return str(Mode(mode).label)


@register.filter
def where(place: Place) -> str:
    return full_name(place)


@register.filter
def choice_words(question: dict[str, Any], key: str) -> str:
    return sentences.choice_name(question, key)


@register.filter
def choices_of(question: Question) -> list[str]:
    facts = {"choices": question.choices}
    return [sentences.choice_name(facts, choice["key"]) for choice in question.choices]
