"""How sessions are put into words on every front."""

from django import template
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiangyue.calendars.wording import day_in_words
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.series import series_of

register = template.Library()

TONES = {
    StateChoices.PLANNED: "quiet",
    StateChoices.OPEN: "busy",
    StateChoices.CLOSED: "good",
    StateChoices.CANCELLED: "wait",
    StateChoices.MISSED: "warn",
}


@register.filter
def meeting_name(meeting: Meeting) -> str:
    """The series' name in the reader's language."""
    return series_of(meeting).name.in_language(get_language())


@register.filter
def meeting_tone(meeting: Meeting) -> str:
    return TONES[StateChoices(meeting.state)]


@register.filter
def meeting_when(meeting: Meeting) -> str:
    """The day and from when to when: 6月8日 08:30–09:00."""
    begins, ends = timezone.localtime(meeting.begins_at), timezone.localtime(meeting.ends_at)
    return f"{day_in_words(begins.date())} {begins:%H:%M}–{ends:%H:%M}"


@register.filter
def times_up(count: int) -> str:
    """For the how manieth time something is up; nothing the first time."""
    if count < 2:
        return ""
    return ngettext("up for the %(count)d. time", "up for the %(count)d. time", count) % {
        "count": count
    }


@register.simple_tag
def left_out_words(count: int) -> str:
    """How many more are unsolved than an agenda holds."""
    return _("%(count)d more are unsolved and were not on the agenda.") % {"count": count}
