"""How incidents are put into words on every front."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import meaning
from xiangyue.calendars.rules import Limit
from xiangyue.calendars.wording import day_in_words, limit_in_words
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.firstpage import Line
from xiangyue.incidents.models import Incident, OutcomeChoices, Step
from xiangyue.incidents.rules import UNSETTLED, Right, State
from xiangyue.incidents.serving import photo_url
from xiangyue.incidents.slips import spaced
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

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
def state_words(incident: Incident | Line) -> str:
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
    "report": gettext_lazy("Report came in"),
    "dispatch": gettext_lazy("Dispatched"),
    "take_on": gettext_lazy("Taken on"),
    "hand_on": gettext_lazy("Handed on"),
    "refuse": gettext_lazy("Not theirs"),
    "split": gettext_lazy("Split among several units"),
    "merge": gettext_lazy("Merged with another"),
    "wait": gettext_lazy("Waits; the clock stands still"),
    "resume": gettext_lazy("Goes on"),
    "request_extension": gettext_lazy("More time asked for"),
    "decide_extension": gettext_lazy("Decision on more time"),
    "urge": gettext_lazy("Urged"),
    "supervise": gettext_lazy("Under supervision"),
    "escalate": gettext_lazy("Escalated"),
    "handle": gettext_lazy("Handled, to be verified"),
    "pass": gettext_lazy("Verified and answered"),
    "send_back": gettext_lazy("Not verified, sent back"),
    "confirm": gettext_lazy("Reporter satisfied, closed"),
    "object": gettext_lazy("Reporter not satisfied, reopened"),
    "reopen": gettext_lazy("Begun again"),
    "withdraw": gettext_lazy("Withdrawn by who reported it"),
    "note": gettext_lazy("Note added"),
    "reclassify": gettext_lazy("Reclassified"),
    "close": gettext_lazy("Closed after seven days without objection"),
    "raise": gettext_lazy("Overdue; the next level was told"),
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
def step_actor(step: Step) -> str:
    """Who did it; the reporter stays unnamed, for reading who they are is logged (PE02)."""
    if step.actor is None:
        return ""
    if step.right == Right.REPORTER or step.actor_id == step.incident.reporter_id:
        return _("Reporter")
    return step.actor.name


@register.filter
def day(at: datetime | None) -> str:
    """21 November; with the year when it is another one."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    is_this_year = local.year == timezone.localtime().year
    return day_in_words(local.date(), has_year=not is_this_year, has_weekday=False)


@register.filter
def moment(at: datetime | None) -> str:
    """21 November 14:05."""
    return f"{day(at)} {timezone.localtime(at):%H:%M}" if at is not None else ""


@register.filter
def until(at: datetime | None) -> str:
    """21 November 18:00; midnight is 24:00 of the day that ends with it."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if (local.hour, local.minute) == (0, 0):
        return f"{day(at - timedelta(days=1))} 24:00"
    return moment(at)


@register.filter
def everyday(name: str) -> str:
    """A place's everyday name, of its full one."""
    return short_name(name)


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


TELLING_SECONDS = 120  # what arrives sooner needs no explaining


@register.filter
def claim_words(step: Step) -> str:
    """When it was recorded by the phone's clock and when it arrived, where the two differ.

    The arrival counts; the phone's clock explains (N2).
    """
    sent = getattr(step, "sent", None)
    if sent is None or sent.recorded_at is None:
        return ""
    offset = timedelta(seconds=sent.offset_seconds or 0)
    likely = min(sent.recorded_at + offset, sent.arrived_at)
    if (sent.arrived_at - likely).total_seconds() < TELLING_SECONDS:
        return ""
    facts = {
        "recorded": moment(sent.recorded_at),
        "likely": moment(likely),
        "arrived": moment(sent.arrived_at),
    }
    if abs(offset.total_seconds()) < TELLING_SECONDS:
        words = _("Recorded on the phone on %(recorded)s (phone's clock), arrived on %(arrived)s.")
    else:
        words = _(
            "Recorded on the phone on %(recorded)s (phone's clock, which is wrong: it was about"
            " %(likely)s), arrived on %(arrived)s."
        )
    if sent.is_clock_changed:
        words = " ".join([words, _("The phone's clock was changed in between.")])
    return words % facts
