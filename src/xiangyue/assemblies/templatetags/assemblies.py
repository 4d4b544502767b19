"""How meetings are put into words and marks on every front."""

from django import template

from xiangyue.assemblies import words
from xiangyue.assemblies.kinds import kind_name
from xiangyue.assemblies.models import Sitting, StateChoices
from xiangyue.assemblies.motion_models import OutcomeChoices, ProposalState
from xiangyue.assemblies.queries import Quorum
from xiangyue.places.models import Place
from xiangyue.places.queries import full_name

register = template.Library()

STATE_TONES = {
    StateChoices.ANNOUNCED: "wait",
    StateChoices.OPEN: "busy",
    StateChoices.CLOSED: "quiet",
    StateChoices.SIGNED: "good",
    StateChoices.CALLED_OFF: "warn",
}
OUTCOME_TONES = {
    OutcomeChoices.ACCEPTED: "good",
    OutcomeChoices.REJECTED: "warn",
    OutcomeChoices.PUT_OFF: "wait",
}
PROPOSAL_TONES = {
    ProposalState.OPEN: "busy",
    ProposalState.ADOPTED: "good",
    ProposalState.REJECTED: "warn",
    ProposalState.WITHDRAWN: "quiet",
}


@register.filter
def sitting_when(sitting: Sitting) -> str:
    return words.when_in_words(sitting)


@register.filter
def sitting_kind(sitting: Sitting) -> str:
    return kind_name(sitting)


@register.filter
def sitting_place(place: Place) -> str:
    return full_name(place)


@register.filter
def sitting_tone(state: str) -> str:
    return STATE_TONES[StateChoices(state)]


@register.filter
def outcome_tone(outcome: str) -> str:
    return OUTCOME_TONES[OutcomeChoices(outcome)]


@register.filter
def proposal_tone(state: str) -> str:
    return PROPOSAL_TONES[ProposalState(state)]


@register.filter
def quorum_said(quorum: Quorum) -> str:
    return words.quorum_words(quorum)
