"""An endpoint's secrets: made here, encrypted at rest under a key of the county's own."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from cryptography.fernet import Fernet
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
    """What signs at `at`: the secret, and the one before while it still holds."""
    found = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and at < endpoint.old_secret_until:
        found.append(endpoint.old_secret)
    return [_box().decrypt(one.encode()).decode() for one in found]


def _box() -> Fernet:
    message = f"webhooks.secrets:{current_county().slug}".encode()
    key = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
