"""Reckoning a result again: from its own facts, as anybody can, and from what was counted."""

from fractions import Fraction
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from xiangyue.ballots import queries
from xiangyue.ballots.models import Mode, Result, Voice
from xiangyue.ballots.rules import (
    Attendance,
    Base,
    Majority,
    Rule,
    Threshold,
    WomenShare,
    added,
    verdict,
)
from xiangyue.ballots.services.counting import digest_of_facts
from xiangyue.ballots.services.tellers import latest_turn


def verdicts_of(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """What the questions come to by the published numbers alone, without the database."""
    rule, present = facts["rule"], facts["present"]
    reckoned = Rule(
        quorum=_threshold(rule["quorum"]),
        majority=Majority(_threshold(rule["majority"]), Base(rule["majority"]["base"])),
        women=[
            WomenShare(_threshold(each), of_women=each["of"] == "women_on_roll")
            for each in rule["women"]
        ],
    )
    here = Attendance(
        facts["roll"]["count"], present["count"], present["women"], present["women_on_roll"]
    )
    found = []
    for question in facts["questions"]:
        ended = verdict(reckoned, here, added(list(question["by_mode"].values())))
        found.append(
            {
                "total": added(list(question["by_mode"].values())),
                "ground": ended.ground.value,
                "choice": ended.choice,
                "count": ended.count,
                "base_count": ended.base_count,
                "needed_count": ended.needed_count,
            }
        )
    return found


def faults_of(result: Result) -> list[str]:
    """Where the result is not what its numbers, or what was counted, come to."""
    facts, ballot = result.facts, result.ballot
    words = {"ballot": ballot.pk}
    found = []
    if digest_of_facts(facts) != result.digest:
        found.append(_("The result of vote %(ballot)s is not the one that was written.") % words)
    for question, reckoned in zip(facts["questions"], verdicts_of(facts), strict=True):
        if any(question[key] != value for key, value in reckoned.items()):
            found.append(_("A question of vote %(ballot)s does not recompute.") % words)
    taken = {mode: count for mode, count in queries.taken_by_mode(ballot).items() if count}
    if taken != facts["present"]["by_mode"]:
        found.append(_("In vote %(ballot)s others took part than its result says.") % words)
    if not _follows_from_counts(result):
        found.append(_("The result of vote %(ballot)s is not what was counted.") % words)
    return found


def _follows_from_counts(result: Result) -> bool:
    stated = {each["position"]: each["by_mode"] for each in result.facts["questions"]}
    has_voices = Voice.objects.filter(participation__ballot=result.ballot).exists()
    for question in result.ballot.questions.all():
        parts = stated.get(question.position, {})
        for mode in {Mode.HANDS, Mode.PAPER} & set(parts):
            _turn, rows = latest_turn(question, mode)
            if not rows or rows[0].counts != parts[mode]:
                return False
        if has_voices and Mode.ONLINE in parts:  # they are forgotten after a year
            rows_by_choice = Voice.objects.filter(question=question).values_list("choice")
            if dict(rows_by_choice.annotate(Count("pk")).order_by()) != parts[Mode.ONLINE]:
                return False
    return True


def _threshold(part: dict[str, Any]) -> Threshold:
    return Threshold(Fraction(part["share"]), part["is_strict"])
