"""What compacts do when a vote on one is opened or counted, and when its procedure is done."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.ballots.models import Ballot
from xiangyue.compacts.gates import TYPE
from xiangyue.compacts.models import Version
from xiangyue.compacts.services import check_may_open, take_result


def _version_of(entry: Entry) -> Version | None:
    ballot = Ballot.objects.filter(pk=entry.subject_id, subject_type=TYPE).first()
    if ballot is None:
        return None
    return Version.objects.filter(pk=ballot.subject_id).first()


@hear("ballots.ballot_opened")
def ask_whether_it_may_open(entry: Entry) -> None:
    """Nobody votes on a text before all is answered and lawful; the refusal undoes the opening."""
    version = _version_of(entry)
    if version is not None:
        check_may_open(version, at=entry.at)


@hear("ballots.ballot_counted")
def take_what_was_counted(entry: Entry) -> None:
    version = _version_of(entry)
    if version is not None:
        take_result(version=version, at=entry.at)
