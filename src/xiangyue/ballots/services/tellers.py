"""Verbs on what tellers counted. A count that they do not agree on counts for nothing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from xiangyue.ballots.models import (
    Ballot,
    BallotState,
    Mode,
    Participation,
    Question,
    TellerCount,
)
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.refusals import (
    BallotNotOpen,
    BallotStands,
    CountRefused,
)
from xiangyue.ballots.rules import INVALID, Agreement, agreement
from xiangyue.ballots.services.planning import locked, record_about
from xiangyue.ballots.slips import is_taken_elsewhere
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

COUNTED_BY_TELLERS = (Mode.HANDS, Mode.PAPER)
LARGEST = 10_000_000


@transaction.atomic
def record_count(
    *,
    ballot: Ballot,
    question: Question,
    mode: str,
    teller: Person,
    counts: Mapping[str, int],
    at: datetime,
    is_recount: bool = False,
) -> Agreement:
    """Write down what one teller counted of one question, and say how the counts stand.

    Once as many tellers as the rule asks for have counted the same, it counts. When they differ,
    none of it does and all count again. `is_recount` asks for a further turn of what agreed.

    :raises BallotNotOpen: hands are counted once the vote is open, paper once it is closed.
    :raises CountRefused: no choice of the question, below zero, more votes than took part, or the
        same teller twice.
    """
    ballot = locked(ballot)
    check_counted_here(ballot)
    _check_moment(ballot, mode)
    kept = _checked(ballot, question, mode, counts)
    needed = rule_of(ballot).tellers(mode)
    turn, rows = latest_turn(question, mode)
    standing = agreement([row.counts for row in rows], tellers=needed)
    mine = next((row for row in rows if row.teller_id == teller.pk), None)
    if standing is Agreement.AGREED:
        if not is_recount:
            if mine is not None and mine.counts == kept:
                return standing
            raise CountRefused(
                _("This question has been counted. Ask for a recount if it must be done again.")
            )
        turn, rows, mine = turn + 1, [], None
    elif standing is Agreement.DIFFERENT:
        if mine is not None and mine.counts == kept and rows[-1].pk == mine.pk:
            return standing
        turn, rows, mine = turn + 1, [], None
    if mine is not None:
        if mine.counts == kept:
            return standing
        raise CountRefused(
            _("You have counted this question already; another teller counts it now.")
        )
    row = TellerCount.objects.create(
        ballot=ballot, question=question, mode=mode, turn=turn, teller=teller, counts=kept,
        counted_at=at,
    )  # fmt: skip
    standing = agreement([each.counts for each in [*rows, row]], tellers=needed)
    record_about(
        "ballots.question_counted", ballot, at=at, by=teller, question=question.position,
        mode=mode, turn=turn, agreement=standing.value,
    )  # fmt: skip
    return standing


def latest_turn(question: Question, mode: str) -> tuple[int, list[TellerCount]]:
    """The number of the present turn of counting, and what was counted in it, in its order."""
    turn = question.counts.filter(mode=mode).aggregate(last=Max("turn"))["last"] or 1
    return turn, list(question.counts.filter(mode=mode, turn=turn).order_by("pk"))


def _check_moment(ballot: Ballot, mode: str) -> None:
    if mode not in COUNTED_BY_TELLERS or mode not in ballot.modes:
        message = _("In this vote tellers count nothing of this kind.")
        raise Refused(message, fields={"mode": message})
    if ballot.state in {BallotState.COUNTED, BallotState.ANNULLED}:
        raise BallotStands(_("This vote has its result; nothing is counted any more."))
    if ballot.state == BallotState.PLANNED:
        raise BallotNotOpen(_("This vote is not open yet."))
    if mode == Mode.PAPER and ballot.state != BallotState.CLOSED:
        raise BallotNotOpen(_("Papers are counted when the vote is closed."), source="EL01")


def _checked(
    ballot: Ballot, question: Question, mode: str, counts: Mapping[str, int]
) -> dict[str, int]:
    if question.ballot_id != ballot.pk:
        raise CountRefused(_("This question belongs to another vote."))
    known = [choice["key"] for choice in question.choices]
    if mode == Mode.PAPER:
        known.append(INVALID)
    if set(counts) - set(known):
        raise CountRefused(_("This is no answer of this question."))
    kept = {key: counts.get(key, 0) for key in known}
    for key, count in kept.items():
        if type(count) is not int or not 0 <= count <= LARGEST:
            message = _("Enter a number, 0 when there is none.")
            raise CountRefused(message, fields={key: message})
    taken = Participation.objects.filter(ballot=ballot, mode=mode).count()
    if (total := sum(kept.values())) > taken:
        words = {"total": total, "taken": taken}
        message = (
            _("%(total)d papers are more than the %(taken)d that were handed out. Count again.")
            if mode == Mode.PAPER
            else _("%(total)d hands are more than the %(taken)d people present. Count again.")
        )
        raise CountRefused(message % words)
    return kept


def check_counted_here(ballot: Ballot) -> None:
    if is_taken_elsewhere(ballot.subject_type):
        raise Refused(_("This vote is counted where its slips are taken."))
