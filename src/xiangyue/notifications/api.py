"""The API's twin of the inbox and the outbox."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.notifications import access, queries, services
from xiangyue.notifications.demonstration import is_demo
from xiangyue.notifications.models import Delivery, Message
from xiangyue.notifications.rules import masked
from xiangyue.notifications.wording import words_of
from xiangyue.places.models import Person, Place

router = Router(tags=["notifications"], auth=REQUIRED)


class MessageOut(Schema):
    id: UUID
    title: str
    body: str
    incident: str = Field(description="its number; empty where it must not be named")
    side: str
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        title, body = words_of(message)
        return cls(
            id=message.pk,
            title=title,
            body=body,
            incident=message.number,
            side=message.side,
            created_at=message.created_at,
            read_at=message.read_at,
        )


class MessagePage(Schema):
    count: int
    unread_count: int
    items: list[MessageOut]


class MessagesReadOut(Schema):
    count: int = Field(description="how many were unread")


class DeliveryOut(Schema):
    id: UUID
    channel: str
    address: str = Field(description="masked")
    text: str = Field(description="empty for codes, and when it has been forgotten")
    purpose: str
    state: str
    attempt_count: int
    next_attempt_at: datetime | None
    error: str
    created_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery, *, shows_codes: bool) -> "DeliveryOut":
        return cls(
            id=delivery.pk,
            channel=delivery.channel,
            address=masked(delivery.address),
            text=queries.shown_text(delivery, shows_codes=shows_codes),
            purpose=delivery.purpose,
            state=delivery.state,
            attempt_count=delivery.attempt_count,
            next_attempt_at=delivery.next_attempt_at,
            error=delivery.error,
            created_at=delivery.created_at,
            sent_at=delivery.sent_at,
        )


class AnnouncementOut(Schema):
    id: UUID
    place: str = Field(description="the village's code")
    text: str
    created_at: datetime
    read_at: datetime | None

    @staticmethod
    def resolve_place(delivery: Delivery) -> str:
        return delivery.address

    @staticmethod
    def resolve_read_at(delivery: Delivery) -> datetime | None:
        return delivery.sent_at


class AnnouncementPage(Schema):
    count: int
    items: list[AnnouncementOut]


class ReachOut(Schema):
    has_optional_texts: bool
    email: str
    phone: str = Field(description="masked")


class TextsIn(Schema):
    has_optional_texts: bool


class EmailIn(Schema):
    email: str = Field(max_length=254)


class ConfirmationIn(Schema):
    token: str = Field(max_length=500, description="from the link in the mail")


class DeliveryPage(Schema):
    count: int
    items: list[DeliveryOut]


class MessagePaging(Schema):
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class MessageQuery(MessagePaging):
    unread: bool = False


class OutboxQuery(MessagePaging):
    channel: str = ""
    state: str = ""


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # REQUIRED saw to it
    return found


def _reach(who: Person) -> ReachOut:
    found = queries.reach_of(who)
    return ReachOut(
        has_optional_texts=found.has_optional_texts,
        email=found.email,
        phone=masked(who.phone or ""),
    )


@router.get("/messages", response=MessagePage, summary="What I have been told, newest first")
def list_messages(request: HttpRequest, asked: Query[MessageQuery]) -> MessagePage:
    who = _who(request)
    rows = queries.inbox_of(who.pk, is_unread=asked.unread)
    return MessagePage(
        count=rows.count(),
        unread_count=queries.unread_count(who.pk),
        items=[MessageOut.of(row) for row in rows[asked.offset : asked.offset + asked.limit]],
    )


@router.post("/messages/read-all", response=MessagesReadOut, summary="I have read everything")
def read_all_messages(request: HttpRequest) -> MessagesReadOut:
    return MessagesReadOut(count=services.mark_all_read(person=_who(request), at=timezone.now()))


@router.post("/messages/{uuid:message_id}/read", response=MessageOut, summary="I have read this")
def read_message(request: HttpRequest, message_id: UUID) -> MessageOut:
    found = access.message_for(standing(request), message_id)
    return MessageOut.of(services.mark_read(message=found, at=timezone.now()))


@router.get("/messages/{uuid:message_id}", response=MessageOut, summary="One message")
def show_message(request: HttpRequest, message_id: UUID) -> MessageOut:
    """Reading it here leaves it unread; say so with the operation for that."""
    return MessageOut.of(access.message_for(standing(request), message_id))


@router.get("/me/reach", response=ReachOut, summary="How I am reached")
def show_reach(request: HttpRequest) -> ReachOut:
    return _reach(_who(request))


@router.put("/me/reach/texts", response=ReachOut, summary="Whether I want optional texts")
def choose_texts(request: HttpRequest, entered: TextsIn) -> ReachOut:
    services.choose_texts(person=_who(request), has_optional_texts=entered.has_optional_texts)
    return _reach(_who(request))


@router.post("/me/reach/email", response={202: None}, summary="Get news by mail")
def add_email(request: HttpRequest, entered: EmailIn) -> Status[None]:
    """A link is sent there; the address is used once its owner has followed it."""
    link = request.build_absolute_uri(reverse("confirm-email")) + "?token={token}"
    services.ask_to_confirm_email(
        person=_who(request), email=entered.email, link=link, at=timezone.now()
    )
    return Status(202, None)


@router.delete("/me/reach/email", response={204: None}, summary="No more mail")
def drop_email(request: HttpRequest) -> Status[None]:
    services.drop_email(person=_who(request))
    return Status(204, None)


@router.post("/email-confirmations", auth=None, response={204: None}, summary="Confirm an address")
def confirm_email(request: HttpRequest, entered: ConfirmationIn) -> Status[None]:
    services.confirm_email(token=entered.token)
    return Status(204, None)


@router.get(
    "/announcements", response=AnnouncementPage, summary="What loudspeakers are to read out"
)
def list_announcements(
    request: HttpRequest, asked: Query[MessagePaging], place: str = ""
) -> dict[str, object]:
    """Of the villages of my area, or of the one with the code `place`."""
    mine = standing(request)
    if not mine.may_somewhere("incidents.see"):
        raise NotAllowed(_("Your posts do not include this page."))
    village = Place.objects.filter(code=place).first() if place else None
    if place and village is None:
        raise NotFound(_("There is no such place in your area."))
    rows = queries.announcements(mine, place=village)
    return {
        "count": rows.count(),
        "items": list(rows[asked.offset : asked.offset + asked.limit]),
    }


@router.post(
    "/announcements/{uuid:delivery_id}/read",
    response=AnnouncementOut,
    summary="It has been read out",
)
def read_out(request: HttpRequest, delivery_id: UUID) -> Delivery:
    return services.read_out(
        delivery=access.announcement_for(standing(request), delivery_id),
        actor=_who(request),
        at=timezone.now(),
    )


@router.get("/outbox", response=DeliveryPage, summary="What left the house, and what did not")
def list_outbox(request: HttpRequest, asked: Query[OutboxQuery]) -> DeliveryPage:
    access.require_outbox(standing(request))
    rows = queries.outbox(channel=asked.channel, state=asked.state)
    shows_codes = is_demo()
    return DeliveryPage(
        count=rows.count(),
        items=[
            DeliveryOut.of(row, shows_codes=shows_codes)
            for row in rows[asked.offset : asked.offset + asked.limit]
        ],
    )


@router.post(
    "/outbox/{uuid:delivery_id}/retry", response=DeliveryOut, summary="Send a failed text again"
)
def retry_delivery(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    return DeliveryOut.of(
        services.retry_delivery(
            delivery=access.delivery_for(standing(request), delivery_id),
            actor=_who(request),
            at=timezone.now(),
        ),
        shows_codes=is_demo(),
    )
