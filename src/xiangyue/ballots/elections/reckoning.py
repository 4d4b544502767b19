"""What a round's numbers come to: made when it is counted, and made again by anybody."""

from fractions import Fraction
from typing import Any

from xiangyue.ballots.elections.rules import Count, Fate, Outcome, Terms, outcome
from xiangyue.ballots.rules import Base, Threshold

RUN_OFFS = frozenset({"run_off", "tie"})


def terms_in(facts: dict[str, Any]) -> Terms:
    """How many must vote and elect, as the result says."""
    stated = facts["terms"]
    parts = {
        name: Threshold(Fraction(stated[name]["share"]), stated[name]["is_strict"])
        for name in ("turnout", "first_round", "run_off")
    }
    return Terms(**parts, base=base_in(facts))


def base_in(facts: dict[str, Any]) -> Base:
    """Of what it was reckoned; results of before there were several ways do not say it."""
    return Base(facts["terms"].get("base", Base.CAST))


def reckoned(facts: dict[str, Any], office: dict[str, Any]) -> Outcome:
    """The outcome of one office by the published numbers alone. Its keys are the rows' positions;
    whoever holds a seat already is left out of it."""
    votes = {
        str(position): row["count"]
        for position, row in enumerate(office["rows"])
        if not row["seated"]
    }
    count = Count(
        registered_count=facts["roll"]["count"],
        returned_count=office["returned"],
        votes=votes,
        seats=office["seats"],
        present_count=facts["handed_out"]["count"] if base_in(facts) is Base.PRESENT else None,
    )
    return outcome(count, is_run_off=facts["kind"] in RUN_OFFS, terms=terms_in(facts))


def faults_in(facts: dict[str, Any]) -> list[str]:
    """The offices whose stated ending is not what their numbers come to."""
    wrong = []
    for office in facts["offices"]:
        try:
            found = reckoned(facts, office)
        except ValueError:  # numbers that no slips can give
            wrong.append(office["key"])
            continue
        stated = [row["fate"] for row in office["rows"]]
        made = [
            found.fates.get(str(position), Fate.NOT_ELECTED).value
            for position in range(len(stated))
        ]
        if (stated, office["is_valid"], office["needed"], office["open_seats"]) != (
            made, found.is_valid, found.needed_count, found.open_seats,
        ):  # fmt: skip
            wrong.append(office["key"])
    return wrong
