"""Rounds in the words of pages: where one stands, what the keeper does next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.models import BallotState, Mode, RollState
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.orders.models import Round, RoundState
from xiangyue.orders.services.counting import papers_of
from xiangyue.orders.services.projects import unready
from xiangyue.orders.services.voting import kept_back

ORDER = (
    RoundState.NEEDS,
    RoundState.COSTING,
    RoundState.NOTICE,
    RoundState.VOTE,
    RoundState.DECIDED,
    RoundState.DONE,
)


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    is_done: bool
    is_current: bool


def stages_of(round_: Round) -> list[Stage]:
    """The steps of a round, the present one marked; none for one that was stopped."""
    if round_.state == RoundState.STOPPED:
        return []
    now = ORDER.index(RoundState(round_.state))
    words = {
        RoundState.NEEDS: _("Orders"),
        RoundState.COSTING: _("Costs"),
        RoundState.NOTICE: _("On the board"),
        RoundState.VOTE: _("Vote"),
        RoundState.DECIDED: _("Building"),
        RoundState.DONE: _("Done"),
    }
    last = len(ORDER) - 1
    return [
        Stage(words[state], at < now or now == last, at == now and now != last)
        for at, state in enumerate(ORDER)
    ]


@dataclass(frozen=True, slots=True)
class Next:
    """What the keeper does next: a verb when it can be done now, and the sentences that say what
    is missing or what to look at."""

    verb: str
    sentences: tuple[str, ...]


def next_of(round_: Round, *, at: datetime) -> Next:
    """The next step of a round for who keeps it."""
    match RoundState(round_.state):
        case RoundState.NEEDS:
            is_over = at >= round_.needs_until
            words = _("The days for orders are over.")
            if not is_over:
                words = _("Orders come in until %(time)s.") % _time(round_.needs_until)
            return Next("end-needs" if is_over else "", (words,))
        case RoundState.COSTING:
            missing = unready(round_)
            words = _("Every order has its answer. Hang out the list.")
            return Next("" if missing else "publish", tuple(missing) or (words,))
        case RoundState.NOTICE:
            missing = kept_back(round_, at=at)
            verb = "draw" if round_.roll_id is None else "" if missing else "announce"
            words = _("The notice is over. Announce the vote.")
            return Next(verb, tuple(missing) or (words,))
        case RoundState.VOTE:
            return _next_in_vote(round_, at=at)
        case RoundState.DECIDED:
            return Next("", (_("Report how far the projects are; somebody else checks them."),))
    return Next("", ())


def _next_in_vote(round_: Round, *, at: datetime) -> Next:
    ballot = round_.ballot
    assert ballot is not None
    if ballot.state == BallotState.PLANNED:
        if ballot.roll.state == RollState.FIXED and at >= ballot.opens_at:
            return Next("open", (_("The announced time has come."),))
        return Next("", (_("The vote begins on %(time)s.") % _time(ballot.opens_at),))
    if ballot.state == BallotState.OPEN:
        if at >= ballot.closes_at:
            return Next("close", (_("The announced end has come."),))
        words = _("Slips come in until %(time)s. Nobody knows a result before.")
        return Next("", (words % _time(ballot.closes_at),))
    papers = papers_of(round_)
    handed_out = taken_by_mode(ballot).get(Mode.PAPER, 0)
    if papers.is_complete and (papers.count or not handed_out):
        words = _("%(count)d papers are typed alike by two tellers; %(out)d were handed out.")
        said = (words % {"count": papers.count, "out": handed_out},) if handed_out else ()
        return Next("count", (*said, _("Everything is ready.")))
    words = _("Two tellers type the papers: %(out)d handed out, %(same)d alike, %(differ)d differ.")
    return Next(
        "",
        (
            words
            % {
                "out": handed_out,
                "same": len(papers.agreed),
                "differ": len(papers.differing),
            },
        ),
    )


def _time(moment: datetime) -> dict[str, str]:
    return {"time": f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"}
