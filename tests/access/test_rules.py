"""Numbers, codes, limits and session lengths, without a database."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access.conftest import MORNING
from xiangyue.access.rules import (
    CODE_GUESSES,
    CODES_PER_PHONE,
    Holding,
    Limit,
    Standing,
    Verdict,
    again_at,
    judge_code,
    mobile_number,
    network_of,
    session_life,
    typed_code,
)

MINUTE = timedelta(minutes=1)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(mobiles)
def test_every_mobile_number_is_itself(number: str) -> None:
    assert mobile_number(number) == number


@given(mobiles, st.sampled_from(["", "+86", "86", "0086", "+86 ", "86-", "＋８６"]))
def test_the_countrys_code_is_forgiven(number: str, lead: str) -> None:
    spaced = f"{number[:3]} {number[3:7]}-{number[7:]}"
    assert mobile_number(lead + spaced) == number


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_mobile_number_or_none(text: str) -> None:
    found = mobile_number(text)
    assert found is None or (found.isascii() and len(found) == 11 and found[0] == "1")


@pytest.mark.parametrize(
    "text",
    [
        "12800138000",
        "0936-2721234",
        "86138001380",
        "1380013800",
        "138001380000",
        "+1 138 0013 8000",
        "138001380OO",
        "一三八零零一三八零零零",
        "13800138000" + "0" * 1000,
    ],
)
def test_what_is_no_mainland_mobile_number_is_none(text: str) -> None:
    assert mobile_number(text) is None


@given(st.text(max_size=60))
def test_a_typed_code_is_six_digits_or_nothing(text: str) -> None:
    assert len(typed_code(text)) in (0, 6)
    assert typed_code(text).isascii()


def test_a_code_may_be_typed_with_spaces_and_wide_digits() -> None:
    assert typed_code(" １２３ 456 ") == "123456"


def test_an_ipv6_subscriber_is_one_network() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:203.0.113.7") == network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("nonsense") == network_of("") == "unknown"


limits = st.lists(
    st.builds(Limit, st.integers(1, 5), st.integers(1, 500).map(lambda n: n * MINUTE)), min_size=1
)
pasts = st.lists(st.integers(0, 2000).map(lambda n: MORNING - n * MINUTE), max_size=12)


@given(pasts, limits)
def test_waiting_as_long_as_told_is_always_enough(past: list[object], limits: list[Limit]) -> None:
    told = again_at(past, limits, at=MORNING)  # type: ignore[arg-type]
    if told is not None:
        assert told > MORNING
        assert again_at(past, limits, at=told) is None  # type: ignore[arg-type]
        early = again_at(past, limits, at=told - timedelta(seconds=1))  # type: ignore[arg-type]
        assert early is not None


@given(st.lists(st.integers(0, 3 * 24 * 60), max_size=80))
def test_nobody_gets_more_than_the_limits_in_any_stretch(minutes: list[int]) -> None:
    sent = []
    for minute in sorted(minutes):
        at = MORNING + minute * MINUTE
        if again_at(sent, CODES_PER_PHONE, at=at) is None:
            sent.append(at)
    for limit in CODES_PER_PHONE:
        for start in sent:
            within = [time for time in sent if start <= time < start + limit.within]
            assert len(within) <= limit.count


@given(st.booleans(), st.integers(0, 9), st.integers(-20, 20), st.booleans())
def test_only_an_unused_fresh_matching_code_is_right(
    is_used: bool, wrong_count: int, minutes_left: int, is_match: bool
) -> None:
    verdict = judge_code(
        expires_at=MORNING + minutes_left * MINUTE,
        is_used=is_used,
        wrong_count=wrong_count,
        is_match=is_match,
        at=MORNING,
    )
    right = not is_used and wrong_count < CODE_GUESSES and minutes_left > 0 and is_match
    assert (verdict is Verdict.RIGHT) == right


def test_staff_sign_in_every_day_and_residents_every_month() -> None:
    holding = Holding("village_clerk", "0001", None, frozenset(), frozenset())
    assert session_life(Standing(UUID(int=1))) == timedelta(days=30)
    assert session_life(Standing(UUID(int=1), (holding,))) == timedelta(hours=12)
