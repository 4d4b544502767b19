"""Reads of secret votes: what anybody may recount, what a trustee has to do, what was opened."""

import json
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, BallotState, Mode, Participation, Question
from xiangyue.ballots.secret.board import receipt_code
from xiangyue.ballots.secret.models import SecretBox, Trustee
from xiangyue.ballots.secret.refusals import BoxStands
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person

PUBLISHED = "xiangyue.secret-recount.1"


def box_of(ballot: Ballot) -> SecretBox | None:
    return SecretBox.objects.filter(ballot=ballot).select_related("ballot__place").first()


def public_box(ballot_id: UUID) -> SecretBox:
    """The box of a vote, which everybody may look at from outside.

    :raises NotFound: there is no such vote, or nobody votes secretly by phone in it.
    """
    rows = SecretBox.objects.select_related("ballot__place", "ballot__roll")
    box = rows.filter(pk=ballot_id).first()
    if box is None:
        raise NotFound(_("In this vote there is no secret box."))
    return box


def trustee_of(ballot: Ballot, person: Person | None) -> Trustee | None:
    rows = Trustee.objects.select_related("box__ballot").filter(box=ballot.pk)
    return rows.filter(person=person).first() if person is not None else None


def waiting_for_key_or_opening(person_id: UUID) -> QuerySet[Ballot]:
    """Votes whose box waits for this trustee: for a key before it, for their part after it."""
    mine = Trustee.objects.filter(person=person_id)
    keys = Q(state=BallotState.PLANNED, pk__in=mine.filter(proof__isnull=True).values("box"))
    parts = Q(state=BallotState.CLOSED, pk__in=mine.filter(shares__isnull=True).values("box"))
    return Ballot.objects.filter(keys | parts).select_related("place").order_by("opens_at", "pk")


def taken_count(box: SecretBox) -> int:
    """How many voters took a slip: from the roll's side, not from the list of slips."""
    rows = Participation.objects.filter(ballot=box.ballot_id, mode=Mode.SECRET_ONLINE)
    return rows.count()


def board_rows(box: SecretBox) -> list[dict[str, Any]]:
    """What stands on the board from the first moment: of each vote its place, receipt and head."""
    rows = box.votes.values_list("position", "hash", "head")
    return [
        {"position": position, "code": receipt_code(digest), "head": head}
        for position, digest, head in rows
    ]


def published(box: SecretBox) -> dict[str, Any]:
    """Everything that a recount needs, and nothing that says who voted what (EL01).

    The parts of the trustees and the tally are None until all have opened.

    :raises BoxStands: the vote is still open; until then the board shows receipts alone, so that
        nobody who bought a vote sees whether another has replaced it.
    """
    if box.ballot.state not in {BallotState.CLOSED, BallotState.COUNTED, BallotState.ANNULLED}:
        raise BoxStands(_("Everything is published when the vote is closed."))
    openings = [
        {"trustee": str(each.pk), "shares": each.shares}
        for each in box.trustees.all()
        if box.tally is not None
    ]
    return {
        "format": PUBLISHED,
        "manifest": box.manifest,
        "slips": box.slips,
        "taken_count": taken_count(box),
        "votes": [json.loads(text) for text in box.votes.values_list("content", flat=True)],
        "head": box.head,
        "openings": openings if box.tally is not None else None,
        "tally": box.tally,
    }


def tally_of(ballot: Ballot, question: Question) -> dict[str, int] | None:
    """The opened sums of a question, by the key of the choice; None before the trustees opened."""
    box = box_of(ballot)
    if box is None or box.tally is None:
        return None
    positions = list(ballot.questions.values_list("position", flat=True))
    row = box.tally[positions.index(question.position)]
    return {choice["key"]: votes for choice, votes in zip(question.choices, row, strict=True)}
