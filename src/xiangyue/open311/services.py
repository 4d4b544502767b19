"""Verbs on systems' keys, and the taking in of a service request."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.limits import spend
from xiangyue.access.queries import NOBODY, token_digest
from xiangyue.access.rules import mobile_number
from xiangyue.access.services import NotFilledIn
from xiangyue.activity.services import record
from xiangyue.incidents.answers import checked_answers
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.intake import Entered, take_in
from xiangyue.incidents.models import Channel, Incident
from xiangyue.incidents.photos import prepare_photos
from xiangyue.incidents.pictures import PreparedPhoto
from xiangyue.incidents.services.reporting import taken_in_before
from xiangyue.kernel.characters import seen_on_one_line
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.open311.models import SystemKey
from xiangyue.places.models import Person, Place
from xiangyue.places.services import register_person

DAYS_MOST = 366
DAILY_MOST = 5_000
KEYS_MOST = 50
MEDIA_URL_MOST = 500


class KeyRefused(NotAllowed):
    """The key is missing, unknown, expired or revoked."""

    code = "key_refused"


@transaction.atomic
def issue_key(
    *,
    name: str,
    contact: str,
    daily_limit: int,
    days: int,
    vouches_for_reporters: bool,
    issued_by: Person,
    at: datetime,
) -> tuple[SystemKey, str]:
    """A new key and its secret, which is kept nowhere and so shown only now.

    :raises NotFilledIn: something is missing, or out of the limits.
    :raises Conflict: there are fifty working keys already.
    """
    name, contact = _line(name, "name", most=60), _line(contact, "contact", most=100)
    if not 1 <= daily_limit <= DAILY_MOST:
        message = _("Between 1 and %(most)s requests a day.") % {"most": DAILY_MOST}
        raise NotFilledIn(message, fields={"daily_limit": message})
    if not 1 <= days <= DAYS_MOST:
        message = _("A key lasts between 1 and %(most)s days.") % {"most": DAYS_MOST}
        raise NotFilledIn(message, fields={"days": message})
    if SystemKey.objects.filter(revoked_at=None, expires_at__gt=at).count() >= KEYS_MOST:
        raise Conflict(_("There are too many keys already; please revoke one first."))
    secret = f"xyk_{secrets.token_urlsafe(32)}"
    key = SystemKey.objects.create(
        name=name,
        contact=contact,
        digest=token_digest(secret),
        daily_limit=daily_limit,
        vouches_for_reporters=vouches_for_reporters,
        issued_by=issued_by,
        issued_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        name="open311.key_issued",
        subject=key,
        at=at,
        actor_id=issued_by.pk,
        facts={
            "expires_at": key.expires_at.isoformat(),
            "daily_limit": daily_limit,
            "vouches_for_reporters": vouches_for_reporters,
        },
    )
    return key, secret


def _line(text: str, field_name: str, *, most: int) -> str:
    text = " ".join(text.split())
    if not text or len(text) > most or not text.isprintable():
        message = _("Please fill this in with at most %(most)s characters.") % {"most": most}
        raise NotFilledIn(message, fields={field_name: message})
    return text


@transaction.atomic
def revoke_key(*, key: SystemKey, revoked_by: Person, at: datetime) -> SystemKey:
    """Shut the system out from now on; revoking it again changes nothing."""
    key = SystemKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record(name="open311.key_revoked", subject=key, at=at, actor_id=revoked_by.pk)
    return key


def key_for(secret: str, *, at: datetime) -> SystemKey:
    """The working key with this secret: one query.

    :raises KeyRefused: there is none.
    """
    key = (
        SystemKey.objects.filter(
            digest=token_digest(secret), revoked_at=None, expires_at__gt=at
        ).first()
        if 0 < len(secret) <= 200
        else None
    )
    if key is None:
        raise KeyRefused(
            _("A valid api_key is needed to send a request; the county's desk gives it out.")
        )
    return key


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A service request as a system sent it; `client_text` is the system's own key for it."""

    category: IncidentCategory
    place: Place
    description: str = ""
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    attributes: dict[str, list[str]] = field(default_factory=dict)
    phone: str = ""
    name: str = ""
    client_text: str = ""
    media_urls: tuple[str, ...] = ()
    photos: tuple[bytes | PreparedPhoto, ...] = ()


def submit_request(*, submitted: Submitted, key: SystemKey, at: datetime) -> tuple[Incident, str]:
    """Take a system's request in as a report; returns the incident and its slip's code.

    Sent again under the same `client_text`, it is the same one, and spends nothing. A
    `media_url` is never opened from here: each is kept as a line for whoever handles the matter.

    :raises Refused: it is incomplete, or a photo, answer, place or number will not do.
    :raises TooMany: the key has sent what it may in a day.
    """
    client_key = _client_key(key, submitted.client_text)
    if (earlier := taken_in_before(client_key)) is not None:
        return earlier
    entered = Entered(
        category_key=submitted.category.key,
        place=submitted.place,
        description=_described(submitted),
        address=submitted.address[:200],
        latitude=submitted.latitude,
        longitude=submitted.longitude,
        answers=checked_answers(submitted.category, submitted.attributes),
        client_key=client_key,
        photos=prepare_photos(submitted.photos),  # takes long, so before anything is locked
    )
    return _taken_in(submitted=submitted, entered=entered, key=key, at=at)


@transaction.atomic
def _taken_in(
    *, submitted: Submitted, entered: Entered, key: SystemKey, at: datetime
) -> tuple[Incident, str]:
    spend(f"open311:{key.pk}", most=key.daily_limit, hours=24, at=at)
    SystemKey.objects.filter(pk=key.pk).update(last_used_at=at)
    reporter = _reporter(submitted, key=key, at=at)
    return take_in(
        entered=replace(entered, is_anonymous=reporter is None),
        person=reporter,
        standing=NOBODY,
        at=at,
        address_key="",
        channel=Channel.API,
    )


def _client_key(key: SystemKey, text: str) -> UUID | None:
    """One system's keys mean nothing for another's."""
    return uuid5(key.pk, text) if text else None


def _described(submitted: Submitted) -> str:
    lines = [submitted.description.strip(), *(_told_of(url) for url in submitted.media_urls)]
    return "\n".join(line for line in lines if line)


def _told_of(url: str) -> str:
    """:raises Refused: it is no address of a picture."""
    is_link = url.startswith(("https://", "http://")) and url.isprintable() and " " not in url
    if not is_link or len(url) > MEDIA_URL_MOST:
        message = _("This is no address of a picture; please send the picture itself as media.")
        raise Refused(message, fields={"media_url": message})
    return _("Picture at the sender's, not checked: %(url)s") % {"url": url}


def _reporter(submitted: Submitted, *, key: SystemKey, at: datetime) -> Person | None:
    """Whose report it is, where the system answers for that; else nobody's, and nothing is kept."""
    if not (key.vouches_for_reporters and submitted.phone.strip()):
        return None
    phone = mobile_number(submitted.phone)
    if phone is None:
        message = _("Please enter a mobile number of eleven digits, or leave it empty.")
        raise Refused(message, fields={"phone": message})
    return Person.objects.filter(phone=phone).first() or register_person(
        name=seen_on_one_line(submitted.name)[:60] or _("Caller"),
        phone=phone,
        place=submitted.place,
        at=at,
    )
