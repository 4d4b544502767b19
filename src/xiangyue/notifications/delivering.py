"""Carries the outbox away: claims what is due, hands it to its channel, notes what came of it.

Channels are slow and fail, so nothing is sent inside a transaction. A row is claimed by moving
its next attempt ahead; a worker that dies in between leaves it to be claimed again.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from xiangyue.activity.services import record
from xiangyue.notifications import channels
from xiangyue.notifications.models import Delivery, DeliveryState, Message
from xiangyue.notifications.rules import retry_at

logger = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=5)
READ_KEPT = timedelta(days=180)
UNREAD_KEPT = timedelta(days=365)


def deliver_due(*, at: datetime, batch_size: int = 100) -> int:
    """Send what is due, oldest first; returns how many went out. Not within a transaction."""
    sent_count = 0
    for delivery in _claim(at=at, batch_size=batch_size):
        sent_count += _deliver(delivery, at=at)
    return sent_count


def deliver_now(*, delivery: Delivery, at: datetime) -> bool:
    """Send this one at once if nobody else is about to; whether it went out."""
    with transaction.atomic():
        claimed = Delivery.objects.filter(
            pk=delivery.pk, state=DeliveryState.QUEUED, next_attempt_at__lte=at
        ).update(next_attempt_at=at + CLAIMED_FOR)
    if not claimed:
        return False
    return _deliver(Delivery.objects.get(pk=delivery.pk), at=at)


@transaction.atomic
def _claim(*, at: datetime, batch_size: int) -> list[Delivery]:
    skips = connection.features.has_select_for_update_skip_locked
    due = list(
        Delivery.objects.select_for_update(skip_locked=skips)
        .filter(next_attempt_at__lte=at)
        .order_by("next_attempt_at")[:batch_size]
    )
    Delivery.objects.filter(pk__in=[one.pk for one in due]).update(next_attempt_at=at + CLAIMED_FOR)
    return due


def _deliver(delivery: Delivery, *, at: datetime) -> bool:
    """Hand one claimed row to its channel; whatever that raises ends here."""
    try:
        channels.send(delivery)
    except channels.ChannelFailed as failure:
        _note_failure(delivery, why=str(failure), is_final=failure.is_final, at=at)
        return False
    except Exception as error:  # an adapter's fault must not keep the others waiting
        logger.exception("channel %s failed", delivery.channel)
        _note_failure(delivery, why=type(error).__name__, is_final=False, at=at)
        return False
    _note_sent(delivery, at=at)
    return True


@transaction.atomic
def _note_sent(delivery: Delivery, *, at: datetime) -> None:
    is_out = channels.is_connected(delivery.channel)
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED).update(
        state=DeliveryState.SENT if is_out else DeliveryState.WRITTEN,
        sent_at=at if is_out else None,
        next_attempt_at=None,
        attempt_count=delivery.attempt_count + 1,
        error="",
    )


@transaction.atomic
def _note_failure(delivery: Delivery, *, why: str, is_final: bool, at: datetime) -> None:
    """Try again later, or give up and let staff see it; a code that nobody waits for is dropped."""
    attempt_count = delivery.attempt_count + 1
    again_at = None if is_final else retry_at(attempt_count=attempt_count, at=at)
    if again_at is not None and delivery.is_secret and delivery.forget_at is not None:
        again_at = again_at if again_at < delivery.forget_at else None
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED).update(
        state=DeliveryState.QUEUED if again_at else DeliveryState.FAILED,
        next_attempt_at=again_at,
        attempt_count=attempt_count,
        error=why[:300],
    )
    if again_at is None:
        record(
            name="notifications.delivery_failed",
            subject=delivery,
            at=at,
            facts={"channel": delivery.channel, "attempts": attempt_count},
        )


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Blank the texts and addresses whose time is over, delete old messages; how many rows.

    A text still waiting to be sent when its time is over has failed.
    """
    over = Delivery.objects.filter(forget_at__lte=at)
    over.filter(state=DeliveryState.QUEUED).update(state=DeliveryState.FAILED, next_attempt_at=None)
    count = over.update(text="", address="", forget_at=None)
    for rows in (
        Message.objects.filter(read_at__isnull=False, created_at__lt=at - READ_KEPT),
        Message.objects.filter(read_at=None, created_at__lt=at - UNREAD_KEPT),
    ):
        count += rows.delete()[0]
    return count
