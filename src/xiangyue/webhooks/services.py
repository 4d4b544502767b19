"""Verbs of staff on who outside is told of what."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.services import NotFilledIn
from xiangyue.activity.models import Leaf
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict
from xiangyue.places.models import Person
from xiangyue.webhooks.events import offered
from xiangyue.webhooks.models import Endpoint, Pause, Sending, SendingState
from xiangyue.webhooks.reaching import Unreachable, resolved
from xiangyue.webhooks.rules import OVERLAP, NotAnAddress, target_of
from xiangyue.webhooks.secrets_kept import new_secret, sealed

ENDPOINTS_MOST = 20


class AddressRefused(NotFilledIn):
    """The address is none that other software could be told at."""

    code = "address_refused"


class Ended(Conflict):
    """The endpoint has been ended; nothing more can be done with it."""

    code = "endpoint_ended"


def register_endpoint(
    *, name: str, url: str, names: Iterable[str], source: str, actor: Person, at: datetime
) -> tuple[Endpoint, str]:
    """Tell the address of these activities from now on; returns it and its secret, shown once.

    `source` is the county's own address, by which the receiver tells counties apart.

    :raises AddressRefused: not https, not known, or not on the open network.
    :raises NotFilledIn: without a name, or without an activity that can be told.
    :raises Conflict: there are twenty endpoints already.
    """
    name, chosen = _name(name), _chosen(names)
    url = checked_url(url)
    secret = new_secret()
    with transaction.atomic():
        if Endpoint.objects.filter(ended_at=None).count() >= ENDPOINTS_MOST:
            raise Conflict(_("There are too many webhooks already; please end one first."))
        endpoint = Endpoint.objects.create(
            name=name,
            url=url,
            names=chosen,
            source=source[:200],
            secret=sealed(secret),
            registered_by=actor,
            registered_at=at,
            next_index=_sealed_count(),
            next_attempt_at=at,
        )
        _record("endpoint_registered", endpoint, actor=actor, at=at, names=chosen)
    return endpoint, secret


def checked_url(url: str) -> str:
    """The address, resolved once; each delivery looks at it again.

    Names are looked up outside any transaction, as that may take long.

    :raises AddressRefused: not https, not known, or not on the open network.
    """
    url = url.strip()
    try:
        resolved(target_of(url))
    except (NotAnAddress, Unreachable) as error:
        message = _("Please enter an address that begins with https:// and can be reached.")
        raise AddressRefused(message, fields={"url": message}) from error
    return url


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 60 or not name.isprintable():
        message = _("Please say in at most 60 characters whose software it is.")
        raise NotFilledIn(message, fields={"name": message})
    return name


def _chosen(names: Iterable[str]) -> list[str]:
    chosen = sorted(set(names))
    if not chosen or not set(chosen) <= set(offered()):
        message = _("Please choose at least one of the happenings offered.")
        raise NotFilledIn(message, fields={"names": message})
    return chosen


def _sealed_count() -> int:
    """How many leaves the record has: what is sealed later is told."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def _record(what: str, endpoint: Endpoint, *, actor: Person, at: datetime, **facts: object) -> None:
    record(name=f"webhooks.{what}", subject=endpoint, at=at, actor_id=actor.pk, facts=facts or None)


def _locked(endpoint: Endpoint) -> Endpoint:
    """:raises Ended: it was ended."""
    locked = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    if locked.ended_at is not None:
        raise Ended(_("This webhook has been ended."))
    return locked


def change_endpoint(
    *, endpoint: Endpoint, name: str, url: str, names: Iterable[str], actor: Person, at: datetime
) -> Endpoint:
    """Another name, address or choice, for what is told from now on; raises as registering does.

    A new address is tried at once: the waits that the old one earned are not its own.
    """
    name, chosen = _name(name), _chosen(names)
    url = checked_url(url)
    with transaction.atomic():
        endpoint = _locked(endpoint)
        if url != endpoint.url:
            endpoint.failure_count, endpoint.next_attempt_at = 0, at
        endpoint.name, endpoint.url, endpoint.names = name, url, chosen
        endpoint.save(update_fields=["name", "url", "names", "failure_count", "next_attempt_at"])
        _record("endpoint_changed", endpoint, actor=actor, at=at, names=chosen)
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, actor: Person, at: datetime) -> tuple[Endpoint, str]:
    """A new secret, shown once; for a day the old one signs as well."""
    endpoint = _locked(endpoint)
    secret = new_secret()
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, at + OVERLAP
    endpoint.secret = sealed(secret)
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    _record("secret_rotated", endpoint, actor=actor, at=at)
    return endpoint, secret


@transaction.atomic
def pause_endpoint(*, endpoint: Endpoint, actor: Person, at: datetime) -> Endpoint:
    """Tell nothing until it is resumed; what happens meanwhile waits in the record."""
    endpoint = _locked(endpoint)
    if endpoint.paused_at is None:
        endpoint.paused_at, endpoint.pause = at, Pause.BY_HAND
        endpoint.save(update_fields=["paused_at", "pause"])
        _record("endpoint_paused", endpoint, actor=actor, at=at, pause=str(endpoint.pause))
    return endpoint


@transaction.atomic
def resume_endpoint(*, endpoint: Endpoint, from_now: bool, actor: Person, at: datetime) -> Endpoint:
    """Go on, with all that happened meanwhile, or `from_now` with what happens next alone."""
    endpoint = _locked(endpoint)
    if endpoint.paused_at is None:
        return endpoint
    if from_now:
        endpoint.next_index = max(endpoint.next_index, _sealed_count())
        endpoint.sendings.filter(state=SendingState.WAITING).update(state=SendingState.LEFT_OUT)
    endpoint.paused_at, endpoint.pause = None, ""
    endpoint.failure_count, endpoint.next_attempt_at = 0, at
    endpoint.save()
    _record("endpoint_resumed", endpoint, actor=actor, at=at, from_now=from_now)
    return endpoint


@transaction.atomic
def end_endpoint(*, endpoint: Endpoint, actor: Person, at: datetime) -> Endpoint:
    """Tell it nothing any more; its secrets are forgotten, what it was told stays visible for a
    month, and what still waited is left out."""
    endpoint = _locked(endpoint)
    endpoint.sendings.filter(state=SendingState.WAITING).update(state=SendingState.LEFT_OUT)
    endpoint.ended_at = at
    endpoint.secret = endpoint.old_secret = ""
    endpoint.save(update_fields=["ended_at", "secret", "old_secret"])
    _record("endpoint_ended", endpoint, actor=actor, at=at)
    return endpoint


@transaction.atomic
def send_again(*, sending: Sending, actor: Person, at: datetime) -> Sending:
    """Have an event sent once more, before those that wait, under the same webhook-id.

    :raises Conflict: it is waiting to be sent already, or became confidential.
    """
    endpoint = _locked(sending.endpoint)
    sending = Sending.objects.select_for_update().get(pk=sending.pk)
    if sending.state not in {SendingState.DELIVERED, SendingState.LEFT_OUT}:
        raise Conflict(_("This event is waiting to be sent, or must not be."))
    sending.state, sending.delivered_at = SendingState.WAITING, None
    sending.save(update_fields=["state", "delivered_at"])
    _record("event_resent", endpoint, actor=actor, at=at, entry=sending.entry_id)
    return sending


@transaction.atomic
def leave_out(*, sending: Sending, actor: Person, at: datetime) -> Sending:
    """Let those behind go on without this one, which the receiver does not take.

    :raises Conflict: it is not waiting any more.
    """
    endpoint = _locked(sending.endpoint)
    sending = Sending.objects.select_for_update().get(pk=sending.pk)
    if sending.state != SendingState.WAITING:
        raise Conflict(_("This event is not waiting to be sent any more."))
    sending.state = SendingState.LEFT_OUT
    sending.save(update_fields=["state"])
    endpoint.failure_count, endpoint.next_attempt_at = 0, at
    endpoint.save(update_fields=["failure_count", "next_attempt_at"])
    _record("event_left_out", endpoint, actor=actor, at=at, entry=sending.entry_id)
    return sending
