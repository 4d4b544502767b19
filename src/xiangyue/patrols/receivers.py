"""A matter that a worker reports after the day's round belongs to the round."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Incident
from xiangyue.patrols.services import link_report, unlink_hidden


@hear("incidents.incident_reported")
def link_to_the_round(entry: Entry) -> None:
    if isinstance(entry.subject, Incident):
        link_report(incident=entry.subject, at=entry.at)


@hear("incidents.incident_reclassified")
def let_go_of_hidden_reporters(entry: Entry) -> None:
    if isinstance(entry.subject, Incident):
        unlink_hidden(incident=entry.subject)
