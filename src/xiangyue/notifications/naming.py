"""Tells the one whom an activity names: of other modules than incidents, such as a reminder.

The activity's fact `person` says who; nothing else of it is in the message but the place
and, as `begins_at`, when what it speaks of begins.
"""

from uuid import UUID

from django.conf import settings
from django.utils import translation

from xiangyue.activity.models import Entry
from xiangyue.notifications import outgoing
from xiangyue.notifications.blueprint import Audience
from xiangyue.notifications.models import Delivery, Message, Side
from xiangyue.notifications.telling import messages_on
from xiangyue.places.models import Place
from xiangyue.places.rules import short_name


def tell_named(*, entry: Entry) -> int:
    """Write what the named person is told of the activity; returns how many messages."""
    person_id = UUID(str(entry.facts["person"]))
    named = [(row, one) for row, one in messages_on(entry.name) if one.to == Audience.NAMED]
    if not named or person_id == entry.actor_id:
        return 0
    place = Place.objects.filter(path=entry.place_path).first()
    values = {"place": short_name(place.name)} if place is not None else {}
    if begins_at := entry.facts.get("begins_at"):
        values["begins"] = str(begins_at)
    messages = [
        Message(
            recipient_id=person_id,
            declaration=row,
            params=values,
            side=Side.STAFF,
            created_at=entry.at,
        )
        for row, _one in named
    ]
    Message.objects.bulk_create(messages)
    deliveries: list[Delivery] = []
    with translation.override(settings.LANGUAGE_CODE):  # no reader is known to ask
        reaches = outgoing.reaches_of({person_id})
        for (_row, one), message in zip(named, messages, strict=True):
            deliveries += outgoing.carried(
                one,
                reaches[person_id],
                message=message,
                values=values,
                is_hidden=False,
                is_worth_a_text=True,
                is_urgent=False,
                at=entry.at,
            )
    Delivery.objects.bulk_create(deliveries)
    return len(messages)
