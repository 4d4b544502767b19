"""How notices are put into words on every front."""

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from xiangyue.calendars.queries import current_calendar, explain_clock
from xiangyue.calendars.wording import due_in_words
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name
from xiangyue.publicity import rules, showing, wording
from xiangyue.publicity.kinds import kind_of
from xiangyue.publicity.models import Attachment, Notice, Objection, StateChoices

register = template.Library()


@register.filter
def board_name(place: Place) -> str:
    """A place's everyday name."""
    return short_name(place.name)


@register.filter
def kind_name(notice: Notice) -> str:
    """What people call this kind of notice, in the reader's language."""
    return kind_of(notice).name.in_language(get_language())


@register.filter
def window_words(notice: Notice) -> str:
    return wording.window_in_words(notice, at=timezone.now())


@register.filter
def objection_words(notice: Notice) -> str:
    return wording.objections_in_words(notice, at=timezone.now())


@register.filter
def gone_words(notice: Notice) -> str:
    """Why it is no longer to be read; "" while it is."""
    return wording.gone_in_words(notice, at=timezone.now())


@register.filter
def file_words(row: Attachment) -> str:
    """What kind of file it is and how large."""
    return wording.file_in_words(row)


@register.filter
def is_running(notice: Notice) -> bool:
    today = timezone.localdate(timezone.now())
    return notice.state == StateChoices.UP and not rules.is_over(
        ends_on=notice.ends_on, today=today
    )


@register.filter
def takes_objections(notice: Notice) -> bool:
    """Whether anybody can object to it now."""
    until = notice.objections_until
    is_open = until is not None and timezone.localdate(timezone.now()) < until
    return is_open and notice.state == StateChoices.UP


@register.filter
def outcome_words(objection: Objection) -> str:
    return showing.outcome_in_words(objection)


@register.filter
def outcome_tone(objection: Objection) -> str:
    if objection.answered_at is None:
        return "bad" if objection.clock.is_overdue(timezone.now()) else "wait"
    return "good" if objection.is_upheld else "quiet"


@register.filter
def due_why(objection: Objection) -> str:
    """Why the answer is due when it is, in one sentence."""
    return explain_clock(objection.clock)


@register.filter
def due_day(objection: Objection) -> str:
    """Until when an answer is owed; the midnight after a last day is its 24:00."""
    due_at = objection.clock.due_at
    return due_in_words(due_at, current_calendar()) if due_at is not None else ""


@register.filter
def who_said(objection: Objection) -> str:
    return showing.named(objection)
