"""An endpoint's secrets: made here, encrypted at rest under a key of the county's own."""

import base64
import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from xiangyue.kernel.counties import current_county
from xiangyue.webhooks.models import Endpoint
from xiangyue.webhooks.rules import SECRET_PREFIX

SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sealed(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def secrets_of(endpoint: Endpoint, *, at: datetime) -> list[str]:
    """What signs at `at`: the secret, and the one before while it still holds and can be read.

    :raises InvalidToken: the secret was sealed under another key of the installation.
    """
    found = [_opened(endpoint.secret)]
    if endpoint.old_secret and endpoint.old_secret_until and at < endpoint.old_secret_until:
        with suppress(InvalidToken):
            found.append(_opened(endpoint.old_secret))
    return found


def _opened(secret: str) -> str:
    return _box().decrypt(secret.encode()).decode()


def _box() -> Fernet:
    message = f"webhooks.secrets:{current_county().slug}".encode()
    key = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
