"""Rolls and votes in the words of pages."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xiangyue.ballots.blueprint import DecisionRule
from xiangyue.ballots.models import Ballot, Basis, Mode
from xiangyue.ballots.sentences import base_words, choice_name, part_words


@dataclass(frozen=True, slots=True)
class Step:
    """One line of reckoning a result again: what is compared, and whether it holds."""

    what: str
    sum: str
    holds: bool


def way_words(rule: DecisionRule, ballot: Ballot) -> dict[str, Any]:
    """How a vote is decided and taken, as people read it before they vote."""
    way = rule.way(ballot.roll.basis)
    return {
        "basis": Basis(ballot.roll.basis).label,
        "quorum": part_words(way.model_dump()),
        "majority": part_words(rule.majority.model_dump()),
        "base": base_words(rule.majority.base),
        "modes": [Mode(mode).label for mode in ballot.modes],
    }


def recomputed_rows(facts: dict[str, Any]) -> list[Step]:
    """The whole reckoning, line by line, in whole numbers: 20 × 2 > 30 × 1."""
    rule, present = facts["rule"], facts["present"]
    steps = [_step(_("Enough took part"), present["count"], facts["roll"]["count"], rule["quorum"])]
    for part in rule["women"]:
        whole = present["women_on_roll"] if part["of"] == "women_on_roll" else present["count"]
        steps.append(_step(_("Enough women took part"), present["women"] or 0, whole or 0, part))
    for question in facts["questions"]:
        words = {
            "number": question["position"],
            "choice": choice_name(question, question["choice"]) or "—",
        }
        steps.append(
            _step(
                _("Question %(number)d: enough for “%(choice)s”") % words,
                question["count"],
                question["base_count"],
                rule["majority"],
            )
        )
    return steps


def _step(what: str, count: int, of: int, part: dict[str, Any]) -> Step:
    top, bottom = (int(number) for number in part["share"].split("/"))
    left, right = count * bottom, of * top
    holds = of > 0 and (left > right if part["is_strict"] else left >= right)
    sign = (">" if part["is_strict"] else "≥") if holds else ("≤" if part["is_strict"] else "<")
    return Step(what, f"{count} × {bottom} = {left} {sign} {of} × {top} = {right}", holds)


def counts_table(question: dict[str, Any]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Choice by choice: its name, all its votes, and how many came in which way."""
    return [
        (
            choice_name(question, choice),
            count,
            [
                (str(Mode(mode).label), counts.get(choice, 0))
                for mode, counts in question["by_mode"].items()
            ],
        )
        for choice, count in question["total"].items()
    ]
