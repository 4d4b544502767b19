"""A gateway that takes texts over HTTPS: for text messages, and for loudspeakers that read out.

POSTs JSON `{"id", "to", "text", "purpose"}` to XIANGYUE_SMS_URL or XIANGYUE_LOUDSPEAKER_URL.
`X-Timestamp` is the time in Unix seconds and `X-Signature` the hexadecimal HMAC-SHA256, under
the channel's key, of timestamp, full stop and body. `id` is the same in each attempt, so that
the gateway can drop a repetition. Any status 2xx means taken; 400, 404, 410 and 422 that it
never will be.
"""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit

from django.conf import settings

from xiangyue.notifications.channels.failing import ChannelFailed
from xiangyue.notifications.models import Delivery

PATIENCE_SECONDS = 10
NEVER_TAKEN = frozenset({400, 404, 410, 422})
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def send(delivery: Delivery) -> None:
    """:raises ChannelFailed: no gateway is named, or it did not take the text."""
    gateway = settings.GATEWAYS.get(delivery.channel, {})
    post_json(
        str(gateway.get("url", "")),
        {
            "id": str(delivery.pk),
            "to": delivery.address,
            "text": delivery.text,
            "purpose": delivery.purpose,
        },
        key=str(gateway.get("key", "")),
    )


def post_json(url: str, body: dict[str, object], *, key: str = "") -> bytes:
    """POST a JSON body, signed when there is a key; returns the answer's first 64 KiB.

    :raises ChannelFailed: nothing answers, or the answer is no.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ChannelFailed("the gateway's address must begin with https://")
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if key:
        timestamp = str(int(time.time()))
        signed = hmac.new(key.encode(), f"{timestamp}.".encode() + content, hashlib.sha256)
        headers |= {"X-Timestamp": timestamp, "X-Signature": signed.hexdigest()}
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
        url, data=content, headers=headers, method="POST"
    )
    try:
        with _opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return bytes(answer.read(65_536))
    except urllib.error.HTTPError as error:
        raise ChannelFailed(
            f"the gateway answered {error.code}", is_final=error.code in NEVER_TAKEN
        ) from error
    except (OSError, HTTPException) as error:
        raise ChannelFailed(f"the gateway does not answer: {error}") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere would get the text to a place nobody configured."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)
