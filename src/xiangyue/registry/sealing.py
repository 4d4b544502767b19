"""Encrypts what is held of people, and finds again what must be found without being read.

The keys follow from the installation's secret and the county; a secret that was replaced still
opens what it sealed, as long as it stands among the fallbacks.
"""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from xiangyue.kernel.counties import current_county
from xiangyue.kernel.refusals import Refused


class SealedElsewhere(Refused):
    """What is held was encrypted with a secret that the installation does not have any more."""

    code = "sealed_elsewhere"
    status = 503


@lru_cache(maxsize=64)
def _key(secret: str, county: str, purpose: str) -> bytes:
    message = f"registry:{purpose}:{county}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


@lru_cache(maxsize=16)
def _box(secrets: tuple[str, ...], county: str) -> MultiFernet:
    keys = [base64.urlsafe_b64encode(_key(secret, county, "values")) for secret in secrets]
    return MultiFernet([Fernet(key) for key in keys])


def _own_box() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _box(secrets, current_county().slug)


def seal(value: object) -> str:
    """The value as a text that says nothing without the key."""
    return _own_box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def unseal(sealed: str) -> Any:
    """What was sealed.

    :raises SealedElsewhere: with another secret than those that the installation has.
    """
    try:
        return json.loads(_own_box().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise SealedElsewhere(
            _(
                "This is encrypted with a key that is missing here, so that nobody can read it."
                " Nothing is lost: whoever runs the system puts the earlier secret back."
            )
        ) from error


def mark_of(value: str) -> str:
    """What equal values share and nobody can turn back; for finding a number without reading it.

    It follows from the present secret alone: after a change of secrets the marks are made anew.
    """
    key = _key(settings.SECRET_KEY, current_county().slug, "marks")
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
