"""What compacts do when a vote on one is opened or counted, and when its procedure is over."""

from xiangyue.activity.catalogue import hear
from xiangyue.activity.models import Entry
from xiangyue.ballots.models import Ballot
from xiangyue.compacts.gates import TYPE
from xiangyue.compacts.models import Version
from xiangyue.compacts.services import (
    check_may_open,
    follow_its_ending,
    follow_to_the_end,
    take_result,
)
from xiangyue.places.models import Person
from xiangyue.procedures.models import Run


def _version_of(entry: Entry) -> Version | None:
    ballot = Ballot.objects.filter(pk=entry.subject_id, subject_type=TYPE).first()
    if ballot is None:
        return None
    return Version.objects.filter(pk=ballot.subject_id).first()


def _actor_of(entry: Entry) -> Person | None:
    return Person.objects.filter(pk=entry.actor_id).first() if entry.actor_id else None


@hear("ballots.ballot_opened")
def ask_whether_it_may_open(entry: Entry) -> None:
    """Nobody votes on a text before all is answered and lawful; the refusal undoes the opening."""
    version = _version_of(entry)
    if version is not None:
        check_may_open(version, at=entry.at, by=_actor_of(entry))


@hear("ballots.ballot_counted")
def take_what_was_counted(entry: Entry) -> None:
    version = _version_of(entry)
    if version is not None:
        take_result(version=version, at=entry.at, by=_actor_of(entry))


@hear("procedures.run_completed")
def put_in_force_what_is_through(entry: Entry) -> None:
    """The text is in force, or the refusal undoes the completing of the last step."""
    run = Run.objects.select_related("ended_by").get(pk=entry.subject_id)
    if run.ended_by is not None:
        follow_to_the_end(run, by=run.ended_by, at=entry.at)


@hear("procedures.run_ended")
def withdraw_what_was_ended(entry: Entry) -> None:
    run = Run.objects.select_related("ended_by").get(pk=entry.subject_id)
    if run.ended_by is not None:
        follow_its_ending(run, by=run.ended_by, at=entry.at)
