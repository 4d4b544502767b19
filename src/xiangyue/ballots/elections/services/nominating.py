"""Verbs on candidates: nominated by the voters, asked, presented, published."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.elections import rules
from xiangyue.ballots.elections.models import (
    Candidate,
    CandidateAnswer,
    CandidateState,
    Election,
    Round,
    RoundKind,
    RoundState,
)
from xiangyue.ballots.elections.queries import committee_missing, office_name, office_of
from xiangyue.ballots.elections.reading import kind_of, named_roll_id
from xiangyue.ballots.elections.refusals import ElectionStands, NotACandidate
from xiangyue.ballots.elections.services.acting import (
    locked,
    record_about,
    refuse,
    require_preparing,
    words,
)
from xiangyue.ballots.models import RollEntry, RollState
from xiangyue.ballots.publishing import put_up
from xiangyue.places.models import Person


@transaction.atomic
def nominate(
    *,
    election: Election,
    office: str,
    entry: RollEntry,
    support_count: int,
    by: Person,
    at: datetime,
    is_woman: bool = False,
    is_minority: bool = False,
) -> Candidate:
    """Enter whom the voters nominated directly, and on how many slips (VCOL art. 15).

    :raises NotACandidate: not on the fixed list, or a man for an office of women.
    :raises ElectionRefused: no such office, no support, or more than there are voters.
    """
    election = locked(election)
    _require_nominating(election)
    found = office_of(election, office)
    if found is None:
        raise refuse("office", _("Choose one of the offices of this election."))
    if entry.roll_id != named_roll_id(election) or entry.is_struck or entry.person is None:
        message = _("Only who stands on the voters' list can be nominated.")
        raise NotACandidate(message, fields={"name": message}, source="VCOL art. 15")
    if entry.is_doubtful:
        message = _("Of %(name)s nobody has said whether they are of age; settle it on the list of"
                    " those who may be elected.") % {"name": entry.name}  # fmt: skip
        raise NotACandidate(message, fields={"name": message}, source="RCOL art. 8")
    if found["only_women"] and not is_woman:
        message = _("Only women stand for this office.")
        raise NotACandidate(message, fields={"is_woman": message})
    assert election.roll is not None
    if not 1 <= support_count <= election.roll.entry_count:
        raise refuse(
            "support_count",
            _("On how many slips? From 1 to %(most)d.") % {"most": election.roll.entry_count},
        )
    try:
        with transaction.atomic():
            candidate = Candidate.objects.create(
                election=election, office=office, entry=entry, person=entry.person,
                name=entry.name, support_count=support_count, is_woman=is_woman,
                is_minority=is_minority,
            )  # fmt: skip
    except IntegrityError:
        message = _("%(name)s is nominated for this office already.") % {"name": entry.name}
        raise refuse("name", message) from None
    record_about("candidate_nominated", election, at=at, by=by, office=office)
    return candidate


def _require_nominating(election: Election) -> None:
    require_preparing(election)
    if election.roll is None or election.roll.state != RollState.FIXED:
        raise ElectionStands(_("First the voters' list is fixed; then the voters nominate."),
                             source="VCOL art. 15")  # fmt: skip
    if election.candidates_published_at is not None:
        raise ElectionStands(_("The candidates are published; nobody is added any more."))


@transaction.atomic
def answer_nomination(
    *,
    candidate: Candidate,
    accepts: bool,
    by: Person | None,
    at: datetime,
    introduction: str = "",
) -> Candidate:
    """Enter whether the nominated person stands; who does leaves the election committee at once
    (VCOL art. 12).

    :raises NotACandidate: they stand for another office already.
    :raises ElectionStands: the candidates are published.
    """
    election = locked(candidate.election)
    _require_nominating(election)
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    candidate.state = CandidateState.ACCEPTED if accepts else CandidateState.DECLINED
    candidate.introduction = introduction.strip()[:600]
    candidate.answered_at = at
    try:
        with transaction.atomic():
            candidate.save(update_fields=["state", "introduction", "answered_at"])
    except IntegrityError:
        message = _("%(name)s stands for another office already.") % {"name": candidate.name}
        raise NotACandidate(message, fields={"accepts": message}) from None
    if accepts:
        sitting = election.members.filter(person=candidate.person_id, left_at=None).first()
        if sitting is not None:
            sitting.left_at, sitting.is_chair = at, False
            sitting.left_reason = _("Stands in the election.")
            sitting.save(update_fields=["left_at", "left_reason", "is_chair"])
            record_about("election_committee_changed", election, at=at, by=by, act="left")
    record_about("nomination_answered", election, at=at, by=by, accepts=accepts)
    return candidate


@transaction.atomic
def withdraw_candidate(*, candidate: Candidate, by: Person | None, at: datetime) -> Candidate:
    """Let a candidate step back before the polling place opens; the slips are printed without
    them.

    :raises ElectionStands: the polling place is open, or they do not stand.
    """
    election = locked(candidate.election)
    require_preparing(election)
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    if candidate.state not in {CandidateState.ACCEPTED, CandidateState.NOMINATED}:
        raise ElectionStands(_("%(name)s does not stand.") % {"name": candidate.name})
    candidate.state, candidate.answered_at = CandidateState.WITHDRAWN, at
    candidate.save(update_fields=["state", "answered_at"])
    planned = election.rounds.select_for_update().filter(state=RoundState.PLANNED).first()
    if planned is not None:
        planned.offices = offices_of_candidates(election)
        planned.save(update_fields=["offices"])
    record_about("candidate_withdrawn", election, at=at, by=by)
    return candidate


def offices_of_candidates(election: Election) -> list[dict[str, object]]:
    """What stands on the slips of the first round: each office with its candidates by name."""
    rows = election.candidates.filter(state=CandidateState.ACCEPTED).order_by("name", "pk")
    standing = list(rows.values_list("office", "entry__number"))
    return [
        {
            "key": each["key"],
            "seats": each["seats"],
            "candidates": [number for office, number in standing if office == each["key"]],
        }
        for each in election.offices
    ]


def choice_missing(offices: list[dict[str, object]], election: Election) -> list[str]:
    """Offices with no more candidates than seats (差额选举), in sentences."""
    found = []
    for each in offices:
        count, seats = len(each["candidates"]), each["seats"]  # type: ignore[arg-type]
        assert isinstance(seats, int)
        if rules.candidate_faults(candidate_count=count, seats=seats):
            found.append(
                _("%(office)s: %(count)d stand for %(seats)d; there must be more candidates than"
                  " seats.")
                % {"office": office_name(election, str(each["key"])), "count": count,
                   "seats": seats}
            )  # fmt: skip
    return found


@transaction.atomic
def publish_candidates(
    *,
    election: Election,
    by: Person,
    at: datetime,
    presented_at: datetime | None = None,
    presented_where: str = "",
) -> Round:
    """Publish who stands for what, by name, and when they are presented; plan the polling day.

    :raises ElectionRefused: no more candidates than seats, somebody not asked yet, too late, the
        election committee not full.
    """
    election = locked(election)
    _require_nominating(election)
    declared = kind_of(election)
    offices = offices_of_candidates(election)
    missing = choice_missing(offices, election) + committee_missing(election)
    if election.candidates.filter(state=CandidateState.NOMINATED).exists():
        missing.append(_("Somebody who was nominated has not been asked yet."))
    latest = timezone.localdate(election.opens_at) - timedelta(days=declared.candidates_days)
    if timezone.localdate(at) > latest:
        missing.append(
            _("The candidates are published at least %(days)d days before election day.")
            % {"days": declared.candidates_days}
        )
    if missing:
        raise refuse("presented_at", " ".join(missing), source="VCOL arts 12, 15")
    if presented_at is not None and not at <= presented_at < election.opens_at:
        raise refuse("presented_at", _("Candidates are presented before election day."))
    election.candidates_published_at = at
    election.presented_at, election.presented_where = presented_at, presented_where.strip()[:120]
    election.save(update_fields=["candidates_published_at", "presented_at", "presented_where"])
    found = Round.objects.create(
        election=election, number=1, kind=RoundKind.FIRST, offices=offices,
        opens_at=election.opens_at, closes_at=election.closes_at,
    )  # fmt: skip
    record_about(
        "candidates_published", election, at=at, by=by,
        count=sum(len(each["candidates"]) for each in offices),  # type: ignore[misc, arg-type]
    )  # fmt: skip
    title = _("Candidates: %(title)s") % {"title": election.title}
    put_up(
        "nominees", election.place, title, _candidate_words(election), election, by=by, at=at,
        facts=_candidate_table(election),
    )  # fmt: skip
    return found


def _candidate_words(election: Election) -> str:
    lines = [
        _("The voters nominated them directly, and they have agreed to stand. They are named by"
          " name, not by support. Everybody may also write in another name.")
    ]  # fmt: skip
    if election.presented_at is not None:
        lines.append(
            _("They introduce themselves and answer questions on %(time)s, %(where)s.")
            % {
                "time": f"{timezone.localtime(election.presented_at):%Y-%m-%d %H:%M}",
                "where": election.presented_where or election.place.name,
            }
        )
    return "\n".join(lines)


def _candidate_table(election: Election) -> dict[str, object]:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    rows = election.candidates.filter(state=CandidateState.ACCEPTED).order_by("name", "pk")
    found = list(rows)
    return {
        "tables": [
            {
                "title": _("Who stands"),
                "columns": [_("Office"), _("Seats"), _("Candidates")],
                "rows": [
                    [
                        each[language],
                        str(each["seats"]),
                        "、".join(row.name for row in found if row.office == each["key"]),
                    ]
                    for each in election.offices
                ],
            }
        ]
    }


@transaction.atomic
def record_answer(
    *, candidate: Candidate, question: str, answer: str, by: Person, at: datetime
) -> CandidateAnswer:
    """Keep what a candidate was asked in public and what they said.

    :raises ElectionStands: they do not stand, or the polling place has opened.
    """
    election = locked(candidate.election)
    require_preparing(election)
    if candidate.state != CandidateState.ACCEPTED or election.candidates_published_at is None:
        raise ElectionStands(_("%(name)s does not stand.") % {"name": candidate.name})
    row = CandidateAnswer.objects.create(
        candidate=candidate, entered_at=at,
        question=words(question, "question", most=300, missing=_("What were they asked?")),
        answer=words(answer, "answer", most=1000, missing=_("What did they say?")),
    )  # fmt: skip
    record_about("candidate_answered", election, at=at, by=by)
    return row
