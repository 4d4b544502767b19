"""What sessions hear: a matter whose words are deleted has none on an agenda either (GD09)."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.meetings.models import AgendaItem


@hear("incidents.incident_forgotten")
def forget_what_was_said(entry: Entry) -> None:
    said = AgendaItem.objects.filter(incident_id=int(entry.subject_id)).exclude(decision_text="")
    said.update(decision_text="")
