"""When a sending is tried again, what a signature is, which addresses are let be. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from urllib.parse import urlsplit

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix by which people know such a secret
OVERLAP = timedelta(hours=24)
# Waits grow to a day; together a little less than three days.
RETRY_AFTER = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
)
URL_MOST = 500


def retry_at(*, failure_count: int, at: datetime) -> datetime | None:
    """When an endpoint that has failed so often in a row is tried again; None: no more."""
    if failure_count > len(RETRY_AFTER):
        return None
    return at + RETRY_AFTER[failure_count - 1]


def signature(*, secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature in the manner of Standard Webhooks: `v1,` and a base64 HMAC-SHA256."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(
    *, secrets: Sequence[str], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """What a receiver checks; with two secrets either one verifies."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            signature(secret=secret, message_id=message_id, timestamp=timestamp, body=body)
            for secret in secrets
        ),
    }


# --- addresses ----------------------------------------------------------------------------------

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class NotAnAddress(ValueError):  # noqa: N818 - named for what it says
    """What was given is no address that can be told of anything."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect and what to ask for there."""

    is_tls: bool
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of an address.

    :raises NotAnAddress: it is too long, no http(s), names no host, or holds a name and
        password, a fragment, or a character that no address has.
    """
    if len(url) > URL_MOST or not url.isascii() or not url.isprintable() or " " in url:
        raise NotAnAddress("characters")
    if "\\" in url:  # some read it as a slash, and so another host
        raise NotAnAddress("characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAnAddress(str(error)) from error
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise NotAnAddress("scheme")
    if "@" in parts.netloc or parts.fragment or port == 0:
        raise NotAnAddress("parts")
    path = parts.path or "/"
    return Target(
        is_tls=parts.scheme == "https",
        host=parts.hostname,
        port=port or (443 if parts.scheme == "https" else 80),
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def may_connect(text: str, *, inside: Iterable[Network] = ()) -> bool:
    """Whether an address that a name resolved to is on the open network.

    Addresses of this machine, of the networks around it, and those that only wrap such an
    address are not, unless the installation names their network as `inside`.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if is_inside(address, inside):
        return True
    if isinstance(address, IPv6Address) and _hides_an_inside(address):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_inside(address: Address, inside: Iterable[Network]) -> bool:
    return any(network.version == address.version and address in network for network in inside)


def _hides_an_inside(address: IPv6Address) -> bool:
    """6to4, Teredo and NAT64 carry an IPv4 address on which nobody has looked; the old site-local
    addresses are inside somewhere."""
    return (
        address.is_site_local
        or address.sixtofour is not None
        or address.teredo is not None
        or address in IPv6Network("64:ff9b::/96")
        or address in IPv6Network("64:ff9b:1::/48")
    )
