"""What meetings hear: a vote of theirs opens, and who is in the room is here for it."""

from uuid import UUID

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.assemblies.services import bring_room
from xiangyue.ballots.models import Ballot


@hear("ballots.ballot_opened")
def bring_who_is_here(entry: Entry) -> None:
    bring_room(Ballot.objects.get(pk=UUID(entry.subject_id)), at=entry.at)
