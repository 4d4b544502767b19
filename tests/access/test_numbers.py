"""Somebody changes the number they sign in with: shown by its code, and told to the old one."""

import pytest
from django.test import Client

from tests.access.conftest import MORNING, PHONE, Clock, Phones, account_for, person_named
from tests.access.test_pages import sign_in
from xiangyue.access.codes import issue_code
from xiangyue.access.models import Account, ApiToken, Purpose
from xiangyue.access.services import create_token
from xiangyue.activity.models import Entry
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db
PAGE, ME = "/account/number/", "/account/"
NEW = "13900139000"


@pytest.fixture
def client(client: Client, phones: Phones, clock: Clock) -> Client:
    account_for(person_named("马玉兰", PHONE))
    assert sign_in(client, phones).status_code == 302
    return client


def changed(client: Client, phones: Phones, phone: str = NEW):
    asked = client.post(PAGE, {"phone": phone})
    assert asked.status_code == 302, asked.content.decode()
    return client.post(PAGE, {"code": phones.code(phone)})


def test_a_new_number_is_shown_by_its_code_and_serves_from_then_on(
    client: Client, phones: Phones, clock: Clock
) -> None:
    account = Account.objects.get()
    assert changed(client, phones)["Location"] == ME
    assert Account.objects.get().phone == Person.objects.get(name="马玉兰").phone == NEW
    assert client.get(ME).status_code == 200  # this session goes on
    clock.shift(minutes=2)
    other = Client()
    sign_in(other, phones, phone=NEW)
    assert other.get(ME).context["account"] == account
    assert Entry.objects.filter(name="access.number_changed").count() == 1


def test_the_old_number_is_told_and_learns_no_more_of_the_new_one_than_needed(
    client: Client, phones: Phones
) -> None:
    changed(client, phones)
    number, text, _purpose = phones.received[-1]
    assert number == PHONE
    assert "139****9000" in text
    assert NEW not in text


def test_other_sessions_end_and_tokens_are_revoked(
    client: Client, phones: Phones, clock: Clock
) -> None:
    clock.shift(minutes=2)
    other = Client()
    sign_in(other, phones)
    create_token(account=Account.objects.get(), name="提醒程序", at=clock.now)
    changed(client, phones)
    assert other.get(ME).status_code == 302
    assert ApiToken.objects.get().revoked_at == clock.now


def test_a_wrong_code_changes_nothing(client: Client, phones: Phones) -> None:
    client.post(PAGE, {"phone": NEW})
    refused = client.post(PAGE, {"code": phones.wrong_code(NEW)})
    assert refused.status_code == 422
    assert refused.context["form"].errors["code"]
    assert Account.objects.get().phone == PHONE
    for _try in range(5):
        client.post(PAGE, {"code": phones.wrong_code(NEW)})
    assert client.post(PAGE, {"code": phones.code(NEW)}).status_code == 422
    assert Account.objects.get().phone == PHONE


def test_a_code_for_signing_in_changes_no_number(client: Client, phones: Phones) -> None:
    client.post(PAGE, {"phone": NEW})
    code = issue_code(phone=NEW, purpose=Purpose.SIGN_IN, at=MORNING)
    assert client.post(PAGE, {"code": code}).status_code == 422
    assert Account.objects.get().phone == PHONE


def test_a_number_of_somebody_else_is_refused_only_to_who_holds_it(
    client: Client, phones: Phones
) -> None:
    person_named("王五", NEW)
    assert client.post(PAGE, {"phone": NEW}).status_code == 302  # as for any number
    refused = client.post(PAGE, {"code": phones.code(NEW)})
    assert refused.status_code == 409
    assert Person.objects.get(name="马玉兰").phone == PHONE


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("abc", 422), (PHONE, 409)])
def test_what_is_no_new_number_is_refused_in_place(
    client: Client, phones: Phones, typed: str, status: int
) -> None:
    before = len(phones.received)
    refused = client.post(PAGE, {"phone": typed})
    assert refused.status_code == status
    assert refused.context["form"].errors["phone"]
    assert len(phones.received) == before


def test_codes_are_limited_as_for_signing_in(client: Client, phones: Phones) -> None:
    client.post(PAGE, {"phone": NEW})
    client.post(PAGE, {"again": "1"})
    assert client.post(PAGE, {"phone": NEW}).status_code == 429


def test_a_number_changes_three_times_a_day(client: Client, phones: Phones, clock: Clock) -> None:
    for last in range(3):
        clock.shift(minutes=20)
        assert changed(client, phones, f"1390013900{last + 1}").status_code == 302
    clock.shift(minutes=20)
    assert changed(client, phones).status_code == 429
    assert Account.objects.get().phone == "13900139003"


def test_nobody_changes_a_number_without_a_session() -> None:
    assert Client().get(PAGE).status_code == 302
    assert Client().post(PAGE, {"phone": NEW}).status_code == 302
