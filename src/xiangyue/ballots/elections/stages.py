"""How far an election is: its whole way for everybody, the next step for who keeps it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.delegates import groups_missing
from xiangyue.ballots.elections.electorate_models import Electorate, Electors
from xiangyue.ballots.elections.models import Election, ElectionState, Round, RoundState
from xiangyue.ballots.elections.queries import committee_missing, current_round, next_round_of
from xiangyue.ballots.elections.reading import electorate_of, kind_of, rule_for
from xiangyue.ballots.models import RollState


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way, as everybody sees it; `when` a day or a time in words."""

    key: str
    title: str
    when: str
    says: str
    law: str
    is_done: bool
    is_current: bool


def _day(day: date | datetime | None) -> str:
    if day is None:
        return ""
    return f"{timezone.localtime(day):%Y-%m-%d}" if isinstance(day, datetime) else f"{day:%Y-%m-%d}"


def stages_of(election: Election) -> list[Stage]:
    """The whole way of an election with its days, done steps and the present one."""
    declared, roll, electorate = kind_of(election), election.roll, electorate_of(election)
    polled = election.rounds.filter(state=RoundState.COUNTED).exists()
    opens = timezone.localtime(election.opens_at)
    by = opens.date() - timedelta(days=declared.list_days)
    is_fixed = roll is not None and roll.state == RollState.FIXED
    is_published = roll is not None and roll.state != RollState.DRAFT
    over = election.state in {ElectionState.DECIDED, ElectionState.HANDED_OVER}
    rows = [
        ("committee", _("Election committee"), _day(election.announced_at),
         _("It is chosen by a meeting of the villagers and runs the election; whoever stands"
           " leaves it."), "VCOL art. 12", not committee_missing(election)),
        ("list", _("Voters' list"),
         _day(roll.published_at) if roll and roll.published_at else _("by %(day)s")
         % {"day": _day(by)},
         _("Published %(days)d days before. Objections within five days, decided within three.")
         % {"days": declared.list_days}, "VCOL arts 13, 14", is_published),
        ("fixed", _("The list stands"), _day(roll.fixed_at if roll else None),
         _("Whoever is on it votes and can be voted for."), "VCOL art. 14", is_fixed),
        ("candidates", _("Candidates"), _day(election.candidates_published_at),
         _("The voters nominate directly; more candidates than seats."), "VCOL art. 15",
         election.candidates_published_at is not None),
        ("polling", _("Election day"), f"{opens:%Y-%m-%d %H:%M}",
         _("A booth for each voter, paper slips, an open count, the result on the same day."),
         "VCOL art. 15", polled),
        ("elected", _("Elected"), _day(election.decided_at),
         *_who_elects(electorate), over),
        ("handover", _("Handover"), _day(election.handed_over_at),
         _("Within %(days)d days after the new committee is elected.")
         % {"days": declared.handover_days}, "VCOL art. 20",
         election.state == ElectionState.HANDED_OVER),
    ]  # fmt: skip
    current = next((row[0] for row in rows if not row[5]), "")
    if election.state == ElectionState.ANNULLED:
        current = ""
    return [
        Stage(key, str(title), when, says, law, is_done, key == current)
        for key, title, when, says, law, is_done in rows
    ]


def _who_elects(electorate: Electorate | None) -> tuple[str, str]:
    """What elects, and the law behind it."""
    if electorate is None:
        return _("More than half of the voters vote, more than half of them elect."), "VCOL art. 15"
    if electorate.electors == Electors.HOUSEHOLDS:
        return (
            _("Delegates of more than half of the households come, more than half of those present"
              " elect."),
            "RCOL arts 8, 10",
        )  # fmt: skip
    return (
        _("More than half of the representatives come, more than half of those present elect."),
        "RCOL arts 8, 10",
    )


def what_is_next(election: Election, *, at: datetime) -> tuple[str, str]:
    """The step that comes next, and a sentence that a clerk can act on; two empty texts when
    nothing is to be done any more."""
    if election.state in {ElectionState.ANNULLED, ElectionState.HANDED_OVER}:
        return "", ""
    if election.state == ElectionState.DECIDED:
        return "hand-over", _("Hand over seals, accounts, assets and papers to the new committee.")
    if missing := committee_missing(election):
        return "join", missing[0]
    if election.candidates_published_at is None:
        return _before_candidates(election)
    found = current_round(election)
    return _of_round(found, at=at) if found is not None else _between(election)


def _between(election: Election) -> tuple[str, str]:
    if next_round_of(election).kind:
        return "next-round", _("Not all seats are filled: announce the day of the next vote.")
    return "conclude", _("All that can be decided is decided: let the elected begin.")


def _before_candidates(election: Election) -> tuple[str, str]:
    roll = election.roll
    if roll is None and (missing := groups_missing(election)):
        return "group", missing[0]
    if roll is None:
        return "draw", _("Draw the voters' list from the register.")
    return {
        RollState.DRAFT: ("list", _("Look through the voters' list, then publish it.")),
        RollState.PUBLISHED: (
            "list",
            _("Answer objections to the voters' list; then fix it."),
        ),
        RollState.FIXED: (
            "nominate",
            _("Enter whom the voters nominated, ask them, publish the candidates."),
        ),
    }[RollState(roll.state)]


def _of_round(found: Round, *, at: datetime) -> tuple[str, str]:
    if found.state == RoundState.OPEN:
        return "close", _("Slips are handed out. Nobody opens a box before the close.")
    if found.state == RoundState.CLOSED:
        return "count", _("The box is closed. Once the tellers agree, the result can be made.")
    if found.tellers.count() < rule_for(found.election).tellers("paper"):
        return "tellers", _("Choose the tellers; print the slips.")
    if at >= found.opens_at:
        return "open", _("Everything is ready.")
    opens_at = timezone.localtime(found.opens_at)
    return (
        "proxy",
        _("Enter proxies before the day; the polling place opens on %(time)s.")
        % {"time": f"{opens_at:%Y-%m-%d %H:%M}"},
    )
