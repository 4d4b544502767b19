"""One POST to an address outside that cannot be led to anything inside.

The name is resolved here, every address it has is looked at, and the connection goes to the one
that was looked at: another answer to a second question cannot lead elsewhere. Redirections are
not followed. Of the answer only the status line is read.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from ipaddress import ip_address

from django.conf import settings

from xiangyue.webhooks.rules import Network, NotAnAddress, Target, is_inside, may_connect, target_of

PATIENCE_SECONDS = 5.0
STATUS_LINE_MOST = 1024


class Unreachable(Exception):  # noqa: N818 - an outcome, not a programming error
    """Nothing took it; the words say why, for whoever looks after the endpoint."""


def resolved(target: Target) -> str:
    """The address that will be connected to.

    :raises Unreachable: the name means nothing, or anything but the open network.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name is not known") from error
    addresses = [str(each[4][0]) for each in found]
    inside = networks_inside()
    if not addresses or not all(may_connect(each, inside=inside) for each in addresses):
        raise Unreachable("the address is not on the open network")
    if not target.is_tls and not all(_is_named_inside(each, inside) for each in addresses):
        raise Unreachable("the address must begin with https://")
    return addresses[0]


def networks_inside() -> tuple[Network, ...]:
    return tuple(settings.WEBHOOK_NETWORKS)


def _is_named_inside(address: str, inside: tuple[Network, ...]) -> bool:
    return is_inside(ip_address(address.partition("%")[0]), inside)


def post(url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
    """POST the body; returns the answer's status.

    :raises Unreachable: nothing answers within five seconds, or nothing that may be reached.
    """
    try:
        target = target_of(url)
    except NotAnAddress as error:
        raise Unreachable("this is no address") from error
    deadline = time.monotonic() + PATIENCE_SECONDS
    address = resolved(target)
    try:
        with socket.create_connection((address, target.port), timeout=_left(deadline)) as plain:
            connection = _secured(plain, target, deadline)
            with connection:
                connection.settimeout(_left(deadline))
                connection.sendall(_request(target, body, headers))
                return _status(connection, deadline)
    except TimeoutError as error:
        raise Unreachable("no answer within five seconds") from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable("its certificate is not valid") from error
    except OSError as error:
        raise Unreachable(f"no connection ({type(error).__name__})") from error


def _left(deadline: float) -> float:
    """:raises TimeoutError: nothing is left."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _secured(plain: socket.socket, target: Target, deadline: float) -> socket.socket:
    if not target.is_tls:
        return plain
    plain.settimeout(_left(deadline))
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    host = f"[{target.host}]" if ":" in target.host else target.host
    if target.port != (443 if target.is_tls else 80):
        host = f"{host}:{target.port}"
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: Xiangyue-Webhooks/1",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(connection: socket.socket, deadline: float) -> int:
    """The number in the status line, however slowly it comes before the deadline.

    :raises Unreachable: what answers speaks no HTTP.
    """
    line = b""
    while b"\n" not in line and len(line) < STATUS_LINE_MOST:
        connection.settimeout(_left(deadline))
        part = connection.recv(STATUS_LINE_MOST)
        if not part:
            break
        line += part
    words = line.partition(b"\n")[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise Unreachable("the answer is no HTTP")
    return int(words[1][:3])
