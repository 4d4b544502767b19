"""Verbs of people on what they are told, and of staff on what did not go out."""

from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, Refused
from xiangyue.notifications import outgoing
from xiangyue.notifications.channels import is_connected
from xiangyue.notifications.delivering import deliver_now
from xiangyue.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Message,
    Purpose,
    Reach,
)
from xiangyue.notifications.telling import tell
from xiangyue.places.models import Person

CONFIRM_SALT = "xiangyue.notifications.confirm_email"
CONFIRM_SECONDS = 24 * 3600


class NotAnAddress(Refused):
    """What was entered is no e-mail address."""

    code = "not_an_address"


class ConfirmationStale(Refused):
    """The link that confirms an address is too old, or not ours."""

    code = "confirmation_stale"


class CannotRetry(Conflict):
    """There is nothing left to send, or nowhere to send it."""

    code = "cannot_retry"


@transaction.atomic
def send_direct(*, phone: str, text: str, purpose: str, at: datetime) -> Delivery:
    """Send a code to a phone, as soon as the transaction ends.

    Nobody can read it in the outbox, and it is forgotten after fifteen minutes.
    """
    delivery = outgoing.direct(
        channel=Channel.SMS, address=phone, text=text, purpose=purpose, is_secret=True, at=at
    )
    return _sent_out(delivery, at=at)


def _sent_out(delivery: Delivery, *, at: datetime) -> Delivery:
    delivery.save(force_insert=True)
    if delivery.state == DeliveryState.QUEUED:
        # Somebody is waiting for it; should this fail, the worker tries again.
        transaction.on_commit(lambda: deliver_now(delivery=delivery, at=at), robust=True)
    return delivery


@transaction.atomic
def mark_read(*, message: Message, at: datetime) -> Message:
    """The recipient has read it; once read it stays so."""
    if message.read_at is None:
        Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)
        message.read_at = at
    return message


@transaction.atomic
def mark_all_read(*, person: Person, at: datetime) -> int:
    """The person has read everything up to now; returns how many were unread."""
    return Message.objects.filter(recipient=person, read_at=None, created_at__lte=at).update(
        read_at=at
    )


@transaction.atomic
def choose_texts(*, person: Person, has_optional_texts: bool) -> Reach:
    """Whether the person wants text messages beyond the essential ones."""
    reach, _is_new = Reach.objects.update_or_create(
        person=person, defaults={"has_optional_texts": has_optional_texts}
    )
    return reach


@transaction.atomic
def ask_to_confirm_email(*, person: Person, email: str, link: str, at: datetime) -> Delivery:
    """Send a link to the address; it is used only once its owner has followed it.

    `link` holds `{token}` where the token goes.

    :raises NotAnAddress: what was entered is none.
    """
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        message = _("Please enter an e-mail address, like name@example.cn.")
        raise NotAnAddress(message, fields={"email": message}) from error
    token = signing.dumps([str(person.pk), email], salt=CONFIRM_SALT)
    text = _("Please confirm that you wish to get news here:\n%(link)s") % {
        "link": link.replace("{token}", token)
    }
    return _sent_out(
        outgoing.direct(
            channel=Channel.EMAIL,
            address=email,
            text=text,
            purpose=Purpose.CONFIRM_ADDRESS,
            is_secret=True,
            at=at,
        ),
        at=at,
    )


@transaction.atomic
def confirm_email(*, token: str) -> Reach:
    """Use the address from now on.

    :raises ConfirmationStale: the link is not ours, or older than a day.
    """
    try:
        person_id, email = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_SECONDS)
        person = Person.objects.get(pk=person_id)
    except (signing.BadSignature, Person.DoesNotExist) as error:
        raise ConfirmationStale(
            _("This link is too old or damaged; please enter your address again.")
        ) from error
    reach, _is_new = Reach.objects.update_or_create(person=person, defaults={"email": email})
    return reach


@transaction.atomic
def drop_email(*, person: Person) -> None:
    """No more mail to this person."""
    Reach.objects.filter(person=person).update(email="")


@transaction.atomic
def keep_wechat(*, person: Person, openid: str) -> Reach:
    """Reach the person in WeChat, under the identifier it gave when they signed in there."""
    reach, _is_new = Reach.objects.update_or_create(person=person, defaults={"wechat": openid})
    return reach


def may_retry(delivery: Delivery) -> bool:
    """Whether there is a text, an address and a channel to try it with again."""
    return (
        delivery.state in {DeliveryState.FAILED, DeliveryState.WRITTEN}
        and bool(delivery.text and delivery.address)
        and is_connected(delivery.channel)
    )


@transaction.atomic
def retry_delivery(*, delivery: Delivery, actor: Person, at: datetime) -> Delivery:
    """Give a text that did not go out to its channel once more, from the first attempt on.

    :raises CannotRetry: it is on its way or sent, forgotten by now, or leads nowhere.
    """
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if delivery.state not in {DeliveryState.FAILED, DeliveryState.WRITTEN}:
        raise CannotRetry(_("This text is not one that failed."))
    if not delivery.text or not delivery.address:
        raise CannotRetry(_("The text has been deleted by now; it cannot be sent any more."))
    if not is_connected(delivery.channel):
        raise CannotRetry(
            _("No service is connected for “%(channel)s”; see the settings of the installation.")
            % {"channel": delivery.get_channel_display()}
        )
    delivery.state, delivery.next_attempt_at = DeliveryState.QUEUED, at
    delivery.attempt_count, delivery.error = 0, ""
    delivery.save(update_fields=["state", "next_attempt_at", "attempt_count", "error"])
    record(
        name="notifications.delivery_retried",
        subject=delivery,
        at=at,
        actor_id=actor.pk,
        facts={"channel": delivery.channel},
    )
    return delivery


@transaction.atomic
def read_out(*, delivery: Delivery, actor: Person, at: datetime) -> Delivery:
    """The text was read out over the village's loudspeaker; saying so again changes nothing."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk, channel=Channel.LOUDSPEAKER)
    if delivery.state == DeliveryState.SENT:
        return delivery
    delivery.state, delivery.sent_at = DeliveryState.SENT, at
    delivery.next_attempt_at = None
    delivery.save(update_fields=["state", "sent_at", "next_attempt_at"])
    record(
        name="notifications.announcement_read",
        subject=delivery,
        at=at,
        actor_id=actor.pk,
        place_path=delivery.place_path,
        facts={"channel": delivery.channel},
    )
    return delivery


__all__ = [
    "CannotRetry",
    "ConfirmationStale",
    "NotAnAddress",
    "ask_to_confirm_email",
    "choose_texts",
    "confirm_email",
    "drop_email",
    "keep_wechat",
    "mark_all_read",
    "mark_read",
    "may_retry",
    "read_out",
    "retry_delivery",
    "send_direct",
    "tell",
]
