"""Verbs on a round as a whole: begin, close the orders, stop."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.access.queries import standing_of
from xiangyue.ballots.models import BallotState
from xiangyue.ballots.services import annul_ballot
from xiangyue.blueprints.queries import current, meaning
from xiangyue.kernel.refusals import NotAllowed, NotFound, Refused
from xiangyue.orders.acting import (
    KEEP,
    check_keeps,
    check_state,
    fits,
    locked,
    recorded,
    words_given,
)
from xiangyue.orders.blueprint import RoundKind
from xiangyue.orders.models import Round, RoundState
from xiangyue.orders.money import yuan
from xiangyue.orders.refusals import MoneyWrong, RoundStands
from xiangyue.places.models import Person, Place
from xiangyue.publicity.models import StateChoices
from xiangyue.publicity.services import take_down

LONGEST_TITLE, LONGEST_ABOUT, LONGEST_MONEY, LONGEST_WHY = 80, 4_000, 200, 300


@transaction.atomic
def begin_round(
    *,
    kind: str,
    place: Place,
    title: str,
    money_from: str,
    budget: int,
    by: Person,
    at: datetime,
    about: str = "",
    needs_until: datetime | None = None,
) -> Round:
    """Ask those who live at the place what they need; `budget` is in fen.

    Without `needs_until` orders are taken for the kind's days. Records `orders.round_begun`.

    :raises NotAllowed: no post of theirs keeps rounds there.
    :raises MoneyWrong: no budget, or one outside the kind's bounds.
    :raises WordsMissing: no title, or it is not said where the money comes from.
    """
    if not standing_of(by, at=at).may(KEEP, place_path=place.path):
        raise NotAllowed(_("Your posts do not include the budget rounds of this place."))
    try:
        row = current("order_round", kind)
    except NotFound as unknown:
        said = _("Choose one of the kinds.")
        raise Refused(said, fields={"kind": said}) from unknown
    declared = meaning(row, RoundKind)
    if not fits(declared, place):
        said = _("A round of this kind is not held at such a place.")
        raise Refused(said, fields={"kind": said}, source=declared.source)
    _check_budget(declared, budget)
    until = needs_until or at + timedelta(days=declared.needs_days)
    if until < at + timedelta(days=declared.needs_days):
        said = _("People have at least %(days)d days to order.") % {"days": declared.needs_days}
        raise Refused(said, fields={"needs_until": said}, source=declared.source)
    if until > at + timedelta(days=declared.needs_days + 120):
        said = _("This lies too far ahead.")
        raise Refused(said, fields={"needs_until": said})
    made = Round.objects.create(
        place=place,
        place_path=place.path,
        declaration=row,
        title=words_given(title, _("Please give it a title."), field="title", most=LONGEST_TITLE),
        about=words_given(about, "", field="about", most=LONGEST_ABOUT, is_long=True)
        if about.strip()
        else "",
        money_from=words_given(
            money_from,
            _("Say where the money comes from."),
            field="money_from",
            most=LONGEST_MONEY,
        ),
        budget=budget,
        begun_by=by,
        begun_at=at,
        needs_until=until,
        costing_until=timezone.localdate(until) + timedelta(days=declared.costing_days),
    )
    recorded("round_begun", made, at=at, actor_id=by.pk, kind=kind, budget=budget)
    return made


def _check_budget(kind: RoundKind, budget: int) -> None:
    if not kind.least_budget * 100 <= budget <= kind.most_budget * 100:
        said = _("The budget of such a round is between %(least)s and %(most)s yuan.") % {
            "least": yuan(kind.least_budget * 100),
            "most": yuan(kind.most_budget * 100),
        }
        raise MoneyWrong(said, fields={"budget": said}, source=kind.source)


@transaction.atomic
def end_needs(*, round_: Round, at: datetime, by: Person | None = None) -> Round:
    """Take no more orders; what came is costed now. Again changes nothing.

    Records `orders.needs_ended`.

    :raises RoundStands: people may still order, or it is stopped.
    """
    round_ = locked(round_)
    if by is not None:
        check_keeps(by, round_, at=at)
    if round_.state == RoundState.COSTING:
        return round_
    check_state(round_, RoundState.NEEDS)
    if at < round_.needs_until:
        raise RoundStands(
            _("People may order until %(time)s.")
            % {"time": f"{timezone.localtime(round_.needs_until):%Y-%m-%d %H:%M}"}
        )
    round_.state = RoundState.COSTING
    round_.save(update_fields=["state"])
    recorded(
        "needs_ended",
        round_,
        at=at,
        actor_id=by.pk if by else None,
        need_count=round_.needs.count(),
    )
    return round_


def end_needs_due(*, at: datetime) -> int:
    """Close the orders of every round whose days are over; how many."""
    rows = Round.objects.filter(state=RoundState.NEEDS, needs_until__lte=at)
    for round_ in rows:
        end_needs(round_=round_, at=at)
    return len(rows)


@transaction.atomic
def reopen_costing(*, round_: Round, why: str, by: Person, at: datetime) -> Round:
    """Take the list of projects back, as after an objection; it hangs out anew afterwards.

    The notice comes down and a vote that was announced is annulled, both with the reason. An open
    vote is annulled too; the slips that lie in the box are not counted. Records
    `orders.costing_reopened`.

    :raises RoundStands: nothing is published yet, or the result stands.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.NOTICE, RoundState.VOTE)
    why = words_given(
        why, _("Please say why; everybody can read it."), field="why", most=LONGEST_WHY
    )
    _clear(round_, why=why, by=by, at=at)
    round_.state = RoundState.COSTING
    round_.notice = round_.ballot = None
    round_.save(update_fields=["state", "notice", "ballot"])
    round_.slips.all().delete()
    round_.typed.all().delete()
    recorded("costing_reopened", round_, at=at, actor_id=by.pk)
    return round_


@transaction.atomic
def stop_round(*, round_: Round, why: str, by: Person, at: datetime) -> Round:
    """End it without a result, as when the money does not come; everybody reads why.

    Records `orders.round_stopped`.

    :raises RoundStands: it is decided, done or stopped.
    """
    round_ = locked(round_)
    check_keeps(by, round_, at=at)
    check_state(round_, RoundState.NEEDS, RoundState.COSTING, RoundState.NOTICE, RoundState.VOTE)
    why = words_given(
        why, _("Please say why; everybody can read it."), field="why", most=LONGEST_WHY
    )
    _clear(round_, why=why, by=by, at=at)
    round_.state, round_.stopped_at, round_.stopped_why = RoundState.STOPPED, at, why
    round_.save(update_fields=["state", "stopped_at", "stopped_why"])
    round_.slips.all().delete()
    round_.typed.all().delete()
    recorded("round_stopped", round_, at=at, actor_id=by.pk)
    return round_


def _clear(round_: Round, *, why: str, by: Person, at: datetime) -> None:
    if round_.ballot is not None and round_.ballot.state != BallotState.ANNULLED:
        annul_ballot(ballot=round_.ballot, reason=why, by=by, at=at)
    if round_.notice is not None and round_.notice.state != StateChoices.TAKEN_DOWN:
        take_down(notice=round_.notice, by=None, reason=why, at=at)
