"""Minutes as they are drafted from what happened: for those of the meeting, and for everybody."""

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.assemblies.kinds import kind_name, kind_of
from xiangyue.assemblies.models import Item, Sitting
from xiangyue.assemblies.motion_models import (
    Amendment,
    Decision,
    Motion,
    OutcomeChoices,
    ProposalState,
)
from xiangyue.assemblies.queries import agenda, quorum_of
from xiangyue.assemblies.words import moment_words, named_once, quorum_words
from xiangyue.ballots.queries import outcome as ballot_outcome
from xiangyue.places.queries import full_name


def drafted(sitting: Sitting) -> tuple[str, str]:
    """The full text and the public one.

    The public one holds agenda, motions, amendments, decisions and numbers, and names nobody but
    who chaired and who wrote.
    """
    return _text(sitting, is_public=False), _text(sitting, is_public=True)


def _text(sitting: Sitting, *, is_public: bool) -> str:
    blocks = [_head(sitting, is_public=is_public)]
    blocks += [_item(item, is_public=is_public) for item in agenda(sitting)]
    return "\n\n".join(blocks)


def _head(sitting: Sitting, *, is_public: bool) -> str:
    quorum = quorum_of(sitting)
    opened, closed = sitting.opened_at, sitting.closed_at
    assert sitting.chair is not None
    assert sitting.minute_taker is not None
    ended = f"{timezone.localtime(closed):%H:%M}" if closed is not None else ""
    lines = [
        _("%(kind)s of %(place)s: %(title)s")
        % {"kind": kind_name(sitting), "place": full_name(sitting.place), "title": sitting.title},
        _("Held %(opened)s to %(closed)s, %(where)s.")
        % {"opened": moment_words(opened), "closed": ended, "where": sitting.where},
        _("Announced on %(day)s.") % {"day": f"{sitting.announced_on:%Y-%m-%d}"},
        _("Chair: %(name)s") % {"name": sitting.chair.name},
        _("Minutes: %(name)s") % {"name": sitting.minute_taker.name},
        quorum_words(quorum),
    ]
    if quorum.guest_count:
        lines.append(_("Besides, %(count)d guests.") % {"count": quorum.guest_count})
    if kind_of(sitting).decides and not quorum.is_met:
        lines.append(_("There was no quorum at the end."))
    if not is_public:
        rows = list(sitting.attendances.order_by("pk"))
        lines.append(_("Present: %(names)s") % {"names": named_once(rows)})
    return "\n".join(lines)


def _item(item: Item, *, is_public: bool) -> str:
    lines = [f"{item.position}. {item.title}"]
    if not is_public:
        lines += [note.text for note in item.notes.all()]
    for motion in item.motions.select_related("mover", "seconder"):
        lines += _motion(motion, is_public=is_public)
    decision = Decision.objects.filter(item=item).first()
    lines.append(
        decision_words(decision) if decision is not None else _("Nothing was decided on this.")
    )
    return "\n".join(lines)


def _motion(motion: Motion, *, is_public: bool) -> list[str]:
    facts = {"number": motion.position, "text": motion.text, "mover": motion.mover.name}
    if is_public:
        lines = [_("Motion %(number)d: %(text)s") % facts]
    elif motion.seconder is not None:
        lines = [
            _("Motion %(number)d by %(mover)s, seconded by %(seconder)s: %(text)s")
            % {**facts, "seconder": motion.seconder.name}
        ]
    else:
        lines = [_("Motion %(number)d by %(mover)s: %(text)s") % facts]
    for amendment in motion.amendments.select_related("mover"):
        lines.append(_amendment(amendment, is_public=is_public))
    if motion.state == ProposalState.WITHDRAWN:
        lines.append(_("Motion %(number)d was withdrawn.") % facts)
    return lines


def _amendment(amendment: Amendment, *, is_public: bool) -> str:
    facts = {
        "number": amendment.position,
        "mover": amendment.mover.name,
        "text": amendment.text,
        "state": ProposalState(amendment.state).label,
        "yes": amendment.yes_count,
        "no": amendment.no_count,
        "present": amendment.present_count,
    }
    words = (
        _("Amendment %(number)d: %(text)s (%(state)s)")
        if is_public
        else _("Amendment %(number)d by %(mover)s: %(text)s (%(state)s)")
    ) % facts
    if amendment.yes_count is None:
        return words
    return words + _(" %(yes)d for, %(no)d against, of %(present)d here.") % facts


def decision_words(decision: Decision) -> str:
    """What was decided and why it holds: “Accepted by consent (23 here of 41, 21 needed): …”"""
    outcome = str(OutcomeChoices(decision.outcome).label)
    if decision.outcome == OutcomeChoices.PUT_OFF:
        return f"{outcome}{_colon()}{decision.text}" if decision.text else f"{outcome}{_stop()}"
    facts = {
        "outcome": outcome,
        "present": decision.present_count,
        "expected": decision.expected_count,
        "needed": decision.needed_count,
        "text": decision.text,
    }
    if decision.ballot is None:
        return (
            _("%(outcome)s by consent (%(present)d here of %(expected)d, %(needed)d needed): "
              "%(text)s") % facts
        )  # fmt: skip
    sentences = " ".join(one.sentence for one in ballot_outcome(decision.ballot).questions)
    return _("%(outcome)s by a vote: %(text)s") % facts + "\n" + sentences


def _colon() -> str:
    return ": " if (get_language() or "").startswith("en") else "："


def _stop() -> str:
    return "." if (get_language() or "").startswith("en") else "。"
