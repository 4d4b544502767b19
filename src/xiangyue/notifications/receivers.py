"""Whatever happens to an incident, whoever the county says is told of it."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.incidents.activities import ACTIVITIES
from xiangyue.notifications.services import tell


@hear(*ACTIVITIES)
def tell_those_concerned(entry: Entry) -> None:
    tell(entry=entry)
