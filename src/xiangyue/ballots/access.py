"""The only way that web code fetches a roll or a vote for a person."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.ballots import queries
from xiangyue.ballots.models import (
    Ballot,
    BallotState,
    Membership,
    Roll,
    RollEntry,
    RollObjection,
    RollState,
    Teller,
)
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person, Place, PlaceKind
from xiangyue.places.rules import path_range

KEEP, TELL = "ballots.keep", "ballots.tell"


def places_to_keep(standing: Standing) -> QuerySet[Place]:
    """The villages, communities and groups whose votes the person keeps."""
    kinds = [PlaceKind.VILLAGE, PlaceKind.GROUP]
    return Place.objects.filter(
        granted(standing, KEEP, path_field="path"), kind__in=kinds, is_active=True
    ).order_by("path")


def place_to_keep(standing: Standing, code: str) -> Place:
    """:raises NotFound: there is none, or its votes are not this person's to keep."""
    place = places_to_keep(standing).filter(code=code).first()
    if place is None:
        raise NotFound(_("There is no place here whose votes you keep."))
    return place


def rolls_to_keep(standing: Standing) -> QuerySet[Roll]:
    rows = Roll.objects.filter(granted(standing, KEEP)).select_related("place", "rule")
    return rows.order_by("-drawn_on", "-pk")


def roll_to_keep(standing: Standing, roll_id: UUID) -> Roll:
    """:raises NotFound: there is none, or it is not this person's to keep."""
    roll = rolls_to_keep(standing).filter(pk=roll_id).first()
    if roll is None:
        raise NotFound(_("There is no such roll that you keep."))
    return roll


def entry_to_keep(standing: Standing, roll_id: UUID, number: int) -> RollEntry:
    """:raises NotFound: the roll has no such number, or is not this person's to keep."""
    roll = roll_to_keep(standing, roll_id)
    entry = roll.entries.filter(number=number).select_related("roll").first()
    if entry is None:
        raise NotFound(_("The roll has no such number."))
    return entry


def objection_to_answer(standing: Standing, objection_id: UUID) -> RollObjection:
    """:raises NotFound: there is none, or its roll is not this person's to keep."""
    rows = RollObjection.objects.filter(granted(standing, KEEP, path_field="roll__place_path"))
    objection = rows.filter(pk=objection_id).select_related("roll").first()
    if objection is None:
        raise NotFound(_("There is no such objection that you answer."))
    return objection


def membership_to_keep(standing: Standing, key: int) -> Membership:
    """:raises NotFound: there is none, or the list is not this person's to keep."""
    rows = Membership.objects.filter(granted(standing, KEEP, path_field="place__path"))
    row = rows.filter(pk=key).select_related("place", "person").first()
    if row is None:
        raise NotFound(_("There is nobody like this on a list that you keep."))
    return row


def published_roll(standing: Standing, roll_id: UUID) -> Roll:
    """A roll that its people may look at: those who live there, and who keeps it.

    :raises NotFound: there is none, it is not published, or it is another place's.
    """
    roll = Roll.objects.filter(pk=roll_id).select_related("place", "rule").first()
    if roll is not None and (
        standing.may(KEEP, place_path=roll.place_path)
        or (roll.state != RollState.DRAFT and lives_there(standing, roll))
    ):
        return roll
    raise NotFound(_("There is no such roll that you may look at. Sign in first."))


def lives_there(standing: Standing, roll: Roll) -> bool:
    """Whether the person lives at the roll's place, or stands on it."""
    if standing.person_id is None:
        return False
    low, high = path_range(roll.place_path)
    here = Q(household__place_path__gte=low, household__place_path__lt=high) | Q(
        place__path__gte=low, place__path__lt=high
    )
    if Person.objects.filter(here, pk=standing.person_id).exists():
        return True
    return queries.entry_of(roll, Person.objects.get(pk=standing.person_id)) is not None


def public_ballot(ballot_id: UUID) -> Ballot:
    """A vote that everybody may know of.

    :raises NotFound: there is none.
    """
    ballot = queries.public_ballots().filter(pk=ballot_id).first()
    if ballot is None:
        raise NotFound(_("There is no such vote."))
    return ballot


def ballots_to_keep(standing: Standing) -> QuerySet[Ballot]:
    return queries.public_ballots().filter(granted(standing, KEEP))


def ballot_to_keep(standing: Standing, ballot_id: UUID) -> Ballot:
    """:raises NotFound: there is none, or it is not this person's to keep."""
    ballot = ballots_to_keep(standing).filter(pk=ballot_id).first()
    if ballot is None:
        raise NotFound(_("There is no such vote that you keep."))
    return ballot


def ballots_to_tell(standing: Standing) -> QuerySet[Ballot]:
    """The votes in which the person marks who is here, and counts."""
    chosen = Teller.objects.filter(person=standing.person_id)
    return queries.public_ballots().filter(
        granted(standing, TELL) | Q(pk__in=chosen.values("ballot"))
    )


def ballot_to_tell(standing: Standing, ballot_id: UUID) -> Ballot:
    """:raises NotFound: there is none, or the person is no teller of it."""
    ballot = ballots_to_tell(standing).filter(pk=ballot_id).first()
    if ballot is None or standing.person_id is None:
        raise NotFound(_("There is no such vote in which you are a teller."))
    return ballot


def ballot_to_mark(standing: Standing, ballot_id: UUID) -> Ballot:
    """A vote at whose door the person stands: as a teller, or as who keeps it.

    :raises NotFound: there is none for this person.
    """
    ballot = _ballots_to_mark(standing).filter(pk=ballot_id).first()
    if ballot is None:
        raise NotFound(_("There is no such vote in which you are a teller."))
    return ballot


def hands_out_papers(standing: Standing, ballot: Ballot) -> bool:
    """Whether the person prints the papers that count; everybody else sees a specimen."""
    return _ballots_to_mark(standing).filter(pk=ballot.pk).exists()


def _ballots_to_mark(standing: Standing) -> QuerySet[Ballot]:
    if standing.person_id is None:
        return Ballot.objects.none()
    return ballots_to_keep(standing) | ballots_to_tell(standing)


def entry_of_ballot(ballot: Ballot, number: int) -> RollEntry:
    """:raises NotFound: the roll of the vote has no such number."""
    entry = RollEntry.objects.filter(roll=ballot.roll_id, number=number).first()
    if entry is None:
        raise NotFound(_("The roll has no such number."))
    return entry


def is_running(ballot: Ballot) -> bool:
    return ballot.state in {BallotState.OPEN, BallotState.CLOSED}
