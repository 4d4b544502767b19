"""What of a sitting is said in sentences, in the reader's language."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.assemblies.models import Attendance, Sitting
from xiangyue.assemblies.queries import Quorum
from xiangyue.calendars.wording import day_in_words


def when_in_words(sitting: Sitting) -> str:
    """The day and the time: 6月18日星期四 15:00."""
    starts = timezone.localtime(sitting.starts_at)
    return f"{day_in_words(starts.date())} {starts:%H:%M}"


def quorum_words(quorum: Quorum) -> str:
    """“23 of 41 are here, 21 are needed.”"""
    if quorum.expected_count is None:
        return _("%(count)d are here.") % {"count": quorum.present_count}
    facts = {"present": quorum.present_count, "expected": quorum.expected_count}
    words = _("%(present)d of %(expected)d are here") % facts
    if quorum.needed_count is None:
        return _("%(words)s.") % {"words": words}
    return _("%(words)s, %(needed)d are needed.") % {"words": words, "needed": quorum.needed_count}


def no_quorum_words(sitting: Sitting, quorum: Quorum) -> str:
    """Why nothing can be decided now."""
    if not quorum.is_known:
        if sitting.roll_id is None and sitting.expected_count is None:
            return _(
                "Nobody has said how many belong, so nothing can be decided: choose the roll, or"
                " enter the number."
            )
        return _("Such a meeting hears and advises; it decides nothing.")
    missing = ngettext(
        "%(count)d more must come.", "%(count)d more must come.", quorum.missing_count
    ) % {"count": quorum.missing_count}
    return _("Without a quorum nothing can be decided: %(quorum)s %(missing)s") % {
        "quorum": quorum_words(quorum),
        "missing": missing,
    }


def named_once(rows: list[Attendance]) -> str:
    """Names in a row, as people read them."""
    return "、".join(row.name for row in rows)


def moment_words(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment is not None else ""
