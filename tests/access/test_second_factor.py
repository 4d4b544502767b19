"""The second factor, from turning it on to signing in with it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.access.conftest import PHONE, Clock, Phones
from xiangyue.access.adapter import MfaAdapter

pytestmark = pytest.mark.django_db
SECURITY = "/account/security/"


def app_code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or some half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def enter_phone_code(client: Client, phones: Phones, clock: Clock) -> str:
    clock.shift(minutes=1)
    client.post("/account/sign-in/", {"phone": PHONE})
    entered = client.post(
        "/account/sign-in/code/", {"code": phones.code(), "next": "/account/tokens/"}
    )
    return str(entered["Location"])


def turn_on(client: Client) -> str:
    page = client.get(f"{SECURITY}on/")
    found = re.search(r'id="totp-key">(\w+)<', page.content.decode())
    assert found is not None
    secret = found.group(1)
    assert client.post(f"{SECURITY}on/", {"code": app_code(secret)}).status_code == 302
    cache.clear()  # the app's code may be used again here without waiting half a minute
    return secret


def test_with_a_second_factor_the_phone_alone_does_not_sign_in(
    phones: Phones, clock: Clock
) -> None:
    first, second = Client(), Client()
    assert enter_phone_code(first, phones, clock) == "/account/tokens/"
    secret = turn_on(first)
    assert enter_phone_code(second, phones, clock) == f"{SECURITY}code/"
    assert second.get("/account/").status_code == 302
    wrong = second.post(f"{SECURITY}code/", {"code": "000000"})
    assert wrong.status_code == 200
    assert wrong.context["form"].errors
    assert second.get("/account/").status_code == 302
    right = second.post(f"{SECURITY}code/", {"code": app_code(secret)})
    assert right["Location"] == "/account/tokens/"
    assert second.get("/account/").status_code == 200


def test_a_recovery_code_lets_in_once(phones: Phones, clock: Clock) -> None:
    first = Client()
    enter_phone_code(first, phones, clock)
    secret = turn_on(first)
    again = first.get(f"{SECURITY}recovery/", follow=True)
    if again.redirect_chain:
        again = first.post(
            f"{SECURITY}again/", {"code": app_code(secret), "next": f"{SECURITY}recovery/"}
        )
        again = first.get(f"{SECURITY}recovery/")
    codes = re.findall(r'recovery-code">([^<]+)<', again.content.decode())
    assert len(codes) == 10
    for expected in ("/account/tokens/", None):
        client = Client()
        enter_phone_code(client, phones, clock)
        entered = client.post(f"{SECURITY}code/", {"code": codes[0]})
        assert entered.get("Location") == expected


def test_guessing_the_apps_code_is_limited(phones: Phones, clock: Clock) -> None:
    client = Client()
    enter_phone_code(client, phones, clock)
    secret = turn_on(client)
    guesser = Client()
    enter_phone_code(guesser, phones, clock)
    for _guess in range(12):
        guesser.post(f"{SECURITY}code/", {"code": "000000"})
    late = guesser.post(f"{SECURITY}code/", {"code": app_code(secret)})
    assert late.get("Location") is None
    cache.clear()


def test_turning_it_off_asks_for_it_again(phones: Phones, clock: Clock) -> None:
    client = Client()
    enter_phone_code(client, phones, clock)
    secret = turn_on(client)
    stolen = Client()
    enter_phone_code(stolen, phones, clock)
    stolen.post(f"{SECURITY}code/", {"code": app_code(secret)})
    assert f"{SECURITY}again/" in stolen.get(f"{SECURITY}off/")["Location"]
    stolen.post(f"{SECURITY}off/")
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    cache.clear()
    stolen.post(f"{SECURITY}again/", {"code": app_code(secret), "next": f"{SECURITY}off/"})
    stolen.post(f"{SECURITY}off/")
    assert not Authenticator.objects.exists()


def test_the_key_is_kept_encrypted(phones: Phones, clock: Clock) -> None:
    client = Client()
    enter_phone_code(client, phones, clock)
    secret = turn_on(client)
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in kept
    assert MfaAdapter().decrypt(kept) == secret


def test_a_visitor_has_no_second_factor_pages(client: Client) -> None:
    for path in ("", "on/", "off/", "recovery/", "recovery/new/", "code/", "again/"):
        response = client.get(f"{SECURITY}{path}")
        assert response.status_code == 302, path
        assert response["Location"].startswith("/account/sign-in/"), path
