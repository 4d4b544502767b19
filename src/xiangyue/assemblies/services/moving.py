"""Motions and amendments: moved, seconded, put in order, withdrawn, decided."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.assemblies import rules
from xiangyue.assemblies.models import Attendance, Item, Sitting
from xiangyue.assemblies.motion_models import Amendment, Motion, ProposalState
from xiangyue.assemblies.queries import ordered_amendments, quorum_of
from xiangyue.assemblies.services.acting import (
    Overtaken,
    begin,
    check_undecided,
    digest_of,
    item_of,
    recorded_item,
    words_given,
)
from xiangyue.assemblies.services.holding import WrongPerson
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person

LONGEST_MOTION = 8_000
MOST_PROPOSALS = 30


class WrongOrder(Refused):
    """Amendments are decided in another order."""

    code = "wrong_order"


class WrongCount(Refused):
    """The hands that were counted cannot be."""

    code = "wrong_count"


def _here(sitting: Sitting, attendance: Attendance) -> Attendance:
    """:raises WrongPerson: they are not here."""
    found = sitting.attendances.filter(pk=attendance.pk).first()
    if found is None:
        raise WrongPerson(_("Only who is here can move or second anything."))
    return found


@transaction.atomic
def move(
    *,
    item: Item,
    text: str,
    mover: Attendance,
    by: Person,
    at: datetime,
    seconder: Attendance | None = None,
) -> Motion:
    """Move something to an item, as who takes the minutes enters it.

    The same words by the same mover are one motion. Records `assemblies.motion_moved`.

    :raises WrongPerson: who moves or seconds is not here, or both are one.
    :raises Overtaken: the item is decided.
    """
    locked = begin(item.sitting, verb="hold", by=by, at=at)
    found = item_of(locked, item)
    check_undecided(found)
    words = words_given(text, _("Please write what is moved."), field="text", most=LONGEST_MOTION)
    mover = _here(locked, mover)
    same = found.motions.filter(text=words, mover=mover, state=ProposalState.OPEN).first()
    if same is not None:
        return same
    if found.motions.count() >= MOST_PROPOSALS:
        raise Refused(_("There are too many motions to this item."))
    if seconder is not None:
        seconder = _seconder(locked, mover, seconder)
    motion = Motion.objects.create(
        sitting=locked, item=found, position=found.motions.count() + 1, text=words,
        text_now=words, mover=mover, seconder=seconder, moved_at=at,
    )  # fmt: skip
    recorded_item(
        "motion_moved", locked, found, at=at, by=by, motion=motion.pk, digest=digest_of(words)
    )
    return motion


def _seconder(sitting: Sitting, mover: Attendance, seconder: Attendance) -> Attendance:
    if seconder.pk == mover.pk:
        message = _("Nobody seconds their own motion.")
        raise WrongPerson(message, fields={"seconder": message})
    return _here(sitting, seconder)


def _open(sitting: Sitting, motion: Motion) -> Motion:
    """:raises Overtaken: it is withdrawn or decided."""
    found = Motion.objects.select_related("item").get(pk=motion.pk, sitting=sitting)
    if found.state != ProposalState.OPEN:
        raise Overtaken(_("This motion is withdrawn or decided; it stays as it is."))
    check_undecided(found.item)
    return found


@transaction.atomic
def second(*, motion: Motion, seconder: Attendance, by: Person, at: datetime) -> Motion:
    """Say who seconds it; saying it again changes nothing. Records `motion_seconded`.

    :raises WrongPerson: its mover, or somebody who is not here.
    """
    locked = begin(motion.sitting, verb="hold", by=by, at=at)
    found = _open(locked, motion)
    if found.seconder_id == seconder.pk:
        return found
    found.seconder = _seconder(locked, found.mover, seconder)
    found.save(update_fields=["seconder"])
    recorded_item("motion_seconded", locked, found.item, at=at, by=by, motion=found.pk)
    return found


@transaction.atomic
def withdraw_motion(*, motion: Motion, by: Person, at: datetime) -> Motion:
    """Take a motion back, with its open amendments; all stay to be read.

    Twice is once. Records `assemblies.motion_withdrawn`.
    """
    locked = begin(motion.sitting, verb="hold", by=by, at=at)
    there = Motion.objects.get(pk=motion.pk, sitting=locked)
    if there.state == ProposalState.WITHDRAWN:
        return there
    found = _open(locked, motion)
    found.state, found.settled_at = ProposalState.WITHDRAWN, at
    found.save(update_fields=["state", "settled_at"])
    found.amendments.filter(state=ProposalState.OPEN).update(
        state=ProposalState.WITHDRAWN, settled_at=at
    )
    recorded_item("motion_withdrawn", locked, found.item, at=at, by=by, motion=found.pk)
    return found


@transaction.atomic
def amend(*, motion: Motion, text: str, mover: Attendance, by: Person, at: datetime) -> Amendment:
    """Move another wording of a motion, whole. Records `assemblies.amendment_moved`.

    The same words by the same mover are one amendment.

    :raises WordsMissing: no words, too many, or those of the motion itself.
    """
    locked = begin(motion.sitting, verb="hold", by=by, at=at)
    found = _open(locked, motion)
    words = words_given(
        text, _("Please write the motion as it should read."), field="text", most=LONGEST_MOTION
    )
    if words == found.text_now:
        message = _("These are the words of the motion itself; change what should change.")
        raise Refused(message, fields={"text": message})
    mover = _here(locked, mover)
    same = found.amendments.filter(text=words, state=ProposalState.OPEN).first()
    if same is not None:
        return same
    if found.amendments.count() >= MOST_PROPOSALS:
        raise Refused(_("There are too many amendments to this motion."))
    made = Amendment.objects.create(
        sitting=locked, motion=found, position=found.amendments.count() + 1, text=words,
        mover=mover, moved_at=at,
    )  # fmt: skip
    recorded_item(
        "amendment_moved", locked, found.item, at=at, by=by, motion=found.pk, amendment=made.pk,
        digest=digest_of(words),
    )  # fmt: skip
    return made


@transaction.atomic
def order_amendments(
    *, motion: Motion, positions: Sequence[int], by: Person, at: datetime
) -> list[Amendment]:
    """The chair says in what order the open ones are decided; none named: the farthest first.

    Records `assemblies.amendments_ordered`.

    :raises WrongOrder: a number twice, or one that is not open.
    """
    locked = begin(motion.sitting, verb="hold", by=by, at=at)
    found = _open(locked, motion)
    rows = {row.position: row for row in found.amendments.filter(state=ProposalState.OPEN)}
    if len(set(positions)) < len(positions) or not set(positions) <= set(rows):
        message = _("Name each open amendment at most once, by its number.")
        raise WrongOrder(message, fields={"positions": message})
    for row in rows.values():
        place = positions.index(row.position) + 1 if row.position in positions else None
        if row.chair_place != place:
            row.chair_place = place
            row.save(update_fields=["chair_place"])
    recorded_item("amendments_ordered", locked, found.item, at=at, by=by, motion=found.pk)
    return ordered_amendments(found)


@transaction.atomic
def withdraw_amendment(*, amendment: Amendment, by: Person, at: datetime) -> Amendment:
    """Take an amendment back; it stays to be read. Twice is once."""
    locked = begin(amendment.sitting, verb="hold", by=by, at=at)
    found = Amendment.objects.select_related("motion__item").get(pk=amendment.pk, sitting=locked)
    if found.state == ProposalState.WITHDRAWN:
        return found
    motion = _open(locked, found.motion)
    if found.state != ProposalState.OPEN:
        raise Overtaken(_("This amendment is decided; it stays as it is."))
    found.state, found.settled_at = ProposalState.WITHDRAWN, at
    found.save(update_fields=["state", "settled_at"])
    recorded_item(
        "amendment_withdrawn", locked, motion.item, at=at, by=by, motion=motion.pk,
        amendment=found.pk,
    )  # fmt: skip
    return found


@transaction.atomic
def decide_amendment(
    *,
    amendment: Amendment,
    by: Person,
    at: datetime,
    is_adopted: bool | None = None,
    yes_count: int | None = None,
    no_count: int | None = None,
) -> Amendment:
    """Decide the amendment whose turn it is: by counted hands, or by consent.

    With hands more than half of those present and counted must be for it, whatever is said of
    the outcome; by consent `is_adopted` says whether nobody objects. Adopted, it is how the motion
    now reads. Records `assemblies.amendment_decided`.

    :raises WrongOrder: another one comes first.
    :raises WrongCount: more hands than people, or neither hands nor an outcome.
    :raises NoQuorum: not enough are here to decide anything.
    """
    from xiangyue.assemblies.services.deciding import check_quorum

    locked = begin(amendment.sitting, verb="hold", by=by, at=at)
    found = Amendment.objects.select_related("motion__item").get(pk=amendment.pk, sitting=locked)
    motion = _open(locked, found.motion)
    if found.state != ProposalState.OPEN:
        raise Overtaken(_("This amendment is decided; it stays as it is."))
    quorum = quorum_of(locked)
    check_quorum(locked, quorum)
    first = ordered_amendments(motion)[0]
    if first.pk != found.pk:
        raise WrongOrder(
            _("Amendment %(number)d comes first: it is farther from the motion, or the chair says"
              " so.") % {"number": first.position}
        )  # fmt: skip
    if yes_count is not None or no_count is not None:
        yes_count, no_count = yes_count or 0, no_count or 0
        try:
            is_adopted = rules.is_carried_by_hands(
                yes_count=yes_count, no_count=no_count, present_count=quorum.present_count
            )
        except ValueError as fault:
            message = _("More hands were counted than people who count are here (%(count)d).") % {
                "count": quorum.present_count
            }
            raise WrongCount(message, fields={"yes_count": message}) from fault
    elif is_adopted is None:
        message = _("Count the hands, or say whether nobody objects.")
        raise WrongCount(message, fields={"yes_count": message})
    found.state = ProposalState.ADOPTED if is_adopted else ProposalState.REJECTED
    found.against, found.settled_at = motion.text_now, at
    found.yes_count, found.no_count = yes_count, no_count
    found.present_count = quorum.present_count
    found.save()
    if is_adopted:
        motion.text_now = found.text
        motion.save(update_fields=["text_now"])
    recorded_item(
        "amendment_decided", locked, motion.item, at=at, by=by, motion=motion.pk,
        amendment=found.pk, state=found.state, yes_count=yes_count, no_count=no_count,
        present_count=quorum.present_count,
    )  # fmt: skip
    return found
