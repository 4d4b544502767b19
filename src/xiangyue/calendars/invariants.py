"""What must hold over all clocks at any time; each check returns what is wrong."""

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from xiangyue.calendars.counting import due_times, pages
from xiangyue.calendars.models import Clock, ClockPause
from xiangyue.calendars.queries import current_calendar

PAGE = 2_000


def due_times_follow_from_the_rows() -> list[str]:
    """Every running clock is due when its limit, pauses, extensions and the calendar say."""
    calendar = current_calendar()
    running = Clock.objects.filter(due_at__isnull=False)
    return [
        _("Clock %(clock)s should be due at %(due)s.") % {"clock": clock.pk, "due": due}
        for page in pages(running, size=PAGE)
        for clock, due in due_times(page, calendar)
        if due != clock.due_at
    ]


def paused_clocks_have_an_open_pause() -> list[str]:
    """A clock is paused exactly while one of its pauses is open, and since that began."""
    opened = Subquery(
        ClockPause.objects.filter(clock=OuterRef("pk"), resumed_at__isnull=True).values(
            "paused_at"
        )[:1]
    )
    differs = Q(paused_at__gt=F("opened_at")) | Q(paused_at__lt=F("opened_at"))
    wrong = Clock.objects.annotate(opened_at=opened).filter(
        differs
        | Q(paused_at__isnull=False, opened_at__isnull=True)
        | Q(paused_at__isnull=True, opened_at__isnull=False)
    )
    return [
        _("Clock %(clock)s and its pauses disagree.") % {"clock": key}
        for key in wrong.values_list("pk", flat=True)
    ]


INVARIANTS = {
    "due_times_follow_from_the_rows": due_times_follow_from_the_rows,
    "paused_clocks_have_an_open_pause": paused_clocks_have_an_open_pause,
}
