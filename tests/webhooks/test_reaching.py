"""Nothing inside is reached, whatever a name says, and nothing keeps us waiting."""

import socket
import time

import pytest

from tests.webhooks.conftest import slowly
from xiangyue.webhooks import reaching
from xiangyue.webhooks.reaching import Unreachable, post


def naming(monkeypatch, *addresses: str) -> None:
    """The next look-ups give these addresses."""

    def look_up(host, port, **_kwargs):
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "",
             (each, port))
            for each in addresses
        ]  # fmt: skip

    monkeypatch.setattr(reaching.socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/",
        "https://0x7f.1/", "https://0/", "https://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_this_machine_is_never_reached(url, monkeypatch):
    def connect(*_args, **_kwargs):
        raise AssertionError("it connected")

    monkeypatch.setattr(reaching.socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        post(url, b"{}", headers={})


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:10.0.0.1"]])
def test_a_name_that_leads_inside_is_not_followed(addresses, monkeypatch):
    naming(monkeypatch, *addresses)
    monkeypatch.setattr(reaching.socket, "create_connection", None)
    with pytest.raises(Unreachable, match="open network"):
        post("https://hooks.example.cn/", b"{}", headers={})


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A name that answers otherwise the second time leads nowhere: it is asked once."""
    naming(monkeypatch, "1.2.3.4")
    asked = []

    def connect(address, timeout):
        asked.append(address)
        raise TimeoutError

    monkeypatch.setattr(reaching.socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="five seconds"):
        post("https://hooks.example.cn:8443/", b"{}", headers={})
    assert asked == [("1.2.3.4", 8443)]


def test_plain_http_is_for_named_networks_alone(monkeypatch):
    naming(monkeypatch, "1.2.3.4")
    monkeypatch.setattr(reaching.socket, "create_connection", None)
    with pytest.raises(Unreachable, match="https"):
        post("http://hooks.example.cn/", b"{}", headers={})


def test_a_redirection_is_not_followed(receiver, inside):
    receiver.status = 302
    assert post(receiver.url, b"{}", headers={}) == 302
    assert len(receiver.got) == 1


def test_a_receiver_that_drips_is_left_after_five_seconds(receiver, inside, monkeypatch):
    monkeypatch.setattr(reaching, "PATIENCE_SECONDS", 0.5)
    receiver.behave = slowly
    began = time.monotonic()
    with pytest.raises(Unreachable, match="five seconds"):
        post(receiver.url, b"{}", headers={})
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1\r\n", b"\x00" * 3000])
def test_what_speaks_no_http_is_not_taken_for_a_yes(receiver, inside, answer):
    receiver.behave = lambda handler: handler.wfile.write(answer)
    with pytest.raises(Unreachable, match=r"HTTP|connection"):
        post(receiver.url, b"{}", headers={})


def test_an_endless_answer_is_not_read(receiver, inside):
    receiver.behave = lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x" * 10_000)
    assert post(receiver.url, b"{}", headers={}) == 200


def test_a_certificate_that_is_not_valid_ends_it(receiver, inside):
    with pytest.raises(Unreachable, match=r"connection|certificate"):
        post(receiver.url.replace("http://", "https://"), b"{}", headers={})
    assert receiver.got == []
