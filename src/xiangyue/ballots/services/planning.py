"""Verbs on a vote as a whole: plan, open, close, annul."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.ballots.models import Ballot, BallotState, Mode, Question, Roll, RollState, Teller
from xiangyue.ballots.reading import ELECTION, RECALL, reserved_matters, rule_of
from xiangyue.ballots.refusals import BallotNotOpen, BallotStands, NotTheirMatter, PlanRefused
from xiangyue.ballots.rules import ABSTAIN, NO, YES
from xiangyue.ballots.slips import is_taken_elsewhere
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

MOST_QUESTIONS = 60
MOST_CHOICES = 12
SECRET_MODES = frozenset({Mode.PAPER, Mode.SECRET_ONLINE})
ONLINE_MODES = frozenset({Mode.ONLINE, Mode.SECRET_ONLINE})
YES_OR_NO = [
    {"key": YES, "zh": "同意", "en": "Agree"},
    {"key": NO, "zh": "不同意", "en": "Do not agree"},
    {"key": ABSTAIN, "zh": "弃权", "en": "Abstain"},
]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; without choices it is agreed to or not."""

    text: str
    choices: Sequence[str] = ()

    def as_choices(self) -> list[dict[str, str]]:
        if not self.choices:
            return YES_OR_NO
        named = [
            {"key": f"c{number}", "zh": name, "en": name}
            for number, name in enumerate(self.choices, start=1)
        ]
        return [*named, YES_OR_NO[-1]]


@transaction.atomic
def plan_ballot(
    *,
    roll: Roll,
    title: str,
    questions: Sequence[Asked | str],
    modes: Collection[str],
    opens_at: datetime,
    closes_at: datetime,
    at: datetime,
    by: Person | None = None,
    is_secret: bool = False,
    about: str = "",
    meets_at: str = "",
    matter: str = "",
    delegated_by: str = "",
    tellers: Sequence[Person] = (),
    subject: models.Model | None = None,
) -> Ballot:
    """Announce a vote on the roll; nothing is cast before it is opened.

    `matter` names what VCOL art. 24 and its like reserve to some bodies, "" when nothing is;
    `delegated_by` says by which decision it was handed down.

    :raises PlanRefused: notice too short, a way of voting that the rule does not know, too few
        tellers, nothing asked.
    :raises NotTheirMatter: the body may not decide this (EL05).
    """
    roll = Roll.objects.select_related("rule", "place").get(pk=roll.pk)
    rule = rule_of(roll)
    _check_apart(rule, subject)
    asked = [each if isinstance(each, Asked) else Asked(each) for each in questions]
    _check_words(title, asked)
    _check_matter(rule, matter, delegated_by)
    _check_ways(
        rule, modes, is_secret=is_secret, tellers=tellers,
        are_slips_elsewhere=subject is not None
        and is_taken_elsewhere(subject._meta.label_lower),
    )  # fmt: skip
    _check_times(rule, opens_at=opens_at, closes_at=closes_at, at=at)
    ballot = Ballot.objects.create(
        title=title.strip(), about=about.strip(), place=roll.place, place_path=roll.place_path,
        rule=roll.rule, roll=roll, matter=matter, delegated_by=delegated_by.strip(),
        modes=[mode for mode in Mode.values if mode in modes], is_secret=is_secret,
        meets_at=meets_at.strip(), opens_at=opens_at, closes_at=closes_at, planned_by=by,
        planned_at=at,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
    )  # fmt: skip
    Question.objects.bulk_create(
        Question(ballot=ballot, position=number, text=each.text.strip(), choices=each.as_choices())
        for number, each in enumerate(asked, start=1)
    )
    Teller.objects.bulk_create(
        Teller(ballot=ballot, person=person) for person in dict.fromkeys(tellers)
    )
    record_about(
        "ballots.ballot_planned", ballot, at=at, by=by, rule=roll.rule.key, questions=len(asked),
        modes=list(ballot.modes), secret=is_secret,
    )  # fmt: skip
    return ballot


def _refuse(field: str, message: str, *, source: str = "") -> Refused:
    return PlanRefused(message, fields={field: message}, source=source)


def _check_apart(rule: DecisionRule, subject: models.Model | None) -> None:
    is_recall = subject is not None and subject._meta.label_lower == "ballots.recall"
    if rule.body == ELECTION or (rule.body == RECALL and not is_recall):
        raise _refuse(
            "title", _("Elections and recalls are held from their own pages."), source=rule.source
        )


def _check_words(title: str, asked: Sequence[Asked]) -> None:
    if not title.strip():
        raise _refuse("title", _("Say what the vote is about."))
    if not asked or not all(each.text.strip() for each in asked):
        raise _refuse("questions", _("Write at least one question, and none that is empty."))
    if len(asked) > MOST_QUESTIONS:
        raise _refuse(
            "questions", _("At most %(most)d questions in one vote.") % {"most": MOST_QUESTIONS}
        )
    for each in asked:
        names = [name.strip() for name in each.choices]
        if names and (
            not 2 <= len(names) <= MOST_CHOICES or len(set(names)) < len(names) or not all(names)
        ):
            raise _refuse(
                "questions",
                _("A question has from two to %(most)d choices, each different.")
                % {"most": MOST_CHOICES},
            )


def _check_matter(rule: DecisionRule, matter: str, delegated_by: str) -> None:
    if not matter:
        return
    found = next((each for each in reserved_matters() if each.key == matter), None)
    if found is None:
        raise _refuse("matter", _("Choose one of the reserved matters, or none."))
    if rule.body in found.decided_by:
        return
    words = {
        "body": rule.name.in_language(get_language()),
        "matter": found.name.in_language(get_language()),
    }
    if rule.body in found.delegable_to:
        if delegated_by.strip():
            return
        message = _(
            "%(body)s decides on “%(matter)s” only when the assembly has delegated it. Say by"
            " which decision it did."
        )
        raise NotTheirMatter(
            message % words, source=found.source, fields={"delegated_by": message % words}
        )
    message = _("%(body)s may not decide on “%(matter)s”: the law reserves it to the assembly.")
    raise NotTheirMatter(message % words, source=found.source, fields={"matter": message % words})


def _check_ways(
    rule: DecisionRule,
    modes: Collection[str],
    *,
    is_secret: bool,
    tellers: Sequence[Person],
    are_slips_elsewhere: bool,
) -> None:
    if not modes or not set(modes) <= set(rule.modes):
        raise _refuse("modes", _("Choose ways of voting that this body knows."))
    if is_secret and rule.secrecy == "never":
        raise _refuse("is_secret", _("This body votes openly."), source=rule.source)
    if rule.secrecy == "always" and not is_secret:
        raise _refuse("is_secret", _("This body votes secretly."), source=rule.source)
    if is_secret and not set(modes) <= SECRET_MODES and not are_slips_elsewhere:
        raise _refuse(
            "modes", _("A secret vote is taken on paper or in the secret way by phone."),
            source="EL01",
        )  # fmt: skip
    if not is_secret and Mode.SECRET_ONLINE in modes:
        raise _refuse("modes", _("The secret way by phone belongs to a secret vote."))
    for mode in (Mode.PAPER, Mode.HANDS):
        needed = rule.tellers(mode)
        if mode in modes and len(set(tellers)) < needed:
            raise _refuse("tellers", _("Choose at least %(count)d tellers.") % {"count": needed})


def _check_times(
    rule: DecisionRule, *, opens_at: datetime, closes_at: datetime, at: datetime
) -> None:
    if closes_at <= opens_at:
        raise _refuse("closes_at", _("A vote closes after it opens."))
    if closes_at <= at:
        raise _refuse("closes_at", _("This vote would lie in the past."))
    earliest = timezone.localdate(at) + timedelta(days=rule.notice_days)
    if timezone.localdate(opens_at) < earliest:
        raise _refuse(
            "opens_at",
            _("This body is called %(days)d days ahead: on %(day)s at the earliest.")
            % {"days": rule.notice_days, "day": f"{earliest:%Y-%m-%d}"},
            source=rule.source,
        )


@transaction.atomic
def open_ballot(*, ballot: Ballot, at: datetime, by: Person | None = None) -> Ballot:
    """Begin to take votes; opening again changes nothing.

    :raises BallotStands: it has been closed or annulled.
    :raises PlanRefused: before the announced time, or on a roll that is not fixed.
    """
    ballot = locked(ballot)
    if ballot.state == BallotState.OPEN:
        return ballot
    if ballot.state != BallotState.PLANNED:
        raise BallotStands(_("This vote is over."))
    if at < ballot.opens_at:
        opens_at = timezone.localtime(ballot.opens_at)
        raise PlanRefused(
            _("The vote was announced for %(time)s; it does not open earlier.")
            % {"time": f"{opens_at:%Y-%m-%d %H:%M}"}
        )
    if at >= ballot.closes_at and ONLINE_MODES & set(ballot.modes):
        raise BallotStands(_("The announced time is over. Annul this vote and plan another."))
    if ballot.roll.state != RollState.FIXED:
        raise PlanRefused(_("Fix the roll first: a vote runs on one roll, and it stands."),
                          source="EL02")  # fmt: skip
    ballot.state, ballot.opened_at = BallotState.OPEN, at
    ballot.save(update_fields=["state", "opened_at"])
    record_about("ballots.ballot_opened", ballot, at=at, by=by, roll=ballot.roll.digest)
    return ballot


@transaction.atomic
def close_ballot(*, ballot: Ballot, at: datetime, by: Person | None = None) -> Ballot:
    """Take no more votes; closing again changes nothing. Nobody knows a result before this.

    :raises BallotNotOpen: it was never opened, or is annulled.
    :raises BallotStands: people may still vote by phone until the announced time.
    """
    ballot = locked(ballot)
    if ballot.state in {BallotState.CLOSED, BallotState.COUNTED}:
        return ballot
    if ballot.state != BallotState.OPEN:
        raise BallotNotOpen(_("This vote is not open."))
    taken_count = ballot.participations.count()
    if (
        ONLINE_MODES & set(ballot.modes)
        and at < ballot.closes_at
        # Who has taken a slip may cast, and cast anew, until the announced time.
        and (taken_count < ballot.roll.entry_count or Mode.SECRET_ONLINE in ballot.modes)
    ):
        closes_at = timezone.localtime(ballot.closes_at)
        raise BallotStands(
            _("People may vote by phone until %(time)s; it does not close earlier.")
            % {"time": f"{closes_at:%Y-%m-%d %H:%M}"}
        )
    ballot.state, ballot.closed_at = BallotState.CLOSED, at
    ballot.save(update_fields=["state", "closed_at"])
    record_about("ballots.ballot_closed", ballot, at=at, by=by, count=taken_count)
    return ballot


@transaction.atomic
def annul_ballot(*, ballot: Ballot, reason: str, at: datetime, by: Person | None = None) -> Ballot:
    """Say that the vote does not hold, with the reason; everything it has stays in the record.

    :raises BallotStands: it is annulled already.
    """
    ballot = locked(ballot)
    reason = reason.strip()
    if not reason:
        message = _("Give the reason; everybody who could vote reads it.")
        raise Refused(message, fields={"reason": message})
    if ballot.state == BallotState.ANNULLED:
        raise BallotStands(_("This vote is annulled already."))
    ballot.state, ballot.annulled_at, ballot.annulled_reason = (
        BallotState.ANNULLED, at, reason[:300],
    )  # fmt: skip
    ballot.save(update_fields=["state", "annulled_at", "annulled_reason"])
    record_about("ballots.ballot_annulled", ballot, at=at, by=by)
    return ballot


def locked(ballot: Ballot) -> Ballot:
    """The vote as it is now; whoever changes it or takes part waits until this is done."""
    rows = Ballot.objects.select_for_update(of=("self",))
    return rows.select_related("rule", "roll__rule").get(pk=ballot.pk)


def record_about(
    name: str, ballot: Ballot, *, at: datetime, by: Person | None, **facts: object
) -> None:
    actor: UUID | None = by.pk if by is not None else None
    record(
        name=name, subject=ballot, at=at, actor_id=actor, place_path=ballot.place_path, facts=facts
    )
