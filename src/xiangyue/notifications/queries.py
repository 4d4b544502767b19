"""Reads of inboxes and of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from xiangyue.access.queries import granted
from xiangyue.access.rules import Standing
from xiangyue.notifications.channels import adapter_name
from xiangyue.notifications.demonstration import is_demo
from xiangyue.notifications.models import Channel, Delivery, DeliveryState, Message, Reach
from xiangyue.places.models import Person, Place

PAGE_SIZE = 30
SHEET_DAYS = 14


def unread_count(person_id: UUID | None) -> int:
    """How many messages the person has not read: one indexed count; none for a visitor."""
    if person_id is None:
        return 0
    return Message.objects.filter(recipient_id=person_id, read_at=None).count()


def inbox_of(person_id: UUID, *, is_unread: bool = False) -> QuerySet[Message]:
    """The person's messages, newest first, with what their words are made of."""
    rows = Message.objects.filter(recipient_id=person_id).select_related("declaration")
    if is_unread:
        rows = rows.filter(read_at=None)
    return rows.order_by("-created_at", "-id")


def reach_of(person: Person) -> Reach:
    """How the person wishes to be reached; unsaved when they never said."""
    return Reach.objects.filter(person=person).first() or Reach(person=person)


def outbox(*, channel: str = "", state: str = "") -> QuerySet[Delivery]:
    """What left the house or should have, newest first; narrowed when asked."""
    rows = Delivery.objects.all()
    if channel in Channel.values:
        rows = rows.filter(channel=channel)
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    return rows.order_by("-created_at", "-id")


def outbox_counts() -> dict[str, int]:
    """How many deliveries are in each state."""
    rows = Delivery.objects.order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """A channel of this installation and what serves it."""

    channel: Channel
    adapter: str


def channels_in_use() -> list[ChannelUse]:
    """What serves each channel here."""
    return [
        ChannelUse(channel, adapter_name(channel))
        for channel in Channel
        if channel is not Channel.INBOX
    ]


def shown_text(delivery: Delivery, *, shows_codes: bool) -> str:
    """The delivery's text for the outbox; a secret one is empty unless codes are shown."""
    return delivery.text if shows_codes or not delivery.is_secret else ""


def fresh_codes(*, at: datetime) -> QuerySet[Delivery]:
    """The codes of the last quarter of an hour, newest first; only in a demonstration."""
    if not is_demo():
        return Delivery.objects.none()
    return Delivery.objects.filter(
        is_secret=True, created_at__gte=at - timedelta(minutes=15)
    ).order_by("-created_at", "-id")


def announcements(standing: Standing, *, place: Place | None = None) -> QuerySet[Delivery]:
    """What the loudspeakers of the person's area are to read out, newest first.

    The texts are of public matters and name nobody, so whoever sees public matters there may.
    """
    rows = Delivery.objects.filter(channel=Channel.LOUDSPEAKER).filter(
        granted(standing, "incidents.see")
    )
    if place is not None:
        rows = rows.filter(place_path=place.path)
    return rows.exclude(text="").order_by("-created_at", "-id")


def announcing_villages(standing: Standing) -> list[Place]:
    """The villages of the person's area for which there is something to read out."""
    paths = announcements(standing).order_by().values("place_path").distinct()
    return list(Place.objects.filter(path__in=paths).order_by("path"))
