"""Codes sent to phones: limits, expiry, single use, wrong guesses."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections

from tests.access.conftest import MORNING, PHONE, Phones
from xiangyue.access import delivery
from xiangyue.access.codes import (
    CodeRefused,
    NotAMobileNumber,
    check_code,
    forget_codes,
    send_code,
)
from xiangyue.access.limits import TooSoon
from xiangyue.access.models import Account, CodeTally, PhoneCode, Purpose
from xiangyue.access.rules import CODES_PER_NETWORK, Verdict, again_at
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db

IP = "203.0.113.7"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def ask(phone: str = PHONE, *, at: datetime = MORNING, ip: str = IP, **more: Purpose) -> None:
    send_code(phone=phone, purpose=more.get("purpose", Purpose.SIGN_IN), at=at, ip=ip)


def enter(
    code: str, *, at: datetime = MORNING, phone: str = PHONE, purpose: Purpose = Purpose.SIGN_IN
) -> str:
    return check_code(phone=phone, code=code, purpose=purpose, at=at)


def test_the_code_that_was_sent_is_right(phones: Phones) -> None:
    ask()
    assert enter(phones.code()) == PHONE


def test_asking_for_a_code_creates_nobody(phones: Phones) -> None:
    ask()
    assert Person.objects.count() == Account.objects.count() == 0


def test_neither_phone_nor_code_can_be_read_in_the_database(phones: Phones) -> None:
    ask()
    kept = repr(list(PhoneCode.objects.values())) + repr(list(CodeTally.objects.values()))
    assert PHONE not in kept
    assert phones.code() not in kept
    assert IP not in kept


def test_a_code_works_once(phones: Phones) -> None:
    ask()
    enter(phones.code())
    with pytest.raises(CodeRefused) as refused:
        enter(phones.code())
    assert refused.value.verdict is Verdict.USED


def test_a_code_lives_ten_minutes(phones: Phones) -> None:
    ask()
    with pytest.raises(CodeRefused) as refused:
        enter(phones.code(), at=MORNING + 10 * MINUTE)
    assert refused.value.verdict is Verdict.EXPIRED
    assert enter(phones.code(), at=MORNING + 10 * MINUTE - SECOND)


def test_five_wrong_guesses_use_the_code_up(phones: Phones) -> None:
    ask()
    for _guess in range(5):
        with pytest.raises(CodeRefused) as refused:
            enter(phones.wrong_code())
        assert refused.value.verdict is Verdict.WRONG
    with pytest.raises(CodeRefused) as refused:
        enter(phones.code())
    assert refused.value.verdict is Verdict.GUESSED_OUT
    ask(at=MORNING + MINUTE)
    assert enter(phones.code(), at=MORNING + MINUTE)


def test_a_new_code_voids_the_one_before(phones: Phones) -> None:
    ask()
    first = phones.code()
    ask(at=MORNING + MINUTE)
    if first != phones.code():
        with pytest.raises(CodeRefused):
            enter(first, at=MORNING + MINUTE)


def test_a_code_is_good_for_its_purpose_and_phone_alone(phones: Phones) -> None:
    ask()
    for other in ({"purpose": Purpose.REPORT}, {"phone": "13900139000"}):
        with pytest.raises(CodeRefused) as refused:
            enter(phones.code(), **other)  # type: ignore[arg-type]
        assert refused.value.verdict is Verdict.NONE_SENT
    ask("13900139000", at=MORNING)
    if phones.code() != phones.code("13900139000"):
        with pytest.raises(CodeRefused):
            enter(phones.code("13900139000"))


def test_one_code_a_minute_per_phone(phones: Phones) -> None:
    ask()
    with pytest.raises(TooSoon, match="20") as refused:
        ask(at=MORNING + 40 * SECOND, purpose=Purpose.REPORT, ip="198.51.100.1")
    assert refused.value.again_at == MORNING + MINUTE
    ask(at=MORNING + MINUTE)
    assert len(phones.received) == 2


def test_five_codes_an_hour_per_phone(phones: Phones) -> None:
    for number in range(5):
        ask(at=MORNING + number * 5 * MINUTE, ip=f"203.0.113.{number}")
    with pytest.raises(TooSoon, match="10:00"):  # 09:00 in Shanghai, an hour on
        ask(at=MORNING + 30 * MINUTE)
    ask(at=MORNING + HOUR)
    assert len(phones.received) == 6


def test_fifteen_codes_a_day_per_phone(phones: Phones) -> None:
    for number in range(15):
        ask(at=MORNING + number * HOUR)
    with pytest.raises(TooSoon):
        ask(at=MORNING + 23 * HOUR)
    ask(at=MORNING + 24 * HOUR)


def test_a_village_behind_one_address_signs_in_on_a_day_of_voting(phones: Phones) -> None:
    """Three hundred codes an hour per network; another network is not its affair."""
    for number in range(300):
        ask(f"13800138{number:03}", at=MORNING)
    with pytest.raises(TooSoon):
        ask("13900139000", at=MORNING + 59 * MINUTE)
    ask("13900139000", at=MORNING + 59 * MINUTE, ip="203.0.113.8")
    ask("13900139001", at=MORNING + HOUR)


def test_fifteen_hundred_codes_a_day_per_network() -> None:
    past = [MORNING + number * MINUTE / 2 for number in range(1_500)]
    assert again_at(past[:-1], CODES_PER_NETWORK, at=past[-1] + HOUR) is None
    assert again_at(past, CODES_PER_NETWORK, at=past[-1] + HOUR) == MORNING + 24 * HOUR


def test_a_refused_asking_does_not_count(phones: Phones) -> None:
    ask()
    for second in range(1, 60):
        with pytest.raises(TooSoon):
            ask(at=MORNING + second * SECOND)
    ask(at=MORNING + MINUTE)


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1380013800a", "23800138000", "051988001234", "1" * 5000, "１３８", "\x00"],
)
def test_what_is_no_mobile_number_gets_no_code(phones: Phones, typed: str) -> None:
    with pytest.raises(NotAMobileNumber):
        ask(typed)
    assert phones.received == []
    assert CodeTally.objects.count() == 0


@pytest.mark.parametrize(
    "typed", ["+86 138-0013-8000", "８６１３８００１３８０００", " 13800138000 "]
)
def test_a_number_is_one_however_it_is_typed(phones: Phones, typed: str) -> None:
    ask(typed)
    assert phones.received[0][0] == PHONE
    assert enter(phones.code(), phone=typed) == PHONE


@pytest.mark.parametrize("typed", ["", "abcdef", "1" * 100_000, "12345", "1234567", "²³⁴⁵⁶⁷"])
def test_hostile_codes_are_wrong(phones: Phones, typed: str) -> None:
    ask()
    with pytest.raises(CodeRefused):
        enter(typed)


def test_full_width_digits_are_digits(phones: Phones) -> None:
    ask()
    wide = phones.code().translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert enter(wide)


def test_without_a_channel_nothing_is_kept() -> None:
    before = list(delivery._registered)
    delivery._registered.clear()
    try:
        with pytest.raises(delivery.NoChannel):
            ask()
    finally:
        delivery._registered[:] = before
    assert PhoneCode.objects.count() == CodeTally.objects.count() == 0


def test_codes_and_tallies_are_forgotten_after_a_day(phones: Phones) -> None:
    ask()
    assert forget_codes(at=MORNING + 24 * HOUR) == 0
    assert forget_codes(at=MORNING + 25 * HOUR) == 3
    assert PhoneCode.objects.count() == CodeTally.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_the_same_code_one_wins(phones: Phones) -> None:
    ask()
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def try_it() -> None:
        with bind("shandan"):
            start.wait()
            try:
                outcomes.append(enter(phones.code()))
            except CodeRefused:
                outcomes.append("refused")
            finally:
                connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [PHONE, "refused"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_get_past_the_limit(phones: Phones) -> None:
    ask(at=MORNING - 2 * 24 * HOUR)  # so that a row is there to be counted past
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def try_it(number: int) -> None:
        with bind("shandan"):
            start.wait()
            try:
                ask(ip=f"203.0.113.{number}")
                outcomes.append("sent")
            except TooSoon:
                outcomes.append("refused")
            finally:
                connections.close_all()

    threads = [threading.Thread(target=try_it, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("sent") == 1
    assert len(phones.received) == 2


@pytest.mark.django_db(transaction=True)
def test_a_wrong_guess_counts_even_inside_a_failing_caller(phones: Phones) -> None:
    from django.db import transaction

    ask()
    with pytest.raises(RuntimeError), transaction.atomic():
        enter(phones.wrong_code())
    with pytest.raises(CodeRefused):
        enter(phones.wrong_code())
    assert PhoneCode.objects.get().wrong_count == 1
