"""The group, the one spelling of its numbers, and the hash over parts."""

import hashlib
from decimal import Decimal, getcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyue.ballots.secret.group import (
    FixedBase,
    G,
    P,
    Q,
    Unsound,
    canonical,
    digest,
    is_element,
    number_text,
    read_challenge,
    read_element,
    read_exponent,
)


def test_the_prime_is_the_one_that_rfc_7919_derives_from_the_digits_of_e() -> None:
    getcontext().prec = 700
    digits = int(Decimal(1).exp() * Decimal(2) ** 1918)
    assert 2**2048 - 2**1984 + (digits + 560316) * 2**64 - 1 == P


def test_the_group_has_prime_order() -> None:
    for number in (P, Q):
        assert all(pow(base, number - 1, number) == 1 for base in (2, 3, 5))
    assert pow(G, Q, P) == 1 != G


@settings(max_examples=12, deadline=None)
@given(st.integers(0, P))
def test_the_squares_are_the_members(number: int) -> None:
    assert is_element(number) == (0 < number < P and pow(number, Q, P) == 1)


def test_the_other_half_is_outside() -> None:
    assert is_element(1)
    assert is_element(G)
    assert not is_element(0)
    assert not is_element(P - 1)
    assert not is_element(P - G)
    assert not is_element(P + 1)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, Q - 1))
def test_a_table_gives_the_same_powers(exponent: int) -> None:
    assert TABLE.power(exponent) == pow(4, exponent, P)


TABLE = FixedBase(4)


@pytest.mark.parametrize(
    "text",
    [
        None,
        4,
        "",
        "4",
        number_text(4)[1:],
        "0" + number_text(4),
        number_text(P - 4).upper(),
        " " + number_text(4)[1:],
        "+" + number_text(4)[1:],
        "_" + number_text(4)[1:],
        "0x" + number_text(4)[2:],
        "４".rjust(512, "0"),
        number_text(P),
        number_text(P + 4),
        number_text(0),
        number_text(P - 4),
    ],
    ids=str,
)
def test_a_member_has_one_spelling(text: object) -> None:
    assert read_element(number_text(4)) == 4
    with pytest.raises(Unsound):
        read_element(text)


def test_an_exponent_is_below_the_order_and_a_challenge_has_64_digits() -> None:
    assert read_exponent(number_text(Q - 1)) == Q - 1
    with pytest.raises(Unsound, match="not_below_order"):
        read_exponent(number_text(Q))
    with pytest.raises(Unsound, match="not_canonical"):
        read_challenge("f" * 65)


def test_what_is_hashed_cannot_be_divided_differently() -> None:
    assert digest("a", "bc", "d") != digest("a", "b", "cd")
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", 1) != digest("a", "1")
    assert digest("a", "b", "") != digest("a", "b")


def test_the_hash_is_sha_256_over_lengths_and_parts() -> None:
    parts = [b"xiangyue.secret.1", b"try", "村".encode(), (7).to_bytes(256, "big")]
    octets = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    assert digest("try", "村", 7) == hashlib.sha256(octets).digest()


def test_json_has_one_spelling() -> None:
    assert canonical({"b": ["村", 1], "a": 'x"\n'}) == '{"a":"x\\"\\n","b":["村",1]}'
