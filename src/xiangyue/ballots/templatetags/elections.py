"""How templates speak of elections."""

from datetime import date, timedelta

from django import template
from django.utils import timezone

from xiangyue.ballots.elections import queries
from xiangyue.ballots.elections.models import Election
from xiangyue.ballots.elections.rules import LIST_DECISION_DAYS
from xiangyue.ballots.models import RollObjection

register = template.Library()

TONES = {
    "preparing": "wait", "polling": "busy", "decided": "good", "handed_over": "good",
    "annulled": "warn",
}  # fmt: skip
CANDIDATE_TONES = {
    "nominated": "wait",
    "accepted": "good",
    "declined": "quiet",
    "withdrawn": "quiet",
}


@register.filter
def election_tone(state: str) -> str:
    return TONES[state]


@register.filter
def candidate_tone(state: str) -> str:
    return CANDIDATE_TONES[state]


@register.filter
def office_name(election: Election, key: str) -> str:
    return queries.office_name(election, key)


@register.filter
def decided_by(objection: RollObjection) -> date:
    """By which day an objection to a voters' list is decided (VCOL art. 14)."""
    return timezone.localdate(objection.raised_at) + timedelta(days=LIST_DECISION_DAYS)
