"""Deciding an item: accepted, rejected or put off, by a vote or by consent, once."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiangyue.assemblies import rules
from xiangyue.assemblies.kinds import kind_of
from xiangyue.assemblies.models import Item, Sitting
from xiangyue.assemblies.motion_models import Decision, Motion, ProposalState
from xiangyue.assemblies.queries import Quorum, is_item_in_time, open_amendments, quorum_of
from xiangyue.assemblies.services.acting import (
    Overtaken,
    begin,
    check_undecided,
    digest_of,
    item_of,
    recorded_item,
    words_given,
)
from xiangyue.assemblies.services.calling import LONGEST_PAPER
from xiangyue.assemblies.words import no_quorum_words
from xiangyue.ballots.models import BallotState
from xiangyue.ballots.queries import outcome as ballot_outcome
from xiangyue.ballots.reading import reserved_matters
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.places.models import Person


class NoQuorum(Conflict):
    """Not enough are here to decide anything."""

    code = "no_quorum"


class NotDecidable(Conflict):
    """The item cannot be decided so, or not yet."""

    code = "not_decidable"


class NotTheirMatter(Refused):
    """The law reserves the matter to another body, or to a vote."""

    code = "not_their_matter"


def check_quorum(sitting: Sitting, quorum: Quorum) -> None:
    """:raises NoQuorum: too few are here, or nobody has said how many belong."""
    if not quorum.is_met:
        raise NoQuorum(no_quorum_words(sitting, quorum), source="EL02")


@transaction.atomic
def decide_item(
    *,
    item: Item,
    outcome: str,
    by: Person,
    at: datetime,
    text: str = "",
    motion: Motion | None = None,
    how: str = "",
) -> Decision:
    """Decide an item, once. What was put off may come up at another meeting.

    An item with a vote is decided by what the vote came to and nothing else; one without, where
    the kind allows it, by consent. A motion that is accepted is the decision's text; the others of
    the item are rejected. Deciding the same again returns what stands. Records
    `assemblies.item_decided`.

    :raises NoQuorum: not enough are here; it can be put off.
    :raises NotDecidable: an amendment is open, it was announced too late, the vote is not counted
        or came to something else, or such meetings do not decide so.
    :raises NotTheirMatter: a reserved matter that this body may not decide (EL05).
    :raises Overtaken: it has been decided otherwise.
    """
    locked = begin(item.sitting, verb="hold", by=by, at=at)
    found = item_of(locked, item)
    there = Decision.objects.filter(item=found).first()
    if there is not None and (there.outcome, there.motion_id) == (
        outcome,
        motion.pk if motion is not None else None,
    ):
        return there
    check_undecided(found)
    wanted = rules.Outcome(outcome)
    quorum = quorum_of(locked)
    if wanted is not rules.Outcome.PUT_OFF:
        how = _check_decidable(locked, found, wanted, how, quorum, at=at)
        if motion is not None:
            motion = Motion.objects.get(pk=motion.pk, item=found)
            if motion.state != ProposalState.OPEN:
                raise Overtaken(_("This motion is withdrawn or decided; it stays as it is."))
            text = text or motion.text_now
        text = words_given(
            text or found.title, _("Please write what was decided."), field="text",
            most=LONGEST_PAPER,
        )  # fmt: skip
        _settle_motions(found, motion, wanted, at=at)
    else:
        how, motion = "", None
        text = words_given(text, "", field="text", most=LONGEST_PAPER, least=0)
    made = Decision(
        item=found, outcome=wanted, how=how, text=text, motion=motion,
        ballot=found.ballot if how == rules.How.BALLOT else None,
        present_count=quorum.present_count, expected_count=quorum.expected_count,
        needed_count=quorum.needed_count, decided_by=by, decided_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Overtaken(_("This item has been decided already; what was decided stays.")) from error
    recorded_item(
        "item_decided", locked, found, at=at, by=by, outcome=str(wanted), how=how,
        ballot=made.ballot_id, motion=motion.pk if motion is not None else None,
        digest=digest_of(text), present_count=quorum.present_count,
        expected_count=quorum.expected_count, needed_count=quorum.needed_count,
    )  # fmt: skip
    return made


def _check_decidable(
    sitting: Sitting, item: Item, wanted: rules.Outcome, how: str, quorum: Quorum, *, at: datetime
) -> str:
    """In which way it is decided; raises as `decide_item`."""
    kind = kind_of(sitting)
    if not kind.decides:
        raise NotDecidable(
            _("Such a meeting hears and advises; it decides nothing."), source=kind.source
        )
    if open_amendments(item).exists():
        raise NotDecidable(_("An amendment is still open: decide it first, or put the item off."))
    if not is_item_in_time(item, sitting, at=at):
        raise NotDecidable(
            _(
                "This item was announced too late to be decided today: %(days)d days lie between."
                " Talk about it and put it off."
            )
            % {"days": kind.notice_days},
            source=kind.source,
        )
    check_quorum(sitting, quorum)
    if item.ballot is not None:
        if how == rules.How.CONSENT:
            raise NotDecidable(_("A vote is held on this item; what it comes to decides."))
        _check_vote(item, wanted)
        return str(rules.How.BALLOT)
    _check_reserved(item, kind.body)
    if rules.How.CONSENT not in kind.ways:
        raise NotDecidable(_("This meeting decides by a vote: bind one to the item first."))
    return str(rules.How.CONSENT)


def _check_vote(item: Item, wanted: rules.Outcome) -> None:
    ballot = item.ballot
    assert ballot is not None
    if ballot.state != BallotState.COUNTED:
        raise NotDecidable(_("The vote on this item has not been counted yet."))
    came_to = ballot_outcome(ballot)
    decided = rules.Outcome.ACCEPTED if came_to.all_accepted else rules.Outcome.REJECTED
    if decided is not wanted:
        sentences = " ".join(one.sentence for one in came_to.questions)
        raise NotDecidable(
            _("The vote came to something else: %(why)s") % {"why": sentences}, source="EL02"
        )


def _check_reserved(item: Item, body: str) -> None:
    """A reserved matter is decided by the bodies that the law names, and by a vote (EL05)."""
    if not item.matter:
        return
    found = next((one for one in reserved_matters() if one.key == item.matter), None)
    source = found.source if found is not None else "VCOL art. 24"
    if found is None or body not in {*found.decided_by, *found.delegable_to}:
        raise NotTheirMatter(
            _("The law reserves this matter to the assembly; this meeting may not decide it."),
            source=f"{source}; EL05",
        )
    raise NotTheirMatter(
        _("A matter that the law reserves is decided by a vote: bind one to the item first."),
        source=f"{source}; EL05",
    )


def _settle_motions(
    item: Item, motion: Motion | None, wanted: rules.Outcome, *, at: datetime
) -> None:
    rows = item.motions.filter(state=ProposalState.OPEN)
    if motion is not None and wanted is rules.Outcome.ACCEPTED:
        rows.filter(pk=motion.pk).update(state=ProposalState.ADOPTED, settled_at=at)
    rows.filter(state=ProposalState.OPEN).update(state=ProposalState.REJECTED, settled_at=at)
