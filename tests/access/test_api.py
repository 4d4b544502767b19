"""The API's sign-in by token, and what it tells of oneself."""

import json
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.access.conftest import MORNING, PHONE, Clock, Phones, account_for, clerk_of, person_named
from xiangyue.access import services
from xiangyue.access.models import Account, ApiToken
from xiangyue.places.models import Person, Place

pytestmark = pytest.mark.django_db
API = "/api/v1"


def call(
    client: Client, method: str, path: str, body: object = None, *, token: str = ""
) -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.generic(  # type: ignore[return-value]
        method,
        f"{API}{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=headers,
    )


@pytest.fixture
def secret(clock: Clock) -> str:
    account = account_for(person_named("马玉兰", PHONE))
    return services.create_token(account=account, name="电脑", at=MORNING, days=1)[1]


def is_problem(response: HttpResponse, status: int, code: str) -> bool:
    body = json.loads(response.content)
    return (
        response.status_code == status == body["status"]
        and response["Content-Type"] == "application/problem+json"
        and body["code"] == code
        and bool(body["title"])
    )


def test_a_program_gets_a_token_for_a_code(phones: Phones) -> None:
    client = Client(enforce_csrf_checks=True)
    assert call(client, "POST", "/tokens/code", {"phone": PHONE}).status_code == 204
    entered = {"phone": PHONE, "code": phones.code(), "name": "脚本", "days": 30}
    made = call(client, "POST", "/tokens", entered)
    assert made.status_code == 201
    me = call(client, "GET", "/me", token=made.json()["secret"])
    assert me.json()["phone"] == PHONE
    assert client.cookies == {}


def test_a_wrong_code_makes_no_token(client: Client, phones: Phones) -> None:
    call(client, "POST", "/tokens/code", {"phone": PHONE})
    entered = {"phone": PHONE, "code": phones.wrong_code(), "name": "脚本"}
    assert is_problem(call(client, "POST", "/tokens", entered), 422, "code_refused")
    assert ApiToken.objects.count() == Account.objects.count() == 0


def test_a_code_for_signing_in_on_the_pages_makes_no_token(client: Client, phones: Phones) -> None:
    client.post("/account/sign-in/", {"phone": PHONE})
    entered = {"phone": PHONE, "code": phones.code(), "name": "脚本"}
    assert is_problem(call(client, "POST", "/tokens", entered), 422, "code_refused")


def test_asking_too_often_is_refused(client: Client, phones: Phones) -> None:
    call(client, "POST", "/tokens/code", {"phone": PHONE})
    refused = call(client, "POST", "/tokens/code", {"phone": PHONE})
    assert is_problem(refused, 429, "too_many")
    assert refused["Retry-After"].endswith("GMT")
    assert refused.json()["again_at"]


@pytest.mark.parametrize("body", [None, {}, {"phone": 3}, {"phone": "1" * 50}, [], "text"])
def test_what_is_not_understood_is_refused_in_words(
    client: Client, phones: Phones, body: object
) -> None:
    refused = call(client, "POST", "/tokens/code", body)
    assert refused.status_code in {400, 422}
    assert refused["Content-Type"] == "application/problem+json"
    assert phones.received == []


@pytest.mark.parametrize("path", ["/me", "/me/tokens", "/me/reads"])
def test_nobody_is_told_nothing(client: Client, path: str) -> None:
    assert is_problem(call(client, "GET", path), 401, "not_signed_in")


@pytest.mark.parametrize("token", ["xy_unknown", "x" * 100_00, "Ünï", "\x00"])
def test_an_unknown_token_lets_nobody_in(client: Client, token: str) -> None:
    assert is_problem(call(client, "GET", "/me", token=token), 401, "not_signed_in")


def test_an_expired_or_revoked_token_lets_nobody_in(
    client: Client, secret: str, clock: Clock
) -> None:
    assert call(client, "GET", "/me", token=secret).status_code == 200
    clock.shift(days=1)
    assert call(client, "GET", "/me", token=secret).status_code == 401
    clock.shift(days=-1)
    services.revoke_token(token=ApiToken.objects.get(), at=clock.now)
    assert call(client, "GET", "/me", token=secret).status_code == 401


def test_i_learn_who_i_am_and_which_posts_i_hold(
    client: Client, secret: str, village: Place
) -> None:
    clerk_of(village, Person.objects.get(phone=PHONE))
    me = call(client, "GET", "/me", token=secret).json()
    assert me["name"] == "马玉兰"
    assert [post["place_name"] for post in me["posts"]] == [village.name]


def test_i_make_list_and_revoke_tokens(client: Client, secret: str) -> None:
    made = call(client, "POST", "/me/tokens", {"name": "脚本", "days": 3}, token=secret)
    assert made.status_code == 201
    listed = call(client, "GET", "/me/tokens", token=secret).json()
    assert {token["name"] for token in listed} == {"电脑", "脚本"}
    assert "secret" not in json.dumps(listed)
    path = f"/me/tokens/{made.json()['id']}"
    assert call(client, "DELETE", path, token=secret).status_code == 204
    assert call(client, "GET", "/me", token=made.json()["secret"]).status_code == 401


def test_anothers_token_is_not_found(client: Client, secret: str) -> None:
    other = account_for(person_named("别人", "13900139000"))
    token, _secret = services.create_token(account=other, name="x", at=MORNING)
    refused = call(client, "DELETE", f"/me/tokens/{token.pk}", token=secret)
    assert is_problem(refused, 404, "not_found")


def test_i_learn_who_read_my_data_and_why(client: Client, secret: str) -> None:
    clerk, me = person_named("陈文书"), Person.objects.get(phone=PHONE)
    for hour in range(2):
        services.log_read(
            reader=clerk,
            subject=me,
            what="phone",
            purpose=f"回访{hour}",
            at=MORNING + timedelta(hours=hour),
        )
    reads = call(client, "GET", "/me/reads", token=secret).json()
    assert [read["purpose"] for read in reads] == ["回访1", "回访0"]
    assert reads[0]["reader_name"] == "陈文书"
    before = "/me/reads?before=2026-03-02T01:30:00Z"
    assert len(call(client, "GET", before, token=secret).json()) == 1


def test_a_session_serves_the_api_with_csrf_protection(phones: Phones) -> None:
    pages = Client()
    pages.post("/account/sign-in/", {"phone": PHONE})
    pages.post("/account/sign-in/code/", {"code": phones.code()})
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = pages.cookies
    assert call(strict, "GET", "/me").status_code == 200
    refused = call(strict, "POST", "/me/tokens", {"name": "x"})
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert ApiToken.objects.count() == 0


def test_a_bad_token_is_not_helped_by_a_good_session(client: Client, phones: Phones) -> None:
    client.post("/account/sign-in/", {"phone": PHONE})
    client.post("/account/sign-in/code/", {"code": phones.code()})
    assert call(client, "GET", "/me").status_code == 200
    assert call(client, "GET", "/me", token="xy_revoked").status_code == 401
