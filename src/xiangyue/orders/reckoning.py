"""The result of a round: made from its slips, and reckoned again from its own facts alone."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiangyue.activity.canonical import as_bytes, instant
from xiangyue.ballots.queries import taken_by_mode
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.rules import Threshold
from xiangyue.orders.acting import kind_of
from xiangyue.orders.models import Outcome, ProjectState, Round
from xiangyue.orders.rules import Method, Project, Verdict, allotted
from xiangyue.orders.sentences import NO_QUORUM, PAID

FORMAT = 1


def facts_of(
    round_: Round, *, marked: Sequence[Sequence[int]], blank: int, invalid: int, at: datetime
) -> dict[str, Any]:
    """Everything that the result rests on, with nobody's name in it.

    `marked` are the slips that name at least one project; a blank or an invalid one took part, but
    takes no share of the money with it.
    """
    ballot, kind = round_.ballot, kind_of(round_)
    assert ballot is not None
    way = rule_of(ballot).way(ballot.roll.basis)
    taken = {mode: count for mode, count in taken_by_mode(ballot).items() if count}
    present, roll = sum(taken.values()), ballot.roll.entry_count
    groups = Counter(tuple(sorted(set(slip))) for slip in marked)
    facts: dict[str, Any] = {
        "format": FORMAT,
        "round": str(round_.pk),
        "title": round_.title,
        "place": round_.place.code,
        "counted_at": instant(at),
        "vote": {
            "opened_on": timezone.localdate(ballot.opens_at).isoformat(),
            "closed_on": timezone.localdate(ballot.closes_at).isoformat(),
        },
        "money_from": round_.money_from,
        "budget": round_.budget,
        "method": kind.method.value,
        "slip": {"within_budget": kind.slip.within_budget, "most": kind.slip.most},
        "projects": [
            {"number": one.number, "title": one.title, "cost": one.cost}
            for one in round_.projects.filter(state=ProjectState.DRAFT)
        ],
        "roll": {"count": roll, "digest": ballot.roll.digest},
        "present": {"count": present, "by_mode": taken},
        "quorum": {
            "share": way.share,
            "is_strict": way.is_strict,
        },
        "slips": [
            {"projects": list(projects), "count": count}
            for projects, count in sorted(groups.items())
        ],
        "blank": blank,
        "invalid": invalid,
    }
    return facts | reckoned(facts)


def reckoned(facts: dict[str, Any]) -> dict[str, Any]:
    """What the published facts alone come to: whether enough took part (EL02), the verdict on each
    project, and what is spent."""
    quorum = _quorum(facts)
    projects = [Project(str(each["number"]), each["cost"]) for each in facts["projects"]]
    pile = [
        [str(number) for number in each["projects"]]
        for each in facts["slips"]
        for _slip in range(each["count"])
    ]
    found = allotted(projects, pile, budget=facts["budget"], method=Method(facts["method"]))
    verdicts = [_as_facts(verdict, is_met=quorum["is_met"]) for verdict in found]
    costs = {each["number"]: each["cost"] for each in facts["projects"]}
    spent = sum(costs[each["number"]] for each in verdicts if each["why"] in PAID)
    return {"quorum": quorum, "verdicts": verdicts, "spent": spent}


def _quorum(facts: dict[str, Any]) -> dict[str, Any]:
    said, roll = facts["quorum"], facts["roll"]["count"]
    threshold = Threshold(Fraction(said["share"]), said["is_strict"])
    return {
        "share": said["share"],
        "is_strict": said["is_strict"],
        "needed": threshold.least(roll),
        "is_met": threshold.is_met(facts["present"]["count"], roll),
    }


def _as_facts(verdict: Verdict, *, is_met: bool) -> dict[str, Any]:
    said = {
        "number": int(verdict.key),
        "votes": verdict.votes,
        "why": verdict.why.value,
        "turn": verdict.turn,
        "dearest_share": _text(verdict.dearest_share),
        "supporters_had": _text(verdict.supporters_had),
        "left": verdict.left,
    }
    if is_met:
        return said
    nothing = {"turn": None, "dearest_share": None, "supporters_had": None, "left": None}
    return said | nothing | {"why": NO_QUORUM}


def _text(share: Fraction | None) -> str | None:
    return None if share is None else str(share)


def digest_of_facts(facts: dict[str, Any]) -> str:
    return hashlib.sha256(as_bytes(facts)).hexdigest()


def faults_of(outcome: Outcome) -> list[str]:
    """Where a result is not what its own figures, the projects or the roll come to."""
    facts, words = outcome.facts, {"round": outcome.pk}
    found = []
    if digest_of_facts(facts) != outcome.digest:
        found.append(
            pgettext("orders", "The result of round %(round)s is not the one that was written.")
            % words
        )
    again = reckoned(facts)
    if any(facts[name] != value for name, value in again.items()):
        found.append(
            pgettext("orders", "The result of round %(round)s does not recompute.") % words
        )
    if facts["spent"] > facts["budget"]:
        found.append(_("Round %(round)s spends more than its budget.") % words)
    round_ = outcome.round
    now = [(one.number, one.cost) for one in round_.projects.filter(state=ProjectState.DRAFT)]
    if now != [(each["number"], each["cost"]) for each in facts["projects"]]:
        found.append(_("The projects of round %(round)s are not those that were voted on.") % words)
    if round_.ballot is not None:
        taken = {mode: count for mode, count in taken_by_mode(round_.ballot).items() if count}
        slip_count = sum(each["count"] for each in facts["slips"])
        if taken != facts["present"]["by_mode"] or (
            slip_count + facts["blank"] + facts["invalid"] > facts["present"]["count"]
        ):
            found.append(_("In round %(round)s others took part than its result says.") % words)
    return found
