"""Tells the one whom an activity names: of other modules than incidents, such as a reminder.

The activity's fact `person` says who; nothing else of it is in the message but the place
and, as `begins_at`, when what it speaks of begins.
"""

from collections.abc import Collection
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
    return tell_people(entry=entry, people=[UUID(str(entry.facts["person"]))])


def tell_people(*, entry: Entry, people: Collection[UUID]) -> int:
    """Write what these people are told of the activity, which does not name them itself; not who
    did it. Returns how many messages."""
    told = sorted(set(people) - {entry.actor_id})
    named = [(row, one) for row, one in messages_on(entry) if one.to == Audience.NAMED]
    if not named or not told:
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
        for person_id in told
        for row, _one in named
    ]
    Message.objects.bulk_create(messages)
    deliveries: list[Delivery] = []
    with translation.override(settings.LANGUAGE_CODE):  # no reader is known to ask
        reaches = outgoing.reaches_of(set(told))
        ways = [one for _person in told for _row, one in named]
        for one, message in zip(ways, messages, strict=True):
            deliveries += outgoing.carried(
                one,
                reaches[message.recipient_id],
                message=message,
                values=values,
                is_hidden=False,
                is_worth_a_text=True,
                is_urgent=False,
                at=entry.at,
            )
    Delivery.objects.bulk_create(deliveries)
    return len(messages)
