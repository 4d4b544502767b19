"""What a notice's days and fate are in words, in the reader's language."""

from datetime import date, datetime, timedelta

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.calendars.wording import day_in_words
from xiangyue.publicity import rules
from xiangyue.publicity.models import Attachment, Notice, StateChoices

ONE_DAY = timedelta(days=1)


def _day(day: date, *, today: date) -> str:
    return day_in_words(day, has_year=day.year != today.year, has_weekday=False)


def days_in_words(notice: Notice) -> str:
    """From when to when it runs, in words that stay true: for paper and feeds."""
    return _("It runs from %(begins)s to the end of %(last)s.") % {
        "begins": day_in_words(notice.begins_on, has_year=True, has_weekday=False),
        "last": day_in_words(notice.ends_on - ONE_DAY, has_year=True, has_weekday=False),
    }


def window_in_words(notice: Notice, *, at: datetime) -> str:
    """From when to when it runs, and how many days there still are."""
    today = timezone.localdate(at)
    facts = {
        "begins": _day(notice.begins_on, today=today),
        "last": _day(notice.ends_on - ONE_DAY, today=today),
    }
    if rules.is_over(ends_on=notice.ends_on, today=today):
        return _("It ran from %(begins)s to the end of %(last)s.") % facts
    left = (notice.ends_on - today).days
    words = _("It runs from %(begins)s to the end of %(last)s.") % facts
    if left == 1:
        return f"{words}{_('Today is the last day.')}"
    return words + ngettext(
        "%(count)d day is left, today included.", "%(count)d days are left, today included.", left
    ) % {"count": left}


def objections_in_words(notice: Notice, *, at: datetime) -> str:
    """Until when objections are taken; "" where none are."""
    if notice.objections_until is None:
        return ""
    today = timezone.localdate(at)
    facts = {"last": _day(notice.objections_until - ONE_DAY, today=today)}
    if today >= notice.objections_until:
        return _("Objections were taken until the end of %(last)s.") % facts
    return _("Anybody can object until the end of %(last)s.") % facts


def taken_down_in_words(notice: Notice) -> str:
    """When it was taken down and why; all that is left of it for everybody."""
    at = timezone.localtime(notice.taken_down_at) if notice.taken_down_at else None
    return _("This notice was taken down on %(day)s. Why: %(reason)s") % {
        "day": day_in_words(at.date(), has_year=True, has_weekday=False) if at else "",
        "reason": notice.take_down_reason,
    }


def gone_in_words(notice: Notice, *, at: datetime) -> str:
    """Why the words are no longer to be read; "" while they are."""
    if notice.state == StateChoices.TAKEN_DOWN:
        return taken_down_in_words(notice)
    if notice.is_readable:
        return ""
    return _("This notice left the board on %(day)s, when its time was over.") % {
        "day": _day(notice.stays_until, today=timezone.localdate(at))
    }


def still_running_in_words(notice: Notice, *, at: datetime) -> str:
    """Why nothing takes effect yet: the window."""
    last = _day(notice.ends_on - ONE_DAY, today=timezone.localdate(at))
    return _("Notice %(number)s runs until the end of %(last)s.") % {
        "number": notice.number,
        "last": last,
    }


def unanswered_in_words(notice: Notice, count: int) -> str:
    return ngettext(
        "%(count)d objection to notice %(number)s is not answered yet.",
        "%(count)d objections to notice %(number)s are not answered yet.",
        count,
    ) % {"count": count, "number": notice.number}


def file_in_words(row: Attachment) -> str:
    """What kind of file it is and how large."""
    kind = _("Photo") if row.is_picture else "PDF"
    return f"{kind} · {filesizeformat(row.byte_count)}"


def attachment_in_words(row: Attachment) -> str:
    """What it is called, its kind and size."""
    return _("%(name)s (%(file)s)") % {"name": row.file_name, "file": file_in_words(row)}
