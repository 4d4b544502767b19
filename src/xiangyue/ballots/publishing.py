"""What of a vote goes on the notice board."""

from datetime import datetime
from uuid import UUID

from xiangyue.ballots.models import Roll
from xiangyue.places.models import Person


def publish_list(roll: Roll, *, by: Person | None, at: datetime) -> UUID | None:
    """Put up a notice that the roll may be looked at and objected to."""
    return None
