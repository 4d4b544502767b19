"""Verbs on recalling somebody elected (VCOL art. 16): asked for with reasons, heard, voted on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.appointments import end_post
from xiangyue.activity.services import record
from xiangyue.ballots import services as voting
from xiangyue.ballots.elections.models import (
    Elected,
)
from xiangyue.ballots.elections.reading import kind_of
from xiangyue.ballots.elections.recall_models import Recall, RecallState
from xiangyue.ballots.elections.refusals import RecallRefused
from xiangyue.ballots.elections.rules import Asker, is_recalled, may_ask_for_recall
from xiangyue.ballots.elections.services.acting import words
from xiangyue.ballots.models import Ballot, BallotState, Mode, Result, Roll, RollState
from xiangyue.places.models import Person


def _refuse(field: str, message: str) -> RecallRefused:
    return RecallRefused(message, fields={field: message}, source="VCOL art. 16")


def _locked(recall: Recall) -> Recall:
    rows = Recall.objects.select_for_update(of=("self",))
    return rows.select_related("place", "kind", "post", "roll", "ballot").get(pk=recall.pk)


def _record(name: str, recall: Recall, *, at: datetime, by: Person, **facts: object) -> None:
    record(
        name=f"ballots.{name}", subject=recall, at=at, actor_id=by.pk,
        place_path=recall.place_path, facts=facts,
    )  # fmt: skip


@transaction.atomic
def ask_for_recall(
    *,
    elected: Elected,
    reasons: str,
    asked_by: str,
    asked_count: int,
    of_count: int,
    by: Person,
    at: datetime,
) -> Recall:
    """Enter that a fifth of the voters, or a third of the representatives, ask for a recall.

    Their names stay on the paper that they signed. The vote is due within the declared days.

    :raises RecallRefused: too few, no reasons, not in office, asked for already.
    """
    election, post = elected.election, elected.post
    declared = kind_of(election)
    if post is None or post.active_to is not None or not declared.recall_rule:
        raise _refuse("elected", _("%(name)s is not in office.") % {"name": elected.name})
    if asked_by not in set(Asker):
        raise _refuse("asked_by", _("Voters or representatives ask for a recall."))
    if not 0 < asked_count <= of_count or not may_ask_for_recall(
        Asker(asked_by), asked_count=asked_count, of_count=of_count
    ):
        raise _refuse(
            "asked_count",
            _("At least a fifth of the voters, or a third of the representatives, ask for it."),
        )
    kept = words(reasons, "reasons", most=1000, missing=_("A recall is asked for with reasons."))
    try:
        with transaction.atomic():
            recall = Recall.objects.create(
                place=election.place, place_path=election.place_path, kind=election.kind,
                post=post, name=elected.name, reasons=kept, asked_by=asked_by,
                asked_count=asked_count, of_count=of_count, entered_by=by, entered_at=at,
                due_on=timezone.localdate(at) + timedelta(days=declared.recall_days),
            )  # fmt: skip
    except IntegrityError:
        raise _refuse("elected", _("This recall has been asked for already.")) from None
    _record("recall_asked", recall, at=at, by=by, asked_by=asked_by, count=asked_count)
    return recall


@transaction.atomic
def hear_recalled(*, recall: Recall, statement: str, by: Person, at: datetime) -> Recall:
    """Write down what whoever is to be recalled says to it, or that they did not want to speak.

    :raises RecallRefused: the vote is over.
    """
    recall = _locked(recall)
    if recall.state not in {RecallState.ASKED, RecallState.CALLED}:
        raise _refuse("statement", _("This recall is over."))
    recall.statement = words(
        statement, "statement", most=2000,
        missing=_("Write what they said, or that they did not want to speak."),
    )  # fmt: skip
    recall.heard_at = at
    recall.save(update_fields=["statement", "heard_at"])
    _record("recall_heard", recall, at=at, by=by)
    return recall


@transaction.atomic
def draw_recall_roll(*, recall: Recall, by: Person, at: datetime) -> Roll:
    """Draw the list of those who vote on the recall; drawing again returns the same.

    :raises RecallRefused: the recall is over.
    """
    recall = _locked(recall)
    if recall.roll is not None:
        return recall.roll
    if recall.state != RecallState.ASKED:
        raise _refuse("statement", _("This recall is over."))
    roll = voting.draw_roll(
        place=recall.place, rule=kind_of(recall).recall_rule, basis="persons", by=by, at=at
    )
    recall.roll = roll
    recall.save(update_fields=["roll"])
    return roll


@transaction.atomic
def call_recall(
    *,
    recall: Recall,
    opens_at: datetime,
    closes_at: datetime,
    tellers: Sequence[Person],
    meets_at: str,
    by: Person,
    at: datetime,
) -> Ballot:
    """Call the vote: secret, on paper, on a fixed list, after the person was heard.

    :raises RecallRefused: not heard, no fixed list, too late, they count themselves.
    """
    recall = _locked(recall)
    if recall.state != RecallState.ASKED:
        raise _refuse("opens_at", _("The vote is called already, or over."))
    if recall.heard_at is None:
        raise _refuse("opens_at", _("First hear whoever is to be recalled."))
    if recall.roll is None or recall.roll.state != RollState.FIXED:
        raise _refuse("opens_at", _("Fix the roll first: a vote runs on one roll, and it stands."))
    if recall.post.person_id in {each.pk for each in tellers}:
        raise _refuse("tellers", _("Whoever is to be recalled does not count."))
    if timezone.localdate(opens_at) > recall.due_on:
        raise _refuse(
            "opens_at", _("The vote is held by %(day)s.") % {"day": f"{recall.due_on:%Y-%m-%d}"}
        )
    ballot = voting.plan_ballot(
        roll=recall.roll, title=_("Recall: %(name)s") % {"name": recall.name},
        questions=[_("Shall %(name)s be recalled?") % {"name": recall.name}],
        about=_("Reasons: %(reasons)s\nAnswer: %(statement)s")
        % {"reasons": recall.reasons, "statement": recall.statement},
        modes=[Mode.PAPER], is_secret=True, opens_at=opens_at, closes_at=closes_at,
        meets_at=meets_at, tellers=tellers, subject=recall, by=by, at=at,
    )  # fmt: skip
    recall.ballot, recall.state = ballot, RecallState.CALLED
    recall.save(update_fields=["ballot", "state"])
    _record("recall_called", recall, at=at, by=by)
    return ballot


@transaction.atomic
def decide_recall(*, recall: Recall, by: Person, at: datetime) -> Recall:
    """Draw the consequence of the counted vote: the post ends, or goes on. Again changes nothing.

    :raises RecallRefused: the vote is not counted.
    """
    recall = _locked(recall)
    if recall.state in {RecallState.CARRIED, RecallState.FAILED}:
        return recall
    ballot = recall.ballot
    if ballot is None or ballot.state != BallotState.COUNTED:
        raise _refuse("ballot", _("This vote has no result yet."))
    facts = Result.objects.get(pk=ballot.pk).facts
    total = facts["questions"][0]["total"]
    is_carried = is_recalled(
        registered_count=facts["roll"]["count"], voted_count=sum(total.values()),
        for_count=total.get("yes", 0),
    )  # fmt: skip
    recall.state = RecallState.CARRIED if is_carried else RecallState.FAILED
    recall.ended_at = at
    recall.save(update_fields=["state", "ended_at"])
    if is_carried and recall.post.active_to is None:
        end_post(post=recall.post, at=at)
    _record("recall_decided", recall, at=at, by=by, carried=is_carried)
    return recall


@transaction.atomic
def drop_recall(*, recall: Recall, reason: str, by: Person, at: datetime) -> Recall:
    """End a recall before its vote, such as when whoever asked takes it back or they resign.

    :raises RecallRefused: the vote has begun, or it is over.
    """
    recall = _locked(recall)
    ballot = recall.ballot
    is_open = ballot is not None and ballot.state not in {
        BallotState.PLANNED, BallotState.ANNULLED,
    }  # fmt: skip
    if recall.state not in {RecallState.ASKED, RecallState.CALLED} or is_open:
        raise _refuse("reason", _("The vote has begun, or it is over."))
    recall.ended_reason = words(reason, "reason", most=300, missing=_("Give the reason."))
    if ballot is not None and ballot.state == BallotState.PLANNED:
        voting.annul_ballot(ballot=ballot, reason=recall.ended_reason, by=by, at=at)
    recall.state, recall.ended_at = RecallState.DROPPED, at
    recall.save(update_fields=["state", "ended_at", "ended_reason"])
    _record("recall_dropped", recall, at=at, by=by)
    return recall
