"""Signing in and out on the pages, guards, and one's own page."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from tests.access.conftest import PHONE, Clock, Phones, account_for, clerk_of, person_named
from xiangyue.access import services
from xiangyue.access.models import Account, ApiToken, DataRequest
from xiangyue.access.requests import (
    act_as,
    client_address,
    person,
    signed_in,
    staff_only,
    standing,
)
from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person, Place

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, ME, TOKENS = (
    "/account/sign-in/",
    "/account/sign-in/code/",
    "/account/",
    "/account/tokens/",
)


def sign_in(client: Client, phones: Phones, *, phone: str = PHONE, onward: str = "/account/"):
    asked = client.post(SIGN_IN, {"phone": phone, "next": onward})
    assert asked.status_code == 302, asked.content.decode()
    return client.post(asked["Location"], {"code": phones.code(phone), "next": onward})


# --- signing in ------------------------------------------------------------------------------


def test_a_phone_and_its_code_sign_in(client: Client, phones: Phones) -> None:
    assert client.get(SIGN_IN).status_code == 200
    asked = client.post(SIGN_IN, {"phone": PHONE})
    assert asked["Location"].startswith(CODE)
    shown = client.get(asked["Location"])
    assert "138****8000" in shown.content.decode()
    assert PHONE not in shown.content.decode()
    entered = client.post(CODE, {"code": phones.code()})
    assert entered.status_code == 302
    assert entered["Location"] == "/"
    assert client.get(ME).status_code == 200


def test_known_and_unknown_numbers_are_answered_alike(client: Client, phones: Phones) -> None:
    account_for(person_named("马玉兰", PHONE))
    known = client.post(SIGN_IN, {"phone": PHONE})
    unknown = client.post(SIGN_IN, {"phone": "13900139000"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert Person.objects.count() == 1


def test_a_wrong_code_is_refused_in_place(client: Client, phones: Phones) -> None:
    client.post(SIGN_IN, {"phone": PHONE})
    refused = client.post(CODE, {"code": phones.wrong_code()})
    assert refused.status_code == 422
    assert refused.context["form"].errors["code"]
    assert client.get(ME).status_code == 302
    assert Account.objects.count() == 0


def test_a_bad_number_is_refused_in_place(client: Client, phones: Phones) -> None:
    for typed in ("", "abc", "1" * 500, "05198800123"):
        refused = client.post(SIGN_IN, {"phone": typed})
        assert refused.status_code == 422
        assert refused.context["form"].errors["phone"]
    assert phones.received == []


def test_asking_too_often_is_refused_in_place(client: Client, phones: Phones) -> None:
    client.post(SIGN_IN, {"phone": PHONE})
    refused = client.post(SIGN_IN, {"phone": PHONE})
    assert refused.status_code == 429
    again = client.post(CODE, {"again": "1"})
    assert again.status_code == 429
    assert again.context["form"].non_field_errors()
    assert len(phones.received) == 1


def test_another_code_can_be_sent_after_a_minute(
    client: Client, phones: Phones, clock: Clock
) -> None:
    client.post(SIGN_IN, {"phone": PHONE})
    clock.shift(minutes=1)
    assert client.post(CODE, {"again": "1"}).status_code == 200
    assert len(phones.received) == 2
    assert client.post(CODE, {"code": phones.code()}).status_code == 302


def test_the_code_page_without_a_number_starts_over(client: Client) -> None:
    assert client.get(CODE)["Location"].startswith(SIGN_IN)
    client.cookies["sign_in_phone"] = "13800138000:forged"
    assert client.get(CODE)["Location"].startswith(SIGN_IN)


def test_a_closed_account_is_refused_in_place(client: Client, phones: Phones) -> None:
    Account.objects.filter(pk=account_for(person_named("马玉兰", PHONE)).pk).update(is_active=False)
    assert sign_in(client, phones).status_code == 403
    assert client.get(ME).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/account/tokens/?a=1", "/account/tokens/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_this_site_only(
    client: Client, phones: Phones, wanted: str, got: str
) -> None:
    assert sign_in(client, phones, onward=wanted)["Location"] == got


def test_signing_in_changes_the_sessions_key(client: Client, phones: Phones, clock: Clock) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    sign_in(client, phones)
    first = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert first != store.session_key
    clock.shift(minutes=1)
    sign_in(client, phones)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != first


def test_post_without_csrf_token_is_refused(phones: Phones) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(SIGN_IN, {"phone": PHONE}).status_code == 403
    assert phones.received == []


# --- sessions --------------------------------------------------------------------------------


def test_a_residents_session_lasts_thirty_days(
    client: Client, phones: Phones, clock: Clock
) -> None:
    sign_in(client, phones)
    clock.shift(days=30, seconds=-1)
    assert client.get(ME).status_code == 200
    clock.shift(seconds=2)
    assert client.get(ME).status_code == 302


def test_a_staff_session_lasts_twelve_hours(
    client: Client, phones: Phones, clock: Clock, village: Place
) -> None:
    clerk_of(village, person_named("陈文书", PHONE))
    sign_in(client, phones)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 3600
    clock.shift(hours=12, seconds=-1)
    assert client.get(ME).status_code == 200
    clock.shift(seconds=2)
    assert client.get(ME).status_code == 302


def test_a_post_given_later_shortens_the_session(
    client: Client, phones: Phones, clock: Clock, village: Place
) -> None:
    sign_in(client, phones)
    clock.shift(hours=13)
    assert client.get(ME).status_code == 200
    clerk_of(village, Person.objects.get(phone=PHONE))
    assert client.get(ME).status_code == 302


def test_using_the_site_does_not_stretch_a_session(
    client: Client, phones: Phones, clock: Clock
) -> None:
    sign_in(client, phones)
    clock.shift(days=20)
    session = client.session
    session["touched"] = True
    session.set_expiry(30 * 24 * 3600)
    session.save()
    clock.shift(days=11)
    assert client.get(ME).status_code == 302


def test_signing_out_ends_the_session(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get(ME).status_code == 302


def test_signing_out_everywhere_ends_every_session(phones: Phones, clock: Clock) -> None:
    here, there = Client(), Client()
    sign_in(here, phones)
    clock.shift(minutes=1)
    sign_in(there, phones)
    assert here.get(ME).status_code == there.get(ME).status_code == 200
    here.post("/account/sign-out/", {"everywhere": "1"})
    assert here.get(ME).status_code == there.get(ME).status_code == 302


def test_a_closed_account_loses_its_session(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    Account.objects.update(is_active=False)
    assert client.get(ME).status_code == 302


# --- guards ----------------------------------------------------------------------------------


@signed_in
def own(request: HttpRequest) -> HttpResponse:
    return HttpResponse("own")


@staff_only("places.read_people")
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("desk")


def asking(account: Account | None, path: str = "/desk/?page=2", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers or None)
    request.user = account or AnonymousUser()
    return request


def test_a_visitor_is_sent_to_sign_in_and_back() -> None:
    for page in (own, desk):
        response = page(asking(None))
        assert response["Location"] == "/account/sign-in/?next=%2Fdesk%2F%3Fpage%3D2"


def test_a_visitor_who_posts_is_not_sent_back_to_the_post() -> None:
    request = RequestFactory().post("/desk/")
    request.user = AnonymousUser()
    assert own(request)["Location"] == "/account/sign-in/?next=%2F"


def test_a_fragment_sends_the_whole_page_to_sign_in(client: Client) -> None:
    response = client.get(
        ME, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/list/?page=3"}
    )
    assert response["HX-Redirect"] == "/account/sign-in/?next=%2Flist%2F%3Fpage%3D3"


def test_a_page_for_staff_asks_for_a_post_that_grants_the_verb(village: Place) -> None:
    clerk, resident = person_named("陈文书", PHONE), person_named("马玉兰", "13900139000")
    held = clerk_of(village, clerk)
    assert desk(asking(account_for(clerk))).content == b"desk"
    with pytest.raises(NotAllowed):
        desk(asking(account_for(resident)))
    held.active_to = held.active_from + timedelta(seconds=1)
    held.save()
    with pytest.raises(NotAllowed):
        desk(asking(clerk.account))


def test_standing_is_looked_up_once_per_request(
    village: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clerk = person_named("陈文书", PHONE)
    clerk_of(village, clerk)
    request = asking(account_for(clerk))
    with django_assert_num_queries(2):
        assert standing(request).may_somewhere("places.read_people")
        assert standing(request).person_id == clerk.pk


def test_a_visitor_stands_for_nobody(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    request = asking(None)
    with django_assert_num_queries(0):
        assert standing(request).person_id is None
        assert person(request) is None


def test_acting_as_an_account_forgets_the_standing_before(village: Place) -> None:
    clerk = person_named("陈文书", PHONE)
    clerk_of(village, clerk)
    request = asking(None)
    standing(request)
    act_as(request, account_for(clerk))
    assert standing(request).person_id == clerk.pk


def test_a_claimed_address_counts_only_behind_our_proxy(settings: object) -> None:
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.7"}, REMOTE_ADDR="10.0.0.2"
    )
    settings.SECURE_PROXY_SSL_HEADER = None  # type: ignore[attr-defined]
    assert client_address(request) == "10.0.0.2"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X", "https")  # type: ignore[attr-defined]
    assert client_address(request) == "203.0.113.7"


# --- one's own page --------------------------------------------------------------------------


def test_the_own_page_shows_what_is_held_and_who_read_it(
    client: Client, phones: Phones, village: Place
) -> None:
    me, clerk = person_named("马玉兰", PHONE), person_named("陈文书")
    Person.objects.filter(pk=me.pk).update(place=village)
    clerk_of(village, me)
    sign_in(client, phones)
    at = Account.objects.get().created_at
    services.log_read(reader=clerk, subject=me, what="name, phone", purpose="回访满意度", at=at)
    text = client.get(ME).content.decode()
    role = Declaration.objects.get(kind="role", key="village_clerk", is_current=True)
    for held in ("马玉兰", PHONE, "北滩村", role.body["name"]["zh"], "陈文书", "回访满意度"):
        assert held in text


def test_the_own_page_costs_the_same_with_one_and_with_many_reads(
    client: Client, phones: Phones, village: Place
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    me, clerk = person_named("马玉兰", PHONE), person_named("陈文书")
    sign_in(client, phones)
    at = Account.objects.get().created_at

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ME).status_code == 200
        return len(queries)

    services.log_read(reader=clerk, subject=me, what="phone", purpose="回访", at=at)
    with_one = cost()
    for number in range(60):
        services.log_read(
            reader=clerk,
            subject=me,
            what="phone",
            purpose=f"回访{number}",
            at=at + timedelta(minutes=number + 1),
        )
    assert cost() == with_one


def test_earlier_reads_are_a_page_away(client: Client, phones: Phones) -> None:
    me, clerk = person_named("马玉兰", PHONE), person_named("陈文书")
    sign_in(client, phones)
    at = Account.objects.get().created_at
    for number in range(60):
        services.log_read(
            reader=clerk,
            subject=me,
            what="phone",
            purpose=f"第{number}次",
            at=at + timedelta(minutes=number),
        )
    latest = client.get(ME)
    assert "第59次" in latest.content.decode()
    assert "第9次" not in latest.content.decode()
    earlier = client.get(f"{ME}?{latest.context['earlier_query']}").content.decode()
    assert "第9次" in earlier
    assert "第10次" not in earlier


@pytest.mark.parametrize("before", ["nonsense", "2026-13-45T00:00:00Z", "2026-03-02T00:00:00"])
def test_a_mistyped_page_of_reads_shows_the_latest(
    client: Client, phones: Phones, before: str
) -> None:
    sign_in(client, phones)
    assert client.get(ME, {"before": before}).status_code == 200


def test_nobody_sees_anothers_page(client: Client, phones: Phones) -> None:
    account_for(person_named("别人", "13900139000"))
    sign_in(client, phones)
    assert "别人" not in client.get(ME).content.decode()


def test_a_name_is_corrected_at_once(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    assert client.post("/account/name/", {"name": "马玉兰"}).status_code == 302
    assert Person.objects.get().name == "马玉兰"
    assert client.post("/account/name/", {"name": " "}).status_code == 422


def test_a_name_is_shown_as_text(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    client.post("/account/name/", {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(ME).content.decode()


def test_a_deletion_is_asked_for_and_shown(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    sent = client.post("/account/data-requests/", {"wish": "deletion", "text": "旧地址"})
    assert sent.status_code == 302
    assert DataRequest.objects.get().person.phone == PHONE
    assert "旧地址" in client.get(ME).content.decode()
    refused = client.post("/account/data-requests/", {"wish": "correction", "text": ""})
    assert refused.status_code == 422
    assert client.post("/account/data-requests/", {"wish": "other"}).status_code == 422


def test_a_token_is_shown_once_and_revoked(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    made = client.post(TOKENS, {"name": "电脑", "days": "30"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    shown = client.get(TOKENS).content.decode()
    assert secret not in shown
    assert "电脑" in shown
    token = ApiToken.objects.get()
    assert client.post(f"{TOKENS}{token.pk}/revoke/").status_code == 302
    assert "电脑" not in client.get(TOKENS).content.decode()


def test_a_token_form_with_nonsense_is_refused_in_place(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    for entered in ({"name": "", "days": "30"}, {"name": "x", "days": "9999"}, {"name": "x"}):
        assert client.post(TOKENS, entered).status_code == 422
    assert ApiToken.objects.count() == 0


def test_anothers_token_is_not_found(client: Client, phones: Phones) -> None:
    sign_in(client, phones)
    other = account_for(person_named("别人", "13900139000"))
    token, _secret = services.create_token(account=other, name="x", at=other.created_at)
    assert client.post(f"{TOKENS}{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_pages_have_no_inline_script_or_style(client: Client, phones: Phones) -> None:
    import re

    sign_in(client, phones)
    for path in (ME, TOKENS):
        text = client.get(path).content.decode()
        assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*src=)", text)
