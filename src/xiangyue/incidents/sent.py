"""Acts that a phone sends under a key of its own are done once, however often they arrive.

The answer to an act may be lost on its way, and the phone sends again. The key is written in the
same transaction as the act: the same key with the same words finds what was done and does nothing.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiangyue.access.offline import Claim
from xiangyue.incidents.models import Incident, SentAct, Step
from xiangyue.incidents.services import Actor
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.refusals import Conflict, NotAllowed


class SentByAnother(NotAllowed):
    """The key belongs to what somebody else sent."""

    code = "sent_by_another"


class SentDifferently(Conflict):
    """The key has been used for something else."""

    code = "sent_differently"


@dataclass(frozen=True, slots=True)
class Sending:
    """An act as it was sent: the sender's key, what it says in short, and the phone's claim."""

    key: UUID
    digest: str
    claim: Claim | None = None


def digest_of(entered: Mapping[str, Iterable[str]], *, photo_count: int) -> str:
    """One number for what was entered, by which a resent act is told from another one."""
    said = repr((sorted((name, list(values)) for name, values in entered.items()), photo_count))
    return hashlib.sha256(said.encode()).hexdigest()


def was_taken(sending: Sending, *, number: str, verb: str, actor: Actor) -> bool:
    """Whether this very act was done before.

    :raises SentByAnother: under a key of somebody else's.
    :raises SentDifferently: the key stands for another act, or other words.
    """
    earlier = SentAct.objects.select_related("incident").filter(pk=sending.key).first()
    if earlier is None:
        return False
    if not hmac.compare_digest(earlier.sender, _sender(sending.key, earlier.incident, actor)):
        raise SentByAnother(_("This was sent by somebody else; open the form again."))
    is_same = earlier.incident.number == number and earlier.verb == verb
    if not is_same or earlier.digest != sending.digest:
        raise SentDifferently(
            _("This form was sent already, with other words. Open it again to say more.")
        )
    return True


def take(sending: Sending, *, incident: Incident, verb: str, actor: Actor, at: datetime) -> SentAct:
    """Write the key down, before the act and in its transaction.

    :raises IntegrityError: the same act is being done at this moment.
    """
    claim = sending.claim
    offset = claim.offset if claim is not None else None
    return SentAct.objects.create(
        key=sending.key,
        incident=incident,
        verb=verb,
        sender=_sender(sending.key, incident, actor),
        digest=sending.digest,
        arrived_at=at,
        recorded_at=claim.recorded_at if claim else None,
        offset_seconds=round(offset.total_seconds()) if offset is not None else None,
        is_clock_changed=bool(claim and claim.is_clock_changed),
    )


T = TypeVar("T")


def done_once(
    sending: Sending,
    *,
    incident: Incident,
    verb: str,
    actor: Actor,
    at: datetime,
    act: Callable[[], T],
) -> T | None:
    """What the act returns; None when it is being done by the same sending at this moment.

    Ask `was_taken` first. Act and key are written together or not at all.
    """
    try:
        with transaction.atomic():
            sent = take(sending, incident=incident, verb=verb, actor=actor, at=at)
            done = act()
            sent.step = incident.steps.order_by("-pk").first()
            sent.save(update_fields=["step"])
            return done
    except IntegrityError:
        if not was_taken(sending, number=incident.number, verb=verb, actor=actor):
            raise
    return None


def _sender(key: UUID, incident: Incident, actor: Actor) -> str:
    """Who sent it, told to nobody: two rows of the same sender do not look alike (PE02)."""
    who = f"slip:{incident.pk}" if actor.holds_slip else f"person:{actor.person_id}"
    secret = f"{settings.SECRET_KEY}:incidents.sent:{current_county().slug}"
    return hmac.new(secret.encode(), f"{key}:{who}".encode(), hashlib.sha256).hexdigest()


def steps_since(incident: Incident, seen_version: int | None) -> "QuerySet[Step]":
    """What happened since somebody saw that version, newest first; every act grows it by one."""
    count = incident.version - seen_version if seen_version is not None else 0
    steps = Step.objects.filter(incident=incident).select_related("actor", "to_unit")
    return steps.order_by("-pk")[: max(0, count)]


def version_meant(incident: Incident, seen_version: int | None, actor: Actor) -> int | None:
    """The version that the actor knows of: nobody is in conflict with what they did themselves.

    So taking on and handling, both recorded in a dead spot, arrive one after the other.
    """
    since = list(steps_since(incident, seen_version))
    if since and actor.person_id and all(step.actor_id == actor.person_id for step in since):
        return incident.version
    return seen_version
