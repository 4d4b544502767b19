"""Which addresses are let be, when it is tried again, what a signature is."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.webhooks.rules import (
    RETRY_AFTER,
    NotAnAddress,
    headers_of,
    may_connect,
    retry_at,
    target_of,
)

NOW = datetime(2026, 6, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
        "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:7f00:1::", "2001:db8::1", "localhost", "", "1", "fec0::1",
        "64:ff9b:1::a00:1", "::a00:1", "::ffff:0:a00:1", "5f00::1", "100::1",
    ],
)  # fmt: skip
def test_nothing_inside_may_be_reached(address):
    assert not may_connect(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_network_may_be_reached(address):
    assert may_connect(address)


def test_a_network_that_the_installation_names_may_be_reached():
    inside = [ip_network("10.20.0.0/16")]
    assert may_connect("10.20.1.1", inside=inside)
    assert may_connect("::ffff:10.20.1.1", inside=inside)
    assert not may_connect("10.21.1.1", inside=inside)
    assert not may_connect("127.0.0.1", inside=inside)


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://a.cn/", "file:///etc/passwd", "https://", "https:///x", "https://a.cn/#x",
        "https://user:word@a.cn/", "https://user@a.cn/", "https://a.cn:99999/", "https://a.cn:0/",
        "https://a.cn:x/", "https://a.cn/ b", "https://a.cn/\r\nHost: b", "https://a.cn\\@b.cn/",
        "https://例子.cn/", "https://[::1/", "javascript:alert(1)", "https://a.cn/" + "x" * 500,
        "gopher://a.cn:70/_x",
    ],
)  # fmt: skip
def test_what_is_no_address_to_tell_is_refused(url):
    with pytest.raises(NotAnAddress):
        target_of(url)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_addresses(text):
    for url in (text, f"https://{text}", f"https://a.cn/{text}"):
        try:
            target = target_of(url)
        except NotAnAddress:
            continue
        assert "\r" not in target.path + target.host
        assert " " not in target.path + target.host


def test_an_address_has_its_parts():
    target = target_of("https://a.cn:8443/hooks?key=1")
    assert (target.is_tls, target.host, target.port) == (True, "a.cn", 8443)
    assert target.path == "/hooks?key=1"


def test_it_is_tried_again_for_about_three_days_ever_more_rarely():
    waits = [retry_at(failure_count=n, at=NOW) for n in range(1, len(RETRY_AFTER) + 1)]
    assert None not in waits
    assert sorted(RETRY_AFTER) == list(RETRY_AFTER)
    assert timedelta(days=2.5) < sum(RETRY_AFTER, timedelta()) < timedelta(days=3.5)
    assert retry_at(failure_count=len(RETRY_AFTER) + 1, at=NOW) is None


@given(st.binary(max_size=200), st.binary(min_size=24, max_size=64), st.integers(0, 2**33))
def test_a_signature_is_what_standard_webhooks_says(body, key, timestamp):
    secret = "whsec_" + base64.b64encode(key).decode()
    headers = headers_of(
        secrets=[secret, "whsec_" + base64.b64encode(b"x" * 32).decode()],
        message_id="msg_1", timestamp=timestamp, body=body,
    )  # fmt: skip
    expected = hmac.new(key, b"msg_1.%d." % timestamp + body, hashlib.sha256).digest()
    first, second = headers["webhook-signature"].split(" ")
    assert first == "v1," + base64.b64encode(expected).decode()
    assert second.startswith("v1,")
    assert headers["webhook-timestamp"] == str(timestamp)
