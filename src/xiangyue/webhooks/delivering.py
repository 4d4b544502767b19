"""Tells endpoints what was recorded, each in its order, none waiting for another.

Recording costs nothing more: what there is to tell is read afterwards from the sealed record,
whose leaves are numbered without gaps in the order in which entries were found committed. An
entry that commits late gets a later leaf, so a watermark over leaves skips nothing. Each event is
told at least once: what was sent but not noted, because a worker died, is sent again under the
same webhook-id.
"""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from xiangyue.activity.models import Entry, Leaf
from xiangyue.activity.services import record
from xiangyue.webhooks import reaching
from xiangyue.webhooks.events import (
    CONTENT_TYPE,
    as_body,
    event_of,
    message_id,
    offered,
    place_codes,
    withheld,
)
from xiangyue.webhooks.models import Endpoint, Pause, Sending, SendingState
from xiangyue.webhooks.rules import headers_of, retry_at
from xiangyue.webhooks.secrets_kept import secrets_of

logger = logging.getLogger(__name__)

LEAVES = 1_000
WAITING_MOST = 1_000
BATCH = 100
SERVED = 16
AT_ONCE = 8
CLAIMED_FOR = timedelta(minutes=5)
BUDGET_SECONDS = 10.0
KEPT = timedelta(days=30)
GONE = 410


def deliver_due(*, at: datetime) -> int:
    """Find what is to be told and tell it; returns how many events were taken. Not within a
    transaction, as receivers are slow."""
    for endpoint in at_work():
        while _plan(endpoint, at=at) == LEAVES:
            pass
    parcels = [_parcel(endpoint, at=at) for endpoint in _claim(at=at)]
    if not parcels:
        return 0
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(parcels))) as pool:
        outcomes = list(pool.map(_carry, parcels))
    return sum(
        _note(parcel, outcome, at=at) for parcel, outcome in zip(parcels, outcomes, strict=True)
    )


def at_work() -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(paused_at=None, ended_at=None).order_by("registered_at")


# --- what there is to tell ----------------------------------------------------------------------


@transaction.atomic
def _plan(endpoint: Endpoint, *, at: datetime) -> int:
    """Look at the next leaves for the endpoint; how many were looked at.

    While very many wait already, the rest waits in the record.
    """
    locked = at_work().select_for_update().filter(pk=endpoint.pk).first()
    if locked is None:
        return 0
    waiting = locked.sendings.filter(state=SendingState.WAITING).count()
    if waiting >= WAITING_MOST:
        return 0
    leaves = dict(
        Leaf.objects.filter(index__gte=locked.next_index)
        .order_by("index")
        .values_list("entry_id", "index")[:LEAVES]
    )
    if not leaves:
        return 0
    # What was chosen once and is offered no more is told no more.
    names = [name for name in locked.names if name in offered()]
    entries = list(Entry.objects.filter(pk__in=leaves, name__in=names))
    hidden = withheld(entries)
    Sending.objects.bulk_create(
        [
            Sending(
                endpoint=locked,
                entry_id=entry.pk,
                leaf_index=leaves[entry.pk],
                name=entry.name,
                created_at=at,
            )
            for entry in entries
            if entry.pk not in hidden
        ],
        ignore_conflicts=True,
    )
    locked.next_index = max(leaves.values()) + 1
    locked.save(update_fields=["next_index"])
    return len(leaves)


# --- telling it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """One event, signed, ready to be sent without another look at the database."""

    sending_id: UUID
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one endpoint gets in this round, in its order; `unsigned` is the first of those that
    cannot be signed, as the secret cannot be read any more."""

    endpoint: Endpoint
    letters: list[Letter]
    withheld: list[UUID]
    unsigned: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter; `answer` is its status or why nothing took it."""

    sending_id: UUID
    is_taken: bool
    answer: str
    is_gone: bool = False


@transaction.atomic
def _claim(*, at: datetime) -> list[Endpoint]:
    """Endpoints for which something waits and nobody else is at work."""
    waiting = Sending.objects.filter(endpoint=OuterRef("pk"), state=SendingState.WAITING)
    skips = connection.features.has_select_for_update_skip_locked
    found = list(
        at_work()
        .select_for_update(skip_locked=skips)
        .filter(Exists(waiting), next_attempt_at__lte=at)
        .exclude(claimed_until__gt=at)
        .order_by("next_attempt_at")[:SERVED]
    )
    Endpoint.objects.filter(pk__in=[one.pk for one in found]).update(claimed_until=at + CLAIMED_FOR)
    return found


def _parcel(endpoint: Endpoint, *, at: datetime) -> Parcel:
    sendings = list(
        endpoint.sendings.filter(state=SendingState.WAITING).order_by("leaf_index")[:BATCH]
    )
    entries = Entry.objects.in_bulk([one.entry_id for one in sendings])
    # What the record does not hold, as after an older backup was restored, is not told either.
    hidden = withheld(entries.values()) | {
        one.entry_id for one in sendings if one.entry_id not in entries or one.name not in offered()
    }
    codes = place_codes(entries.values())
    gone = [one.pk for one in sendings if one.entry_id in hidden]
    telling = [one for one in sendings if one.entry_id not in hidden]
    try:
        secrets = secrets_of(endpoint, at=at)
    except InvalidToken:  # sealed under another key of the installation than today's
        return Parcel(endpoint, [], gone, unsigned=telling[0].pk if telling else None)
    letters = []
    for sending in telling:
        entry = entries[sending.entry_id]
        body = as_body(
            event_of(
                entry,
                leaf_index=sending.leaf_index,
                source=endpoint.source,
                place_code=codes.get(entry.place_path),
            )
        )
        signed = headers_of(
            secrets=secrets,
            message_id=message_id(sending.pk),
            timestamp=int(at.timestamp()),
            body=body,
        )
        headers = {"Content-Type": CONTENT_TYPE, **signed}
        letters.append(Letter(sending.pk, endpoint.url, body, headers))
    return Parcel(endpoint, letters, gone)


def _carry(parcel: Parcel) -> list[Outcome]:
    """Send one after the other until one is not taken or the time is over. No database here."""
    if parcel.unsigned is not None:
        return [Outcome(parcel.unsigned, is_taken=False, answer="no secret to sign with")]
    began = time.monotonic()
    outcomes: list[Outcome] = []
    for letter in parcel.letters:
        outcomes.append(_sent(letter))
        if not outcomes[-1].is_taken or time.monotonic() - began > BUDGET_SECONDS:
            break
    return outcomes


def _sent(letter: Letter) -> Outcome:
    try:
        status = reaching.post(letter.url, letter.body, headers=letter.headers)
    except reaching.Unreachable as why:
        return Outcome(letter.sending_id, is_taken=False, answer=str(why))
    except Exception as error:  # one receiver's oddity must not keep the others waiting
        logger.exception("a webhook failed")
        return Outcome(letter.sending_id, is_taken=False, answer=type(error).__name__)
    return Outcome(
        letter.sending_id,
        is_taken=200 <= status < 300,
        answer=f"HTTP {status}",
        is_gone=status == GONE,
    )


@transaction.atomic
def _note(parcel: Parcel, outcomes: Iterable[Outcome], *, at: datetime) -> int:
    """Write down what became of a parcel and let the endpoint go; how many were taken."""
    endpoint = Endpoint.objects.select_for_update().get(pk=parcel.endpoint.pk)
    rows = endpoint.sendings.filter(state=SendingState.WAITING)
    rows.filter(pk__in=parcel.withheld).update(state=SendingState.WITHHELD)
    taken = 0
    endpoint.claimed_until = None
    for outcome in outcomes:
        sending = rows.filter(pk=outcome.sending_id).first()
        if sending is None:  # left out by hand meanwhile
            continue
        sending.attempt_count += 1
        sending.attempted_at, sending.answer = at, outcome.answer[:200]
        if outcome.is_taken:
            taken += 1
            sending.state, sending.delivered_at = SendingState.DELIVERED, at
            endpoint.failure_count = 0
        else:
            _note_failure(endpoint, is_gone=outcome.is_gone, at=at)
        sending.save(
            update_fields=["attempt_count", "attempted_at", "answer", "state", "delivered_at"]
        )
    endpoint.save(
        update_fields=["claimed_until", "failure_count", "next_attempt_at", "paused_at", "pause"]
    )
    return taken


def _note_failure(endpoint: Endpoint, *, is_gone: bool, at: datetime) -> None:
    """Try again later; after three days, or when it is gone for good, pause and say so."""
    endpoint.failure_count += 1
    again_at = None if is_gone else retry_at(failure_count=endpoint.failure_count, at=at)
    if again_at is not None:
        endpoint.next_attempt_at = again_at
    elif endpoint.paused_at is None and endpoint.ended_at is None:
        endpoint.paused_at = at
        endpoint.pause = Pause.GONE if is_gone else Pause.FAILING
        record(
            name="webhooks.endpoint_paused",
            subject=endpoint,
            at=at,
            facts={"pause": str(endpoint.pause)},
        )


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Delete what was settled a month ago; how many rows."""
    settled = Sending.objects.exclude(state=SendingState.WAITING).filter(created_at__lt=at - KEPT)
    return settled.delete()[0]
