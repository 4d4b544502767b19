"""Verbs on orders: say what is needed, want the same, set aside with a reason."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.kernel.refusals import NotAllowed, TooMany
from xiangyue.orders.acting import (
    FOR_OTHERS,
    KEEP,
    check_keeps,
    check_state,
    kind_of,
    lives_there,
    locked,
    recorded,
    words_given,
    words_if_any,
)
from xiangyue.orders.models import Need, NeedSupport, Project, Round, RoundState
from xiangyue.orders.refusals import RoundStands
from xiangyue.places.models import Person

LONGEST_NEED, LONGEST_SPOT, LONGEST_NAME, LONGEST_WHY = 140, 80, 40, 300
MOST_FOR_OTHERS = 500


@transaction.atomic
def order(
    *,
    round_: Round,
    text: str,
    at: datetime,
    by: Person | None = None,
    spot: str = "",
    said_by: str = "",
    entered_by: Person | None = None,
) -> Need:
    """Say in a sentence what is needed, and where: a resident, or somebody who enters it for one
    (`entered_by`, with `said_by` as they want to be called).

    The same sentence again from the same person is one order. Records `orders.need_said`.

    :raises NotAllowed: they do not live there; nobody lets them enter for others there.
    :raises RoundStands: orders are not taken any more.
    :raises TooMany: as many as one person may say.
    """
    round_ = locked(round_)
    _check_taken(round_, at=at)
    words = words_given(
        text, _("Please say what is needed, in a sentence."), field="text", most=LONGEST_NEED
    )
    if entered_by is not None:
        standing = standing_of(entered_by, at=at)
        if not any(
            standing.may(verb, place_path=round_.place_path) for verb in (KEEP, FOR_OTHERS)
        ) and not _works_inside(standing.areas(FOR_OTHERS), round_):
            raise NotAllowed(_("Your posts do not let you enter orders for others here."))
    elif by is None or not lives_there(by, round_):
        raise NotAllowed(_stranger())
    mine = (
        round_.needs.filter(by=by)
        if by is not None
        else round_.needs.filter(entered_by=entered_by, by=None)
    )
    if (same := mine.filter(text=words, said_by=" ".join(said_by.split()))).exists():
        return same[0]
    most = kind_of(round_).most_needs if by is not None else MOST_FOR_OTHERS
    if mine.count() >= most:
        raise TooMany(
            _("One person orders at most %(most)d things in a round. Support what others said.")
            % {"most": most}
        )
    last = round_.needs.aggregate(last=Max("number"))["last"] or 0
    need = Need.objects.create(
        round=round_,
        number=last + 1,
        text=words,
        spot=words_if_any(spot, field="spot", most=LONGEST_SPOT),
        by=by,
        said_by=words_if_any(said_by, field="said_by", most=LONGEST_NAME),
        entered_by=entered_by,
        said_at=at,
    )
    # The record says that something was ordered; by whom stands with the order alone.
    recorded("need_said", round_, at=at, number=need.number, is_for_others=entered_by is not None)
    return need


def _works_inside(areas: tuple[str, ...], round_: Round) -> bool:
    """A grid worker's area lies inside the village that orders."""
    return any(area.startswith(round_.place_path) for area in areas)


def may_enter_for_others(person: Person, round_: Round, *, at: datetime) -> bool:
    standing = standing_of(person, at=at)
    return any(
        standing.may(verb, place_path=round_.place_path) for verb in (KEEP, FOR_OTHERS)
    ) or _works_inside(standing.areas(FOR_OTHERS), round_)


def _stranger() -> str:
    return _(
        "This is for those who live there. If you do, let your grid worker or the village clerk"
        " note where you live."
    )


def _check_taken(round_: Round, *, at: datetime) -> None:
    if round_.state != RoundState.NEEDS or at >= round_.needs_until:
        raise RoundStands(_("Orders are not taken any more; they are being costed."))


@transaction.atomic
def support(*, need: Need, by: Person, at: datetime, is_wanted: bool = True) -> Need:
    """Want the same, or take it back; a second time changes nothing. Only the number is shown.

    :raises NotAllowed: they do not live there.
    :raises RoundStands: the projects hang on the board already.
    """
    round_ = locked(need.round)
    check_state(round_, RoundState.NEEDS, RoundState.COSTING)
    if not lives_there(by, round_):
        raise NotAllowed(_stranger())
    need = Need.objects.select_for_update().get(pk=need.pk)
    if need.by_id == by.pk:
        return need
    if is_wanted:
        _row, is_new = NeedSupport.objects.get_or_create(need=need, person=by)
        change = 1 if is_new else 0
    else:
        change = -NeedSupport.objects.filter(need=need, person=by).delete()[0]
    if change:
        Need.objects.filter(pk=need.pk).update(support_count=F("support_count") + change)
        need.refresh_from_db()
    return need


@transaction.atomic
def set_aside(*, need: Need, why: str, by: Person, at: datetime) -> Need:
    """Say why no project comes of an order; everybody reads it. Records `orders.need_set_aside`.

    :raises RoundStands: the projects hang on the board already.
    """
    round_ = locked(need.round)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.NEEDS, RoundState.COSTING)
    need = Need.objects.select_for_update().get(pk=need.pk)
    need.project, need.aside_why = (
        None,
        words_given(
            why, _("Please say why; everybody can read it."), field="why", most=LONGEST_WHY
        ),
    )
    need.save(update_fields=["project", "aside_why"])
    recorded("need_set_aside", round_, at=at, actor_id=by.pk, number=need.number)
    return need


@transaction.atomic
def put_into(*, need: Need, project: Project | None, by: Person, at: datetime) -> Need:
    """Let an order become part of a project, or of none again.

    :raises RoundStands: the projects hang on the board already.
    """
    round_ = locked(need.round)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.COSTING)
    if project is not None and project.round_id != round_.pk:
        raise NotAllowed(_("This project belongs to another round."))
    need = Need.objects.select_for_update().get(pk=need.pk)
    need.project, need.aside_why = project, ""
    need.save(update_fields=["project", "aside_why"])
    return need
