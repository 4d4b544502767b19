"""What who keeps an election does, from plain values: the desk's forms and the API's twins send
the same, and are refused in the same words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiangyue.ballots.elections import services
from xiangyue.ballots.elections.models import (
    Candidate,
    Election,
    ElectionProxy,
    Round,
    VoterClaim,
)
from xiangyue.ballots.elections.queries import current_round
from xiangyue.ballots.elections.reading import named_roll_id
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.elections.refusals import ElectionRefused, ElectionStands
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.services.members import found_people
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.models import Person
from xiangyue.places.queries import county_place

MOST_LINES = 40


def found_entry(election: Election, text: str, *, field: str, is_voter: bool = False) -> RollEntry:
    """Whom a number or a name means on the list of those who may be voted for, which is the
    voters' list where all vote; `is_voter`: on the voters' list.

    :raises ElectionRefused: nobody, or several.
    """
    text = text.strip()
    roll_id = election.roll_id if is_voter else named_roll_id(election)
    rows = RollEntry.objects.filter(roll=roll_id, is_struck=False).select_related("person")
    if text.isascii() and text.isdigit() and len(text) < 10:
        found = list(rows.filter(number=int(text)))
    else:
        found = list(rows.filter(name=text)[:2])
    if len(found) == 1:
        return found[0]
    message = (
        _("The voters' list has several called %(name)s; enter the number.")
        if found
        else _("Nobody on the voters' list is called %(name)s, or has this number.")
    ) % {"name": text}
    raise ElectionRefused(message, fields={field: message})


def _one_person(election: Election, text: str, *, field: str) -> Person:
    (person,) = found_people(place=county_place(), text=text.splitlines()[0], field=field)
    return person


def _round(election: Election) -> Round:
    found = current_round(election)
    if found is None:
        raise ElectionStands(_("No vote is announced in this election now."))
    return found


def _candidate(election: Election, key: UUID) -> Candidate:
    found = Candidate.objects.filter(election=election, pk=key).first()
    if found is None:
        raise NotFound(_("There is no such candidate."))
    return found


def join(*, election: Election, name: str, by: Person, at: datetime) -> None:
    person = _one_person(election, name, field="name")
    services.join_committee(election=election, person=person, by=by, at=at)


def leave(*, election: Election, name: str, reason: str, by: Person, at: datetime) -> None:
    sitting = election.members.filter(left_at=None, person__name=name.strip())
    member = sitting.select_related("person").first()
    if member is None:
        message = _("%(name)s does not sit on it.") % {"name": name}
        raise ElectionRefused(message, fields={"name": message})
    services.leave_committee(election=election, person=member.person, reason=reason, by=by, at=at)


def draw(*, election: Election, by: Person, at: datetime) -> None:
    services.draw_voters(election=election, by=by, at=at)


def group(
    *,
    election: Election,
    group: str,
    names: str,
    met_on: date,
    present_count: int,
    by: Person,
    at: datetime,
) -> None:
    people = found_people(place=county_place(), text=names, field="names")
    services.choose_representatives(
        election=election, group=group, people=people, met_on=met_on, present_count=present_count,
        by=by, at=at,
    )  # fmt: skip


def claim(
    *,
    election: Election,
    name: str,
    kind: str,
    lives_here_since: date | None,
    agreed_by: str,
    by: Person,
    at: datetime,
) -> None:
    services.claim_vote(
        election=election, person=_one_person(election, name, field="name"), kind=kind,
        lives_here_since=lives_here_since, agreed_by=agreed_by, by=by, at=at,
    )  # fmt: skip


def answer_claim(
    *, election: Election, claim: UUID, is_accepted: bool, answer: str, by: Person, at: datetime
) -> None:
    found = VoterClaim.objects.filter(election=election, pk=claim).first()
    if found is None:
        raise NotFound(_("Nobody has asked for this."))
    services.answer_claim(claim=found, is_accepted=is_accepted, answer=answer, by=by, at=at)


def nominate(
    *,
    election: Election,
    office: str,
    name: str,
    support_count: int,
    is_woman: bool,
    is_minority: bool,
    by: Person,
    at: datetime,
) -> None:
    services.nominate(
        election=election, office=office, entry=found_entry(election, name, field="name"),
        support_count=support_count, is_woman=is_woman, is_minority=is_minority, by=by, at=at,
    )  # fmt: skip


def answer_nomination(
    *,
    election: Election,
    candidate: UUID,
    accepts: bool,
    introduction: str,
    by: Person,
    at: datetime,
) -> None:
    services.answer_nomination(
        candidate=_candidate(election, candidate), accepts=accepts, introduction=introduction,
        by=by, at=at,
    )  # fmt: skip


def withdraw(*, election: Election, candidate: UUID, by: Person, at: datetime) -> None:
    services.withdraw_candidate(candidate=_candidate(election, candidate), by=by, at=at)


def publish(
    *,
    election: Election,
    presented_at: datetime | None,
    presented_where: str,
    by: Person,
    at: datetime,
) -> None:
    services.publish_candidates(
        election=election, presented_at=presented_at, presented_where=presented_where, by=by, at=at
    )


def question(
    *, election: Election, candidate: UUID, question: str, answer: str, by: Person, at: datetime
) -> None:
    services.record_answer(
        candidate=_candidate(election, candidate), question=question, answer=answer, by=by, at=at
    )


def tellers(*, election: Election, names: str, by: Person, at: datetime) -> None:
    people = found_people(place=county_place(), text=names, field="names")
    services.choose_tellers(polling=_round(election), tellers=people, by=by, at=at)


def proxy(
    *,
    election: Election,
    name: str,
    agent: str,
    relation: str,
    is_written: bool,
    by: Person,
    at: datetime,
) -> None:
    services.add_proxy(
        polling=_round(election), entry=found_entry(election, name, field="name", is_voter=True),
        agent=found_entry(election, agent, field="agent", is_voter=True), relation=relation,
        is_written=is_written, by=by, at=at,
    )  # fmt: skip


def proxy_back(*, election: Election, proxy: UUID, by: Person, at: datetime) -> None:
    found = ElectionProxy.objects.filter(round__election=election, pk=proxy).first()
    if found is None:
        raise NotFound(_("There is no such proxy."))
    services.withdraw_proxy(proxy=found, by=by, at=at)


def open_polling(*, election: Election, by: Person, at: datetime) -> None:
    services.open_round(polling=_round(election), by=by, at=at)


def close_polling(*, election: Election, by: Person, at: datetime) -> None:
    services.close_round(polling=_round(election), by=by, at=at)


def count(*, election: Election, by: Person, at: datetime) -> None:
    services.count_round(polling=_round(election), by=by, at=at)


def void(*, election: Election, reason: str, by: Person, at: datetime) -> None:
    services.void_round(polling=_round(election), reason=reason, by=by, at=at)


def next_round(
    *, election: Election, opens_at: datetime, closes_at: datetime, by: Person, at: datetime
) -> None:
    services.plan_next_round(
        election=election, opens_at=opens_at, closes_at=closes_at, by=by, at=at
    )


def conclude(*, election: Election, by: Person, at: datetime) -> None:
    services.conclude_election(election=election, by=by, at=at)


def hand_over(
    *, election: Election, items: str, overseen_by: str, by: Person, at: datetime
) -> None:
    services.hand_over(
        election=election, items=items.splitlines(), overseen_by=overseen_by, by=by, at=at
    )


def annul(*, election: Election, reason: str, by: Person, at: datetime) -> None:
    services.annul_election(election=election, reason=reason, by=by, at=at)


def hear(*, recall: Recall, statement: str, by: Person, at: datetime) -> None:
    services.hear_recalled(recall=recall, statement=statement, by=by, at=at)


def draw_roll(*, recall: Recall, by: Person, at: datetime) -> None:
    services.draw_recall_roll(recall=recall, by=by, at=at)


def call(
    *,
    recall: Recall,
    opens_at: datetime,
    closes_at: datetime,
    meets_at: str,
    tellers: str,
    by: Person,
    at: datetime,
) -> None:
    services.call_recall(
        recall=recall, opens_at=opens_at, closes_at=closes_at, meets_at=meets_at,
        tellers=found_people(place=county_place(), text=tellers, field="tellers"), by=by, at=at,
    )  # fmt: skip


def decide(*, recall: Recall, by: Person, at: datetime) -> None:
    services.decide_recall(recall=recall, by=by, at=at)


def drop(*, recall: Recall, reason: str, by: Person, at: datetime) -> None:
    services.drop_recall(recall=recall, reason=reason, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with an election, and what is said when it is done."""

    do: Callable[..., None]
    done: str | Promise


ACTS: dict[str, Act] = {
    "join": Act(join, gettext_lazy("Sits on the election committee now.")),
    "leave": Act(leave, gettext_lazy("Has left the election committee.")),
    "draw": Act(draw, gettext_lazy("The voters' list is drawn; look through it and publish it.")),
    "group": Act(group, gettext_lazy("Kept; these vote for their group.")),
    "claim": Act(claim, gettext_lazy("Entered; it is answered before the list is published.")),
    "answer-claim": Act(answer_claim, gettext_lazy("Answered.")),
    "nominate": Act(nominate, gettext_lazy("Entered; now ask whether they stand.")),
    "answer-nomination": Act(answer_nomination, gettext_lazy("Kept.")),
    "withdraw": Act(withdraw, gettext_lazy("Does not stand any more.")),
    "publish": Act(publish, gettext_lazy("The candidates are published.")),
    "question": Act(question, gettext_lazy("Kept; everybody can read it.")),
    "tellers": Act(tellers, gettext_lazy("The tellers are chosen.")),
    "proxy": Act(proxy, gettext_lazy("The proxy is entered, for everybody to see.")),
    "proxy-back": Act(proxy_back, gettext_lazy("The proxy is taken back.")),
    "open": Act(open_polling, gettext_lazy("The polling place is open.")),
    "close": Act(close_polling, gettext_lazy("The boxes are closed. Now count, in public.")),
    "count": Act(count, gettext_lazy("The result stands and hangs on the board.")),
    "void": Act(
        void, gettext_lazy("The vote is void; announce the day on which it is held again.")
    ),
    "next-round": Act(next_round, gettext_lazy("The next vote is announced.")),
    "conclude": Act(conclude, gettext_lazy("The elected have begun; print their certificates.")),
    "hand-over": Act(hand_over, gettext_lazy("Handed over.")),
    "annul": Act(annul, gettext_lazy("The election is annulled.")),
}


RECALL_ACTS: dict[str, Act] = {
    "hear": Act(hear, gettext_lazy("Kept; everybody can read it.")),
    "draw": Act(draw_roll, gettext_lazy("The roll is drawn; publish it and fix it.")),
    "call": Act(call, gettext_lazy("The vote is called.")),
    "decide": Act(decide, gettext_lazy("What the vote came to is carried out.")),
    "drop": Act(drop, gettext_lazy("The recall is dropped.")),
}
