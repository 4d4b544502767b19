"""The only way that web code fetches a message or a delivery for a person."""

from uuid import UUID

from django.utils.translation import gettext as _

from xiangyue.access.rules import Standing
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.notifications.models import Delivery, Message
from xiangyue.notifications.queries import announcements
from xiangyue.places.queries import county_place

OUTBOX = "outbox.read"


def message_for(standing: Standing, message_id: UUID) -> Message:
    """One of the person's own messages.

    :raises NotFound: there is none, or it is somebody else's; which of the two is not told.
    """
    message = (
        Message.objects.filter(pk=message_id, recipient_id=standing.person_id)
        .select_related("declaration")
        .first()
        if standing.person_id is not None
        else None
    )
    if message is None:
        raise NotFound(_("You have no such message."))
    return message


def require_outbox(standing: Standing) -> None:
    """:raises NotAllowed: no post of theirs reads the outbox, which is the whole county's."""
    if not standing.may(OUTBOX, place_path=county_place().path):
        raise NotAllowed(_("Your posts do not include the outbox."))


def delivery_for(standing: Standing, delivery_id: UUID) -> Delivery:
    """One row of the outbox, for somebody whose post reads it.

    :raises NotAllowed: no post of theirs reads the outbox.
    :raises NotFound: there is no such row.
    """
    require_outbox(standing)
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no such text in the outbox."))
    return delivery


def announcement_for(standing: Standing, delivery_id: UUID) -> Delivery:
    """One text for a loudspeaker of the person's area.

    :raises NotFound: there is none, or not in their area.
    """
    delivery = announcements(standing).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is nothing like this to read out in your area."))
    return delivery


__all__ = ["announcement_for", "delivery_for", "message_for", "require_outbox"]
