"""Reads about elections: what is missing, what comes next, who was elected."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.elections import rules
from xiangyue.ballots.elections.electorate_models import Electorate, GroupChoice
from xiangyue.ballots.elections.models import (
    Candidate,
    CandidateState,
    Elected,
    Election,
    ElectionProxy,
    ElectionState,
    OfficeCount,
    Round,
    RoundKind,
    RoundState,
)
from xiangyue.ballots.elections.reading import electorate_of, kind_of, rule_for
from xiangyue.ballots.elections.recall_models import Recall
from xiangyue.ballots.models import Roll, RollEntry
from xiangyue.ballots.rules import Agreement, agreement
from xiangyue.places.models import Person

RUNNING = (ElectionState.PREPARING, ElectionState.POLLING)


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def office_of(election: Election, key: str) -> dict[str, Any] | None:
    return next((each for each in election.offices if each["key"] == key), None)


def office_name(election: Election, key: str) -> str:
    found = office_of(election, key)
    return str(found[_language()]) if found is not None else key


def sitting_members(election: Election) -> QuerySet[Any]:
    return election.members.filter(left_at=None).select_related("person")


def committee_missing(election: Election) -> list[str]:
    """What the election committee lacks, in sentences."""
    least, count = kind_of(election).committee_least, election.members.filter(left_at=None).count()
    if count >= least:
        return []
    return [
        _("The election committee has %(count)d of at least %(least)d members; the next in the"
          " order in which they were chosen takes an empty seat, or another is chosen.")
        % {"count": count, "least": least}
    ]  # fmt: skip


def groups_of(election: Election) -> list[tuple[str, GroupChoice | None]]:
    """Each residents' group that votes through representatives, with its meeting once it chose."""
    electorate = electorate_of(election)
    if electorate is None or not electorate.groups:
        return []
    chosen = {each.group: each for each in election.choices.prefetch_related("people__person")}
    return [(name, chosen.get(name)) for name in electorate.groups]


def other_lists(election: Election) -> Iterator[tuple[RollEntry, str]]:
    """Entries of this list whose person stands on another's of an election under way."""
    if election.roll_id is None:
        return
    rows = RollEntry.objects.filter(
        is_struck=False, person__isnull=False, roll__election__state__in=RUNNING,
        roll__election__kind_key=election.kind_key,
    ).exclude(roll=election.roll_id)  # fmt: skip
    places = dict(rows.values_list("person", "roll__place__name"))
    for entry in RollEntry.objects.filter(
        roll=election.roll_id, is_struck=False, person__in=places
    ).select_related("roll"):
        if entry.person_id is not None:
            yield entry, places[entry.person_id]


def double_names(election: Election) -> list[tuple[str, str]]:
    """Who stands on two lists, and where else."""
    return [(entry.name, place) for entry, place in other_lists(election)]


def standing_candidates(election: Election) -> QuerySet[Candidate]:
    """Who stands, office by office and by name: never by support."""
    return election.candidates.filter(state=CandidateState.ACCEPTED).order_by("name", "pk")


def latest_round(election: Election) -> Round | None:
    return election.rounds.order_by("-number").first()


def current_round(election: Election) -> Round | None:
    """The round that is planned, open or being counted."""
    states = [RoundState.PLANNED, RoundState.OPEN, RoundState.CLOSED]
    return election.rounds.filter(state__in=states).first()


def open_seats(election: Election) -> dict[str, int]:
    """The seats of each office that nobody was elected to yet."""
    taken: dict[str, int] = {}
    for office in Elected.objects.filter(election=election).values_list("office", flat=True):
        taken[office] = taken.get(office, 0) + 1
    return {
        each["key"]: count
        for each in election.offices
        if (count := each["seats"] - taken.get(each["key"], 0)) > 0
    }


@dataclass(frozen=True, slots=True)
class NextRound:
    """Which round has to follow, for which offices; an empty `kind`: none has to."""

    kind: str
    offices: list[dict[str, Any]]


def next_round_of(election: Election) -> NextRound:
    """What the last counted round leaves to be voted on: again as a whole, between the even, or
    in a run-off."""
    last = latest_round(election)
    nothing = NextRound("", [])
    if last is None or last.state in {RoundState.PLANNED, RoundState.OPEN, RoundState.CLOSED}:
        return nothing
    if last.state == RoundState.VOID:
        return NextRound(last.kind if last.kind != RoundKind.FIRST else RoundKind.REPEAT,
                         last.offices)  # fmt: skip
    offices = last.result.facts["offices"]
    if not all(each["is_valid"] for each in offices):
        # A meeting of delegates needs its quorum each time, in a run-off too.
        again = {RoundKind.RUN_OFF, RoundKind.TIE} & {last.kind}
        return NextRound(last.kind if again else RoundKind.REPEAT, last.offices)
    tied = _left(offices, rules.Fate.TIED)
    if tied:
        return NextRound(RoundKind.TIE, tied)
    run_off = _left(offices, rules.Fate.RUN_OFF)
    # A vote between the even leaves a run-off of the round before it still to be held.
    if not run_off and last.kind == RoundKind.TIE:
        before = election.rounds.filter(number__lt=last.number, state=RoundState.COUNTED)
        first = before.filter(kind__in=[RoundKind.FIRST, RoundKind.REPEAT]).last()
        held = before.filter(kind=RoundKind.RUN_OFF).exists()
        if first is not None and not held:
            still_open = open_seats(election)
            run_off = [
                each
                for each in _left(first.result.facts["offices"], rules.Fate.RUN_OFF)
                if each["key"] in still_open
            ]
    return NextRound(RoundKind.RUN_OFF, run_off) if run_off else nothing


def _left(offices: list[dict[str, Any]], fate: rules.Fate) -> list[dict[str, Any]]:
    found = []
    for each in offices:
        numbers = sorted(row["number"] for row in each["rows"] if row["fate"] == fate)
        if numbers and each["open_seats"]:
            found.append({"key": each["key"], "seats": each["open_seats"], "candidates": numbers})
    return found


def committee_faults_of(election: Election) -> list[rules.Fault]:
    """What the committee as elected lacks: members, a woman, a member of a smaller people."""
    declared = kind_of(election)
    elected = list(Elected.objects.filter(election=election))
    if election.fills_id is not None:
        elected += list(Elected.objects.filter(election=election.fills_id))
    people = {each.person_id for each in elected}
    said = Candidate.objects.filter(person__in=people)
    women = said.filter(is_woman=True).values("person").distinct().count()
    minority = said.filter(is_minority=True).values("person").distinct().count()
    faults = []
    if len(people) < declared.least_members:
        faults.append(rules.Fault.TOO_FEW)
    if declared.wants_woman and women < 1:
        faults.append(rules.Fault.NO_WOMAN)
    if election.is_multi_ethnic and minority < 1:
        faults.append(rules.Fault.NO_MINORITY_MEMBER)
    return faults


def handed_out(found: Round) -> dict[str, int]:
    """How many voters have had their slips, how many of them through a proxy or at a box."""
    rows = found.slips.all()
    return {
        "count": rows.count(),
        "by_proxy": rows.filter(proxy__isnull=False).count(),
        "by_box": rows.filter(way="box").count(),
    }


def proxies_of(found: Round) -> QuerySet[ElectionProxy]:
    """Who votes for whom: published before the day (EL04)."""
    rows = ElectionProxy.objects.filter(round=found, withdrawn_at=None)
    return rows.select_related("entry", "agent").order_by("entry__number")


def latest_turn(found: Round, office: str) -> tuple[int, list[OfficeCount]]:
    """The present turn of counting one office, and what was counted in it, in its order."""
    rows = list(found.counts.filter(office=office).order_by("turn", "pk"))
    turn = rows[-1].turn if rows else 1
    return turn, [row for row in rows if row.turn == turn]


def agreement_on(found: Round, office: str) -> Agreement:
    _turn, rows = latest_turn(found, office)
    needed = rule_for(found.election).tellers("paper")
    return agreement([_flat(row.counts) for row in rows], tellers=needed)


def _flat(counts: dict[str, Any]) -> dict[str, int]:
    return {
        "returned": counts["returned"],
        "spoiled": counts["spoiled"],
        **{f"n{number}": count for number, count in counts["votes"].items()},
    }


def candidate_people(election: Election) -> set[UUID]:
    """The people who stand or were nominated and not asked yet."""
    states = [CandidateState.NOMINATED, CandidateState.ACCEPTED]
    rows = election.candidates.filter(state__in=states)
    return set(rows.values_list("person", flat=True))


def kin_of_candidates(election: Election) -> set[UUID]:
    """Candidates and everybody of their households: none of them counts (选举规程)."""
    people = candidate_people(election)
    homes = Person.objects.filter(pk__in=people, household__isnull=False).values("household")
    return people | set(Person.objects.filter(household__in=homes).values_list("pk", flat=True))


def page_of_roll(roll: Roll) -> str:
    """The desk's page of the election or the recall that the roll is for, or ""."""
    election = Election.objects.filter(roll=roll).first()
    if election is not None:
        return reverse("keep-election", args=[election.pk])
    if named := Electorate.objects.filter(eligible=roll).first():
        return reverse("keep-election", args=[named.election_id])
    recall = Recall.objects.filter(roll=roll).first()
    return reverse("keep-recall", args=[recall.pk]) if recall is not None else ""
