"""The numbers that secret votes are made of: the squares modulo a safe prime of RFC 7919.

The prime is `ffdhe2048` of RFC 7919, appendix A.1, derived there from the digits of e so that
nobody can have chosen it to his advantage: P = 2Q + 1, both prime. The squares modulo P form a
group of prime order Q, so that no part of an exponent leaks through a smaller group. Everything
that is written down has one spelling alone, lowercase hex of a fixed length, so that what is
hashed is never ambiguous.

Pure: no Django, no database, no clock. The phone computes the same in `frontend/js/secret/`.
"""

import hashlib
import json
from functools import lru_cache

P = int(
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695"
    "a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a"
    "d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935"
    "984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a"
    "bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4"
    "ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61"
    "9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005"
    "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff",
    16,
)
Q = (P - 1) // 2
G = 2
NAME = "ffdhe2048"

NUMBER_DIGITS = 512  # hex digits of a number modulo P or Q
CHALLENGE_BITS = 256
CHALLENGE_DIGITS = CHALLENGE_BITS // 4
CHALLENGES = 1 << CHALLENGE_BITS
_HEX = frozenset("0123456789abcdef")
_DOMAIN = "xiangyue.secret.1"


class Unsound(Exception):  # noqa: N818 - what a check says of what it looked at
    """What was handed in does not hold; `reason` names the check that it failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_element(number: int) -> bool:
    """Whether `number` is a square modulo P other than 0 (the Jacobi symbol is 1)."""
    if not 0 < number < P:
        return False
    a, n, sign = number, P, 1
    while a:
        twos = (a & -a).bit_length() - 1
        a >>= twos
        if twos & 1 and n & 7 in (3, 5):
            sign = -sign
        if a & n & 3 == 3:
            sign = -sign
        a, n = n % a, a
    return n == 1 and sign == 1


def number_text(number: int) -> str:
    """The one spelling of a number modulo P or Q."""
    return f"{number:0{NUMBER_DIGITS}x}"


def challenge_text(number: int) -> str:
    return f"{number:0{CHALLENGE_DIGITS}x}"


def read_element(text: object) -> int:
    """:raises Unsound: it is not the one spelling of a member of the group."""
    number = _read(text, NUMBER_DIGITS)
    if not is_element(number):
        raise Unsound("not_in_group")
    return number


def read_exponent(text: object) -> int:
    """:raises Unsound: it is not the one spelling of a number below Q."""
    number = _read(text, NUMBER_DIGITS)
    if number >= Q:
        raise Unsound("not_below_order")
    return number


def read_challenge(text: object) -> int:
    return _read(text, CHALLENGE_DIGITS)


def _read(text: object, digits: int) -> int:
    if not isinstance(text, str) or len(text) != digits or not _HEX.issuperset(text):
        raise Unsound("not_canonical")
    return int(text, 16)


# --- hashing --------------------------------------------------------------------------------------

Part = int | str | bytes


def digest(purpose: str, *parts: Part) -> bytes:
    """SHA-256 of the parts, each with its length before it, under a name for the purpose.

    Numbers are 256 bytes, so that nothing that is hashed can be read in two ways.
    """
    total = hashlib.sha256()
    for part in (_DOMAIN, purpose, *parts):
        if isinstance(part, int):
            octets = part.to_bytes(NUMBER_DIGITS // 2, "big")
        else:
            octets = part.encode() if isinstance(part, str) else part
        total.update(len(octets).to_bytes(4, "big") + octets)
    return total.digest()


def challenge(purpose: str, *parts: Part) -> int:
    """The challenge that a proof answers (Fiat and Shamir), from all that the proof is about."""
    return int.from_bytes(digest(purpose, *parts), "big")


def canonical(content: object) -> str:
    """The one spelling of a JSON value of texts, whole numbers, lists and objects."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- powers ---------------------------------------------------------------------------------------

WINDOW = 6  # bits: 21,888 numbers a base, made in a quarter of a second, four times as fast


class FixedBase:
    """Powers of one base, from a table: worth its making after some thirty of them."""

    def __init__(self, base: int) -> None:
        self.rows: list[list[int]] = []
        step = base
        for _row in range(-(-Q.bit_length() // WINDOW)):
            row = [1]
            for _entry in range((1 << WINDOW) - 1):
                row.append(row[-1] * step % P)
            self.rows.append(row)
            step = row[-1] * step % P

    def power(self, exponent: int) -> int:
        result = 1
        mask = (1 << WINDOW) - 1
        for row in self.rows:
            if not exponent:
                break
            if window := exponent & mask:
                result = result * row[window] % P
            exponent >>= WINDOW
        return result


@lru_cache(maxsize=4)
def fixed_base(base: int) -> FixedBase:
    return FixedBase(base)
