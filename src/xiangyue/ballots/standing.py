"""How far a vote is, for who keeps it: counts alone, no result."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.models import Ballot, BallotState, RollState
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.rules import Agreement, agreement
from xiangyue.ballots.services.tellers import COUNTED_BY_TELLERS, latest_turn


@dataclass(frozen=True, slots=True)
class Counting:
    """How the counts of one question in one way of voting stand."""

    position: int
    mode: str
    counted: int
    needed: int
    state: Agreement


def counting_rows(ballot: Ballot) -> list[Counting]:
    """Who still has to count; what they counted is not told."""
    if ballot.state not in {BallotState.OPEN, BallotState.CLOSED}:
        return []
    rule, found = rule_of(ballot), []
    for mode in (mode for mode in ballot.modes if mode in COUNTED_BY_TELLERS):
        if not ballot.participations.filter(mode=mode).exists():
            continue
        for question in ballot.questions.all():
            _turn, rows = latest_turn(question, mode)
            needed = rule.tellers(mode)
            state = agreement([row.counts for row in rows], tellers=needed)
            found.append(Counting(question.position, mode, len(rows), needed, state))
    return found


def what_is_next(ballot: Ballot, *, at: datetime) -> tuple[str, str]:
    """The verb that comes next, and a sentence; no verb when time or people are waited for."""
    if ballot.state == BallotState.PLANNED:
        if ballot.roll.state != RollState.FIXED:
            return "", _("Fix the roll first: a vote runs on one roll, and it stands.")
        if at < ballot.opens_at:
            opens_at = timezone.localtime(ballot.opens_at)
            return "", _("It opens on %(time)s.") % {"time": f"{opens_at:%Y-%m-%d %H:%M}"}
        return "open", _("Everything is ready.")
    if ballot.state == BallotState.OPEN:
        return "close", _("Votes are being taken. Nobody knows a result before the close.")
    if ballot.state == BallotState.CLOSED:
        return "count", _("The vote is closed. Once the tellers agree, the result can be made.")
    return "", ""
