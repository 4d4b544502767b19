"""How a turn of duty changes hands: proposed by one, and done when both have agreed (SD-28)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person
from xiangyue.rosters.models import DutyTurn, Exchange, ExchangeState
from xiangyue.rosters.queries import members_of
from xiangyue.rosters.services import NotAMember, TurnPassed, check_free, lock_people


class ExchangeEnded(Conflict):
    """The exchange was agreed or declined already, or the turns are no longer as they were."""

    code = "exchange_ended"


class ExchangeOpen(Conflict):
    """Another exchange of the same turn waits for consent."""

    code = "exchange_open"


@transaction.atomic
def propose_exchange(
    *,
    turn: DutyTurn,
    taker: Person,
    return_turn: DutyTurn | None = None,
    actor: Person,
    at: datetime,
) -> Exchange:
    """Ask that `taker` takes the turn, perhaps against one of theirs; who asks agrees by asking.

    Whoever keeps the roster may ask for two others, and then both are asked.

    :raises TurnPassed: one of the turns has begun or was cancelled.
    :raises NotAMember: the taker does not serve in the unit.
    :raises ExchangeOpen: another exchange of the turn waits.
    :raises AlreadyOnDuty: one of the two would be in two places at once.
    """
    turn, return_turn = _lock_turns(turn, return_turn, taker_id=taker.pk)
    _check_to_come(turn, at)
    if taker.pk == turn.person_id:
        message = _("This turn is theirs already.")
        raise Refused(message, fields={"with": message})
    if not members_of(turn.unit, at=at).filter(pk=taker.pk).exists():
        message = _("%(person)s does not serve in %(unit)s.") % {
            "person": taker.name,
            "unit": turn.unit.name,
        }
        raise NotAMember(message, fields={"with": message})
    if return_turn is not None:
        _check_to_come(return_turn, at)
        if return_turn.person_id != taker.pk or return_turn.unit_id != turn.unit_id:
            raise ExchangeEnded(_("The turn that was to come back is no longer theirs."))
    if turn.exchanges.filter(state=ExchangeState.OPEN).exists():
        raise ExchangeOpen(_("Another exchange of this turn waits for consent; end that first."))
    exchange = Exchange(
        turn=turn,
        return_turn=return_turn,
        giver_id=turn.person_id,
        taker=taker,
        proposed_by=actor,
        proposed_at=at,
        giver_agreed_at=at if actor.pk == turn.person_id else None,
        taker_agreed_at=at if actor.pk == taker.pk else None,
    )
    _check_both_free(exchange)
    exchange.save(force_insert=True)
    _record("rosters.exchange_proposed", exchange, at=at, actor_id=actor.pk)
    return exchange


@transaction.atomic
def agree_to_exchange(*, exchange: Exchange, actor_id: UUID, at: datetime) -> Exchange:
    """One of the two agrees; with both consents the turns change hands at once.

    Agreeing again changes nothing.

    :raises NotAllowed: the person is neither of the two.
    :raises ExchangeEnded: it was declined, or the turns are no longer as they were.
    :raises TurnPassed: one of the turns has begun meanwhile.
    :raises AlreadyOnDuty: one of the two has taken on another turn meanwhile.
    """
    exchange = _lock_exchange(exchange)
    if actor_id not in {exchange.giver_id, exchange.taker_id}:
        raise NotAllowed(_("Only the two whose turns change can agree."))
    if exchange.state == ExchangeState.DONE:
        return exchange
    if exchange.state != ExchangeState.OPEN:
        raise ExchangeEnded(_("This exchange was declined or has lapsed; propose it again."))
    _check_unchanged(exchange, at)
    if actor_id == exchange.giver_id and exchange.giver_agreed_at is None:
        exchange.giver_agreed_at = at
    if actor_id == exchange.taker_id and exchange.taker_agreed_at is None:
        exchange.taker_agreed_at = at
    is_agreed = exchange.giver_agreed_at is not None and exchange.taker_agreed_at is not None
    if is_agreed:
        _check_both_free(exchange)
        exchange.state, exchange.ended_at = ExchangeState.DONE, at
    exchange.save()
    _record("rosters.exchange_agreed", exchange, at=at, actor_id=actor_id)
    if is_agreed:
        _change_hands(exchange, at=at)
        _record("rosters.turn_exchanged", exchange, at=at, actor_id=actor_id)
    return exchange


@transaction.atomic
def decline_exchange(*, exchange: Exchange, actor_id: UUID, at: datetime) -> Exchange:
    """One of the two, or who proposed it, says no; the turns stay as they are.

    :raises NotAllowed: somebody else.
    :raises ExchangeEnded: it was agreed already.
    """
    exchange = _lock_exchange(exchange)
    if actor_id not in {exchange.giver_id, exchange.taker_id, exchange.proposed_by_id}:
        raise NotAllowed(_("Only the two whose turns would change can decline."))
    if exchange.state == ExchangeState.DONE:
        raise ExchangeEnded(_("Both have agreed already; propose another exchange."))
    if exchange.state == ExchangeState.OPEN:
        exchange.state, exchange.ended_at = ExchangeState.DECLINED, at
        exchange.save(update_fields=["state", "ended_at"])
        _record("rosters.exchange_declined", exchange, at=at, actor_id=actor_id)
    return exchange


def _lock_turns(
    turn: DutyTurn, return_turn: DutyTurn | None, *, taker_id: UUID
) -> tuple[DutyTurn, DutyTurn | None]:
    """The turns as they are now, with both people locked first, always in one order."""
    lock_people({turn.person_id, taker_id})
    keys = [turn.pk, *([return_turn.pk] if return_turn is not None else [])]
    rows = {
        row.pk: row
        for row in DutyTurn.objects.select_for_update(of=("self",))
        .select_related("unit", "person")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    return rows[turn.pk], rows[return_turn.pk] if return_turn is not None else None


def _lock_exchange(exchange: Exchange) -> Exchange:
    lock_people({exchange.giver_id, exchange.taker_id})
    return (
        Exchange.objects.select_for_update(of=("self",))
        .select_related("turn__unit", "return_turn__unit", "giver", "taker")
        .get(pk=exchange.pk)
    )


def _check_to_come(turn: DutyTurn, at: datetime) -> None:
    if turn.cancelled_at is not None or turn.begins_at <= at:
        raise TurnPassed(_("This turn has begun or was cancelled; it stays as it is."))


def _check_unchanged(exchange: Exchange, at: datetime) -> None:
    _check_to_come(exchange.turn, at)
    theirs = exchange.return_turn
    if theirs is not None:
        _check_to_come(theirs, at)
    if exchange.turn.person_id != exchange.giver_id or (
        theirs is not None and theirs.person_id != exchange.taker_id
    ):
        raise ExchangeEnded(_("The turns have changed hands meanwhile; propose it again."))


def _check_both_free(exchange: Exchange) -> None:
    changing = [key for key in (exchange.turn_id, exchange.return_turn_id) if key is not None]
    check_free(exchange.taker, exchange.turn.stretch, leaving_out=changing)
    if exchange.return_turn is not None:
        check_free(exchange.giver, exchange.return_turn.stretch, leaving_out=changing)


def _change_hands(exchange: Exchange, *, at: datetime) -> None:
    """In one statement: between two, somebody might seem to be in two places at once."""
    keys = [key for key in (exchange.turn_id, exchange.return_turn_id) if key is not None]
    DutyTurn.objects.filter(pk__in=keys).update(
        person_id=Case(
            When(pk=exchange.turn_id, then=Value(exchange.taker_id)),
            default=Value(exchange.giver_id),
        ),
        revision=F("revision") + 1,
    )
    Exchange.objects.filter(Q(turn__in=keys) | Q(return_turn__in=keys), state="open").update(
        state=ExchangeState.LAPSED, ended_at=at
    )


def _record(name: str, exchange: Exchange, *, at: datetime, actor_id: UUID) -> None:
    record(
        name=name,
        subject=exchange,
        at=at,
        actor_id=actor_id,
        place_path=exchange.turn.unit.place_path,
        facts={
            "turn": str(exchange.turn_id),
            "giver": str(exchange.giver_id),
            "taker": str(exchange.taker_id),
        },
    )
