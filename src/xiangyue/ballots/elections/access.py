"""The only way that web code fetches an election for a person.

An election is kept by its election committee and by whoever keeps votes there; by nobody who
stands in it.
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.ballots.access import KEEP, places_to_keep
from xiangyue.ballots.elections.models import (
    Candidate,
    CandidateState,
    Elected,
    Election,
    ElectionMember,
    Round,
    RoundTeller,
)
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.models import RollEntry
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Place

STANDS = (CandidateState.NOMINATED, CandidateState.ACCEPTED)


def public_elections() -> QuerySet[Election]:
    """The elections that everybody may know of: all."""
    return Election.objects.select_related("place", "kind", "roll__rule").order_by("-opens_at")


def public_election(election_id: UUID) -> Election:
    """:raises NotFound: there is none."""
    election = public_elections().filter(pk=election_id).first()
    if election is None:
        raise NotFound(_("There is no such election."))
    return election


def elections_to_keep(standing: Standing) -> QuerySet[Election]:
    """Those of my places and those on whose committee I sit, without those in which I stand."""
    mine = ElectionMember.objects.filter(person=standing.person_id, left_at=None)
    standing_in = Candidate.objects.filter(person=standing.person_id, state__in=STANDS)
    return (
        public_elections()
        .filter(Q(pk__in=mine.values("election")) | granted(standing, KEEP))
        .exclude(pk__in=standing_in.values("election"))
    )


def election_to_keep(standing: Standing, election_id: UUID) -> Election:
    """:raises NotFound: there is none, or it is not this person's to keep."""
    election = elections_to_keep(standing).filter(pk=election_id).first()
    if election is None or standing.person_id is None:
        raise NotFound(_("There is no such election that you keep."))
    return election


def place_for_election(standing: Standing, code: str) -> Place:
    """:raises NotFound: there is none, or its votes are not this person's to keep."""
    place = places_to_keep(standing).filter(code=code).first()
    if place is None:
        raise NotFound(_("There is no place here whose votes you keep."))
    return place


def rounds_to_tell(standing: Standing) -> QuerySet[Round]:
    """Rounds in which the person was chosen as a teller."""
    chosen = RoundTeller.objects.filter(person=standing.person_id)
    rows = Round.objects.filter(pk__in=chosen.values("round"))
    return rows.select_related("election__place", "election__kind", "election__roll")


def round_to_tell(standing: Standing, round_id: UUID) -> Round:
    """:raises NotFound: there is none, or the person is no teller of it."""
    found = rounds_to_tell(standing).filter(pk=round_id).first()
    if found is None or standing.person_id is None:
        raise NotFound(_("There is no such election in which you are a teller."))
    return found


def round_at_door(standing: Standing, round_id: UUID) -> Round:
    """A round whose slips the person hands out: a teller, or who keeps the election.

    :raises NotFound: there is none for this person.
    """
    rows = Round.objects.select_related("election__place", "election__kind", "election__roll")
    found = rows.filter(
        Q(election__in=elections_to_keep(standing).values("pk"))
        | Q(pk__in=rounds_to_tell(standing).values("pk")),
        pk=round_id,
    ).first()
    if found is None or standing.person_id is None:
        raise NotFound(_("There is no such election in which you are a teller."))
    return found


def public_round(round_id: UUID) -> Round:
    """:raises NotFound: there is none."""
    rows = Round.objects.select_related("election__place", "election__kind", "election__roll__rule")
    found = rows.filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("There is no such election."))
    return found


def entry_of_election(election: Election, number: int) -> RollEntry:
    """:raises NotFound: the voters' list has no such number."""
    entry = RollEntry.objects.filter(roll=election.roll_id, number=number).first()
    if entry is None:
        raise NotFound(_("The roll has no such number."))
    return entry


def elected_to_keep(standing: Standing, elected_id: int) -> Elected:
    """:raises NotFound: nobody was elected under this number in an election this person keeps."""
    rows = Elected.objects.filter(election__in=elections_to_keep(standing).values("pk"))
    found = rows.filter(pk=elected_id).select_related("election__place", "round").first()
    if found is None:
        raise NotFound(_("There is no such election that you keep."))
    return found


def recalls_to_keep(standing: Standing) -> QuerySet[Recall]:
    """Recalls at my places, without my own."""
    rows = Recall.objects.filter(granted(standing, KEEP)).exclude(post__person=standing.person_id)
    return rows.select_related("place", "kind", "post__person", "roll", "ballot")


def recall_to_keep(standing: Standing, recall_id: UUID) -> Recall:
    """:raises NotFound: there is none, or it is not this person's to keep."""
    found = recalls_to_keep(standing).filter(pk=recall_id).first()
    if found is None:
        raise NotFound(_("There is no such recall that you keep."))
    return found


def public_recall(recall_id: UUID) -> Recall:
    """:raises NotFound: there is none."""
    rows = Recall.objects.select_related("place", "kind", "post", "ballot", "roll")
    found = rows.filter(pk=recall_id).first()
    if found is None:
        raise NotFound(_("There is no such recall."))
    return found
