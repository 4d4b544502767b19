"""Elections in the words of pages."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from xiangyue.ballots.elections.models import Candidate, Election, Round
from xiangyue.ballots.elections.queries import committee_faults_of, standing_candidates
from xiangyue.ballots.elections.reckoning import faults_in
from xiangyue.ballots.elections.sentences import (
    ending_sentence,
    fault_sentence,
    office_sentence,
    rows_of,
)


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """One office with who stands for it, by name."""

    name: str
    seats: int
    only_women: bool
    candidates: list[Candidate]


def standing_by_office(election: Election) -> list[OfficeCard]:
    rows = list(standing_candidates(election).prefetch_related("answers"))
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return [
        OfficeCard(
            each[language],
            each["seats"],
            bool(each.get("only_women")),
            [row for row in rows if row.office == each["key"]],
        )
        for each in election.offices
    ]


def result_cards(found: Round) -> dict[str, Any]:
    """A counted round as a page shows it."""
    facts = found.result.facts
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return {
        "round": found,
        "facts": facts,
        "digest": found.result.digest,
        "recomputes": not faults_in(facts),
        "offices": [
            {
                "name": office[language],
                "office": office,
                "why": office_sentence(facts, office),
                "ending": ending_sentence(office),
                "rows": rows_of(office),
            }
            for office in facts["offices"]
        ],
    }


def warnings_of(election: Election) -> list[tuple[str, str]]:
    """What the committee as elected lacks, and how the law solves it."""
    if not election.elected.exists():
        return []
    return [fault_sentence(fault) for fault in committee_faults_of(election)]
