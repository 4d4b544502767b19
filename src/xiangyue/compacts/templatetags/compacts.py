"""How compacts are put into words on every front."""

from collections.abc import Sequence

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.calendars.queries import current_calendar, explain_clock
from xiangyue.calendars.wording import due_in_words
from xiangyue.compacts import rules, wording
from xiangyue.compacts.differences import Fate, new_words, old_words
from xiangyue.compacts.kinds import kind_name, kind_names, topic_name
from xiangyue.compacts.models import Answered, Clause, Compact, CorrectionOrder, Opinion, Version
from xiangyue.kernel.differing import Change
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name

register = template.Library()

_TONES = {
    rules.State.DRAFT: "quiet",
    rules.State.FIRST_NOTICE: "busy",
    rules.State.REVISED: "wait",
    rules.State.SECOND_NOTICE: "busy",
    rules.State.VOTED: "wait",
    rules.State.IN_FORCE: "good",
    rules.State.SUPERSEDED: "quiet",
    rules.State.WITHDRAWN: "quiet",
}


@register.filter
def everyday_name(place: Place) -> str:
    return short_name(place.name)


@register.filter
def compact_kind(compact: Compact) -> str:
    return kind_name(compact)


@register.filter
def topic(clause: Clause) -> str:
    return topic_name(clause)


@register.filter
def article(number: int) -> str:
    """What the article of this number is called."""
    return wording.number_in_words(int(number))


@register.filter
def version_words(version: Version) -> str:
    return wording.version_name(version)


@register.filter
def state_tone(version: Version) -> str:
    return _TONES[rules.State(version.state)]


@register.filter
def since_words(version: Version) -> str:
    """From when to when it holds or held; "" while it does not."""
    if version.in_force_from is None:
        return ""
    if version.in_force_to is None:
        return _("In force since %(day)s") % {"day": wording.day_of(version.in_force_from)}
    return _("In force from %(day)s to %(last)s") % {
        "day": wording.day_of(version.in_force_from),
        "last": wording.day_of(version.in_force_to),
    }


@register.filter
def suspended_words(order: CorrectionOrder) -> str:
    return wording.suspended_in_words(order)


@register.filter
def fate_words(fate: Fate) -> str:
    return {
        Fate.SAME: _("Unchanged"),
        Fate.CHANGED: _("Changed"),
        Fate.MOVED: _("Moved"),
        Fate.ADDED: _("New clause"),
        Fate.REMOVED: _("Taken out"),
    }[fate]


@register.filter
def fate_tone(fate: Fate) -> str:
    tones = {Fate.CHANGED: "wait", Fate.ADDED: "good", Fate.REMOVED: "bad", Fate.MOVED: "busy"}
    return tones.get(fate, "quiet")


@register.filter
def old_side(pieces: Sequence[Change]) -> list[Change]:
    return old_words(pieces)


@register.filter
def new_side(pieces: Sequence[Change]) -> list[Change]:
    return new_words(pieces)


@register.filter
def answered_words(opinion: Opinion) -> str:
    if opinion.answered_at is None:
        return _("Not answered yet")
    return str(Answered(opinion.answered).label)


@register.filter
def answered_tone(opinion: Opinion) -> str:
    if opinion.answered_at is None:
        due = opinion.clock.due_at
        return "bad" if due is not None and due < timezone.now() else "wait"
    return {Answered.TAKEN_UP: "good", Answered.PARTLY: "busy"}.get(
        Answered(opinion.answered), "quiet"
    )


@register.filter
def said_by_words(opinion: Opinion) -> str:
    """Who said it, for those who answer; "" when nobody said who they are."""
    return opinion.person.name if opinion.person is not None else opinion.said_by


@register.filter
def due_words(opinion: Opinion) -> str:
    return explain_clock(opinion.clock)


@register.filter
def due_day(version: Version) -> str:
    """Until when it is filed; "" when it need not be any more."""
    clock = version.filing_clock
    if clock is None or clock.due_at is None:
        return ""
    return due_in_words(clock.due_at, current_calendar())


@register.filter
def kinds_by_name(_nothing: object) -> list[tuple[str, str]]:
    return sorted(kind_names().items())
