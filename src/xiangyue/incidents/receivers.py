"""Staff change the calendar: the due times that incidents are sorted by follow their clocks."""

from django.db.models import OuterRef, Subquery

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.calendars.models import Clock
from xiangyue.incidents.models import Incident
from xiangyue.incidents.rules import UNSETTLED


@hear(
    "calendars.holiday_changed",
    "calendars.holiday_removed",
    "calendars.holidays_seeded",
    "calendars.clocks_recounted",
)
def follow_the_clocks(entry: Entry) -> None:
    """One statement, and only for clocks that moved."""
    if not entry.facts.get("moved_count"):
        return
    due = Subquery(Clock.objects.filter(pk=OuterRef("clock_id")).values("due_at")[:1])
    Incident.objects.filter(state__in=UNSETTLED, watch_level="").update(due_at=due, watch_at=due)
    Incident.objects.filter(state__in=UNSETTLED).exclude(watch_level="").update(due_at=due)
