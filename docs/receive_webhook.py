"""Checks that a webhook comes from Xiangyue and is fresh. Copy what you need."""

import base64
import hashlib
import hmac
import json
import time


def verified(secret, headers, body, *, now=None):
    """The event in `body` (bytes), once the signature in the lower-case `headers` holds."""
    message, sent = headers["webhook-id"], headers["webhook-timestamp"]
    if abs((time.time() if now is None else now) - int(sent)) > 300:
        raise ValueError("too old: somebody may be playing it again")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message}.{sent}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    # While a secret is being changed there are two signatures; either one will do.
    if not any(hmac.compare_digest(expected, one) for one in headers["webhook-signature"].split()):
        raise ValueError("the signature does not hold")
    return json.loads(body)
