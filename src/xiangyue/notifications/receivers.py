"""Whatever happens to an incident, whoever the county says is told of it; so is who is named."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.incidents.activities import ACTIVITIES
from xiangyue.notifications.naming import tell_named
from xiangyue.notifications.services import tell


@hear(*ACTIVITIES)
def tell_those_concerned(entry: Entry) -> None:
    tell(entry=entry)


@hear(
    "patrols.patrol_awaited",
    "meetings.meeting_announced",
    "meetings.move_announced",
    "meetings.cancellation_announced",
    "publicity.answer_announced",
)
def tell_whom_it_names(entry: Entry) -> None:
    tell_named(entry=entry)
