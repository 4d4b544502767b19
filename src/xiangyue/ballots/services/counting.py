"""Verbs on counting: the result that follows from everything.

The result is written with the step
to “counted” in one transaction: after a power cut the vote stands closed, and is counted again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from xiangyue.activity.canonical import as_bytes, instant
from xiangyue.ballots import queries, tallies
from xiangyue.ballots.models import (
    Ballot,
    BallotState,
    Mode,
    Participation,
    Question,
    Result,
    Voice,
)
from xiangyue.ballots.publishing import publish_result
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.refusals import (
    BallotNotOpen,
    BallotStands,
    CountRefused,
    CountsMissing,
    RollChanged,
)
from xiangyue.ballots.rules import Agreement, Attendance, added, agreement, verdict
from xiangyue.ballots.services.planning import locked, record_about
from xiangyue.ballots.services.rolls import digest_of
from xiangyue.ballots.services.tellers import check_counted_here, latest_turn
from xiangyue.ballots.slips import is_taken_elsewhere
from xiangyue.places.models import Person

VOICES_KEPT = timedelta(days=365)
FORMAT = 1


@transaction.atomic
def count_ballot(*, ballot: Ballot, at: datetime, by: Person | None = None) -> Result:
    """Write the result: every number it rests on, and what each question came to.

    Counting again returns the result that stands.

    :raises BallotNotOpen: it is not closed yet.
    :raises BallotStands: it is annulled.
    :raises CountsMissing: a question is not counted, or its tellers differ.
    :raises RollChanged: the roll is not the one that was fixed.
    """
    ballot = locked(ballot)
    check_counted_here(ballot)
    if ballot.state == BallotState.COUNTED:
        return Result.objects.get(pk=ballot.pk)
    _check_may_count(ballot)
    facts = facts_of(ballot, at=at)
    result = _write(ballot, facts, at=at, by=by)
    publish_result(ballot, queries.outcome_of(result), by=by, at=at)
    return result


@transaction.atomic
def settle(*, ballot: Ballot, settled: dict[str, Any], at: datetime, by: Person | None) -> Result:
    """End a vote whose slips another module has counted (`slips.py`); `settled` says what it came
    to, such as the digest of the result that stands there.

    :raises BallotNotOpen: it is not closed yet.
    :raises BallotStands: it is annulled, or has its result.
    :raises RollChanged: the roll is not the one that was fixed.
    """
    ballot = locked(ballot)
    if not is_taken_elsewhere(ballot.subject_type) or ballot.state == BallotState.COUNTED:
        raise BallotStands(_("This vote has its result; nothing is counted any more."))
    _check_may_count(ballot)
    facts = _standing_facts(ballot, at=at) | {"questions": [], "settled": settled}
    return _write(ballot, facts, at=at, by=by)


def _check_may_count(ballot: Ballot) -> None:
    if ballot.state == BallotState.ANNULLED:
        raise BallotStands(_("This vote is annulled; it has no result."))
    if ballot.state != BallotState.CLOSED:
        raise BallotNotOpen(_("Close the vote first."))
    if digest_of(ballot.roll) != ballot.roll.digest:
        raise RollChanged(
            _("The roll is not the one that was fixed. Nothing is counted; have it looked into."),
            source="EL02",
        )


def _write(ballot: Ballot, facts: dict[str, Any], *, at: datetime, by: Person | None) -> Result:
    result = Result.objects.create(
        ballot=ballot, facts=facts, digest=digest_of_facts(facts), made_at=at
    )
    ballot.state, ballot.counted_at = BallotState.COUNTED, at
    ballot.save(update_fields=["state", "counted_at"])
    carried = [each["position"] for each in facts["questions"] if each["ground"] == "carried"]
    record_about(
        "ballots.ballot_counted", ballot, at=at, by=by, digest=result.digest, carried=carried,
        questions=len(facts["questions"]),
    )  # fmt: skip
    return result


def digest_of_facts(facts: dict[str, Any]) -> str:
    return hashlib.sha256(as_bytes(facts)).hexdigest()


def facts_of(ballot: Ballot, *, at: datetime) -> dict[str, Any]:
    """Everything that the result rests on, with nobody's name in it.

    :raises CountsMissing: as `count_ballot` does.
    """
    as_rule = rule_of(ballot).as_rule(ballot.roll.basis)
    taken = queries.taken_by_mode(ballot)
    attendance = _attendance(ballot, taken)
    by_phone = _by_phone(ballot)
    questions: list[dict[str, Any]] = []
    missing: list[str] = []
    for question in ballot.questions.all():
        parts: dict[str, dict[str, int]] = {}
        for mode, count in taken.items():
            if not count:
                continue
            tally = _tally(ballot, question, mode, by_phone, missing)
            if tally is not None:
                parts[mode] = tally
        total = added(list(parts.values()))
        if missing:
            continue
        ended = verdict(as_rule, attendance, total)
        questions.append(
            {
                "position": question.position,
                "text": question.text,
                "choices": question.choices,
                "by_mode": parts,
                "total": total,
                "ground": ended.ground.value,
                "choice": ended.choice,
                "count": ended.count,
                "base_count": ended.base_count,
                "needed_count": ended.needed_count,
            }
        )
    if missing:
        raise CountsMissing(" ".join(dict.fromkeys(missing)))
    return _standing_facts(ballot, at=at) | {"questions": questions}


def _attendance(ballot: Ballot, taken: Mapping[str, int]) -> Attendance:
    return Attendance(
        roll_count=ballot.roll.entry_count,
        present_count=sum(taken.values()),
        women_present_count=ballot.women_present_count,
        women_on_roll_count=ballot.women_on_roll_count,
    )


def _standing_facts(ballot: Ballot, *, at: datetime) -> dict[str, Any]:
    """What every result tells: by which rule, on which roll, how many took part."""
    rule, taken = rule_of(ballot), queries.taken_by_mode(ballot)
    attendance = _attendance(ballot, taken)
    way = rule.way(ballot.roll.basis)
    return {
        "format": FORMAT,
        "ballot": str(ballot.pk),
        "title": ballot.title,
        "place": ballot.place.code,
        "counted_at": instant(at),
        "is_secret": ballot.is_secret,
        "rule": {
            "key": ballot.rule.key,
            "version": ballot.rule.version,
            "digest": ballot.rule.digest,
            "source": rule.source,
            "basis": ballot.roll.basis,
            "quorum": {"share": way.share, "is_strict": way.is_strict},
            "majority": {
                "share": rule.majority.share,
                "is_strict": rule.majority.is_strict,
                "base": rule.majority.base,
            },
            "women": [each.model_dump() for each in rule.women],
        },
        "roll": {
            "count": attendance.roll_count,
            "drawn_on": ballot.roll.drawn_on.isoformat(),
            "digest": ballot.roll.digest,
        },
        "present": {
            "count": attendance.present_count,
            "by_mode": {mode: count for mode, count in taken.items() if count},
            "by_proxy": queries.proxies_of(ballot).count(),
            "women": attendance.women_present_count,
            "women_on_roll": attendance.women_on_roll_count,
        },
    }


def _by_phone(ballot: Ballot) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = (
        Voice.objects.filter(participation__ballot=ballot)
        .values_list("question", "choice")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for question, choice, count in rows:
        found.setdefault(question, {})[choice] = count
    return found


def _tally(
    ballot: Ballot,
    question: Question,
    mode: str,
    by_phone: Mapping[int, dict[str, int]],
    missing: list[str],
) -> dict[str, int] | None:
    if mode == Mode.ONLINE:
        return by_phone.get(question.pk, {})
    if mode == Mode.SECRET_ONLINE:
        delivered = tallies.delivered(ballot, question)
        if delivered is None:
            missing.append(_("The secret votes by phone have not been opened yet."))
        return delivered
    _turn, rows = latest_turn(question, mode)
    standing = agreement([row.counts for row in rows], tellers=rule_of(ballot).tellers(mode))
    words = {"number": question.position, "way": Mode(mode).label}
    if standing is Agreement.DIFFERENT:
        missing.append(
            _("Question %(number)d (%(way)s): the tellers differ; both count again.") % words
        )
        return None
    if standing is Agreement.WAITING:
        missing.append(_("Question %(number)d (%(way)s) is not counted yet.") % words)
        return None
    taken = Participation.objects.filter(ballot=ballot, mode=mode).count()
    if sum(rows[0].counts.values()) > taken:
        missing.append(
            _("Question %(number)d (%(way)s): more votes than people; count again.") % words
        )
        return None
    return dict(rows[0].counts)


@transaction.atomic
def say_women_present(
    *,
    ballot: Ballot,
    present_count: int | None,
    on_roll_count: int | None,
    at: datetime,
    by: Person | None = None,
) -> Ballot:
    """Note how many women took part, and stand on the roll, where the rule asks for a share.

    :raises CountRefused: more than took part, or than stand on the roll.
    :raises BallotStands: the result stands.
    """
    ballot = locked(ballot)
    if ballot.state not in {BallotState.OPEN, BallotState.CLOSED}:
        raise BallotStands(_("Women present are counted between the opening and the result."))
    taken = ballot.participations.count()
    for field, count, most in (
        ("women_present", present_count, taken),
        ("women_on_roll", on_roll_count, ballot.roll.entry_count),
    ):
        if count is not None and not 0 <= count <= most:
            message = _("This can be at most %(most)d.") % {"most": most}
            raise CountRefused(message, fields={field: message})
    if present_count is not None and on_roll_count is not None and present_count > on_roll_count:
        message = _("This can be at most %(most)d.") % {"most": on_roll_count}
        raise CountRefused(message, fields={"women_present": message})
    ballot.women_present_count, ballot.women_on_roll_count = present_count, on_roll_count
    ballot.save(update_fields=["women_present_count", "women_on_roll_count"])
    record_about("ballots.women_counted", ballot, at=at, by=by)
    return ballot


@transaction.atomic
def forget_voices(*, at: datetime) -> int:
    """Delete what was said by phone in votes whose result nobody can have set aside any more
    (Civil Code art. 152: one year); the counts stay. Returns how many."""
    rows = Voice.objects.filter(
        participation__ballot__state__in=[BallotState.COUNTED, BallotState.ANNULLED],
        participation__ballot__closes_at__lt=at - VOICES_KEPT,
    )
    return rows.delete()[0]
