"""Accounts, tokens, the read log and one's own data, on the real database."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tests.access.conftest import MORNING, PHONE, Phones, account_for, person_named
from xiangyue.access import queries, services
from xiangyue.access.codes import CodeRefused, send_code
from xiangyue.access.models import Account, ApiToken, DataRequest, PersonalRead, Purpose, Wish
from xiangyue.activity.models import Entry
from xiangyue.kernel.refusals import Conflict
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def sign_in(phones: Phones, phone: str = PHONE) -> Account:
    send_code(phone=phone, purpose=Purpose.SIGN_IN, at=MORNING, ip="203.0.113.7")
    return services.sign_in(phone=phone, code=phones.code(phone), at=MORNING)


def names_recorded() -> list[str]:
    return list(Entry.objects.filter(name__startswith="access.").values_list("name", flat=True))


# --- signing in ------------------------------------------------------------------------------


def test_an_unknown_number_becomes_a_person_once_its_code_is_right(phones: Phones) -> None:
    send_code(phone=PHONE, purpose=Purpose.SIGN_IN, at=MORNING, ip="203.0.113.7")
    with pytest.raises(CodeRefused):
        services.sign_in(phone=PHONE, code=phones.wrong_code(), at=MORNING)
    assert Person.objects.count() == Account.objects.count() == 0
    account = services.sign_in(phone=PHONE, code=phones.code(), at=MORNING)
    assert account.person.phone == account.phone == PHONE
    assert account.is_phone_verified


def test_a_registered_person_gets_their_own_account(phones: Phones) -> None:
    person = person_named("马玉兰", PHONE)
    assert sign_in(phones).person == person
    assert Person.objects.count() == 1


def test_signing_in_again_finds_the_same_account(phones: Phones) -> None:
    account = account_for(person_named("马玉兰", PHONE))
    assert sign_in(phones) == account
    assert Account.objects.count() == 1


def test_whoever_got_a_new_number_keeps_the_account(phones: Phones) -> None:
    person = person_named("马玉兰", "13900139000")
    account = account_for(person)
    Person.objects.filter(pk=person.pk).update(phone=PHONE)
    assert sign_in(phones) == account
    account.refresh_from_db()
    assert account.phone == PHONE


def test_whoever_gets_a_number_second_hand_does_not_get_the_account_with_it(
    phones: Phones,
) -> None:
    """Numbers are given out again; the register of people decides whose one is."""
    before = person_named("马玉兰", PHONE)
    old = account_for(before)
    salt = old.session_salt
    Person.objects.filter(pk=before.pk).update(phone="13900139000")
    newcomer = sign_in(phones)
    assert newcomer.person != before
    old.refresh_from_db()
    assert old.phone != PHONE
    assert not old.is_phone_verified
    assert old.session_salt != salt
    send_code(phone="13900139000", purpose=Purpose.SIGN_IN, at=MORNING, ip="203.0.113.7")
    again = services.sign_in(phone="13900139000", code=phones.code("13900139000"), at=MORNING)
    assert again == old


def test_a_closed_account_does_not_sign_in(phones: Phones) -> None:
    account = account_for(person_named("马玉兰", PHONE))
    Account.objects.filter(pk=account.pk).update(is_active=False)
    with pytest.raises(services.AccountClosed):
        sign_in(phones)
    assert names_recorded() == []


def test_the_record_of_signing_in_holds_no_number_and_no_name(phones: Phones) -> None:
    account = sign_in(phones)
    assert names_recorded() == ["access.account_opened", "access.signed_in"]
    written = repr(list(Entry.objects.values()))
    assert PHONE not in written
    assert account.person.name not in written


def test_signing_out_everywhere_ends_sessions_and_tokens() -> None:
    account = account_for(person_named("马玉兰", PHONE))
    _token, secret = services.create_token(account=account, name="电脑", at=MORNING)
    before = account.get_session_auth_hash()
    services.sign_out_everywhere(account=account, at=MORNING)
    account.refresh_from_db()
    assert account.get_session_auth_hash() != before
    assert queries.token_account(secret, at=MORNING) is None


def test_a_code_alone_lets_no_program_past_a_second_factor(phones: Phones) -> None:
    from allauth.mfa.models import Authenticator

    account = account_for(person_named("马玉兰", PHONE))
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    send_code(phone=PHONE, purpose=Purpose.TOKEN, at=MORNING, ip="203.0.113.7")
    with pytest.raises(services.SecondFactorNeeded):
        services.sign_in_program(phone=PHONE, code=phones.code(), at=MORNING)


def test_a_report_without_signing_in_is_by_whoever_holds_the_phone(phones: Phones) -> None:
    known = person_named("马玉兰", PHONE)
    for phone in (PHONE, "13900139000"):
        send_code(phone=phone, purpose=Purpose.REPORT, at=MORNING, ip="203.0.113.7")
        with pytest.raises(CodeRefused):
            services.person_by_code(phone=phone, code=phones.wrong_code(phone), at=MORNING)
    assert not Person.objects.filter(phone="13900139000").exists()
    assert services.person_by_code(phone=PHONE, code=phones.code(), at=MORNING) == known
    stranger = services.person_by_code(
        phone="13900139000", code=phones.code("13900139000"), at=MORNING
    )
    assert stranger.phone == "13900139000"
    assert Account.objects.count() == 0


# --- tokens ----------------------------------------------------------------------------------


def test_a_token_lets_its_account_in_until_it_expires() -> None:
    account = account_for(person_named("马玉兰", PHONE))
    token, secret = services.create_token(account=account, name="电脑", at=MORNING, days=7)
    assert queries.token_account(secret, at=MORNING + 7 * DAY - timedelta(seconds=1)) == account
    assert queries.token_account(secret, at=MORNING + 7 * DAY) is None
    assert queries.token_account(secret + "x", at=MORNING) is None
    assert queries.token_account(token.digest, at=MORNING) is None


def test_only_the_digest_of_a_token_is_kept() -> None:
    account = account_for(person_named("马玉兰", PHONE))
    _token, secret = services.create_token(account=account, name="电脑", at=MORNING)
    kept = repr(list(ApiToken.objects.values())) + repr(list(Entry.objects.values()))
    assert secret not in kept
    assert secret.removeprefix("xy_") not in kept


def test_a_revoked_token_lets_nobody_in_and_is_revoked_once() -> None:
    account = account_for(person_named("马玉兰", PHONE))
    token, secret = services.create_token(account=account, name="电脑", at=MORNING)
    services.revoke_token(token=token, at=MORNING)
    again = services.revoke_token(token=token, at=MORNING + DAY)
    assert again.revoked_at == MORNING
    assert queries.token_account(secret, at=MORNING) is None
    assert names_recorded().count("access.token_revoked") == 1


def test_a_token_of_a_closed_account_lets_nobody_in() -> None:
    account = account_for(person_named("马玉兰", PHONE))
    _token, secret = services.create_token(account=account, name="电脑", at=MORNING)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert queries.token_account(secret, at=MORNING) is None


@pytest.mark.parametrize(
    ("name", "days"), [("", 90), ("  ", 90), ("长" * 61, 90), ("电脑", 0), ("电脑", 366)]
)
def test_a_token_needs_a_name_and_a_sensible_life(name: str, days: int) -> None:
    account = account_for(person_named("马玉兰", PHONE))
    with pytest.raises(services.NotFilledIn):
        services.create_token(account=account, name=name, at=MORNING, days=days)


def test_twenty_tokens_are_enough() -> None:
    account = account_for(person_named("马玉兰", PHONE))
    for number in range(20):
        token, _secret = services.create_token(account=account, name=str(number), at=MORNING)
    with pytest.raises(Conflict):
        services.create_token(account=account, name="20", at=MORNING)
    services.revoke_token(token=token, at=MORNING)
    services.create_token(account=account, name="20", at=MORNING)


# --- reading and correcting ------------------------------------------------------------------


def test_a_read_is_logged_with_its_purpose() -> None:
    clerk, subject = person_named("陈文书"), person_named("马玉兰")
    services.log_read(
        reader=clerk, subject=subject, what="name, phone", purpose=" 回访 ", at=MORNING
    )
    read = queries.reads_of(subject).get()
    assert (read.reader, read.what, read.purpose, read.read_at) == (
        clerk,
        "name,phone",
        "回访",
        MORNING,
    )
    entry = Entry.objects.get(name="access.personal_data_read")
    assert entry.actor_id == clerk.pk
    assert entry.facts == {"subject": str(subject.pk), "what": ["name", "phone"]}


def test_what_was_read_is_said_in_words() -> None:
    with translation.override("en"):
        assert PersonalRead(what="name,phone").what_named() == "Name · Mobile number"
        assert PersonalRead(what="boots").what_named() == "boots"


def test_only_what_is_known_as_personal_data_can_be_read() -> None:
    clerk, subject = person_named("陈文书"), person_named("马玉兰")
    with pytest.raises(ValueError, match="boots"):
        services.log_read(
            reader=clerk, subject=subject, what="name, boots", purpose="回访", at=MORNING
        )


def test_nobody_reads_personal_data_without_a_purpose() -> None:
    with pytest.raises(services.NotFilledIn):
        services.log_read(
            reader=person_named("陈文书"),
            subject=person_named("马玉兰"),
            what="phone",
            purpose=" ",
            at=MORNING,
        )


def test_reading_ones_own_data_is_not_noted() -> None:
    person = person_named("马玉兰")
    assert (
        services.log_read(reader=person, subject=person, what="phone", purpose="x", at=MORNING)
        is None
    )
    assert PersonalRead.objects.count() == 0


def test_a_person_corrects_their_name() -> None:
    person = person_named("马玉栏")
    services.correct_name(person=person, name="  马玉兰 ", at=MORNING)
    services.correct_name(person=person, name="马玉兰", at=MORNING)
    person.refresh_from_db()
    assert person.name == "马玉兰"
    assert names_recorded() == ["access.name_corrected"]
    assert "马玉" not in repr(list(Entry.objects.values()))


@pytest.mark.parametrize("name", ["", "   ", "长" * 61])
def test_a_name_is_neither_empty_nor_endless(name: str) -> None:
    with pytest.raises(services.NotFilledIn):
        services.correct_name(person=person_named("马玉兰"), name=name, at=MORNING)


def test_asking_twice_for_deletion_is_one_request() -> None:
    person = person_named("马玉兰")
    first = services.request_about_data(person=person, wish=Wish.DELETION, text="", at=MORNING)
    second = services.request_about_data(
        person=person, wish=Wish.DELETION, text="", at=MORNING + DAY
    )
    assert first == second
    assert names_recorded() == ["access.data_request_made"]


def test_a_correction_says_what_is_wrong() -> None:
    with pytest.raises(services.NotFilledIn):
        services.request_about_data(
            person=person_named("马玉兰"), wish=Wish.CORRECTION, text=" ", at=MORNING
        )


def test_a_request_is_answered_once_and_in_words() -> None:
    clerk = person_named("陈文书")
    request = services.request_about_data(
        person=person_named("马玉兰"), wish=Wish.DELETION, text="旧地址", at=MORNING
    )
    with pytest.raises(services.NotFilledIn):
        services.answer_data_request(request=request, answered_by=clerk, answer=" ", at=MORNING)
    services.answer_data_request(request=request, answered_by=clerk, answer="已删除", at=MORNING)
    with pytest.raises(Conflict):
        services.answer_data_request(request=request, answered_by=clerk, answer="又", at=MORNING)


def test_the_database_refuses_half_an_answer() -> None:
    person = person_named("马玉兰")
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.create(
            id=uuid4(), person=person, wish="deletion", requested_at=MORNING, answered_at=MORNING
        )
