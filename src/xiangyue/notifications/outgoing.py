"""Makes the outbox's rows: what leaves the house for whom, over which channel, and when."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.kernel.asking import Question, given_each
from xiangyue.kernel.identifiers import new_id
from xiangyue.kernel.making import made
from xiangyue.notifications.blueprint import Audience, DeclaredMessage
from xiangyue.notifications.channels import is_connected
from xiangyue.notifications.models import Channel, Delivery, DeliveryState, Message, Purpose
from xiangyue.notifications.rules import waking_hour
from xiangyue.notifications.wording import quiet_text, spoken
from xiangyue.places.models import Organisation, Person, Place

KEPT = timedelta(days=30)
KEPT_SECRET = timedelta(minutes=15)
# A text to a hidden reporter goes out some time later, so that its time tells nothing (PE02).
HIDDEN_DELAY_MINUTES = (20, 180)


@dataclass(frozen=True, slots=True)
class Reached:
    """How one person can be reached besides the page."""

    phone: str
    has_optional_texts: bool
    email: str
    wechat: str


_REACHES = Question(
    lambda count: Person.objects.filter(
        pk__in=given_each("people", models.UUIDField(), count)
    ).values_list("pk", "phone", "reach__has_optional_texts", "reach__email", "reach__wechat")
)


def reaches_of(people: Collection[UUID]) -> dict[UUID, Reached]:
    """How these people can be reached: one query, none for nobody."""
    if not people:
        return {}
    # Asked for 1, 2, 4, 8, ... people, some of them twice, so that few statements serve all.
    asked = list(people)
    asked += asked[:1] * ((1 << (len(asked) - 1).bit_length()) - len(asked))
    return {
        pk: Reached(
            phone=phone or "",
            has_optional_texts=wanted is not False,
            email=email or "",
            wechat=wechat or "",
        )
        for pk, phone, wanted, email, wechat in _REACHES.ask(len(asked), people=asked)
    }


def carried(
    declared: DeclaredMessage,
    reached: Reached,
    *,
    message: Message | None,
    values: dict[str, Any],
    is_hidden: bool,
    is_worth_a_text: bool,
    is_urgent: bool,
    at: datetime,
) -> Iterator[Delivery]:
    """What goes out to one person along with the message in their inbox.

    WeChat takes the text message's place where the person has it, except for what is essential.
    A reporter without a phone gets a row that is held, so that staff see whom nothing reaches.
    """

    def text_for(channel: Channel, address: str) -> Delivery:
        if is_hidden:
            return _hidden(channel, address, message=message, at=at)
        said = declared.short or declared.title
        return _outgoing(
            channel,
            address,
            text=spoken(said, values),
            purpose=Purpose.MESSAGE,
            message=message,
            at=at,
            not_before=at if is_urgent else waking_hour(timezone.localtime(at)),
        )

    is_wanted = declared.is_essential or reached.has_optional_texts
    if declared.short is not None and is_worth_a_text and is_wanted:
        has_wechat = bool(reached.wechat) and is_connected(Channel.WECHAT)
        if has_wechat:
            yield text_for(Channel.WECHAT, reached.wechat)
        has_number = bool(reached.phone) or declared.to == Audience.REPORTER
        if has_number and (declared.is_essential or not has_wechat):
            yield text_for(Channel.SMS, reached.phone)
    if reached.email:
        yield text_for(Channel.EMAIL, reached.email)


def announced(
    declared: DeclaredMessage, village: Place | None, *, values: dict[str, Any], at: datetime
) -> Iterator[Delivery]:
    """What the loudspeaker of the village reads out; nothing where there is no village."""
    if village is not None and declared.short is not None:
        yield _outgoing(
            Channel.LOUDSPEAKER,
            village.code,
            text=spoken(declared.short, values),
            purpose=Purpose.ANNOUNCEMENT,
            place_path=village.path,
            at=at,
            not_before=waking_hour(timezone.localtime(at)),
        )


def reaching_nobody(
    declared: DeclaredMessage, *, values: dict[str, Any], unit: Organisation, at: datetime
) -> Delivery:
    """Staff should have been told, but nobody holds such a post: shown in the outbox."""
    return Delivery(
        channel=Channel.INBOX,
        address=unit.name,
        text=spoken(declared.title, values),
        purpose=Purpose.MESSAGE,
        state=DeliveryState.HELD,
        error=_("Nobody holds a post that would be told."),
        created_at=at,
        forget_at=at + KEPT,
    )


def direct(
    *, channel: Channel, address: str, text: str, purpose: str, is_secret: bool, at: datetime
) -> Delivery:
    """A text to an address at once, by no declaration: a code, a confirmation."""
    return _outgoing(
        channel,
        address,
        text=text,
        purpose=purpose,
        at=at,
        not_before=at,
        is_secret=is_secret,
    )


def _outgoing(
    channel: Channel,
    address: str,
    *,
    text: str,
    purpose: str,
    at: datetime,
    not_before: datetime,
    message: Message | None = None,
    place_path: str = "",
    is_secret: bool = False,
    key: UUID | None = None,
) -> Delivery:
    state, error, next_attempt_at = DeliveryState.WRITTEN, "", None
    if not address:
        state, error = DeliveryState.HELD, _("There is no number or address to send it to.")
    elif is_connected(channel):
        state, next_attempt_at = DeliveryState.QUEUED, not_before
    return made(
        Delivery,
        id=key or new_id(),
        channel=channel,
        address=address,
        place_path=place_path,
        text=text,
        purpose=purpose,
        is_secret=is_secret,
        message=message,
        state=state,
        error=error,
        next_attempt_at=next_attempt_at,
        created_at=at,
        forget_at=at + (KEPT_SECRET if is_secret else KEPT),
    )


def _hidden(channel: Channel, address: str, *, message: Message | None, at: datetime) -> Delivery:
    """Says only that there is news, at a time and under a key that match no other row."""
    least, most = HIDDEN_DELAY_MINUTES
    later = at + timedelta(minutes=least + secrets.randbelow(most - least))
    return _outgoing(
        channel,
        address,
        text=quiet_text(),
        purpose=Purpose.MESSAGE,
        message=message,
        at=blurred(at),
        not_before=waking_hour(timezone.localtime(later)),
        key=uuid4(),
    )


def blurred(at: datetime) -> datetime:
    """The civil day alone, so that no two rows can be matched by their times (PE02)."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
