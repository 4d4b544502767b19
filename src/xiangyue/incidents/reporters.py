"""Who reported, kept from the eyes of those complained of.

For categories that hide the reporter (PE02) the identity is encrypted in the row, and a keyed
tag lets the reporter alone find their own reports again. Reading it is a logged act.
"""

import base64
import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings

from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.identifiers import SPEAKABLE
from xiangyue.places.models import Person


@lru_cache(maxsize=64)
def _key(county: str, purpose: str) -> bytes:
    message = f"incidents.reporters:{purpose}:{county}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()


def reporter_tag(person_id: UUID) -> str:
    """What marks a hidden reporter's rows, without the key a meaningless string."""
    key = _key(current_county().slug, "tag")
    return hmac.new(key, person_id.bytes, hashlib.sha256).hexdigest()


def seal_reporter(person_id: UUID) -> str:
    key = base64.urlsafe_b64encode(_key(current_county().slug, "seal"))
    return Fernet(key).encrypt(person_id.bytes).decode()


def reporter_of(incident: Incident) -> Person | None:
    """The reporter, hidden or not; for answering them, never for showing without a logged read."""
    if incident.sealed_reporter:
        key = base64.urlsafe_b64encode(_key(current_county().slug, "seal"))
        identity = UUID(bytes=Fernet(key).decrypt(incident.sealed_reporter.encode()))
        return Person.objects.filter(pk=identity).first()
    return incident.reporter


def is_reporter(incident: Incident, person_id: UUID) -> bool:
    if incident.reporter_tag:
        return hmac.compare_digest(incident.reporter_tag, reporter_tag(person_id))
    return incident.reporter_id == person_id


def slip_digest(code: str) -> str:
    """The digest under which a slip's code is kept; the code itself is on the paper alone."""
    key = _key(current_county().slug, "slip")
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def code_from(client_key: UUID, length: int) -> str:
    """A speakable code that follows from the sender's key and ours; unguessable without both."""
    key = _key(current_county().slug, "slip-code")
    drawn = hmac.new(key, client_key.bytes, hashlib.sha256).digest()
    return "".join(SPEAKABLE[byte % len(SPEAKABLE)] for byte in drawn[:length])
