"""A result for other people's reckoning: the pabulib form, a table, the sealed facts."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from xiangyue.orders.models import Outcome
from xiangyue.orders.sentences import PAID

# As the pabulib collection of participatory budgets calls the ways of reckoning.
RULES = {"approval": "greedy", "equal_shares": "equalshares"}


def as_pb(facts: dict[str, Any]) -> str:
    """The .pb form of pabulib.org: META, PROJECTS and VOTES, semicolons between. Amounts in fen.

    Voters are numbers in the order of what the slips say, nobody's; blank and invalid slips name
    no project and stand in META alone.
    """
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\n").writerow
    votes = list(_votes(facts))
    write(["META"])
    write(["key", "value"])
    for key, value in _meta(facts, len(votes)):
        write([key, value])
    write(["PROJECTS"])
    write(["project_id", "cost", "votes", "name", "selected"])
    said = {each["number"]: each for each in facts["verdicts"]}
    for project in facts["projects"]:
        verdict = said[project["number"]]
        is_paid = int(verdict["why"] in PAID)
        write([project["number"], project["cost"], verdict["votes"], project["title"], is_paid])
    write(["VOTES"])
    write(["voter_id", "vote"])
    for voter, vote in enumerate(votes, start=1):
        write([voter, ",".join(str(number) for number in vote)])
    return out.getvalue()


def _votes(facts: dict[str, Any]) -> Iterator[list[int]]:
    for each in facts["slips"]:
        for _slip in range(each["count"]):
            yield each["projects"]


def _meta(facts: dict[str, Any], vote_count: int) -> Iterator[tuple[str, object]]:
    yield "description", f"{facts['title']} (amounts in fen, 1/100 yuan)"
    yield "country", "China"
    yield "unit", facts["place"]
    yield "instance", facts["round"]
    yield "num_projects", len(facts["projects"])
    yield "num_votes", vote_count
    yield "budget", facts["budget"]
    yield "vote_type", "approval"
    yield "rule", RULES[facts["method"]]
    yield "date_begin", facts["vote"]["opened_on"]
    yield "date_end", facts["vote"]["closed_on"]
    yield "currency", "CNY fen"
    yield "min_length", 1
    if facts["slip"]["most"]:
        yield "max_length", facts["slip"]["most"]
    if facts["slip"]["within_budget"]:
        yield "max_sum_cost", facts["budget"]
    yield (
        "comment",
        (
            f"quorum {'met' if facts['quorum']['is_met'] else 'not met'};"
            f" blank {facts['blank']}; invalid {facts['invalid']}"
        ),
    )


def as_csv(facts: dict[str, Any]) -> str:
    """Project by project: what it costs, its voices, what became of it and why."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    names = ("votes", "why", "turn", "dearest_share", "supporters_had", "left")
    write(["number", "title", "cost_fen", *names])
    said = {each["number"]: each for each in facts["verdicts"]}
    for project in facts["projects"]:
        verdict = said[project["number"]]
        write(
            [project["number"], _safe(project["title"]), project["cost"]]
            + ["" if verdict[name] is None else verdict[name] for name in names]
        )
    return "\ufeff" + out.getvalue()


def _safe(text: str) -> str:
    """No cell begins as a formula does in a table program."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def as_json(outcome: Outcome) -> str:
    """The facts exactly as they were sealed, with their digest."""
    return json.dumps(
        {"digest": outcome.digest, "facts": outcome.facts}, ensure_ascii=False, indent=1
    )
