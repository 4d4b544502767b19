"""The one way in for every front: who reports, for whom, with what pictures, through what channel.

Pages and API hand over what was entered; here it becomes a report with its photos, whole or not
at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.rules import Standing, mobile_number
from xiangyue.incidents.models import Channel, Incident, PhotoStage
from xiangyue.incidents.photos import add_photos, prepare_photos
from xiangyue.incidents.pictures import PreparedPhoto
from xiangyue.incidents.services import loop_policy, report_incident
from xiangyue.incidents.services.reporting import taken_in_before
from xiangyue.kernel.characters import seen, seen_on_one_line
from xiangyue.kernel.refusals import NotAllowed, Refused
from xiangyue.places.models import Person, Place
from xiangyue.places.services import register_person


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What somebody entered on a phone, at a desk, or through the API."""

    category_key: str
    place: Place
    description: str = ""
    urgency: int = 0
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    client_key: UUID | None = None
    is_anonymous: bool = False
    for_phone: str = ""
    for_name: str = ""
    is_by_telephone: bool = False
    photos: Sequence[bytes | PreparedPhoto] = ()
    written_at: datetime | None = None


def take_in(
    *,
    entered: Entered,
    person: Person | None,
    standing: Standing,
    at: datetime,
    address_key: str,
    channel: str = "",
) -> tuple[Incident, str]:
    """Take the report in with its photos; returns the incident and its slip's code.

    Staff may enter a report for somebody else, who is then its reporter; with neither phone nor
    name it is anonymous, and the slip alone follows it (N16). `address_key` limits how many a
    nameless visitor can send from one network address; it is empty where the sender has a limit
    of its own.

    :raises NotAllowed: entering for somebody else without a post that allows it.
    :raises TooMany: a day's limit is reached.
    :raises PhotoRefused: a photo cannot be kept.
    """
    # Unpacking pictures takes seconds, for which nobody else shall wait to write.
    return _taken_in(
        entered=replace(_seen(entered), photos=prepare_photos(entered.photos)),
        person=person,
        standing=standing,
        at=at,
        address_key=address_key,
        channel=channel,
    )


def _seen(entered: Entered) -> Entered:
    """The words without what cannot be seen, which a keyboard never enters and a page may show
    the wrong way round."""
    answers = {
        key: seen(value) if isinstance(value, str) else value
        for key, value in entered.answers.items()
    }
    return replace(
        entered,
        description=seen(entered.description),
        address=seen_on_one_line(entered.address),
        for_name=seen_on_one_line(entered.for_name),
        answers=answers,
    )


@transaction.atomic
def _taken_in(
    *,
    entered: Entered,
    person: Person | None,
    standing: Standing,
    at: datetime,
    address_key: str,
    channel: str,
) -> tuple[Incident, str]:
    if (earlier := taken_in_before(entered.client_key)) is not None:
        return earlier
    is_for_other = bool(entered.for_phone or entered.for_name) or entered.is_by_telephone
    if channel == Channel.COUNTER or is_for_other:
        if not standing.may("incidents.enter_for_others", place_path=entered.place.path):
            raise NotAllowed(_("Your posts do not let you enter reports for others here."))
        reporter = _person_meant(entered, at=at, actor_id=standing.person_id)
        entered_by = person
        channel = Channel.TELEPHONE if entered.is_by_telephone else channel or Channel.COUNTER
    else:
        reporter = None if entered.is_anonymous else person
        entered_by = None
        channel = channel or _own_channel(standing)
    if reporter is None and entered_by is None and address_key:
        limit = loop_policy().anonymous_daily_limit
        spend(f"anonymous-report:{address_key}", most=limit, hours=24, at=at)
    incident, code = report_incident(
        category_key=entered.category_key,
        place=entered.place,
        at=at,
        channel=channel,
        description=entered.description,
        reporter=reporter,
        entered_by=entered_by,
        urgency=entered.urgency,
        address=entered.address,
        latitude=entered.latitude,
        longitude=entered.longitude,
        answers=entered.answers,
        has_photo=bool(entered.photos),
        client_key=entered.client_key,
        written_at=entered.written_at,
    )
    if entered.photos:
        add_photos(
            incident=incident,
            uploads=entered.photos,
            stage=PhotoStage.REPORT,
            at=at,
            actor_id=None if incident.reporter_tag else standing.person_id,
        )
    return incident, code


def _own_channel(standing: Standing) -> str:
    return Channel.WORKER if standing.holds("grid_worker") else Channel.RESIDENT


def _person_meant(entered: Entered, *, at: datetime, actor_id: UUID | None) -> Person | None:
    if not entered.for_phone.strip():
        if not entered.for_name:
            return None
        return register_person(
            name=entered.for_name[:60], place=entered.place, at=at, actor_id=actor_id
        )
    phone = mobile_number(entered.for_phone)
    if phone is None:
        message = _("Please enter a mobile number of eleven digits, or leave it empty.")
        raise Refused(message, fields={"for_phone": message})
    known = Person.objects.filter(phone=phone).first()
    return known or register_person(
        name=entered.for_name[:60] or _("Caller"),
        phone=phone,
        place=entered.place,
        at=at,
        actor_id=actor_id,
    )
