"""What must hold over all elections at any time; each check returns what is wrong."""

from django.db import connection
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from xiangyue.ballots.elections import triggers
from xiangyue.ballots.elections.delegates import list_faults
from xiangyue.ballots.elections.models import (
    Candidate,
    CandidateState,
    Elected,
    Election,
    ElectionMember,
    ElectionProxy,
    RoundResult,
    Slip,
)
from xiangyue.ballots.elections.queries import latest_turn
from xiangyue.ballots.elections.reading import rule_for
from xiangyue.ballots.elections.reckoning import faults_in
from xiangyue.ballots.services.counting import digest_of_facts


def every_election_recomputes() -> list[str]:
    """Each result follows from its numbers, these from the tellers' counts and the slips."""
    found = []
    for result in RoundResult.objects.select_related("round__election").iterator():
        words, facts = {"round": result.pk}, result.facts
        if digest_of_facts(facts) != result.digest:
            found.append(
                _("The result of round %(round)s is not the one that was written.") % words
            )
        if faults_in(facts) or not _follows_from_counts(result):
            found.append(_("The result of round %(round)s does not recompute.") % words)
        if facts["handed_out"]["count"] != result.round.slips.count():
            found.append(_("In round %(round)s others had slips than its result says.") % words)
    return found


def _follows_from_counts(result: RoundResult) -> bool:
    for office in result.facts["offices"]:
        _turn, rows = latest_turn(result.round, office["key"])
        if not rows:
            return False
        counted = sorted(rows[0].counts["votes"].values())
        stated = sorted(row["count"] for row in office["rows"])
        if counted != stated or rows[0].counts["returned"] != office["returned"]:
            return False
    return True


def slips_go_to_the_voters_list_alone() -> list[str]:
    rows = Slip.objects.filter(
        ~Q(entry__roll=F("round__election__roll")) | Q(entry__is_struck=True)
    )
    return [
        _("In round %(round)s slips went to somebody off the list.") % {"round": key}
        for key in rows.values_list("round", flat=True).distinct()
    ]


def nobody_votes_for_more_than_the_law_allows() -> list[str]:
    held = ElectionProxy.objects.filter(withdrawn_at=None)
    rows = held.values("round", "agent").annotate(count=Count("pk")).filter(count__gt=1)
    found = []
    for row in rows:
        one = held.filter(round=row["round"]).select_related("round__election__roll__rule").first()
        limit = rule_for(one.round.election).proxy_limit() if one is not None else None
        if limit is None or row["count"] > limit.most:
            found.append(
                _("In round %(round)s somebody votes for too many.") % {"round": row["round"]}
            )
    return found


def nobody_who_stands_runs_the_election() -> list[str]:
    """No candidate sits on the election committee, none counts."""
    standing = Candidate.objects.filter(state=CandidateState.ACCEPTED)
    found = []
    for election, person in standing.values_list("election", "person"):
        sits = ElectionMember.objects.filter(election=election, person=person, left_at=None)
        if sits.exists():
            found.append(
                _("In election %(election)s somebody runs it who stands.") % {"election": election}
            )
    return found


def the_elected_are_those_whom_the_results_name() -> list[str]:
    found = []
    for result in RoundResult.objects.iterator():
        named = {
            row["number"]
            for office in result.facts["offices"]
            for row in office["rows"]
            if row["fate"] == "elected"
        }
        seated = set(
            Elected.objects.filter(round=result.pk).values_list("entry__number", flat=True)
        )
        if named != seated:
            found.append(
                _("Round %(round)s elected others than those who begin.") % {"round": result.pk}
            )
    return found


def each_group_sends_two_or_three() -> list[str]:
    """On a fixed list of representatives each group has two or three, and nobody else stands."""
    fixed = Election.objects.filter(electorate__electors="groups", roll__state="fixed")
    return [
        _("In election %(election)s: %(fault)s") % {"election": election.pk, "fault": fault}
        for election in fixed.select_related("electorate", "roll")
        for fault in list_faults(election)
    ]


def the_database_keeps_elections() -> list[str]:
    return [
        _("The database has lost the safeguard %(name)s.") % {"name": name}
        for name in triggers.missing(connection)
    ]


INVARIANTS = {
    "every_election_recomputes": every_election_recomputes,
    "slips_go_to_the_voters_list_alone": slips_go_to_the_voters_list_alone,
    "nobody_votes_for_more_than_the_law_allows": nobody_votes_for_more_than_the_law_allows,
    "nobody_who_stands_runs_the_election": nobody_who_stands_runs_the_election,
    "the_elected_are_those_whom_the_results_name": the_elected_are_those_whom_the_results_name,
    "each_group_sends_two_or_three": each_group_sends_two_or_three,
    "the_database_keeps_elections": the_database_keeps_elections,
}
