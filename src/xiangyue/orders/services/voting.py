"""Verbs on the vote: its roll, its announcement, the box opened and closed, slips by phone.

A slip and the note that somebody took part are two rows of one transaction, without a common key
or a time. Nothing is recorded of a slip, not even that it came.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, BallotState, RollEntry, RollState
from xiangyue.ballots.services import (
    close_ballot,
    draw_roll,
    open_ballot,
    plan_ballot,
    take_part,
)
from xiangyue.kernel.refusals import Refused
from xiangyue.orders.acting import check_keeps, check_state, kind_of, locked, recorded
from xiangyue.orders.models import ProjectState, Round, RoundState, Slip
from xiangyue.orders.money import yuan
from xiangyue.orders.refusals import NotReady, RoundStands, SlipRefused
from xiangyue.orders.slips import Fault, Limits, fault_of
from xiangyue.places.models import Person
from xiangyue.publicity import queries as notices


def limits_of(round_: Round) -> Limits:
    """What one slip of the round may hold."""
    said = kind_of(round_).slip
    return Limits(round_.budget if said.within_budget else None, said.most)


def costs_of(round_: Round) -> dict[int, int]:
    """What can be marked: number and cost of each project that is put to the vote."""
    rows = round_.projects.filter(state=ProjectState.DRAFT)
    return dict(rows.values_list("number", "cost"))


@transaction.atomic
def draw_voters(*, round_: Round, by: Person, at: datetime, basis: str | None = None) -> Round:
    """Draw the roll of those who may vote; it is published, objected to and fixed as any roll.

    :raises RoundStands: the vote is announced.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.NEEDS, RoundState.COSTING, RoundState.NOTICE)
    round_.roll = draw_roll(
        place=round_.place, rule=kind_of(round_).decision_rule, basis=basis, by=by, at=at
    )
    round_.save(update_fields=["roll"])
    return round_


def kept_back(round_: Round, *, at: datetime) -> list[str]:
    """What keeps the vote from being announced, in sentences; empty when nothing does."""
    if round_.state != RoundState.NOTICE or round_.notice is None:
        return [_("First the projects hang on the board.")]
    found = notices.unsettled(round_.notice, at=at)
    if round_.roll is None:
        found.append(_("Draw the roll of those who may vote."))
    elif round_.roll.state != RollState.FIXED:
        found.append(_("Publish the roll, hear objections, then fix it."))
    return found


@transaction.atomic
def announce_vote(
    *,
    round_: Round,
    opens_at: datetime,
    closes_at: datetime,
    tellers: Sequence[Person],
    by: Person,
    at: datetime,
    meets_at: str = "",
) -> Ballot:
    """Say when everybody on the roll may put in a slip. Records `orders.vote_announced`.

    :raises NotReady: the notice runs, an objection is not answered, the roll is not fixed, or the
        vote is shorter than its kind's days.
    :raises PlanRefused: as votes say: notice days, too few tellers.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.NOTICE)
    if reasons := kept_back(round_, at=at):
        raise NotReady(" ".join(reasons))
    kind = kind_of(round_)
    if closes_at - opens_at < timedelta(days=kind.vote_days):
        said = _("The vote is open for at least %(days)d days.") % {"days": kind.vote_days}
        raise NotReady(said, fields={"closes_at": said}, source=kind.source)
    assert round_.roll is not None
    ballot = plan_ballot(
        roll=round_.roll,
        title=round_.title,
        about=round_.about,
        questions=[_("Which projects shall the budget pay for?")],
        modes=list(kind.modes),
        is_secret=True,
        matter=kind.matter,
        meets_at=meets_at,
        opens_at=opens_at,
        closes_at=closes_at,
        tellers=tellers,
        subject=round_,
        by=by,
        at=at,
    )
    round_.ballot, round_.state = ballot, RoundState.VOTE
    round_.save(update_fields=["ballot", "state"])
    recorded(
        "vote_announced", round_, at=at, actor_id=by.pk, roll=round_.roll.digest,
        count=round_.roll.entry_count,
    )  # fmt: skip
    return ballot


def open_vote(*, round_: Round, by: Person | None, at: datetime) -> Ballot:
    """Let slips come in, not before the announced time."""
    return open_ballot(ballot=_ballot_of(round_, by, at=at), by=by, at=at)


def close_vote(*, round_: Round, by: Person | None, at: datetime) -> Ballot:
    """Take no more slips, not before the announced time unless everybody has voted."""
    return close_ballot(ballot=_ballot_of(round_, by, at=at), by=by, at=at)


def _ballot_of(round_: Round, by: Person | None, *, at: datetime) -> Ballot:
    if by is not None:
        check_keeps(by, round_, at=at)
    if round_.ballot is None or round_.state != RoundState.VOTE:
        raise RoundStands(_("This round has no vote now."))
    return round_.ballot


def open_and_close_due(*, at: datetime) -> int:
    """Open and close the votes whose announced minute has come; how many."""
    rows = Round.objects.filter(state=RoundState.VOTE, ballot__isnull=False)
    due = [
        *rows.filter(
            ballot__state=BallotState.PLANNED, ballot__opens_at__lte=at, ballot__closes_at__gt=at
        ),
        *rows.filter(ballot__state=BallotState.OPEN, ballot__closes_at__lte=at),
    ]
    count = 0
    for round_ in due:
        assert round_.ballot is not None
        act = open_vote if round_.ballot.state == BallotState.PLANNED else close_vote
        try:
            act(round_=round_, by=None, at=at)
        except Refused:  # a person was quicker, or has to look: the next minute asks again
            continue
        count += 1
    return count


@transaction.atomic
def cast_slip(
    *,
    round_: Round,
    projects: Collection[int],
    at: datetime,
    voter: Person | None = None,
    entry: RollEntry | None = None,
    by: Person | None = None,
) -> None:
    """Put a slip into the box: a voter by phone, or an entry of the roll on the tablet of the
    teller `by`. It says nothing of who and when, so it can neither be changed nor taken back.

    :raises BallotNotOpen: before the opening or after the bell.
    :raises NotOnRoll: not on the roll.
    :raises AlreadyTookPart: they have put in a slip, or have their paper.
    :raises SlipRefused: nothing marked, more than the budget or than is allowed, no such project.
    """
    ballot = round_.ballot
    if ballot is None or round_.state not in {RoundState.VOTE, RoundState.DECIDED}:
        raise RoundStands(_("This round has no vote now."))
    chosen = sorted(set(projects))
    check_slip(round_, chosen)
    take_part(ballot=ballot, voter=voter, entry=entry, by=by, at=at)
    Slip.objects.create(round=round_, projects=chosen)


def check_slip(round_: Round, chosen: Collection[int]) -> None:
    """:raises SlipRefused: as `cast_slip` says, in words that say how to put it right."""
    if not chosen:
        raise _refused(_("Mark at least one project."))
    costs, limits = costs_of(round_), limits_of(round_)
    fault = fault_of(costs, chosen, limits)
    if fault is Fault.UNKNOWN:
        raise _refused(_("This project is not on the list."))
    if fault is Fault.TOO_MANY:
        raise _refused(
            _("You have marked %(count)d projects; at most %(most)d may be marked. Take out some.")
            % {"count": len(set(chosen)), "most": limits.most}
        )
    if fault is Fault.TOO_DEAR:
        spent = sum(costs[number] for number in set(chosen))
        raise _refused(
            _(
                "What you have marked costs %(spent)s yuan, the budget is %(budget)s: %(over)s too"
                " much. Take out one or more; nothing has been sent yet."
            )
            % {
                "spent": yuan(spent),
                "budget": yuan(round_.budget),
                "over": yuan(spent - round_.budget),
            }
        )


def _refused(message: str) -> SlipRefused:
    return SlipRefused(message, fields={"projects": message})
