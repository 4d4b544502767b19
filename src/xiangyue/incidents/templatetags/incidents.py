"""How incidents are put into words on every front."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.rules import Limit
from xiangyue.calendars.wording import limit_in_words
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident, OutcomeChoices, Step
from xiangyue.incidents.rules import UNSETTLED, State
from xiangyue.incidents.serving import photo_url
from xiangyue.incidents.slips import spaced
from xiangyue.places.loading import short_name
from xiangyue.places.models import Place

register = template.Library()

TONES = {
    State.REPORTED: "quiet",
    State.DISPATCHED: "quiet",
    State.IN_PROGRESS: "busy",
    State.WAITING: "wait",
    State.HANDLED: "busy",
    State.ANSWERED: "brand",
    State.CLOSED: "good",
    State.MERGED: "quiet",
}


@register.filter
def category_name(incident: Incident) -> str:
    """The category's name in the reader's language, as it stood when reported."""
    return meaning(incident.category, IncidentCategory).name.in_language(get_language())


@register.filter
def state_tone(incident: Incident) -> str:
    """The badge's tone; a matter closed without being fixed does not look done."""
    if incident.state == State.CLOSED and incident.outcome == "not_fixed":
        return "warn"
    return TONES[State(incident.state)]


@register.filter
def state_words(incident: Incident) -> str:
    """The state in words; once closed, what came of it."""
    if incident.state == State.CLOSED and incident.outcome:
        return str(OutcomeChoices(incident.outcome).label)
    return str(incident.get_state_display())


@register.filter
def due_words(incident: Incident) -> str:
    """How long there is still, or how long it has been late, in one short phrase."""
    if incident.state == State.WAITING:
        return _("clock stands still")
    if State(incident.state) not in UNSETTLED or incident.due_at is None:
        return ""
    return words_until(incident.due_at, now=timezone.now())


@register.filter
def due_tone(incident: Incident) -> str:
    """bad when late, warn when a fifth of the time is left, quiet otherwise."""
    if State(incident.state) not in UNSETTLED or incident.due_at is None:
        return "quiet"
    now = timezone.now()
    if incident.due_at < now:
        return "bad"
    whole = (incident.due_at - incident.created_at).total_seconds()
    left = (incident.due_at - now).total_seconds()
    return "warn" if left < whole / 5 else "quiet"


def words_until(due_at: datetime, *, now: datetime) -> str:
    """`2 days left`, `3 hours late`: whole units, never a false precision."""
    seconds = (due_at - now).total_seconds()
    minutes = int(abs(seconds) // 60)
    days, hours = minutes // 1440, minutes // 60
    is_late = seconds < 0
    if days:
        text = (
            ngettext("%(count)d day late", "%(count)d days late", days)
            if is_late
            else ngettext("%(count)d day left", "%(count)d days left", days)
        )
        return text % {"count": days}
    if hours:
        text = (
            ngettext("%(count)d hour late", "%(count)d hours late", hours)
            if is_late
            else ngettext("%(count)d hour left", "%(count)d hours left", hours)
        )
        return text % {"count": hours}
    text = (
        ngettext("%(count)d minute late", "%(count)d minutes late", minutes)
        if is_late
        else ngettext("%(count)d minute left", "%(count)d minutes left", minutes)
    )
    return text % {"count": minutes}


STEP_TITLES = {
    "report": _lazy("Reported"),
    "dispatch": _lazy("Dispatched"),
    "take_on": _lazy("Taken on"),
    "hand_on": _lazy("Handed on"),
    "refuse": _lazy("Not theirs"),
    "split": _lazy("Split among units"),
    "merge": _lazy("Merged"),
    "wait": _lazy("Waits; the clock stands still"),
    "resume": _lazy("Goes on"),
    "request_extension": _lazy("More time asked for"),
    "decide_extension": _lazy("Decision on more time"),
    "urge": _lazy("Urged"),
    "supervise": _lazy("Supervised"),
    "escalate": _lazy("Escalated"),
    "handle": _lazy("Handled, to be verified"),
    "pass": _lazy("Verified and answered"),
    "send_back": _lazy("Not verified, sent back"),
    "confirm": _lazy("Reporter satisfied, closed"),
    "object": _lazy("Reporter not satisfied, reopened"),
    "reopen": _lazy("Reopened"),
    "withdraw": _lazy("Withdrawn"),
    "note": _lazy("Note"),
    "reclassify": _lazy("Reclassified"),
    "close": _lazy("Closed after seven days without objection"),
    "raise": _lazy("Overdue; the next level was told"),
}
STEP_TONES = {
    "wait": "wait",
    "raise": "bad",
    "object": "warn",
    "reopen": "warn",
    "send_back": "warn",
    "refuse": "warn",
    "urge": "warn",
    "supervise": "warn",
    "note": "quiet",
}


@register.filter
def step_title(step: Step) -> str:
    """What happened, in a word or two."""
    return str(STEP_TITLES.get(step.verb, step.verb))


@register.filter
def step_tone(step: Step) -> str:
    return STEP_TONES.get(step.verb, "good")


@register.filter
def place_name(place: Place | None) -> str:
    """A place's everyday name, without the committee in it."""
    return short_name(place.name) if place is not None else ""


@register.filter
def limit_words(limit: str) -> str:
    """`3wd` as 3 working days."""
    return limit_in_words(Limit.parse(limit))


register.filter("spaced", spaced)
register.simple_tag(photo_url)
