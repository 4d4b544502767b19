"""The API's twin of the inbox and the outbox."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from xiangyue.access.authentication import REQUIRED
from xiangyue.access.requests import person, standing
from xiangyue.notifications import access, queries, services
from xiangyue.notifications.demonstration import is_demo
from xiangyue.notifications.models import Delivery, Message
from xiangyue.notifications.rules import masked
from xiangyue.notifications.wording import words_of
from xiangyue.places.models import Person

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


class ReadOut(Schema):
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


class DeliveryPage(Schema):
    count: int
    items: list[DeliveryOut]


class Paging(Schema):
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(queries.PAGE_SIZE, ge=1, le=200)


class InboxQuery(Paging):
    unread: bool = False


class OutboxQuery(Paging):
    channel: str = ""
    state: str = ""


def _who(request: HttpRequest) -> Person:
    found = person(request)
    assert found is not None  # REQUIRED saw to it
    return found


@router.get("/messages", response=MessagePage, summary="What I have been told, newest first")
def list_messages(request: HttpRequest, asked: Query[InboxQuery]) -> MessagePage:
    who = _who(request)
    rows = queries.inbox_of(who.pk, is_unread=asked.unread)
    return MessagePage(
        count=rows.count(),
        unread_count=queries.unread_count(who.pk),
        items=[MessageOut.of(row) for row in rows[asked.offset : asked.offset + asked.limit]],
    )


@router.post("/messages/read-all", response=ReadOut, summary="I have read everything")
def read_all_messages(request: HttpRequest) -> ReadOut:
    return ReadOut(count=services.mark_all_read(person=_who(request), at=timezone.now()))


@router.post("/messages/{uuid:message_id}/read", response=MessageOut, summary="I have read this")
def read_message(request: HttpRequest, message_id: UUID) -> MessageOut:
    found = access.message_for(standing(request), message_id)
    return MessageOut.of(services.mark_read(message=found, at=timezone.now()))


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
