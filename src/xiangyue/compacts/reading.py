"""A draft read for what the law forbids: findings by clause, with what people said (CP01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.compacts import rules
from xiangyue.compacts.blueprint import LegalityCheck
from xiangyue.compacts.legality import Finding, Level, findings
from xiangyue.compacts.models import Clause, Judgement, Version


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as a person reads it; `judgement` is the last one on these very words."""

    check: str
    level: Level
    name: str
    words: str
    law: str
    why: str
    instead: str
    judgement: Judgement | None

    @property
    def is_unlawful(self) -> bool:
        return self.level is Level.UNLAWFUL

    @property
    def is_settled(self) -> bool:
        return self.judgement is not None and self.judgement.verdict == rules.Verdict.STANDS


def checks() -> dict[str, LegalityCheck]:
    """What a text is read for, as declared now."""
    return {row.key: meaning(row, LegalityCheck) for row in all_current("legality_check")}


def found_in(heading: str, text: str) -> list[Finding]:
    """What the checks find in a clause: in its heading and its text, each read by itself."""
    declared = [one.check for one in checks().values()]
    return [
        *findings(heading, declared),
        *(
            Finding(
                start=one.start + len(heading) + 1,
                end=one.end + len(heading) + 1,
                check=one.check,
                level=one.level,
            )
            for one in findings(text, declared)
        ),
    ]


def judgements_of(version: Version) -> list[Judgement]:
    """All that people said of findings of the version, oldest first."""
    return list(version.judgements.select_related("judged_by"))


def last_judgements(clause: Clause, judgements: Iterable[Judgement]) -> Mapping[str, Judgement]:
    """The last judgement by check on the clause's present words."""
    digest = rules.words_digest(clause.heading, clause.text)
    return {
        one.check_key: one
        for one in judgements
        if one.lineage == clause.lineage and one.words_digest == digest
    }


def read(clause: Clause, judgements: Iterable[Judgement]) -> list[Found]:
    """The findings of one clause, each check once, with law, reason and better words."""
    language, declared = get_language(), checks()
    last = last_judgements(clause, judgements)
    whole = f"{clause.heading}\n{clause.text}"
    found: dict[str, Found] = {}
    for one in found_in(clause.heading, clause.text):
        check = declared[one.check]
        if one.check in found and found[one.check].level is Level.UNLAWFUL:
            continue
        found[one.check] = Found(
            check=one.check,
            level=one.level,
            name=check.name.in_language(language),
            words=whole[one.start : one.end].strip(),
            law=check.law.in_language(language),
            why=check.why.in_language(language),
            instead=check.instead.in_language(language),
            judgement=last.get(one.check),
        )
    return list(found.values())


def unsettled(version: Version, *, for_vote: bool) -> list[tuple[Clause, Finding]]:
    """What of the version stops it now, clause by clause."""
    judgements = judgements_of(version)
    found = []
    for clause in version.clauses.all():
        last = last_judgements(clause, judgements)
        verdicts = {key: rules.Verdict(one.verdict) for key, one in last.items()}
        stopping = rules.unsettled(
            found_in(clause.heading, clause.text), verdicts, for_vote=for_vote
        )
        found += [(clause, one) for one in stopping]
    return found
