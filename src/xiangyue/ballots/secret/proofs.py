"""Proofs that somebody knows a number, or computed rightly, without showing the number.

All are sigma protocols made non-interactive with the strong form of Fiat and Shamir: the
challenge is a hash of everything that the statement is about, not of the commitments alone
(Bernhard, Pereira, Warinschi 2012). `binding` is what the caller adds to it: which ballot, which
credential, which question. A proof made for one place therefore proves nothing in another.

Commitments are g^z·x^c with z = k - c·w, so that no check needs an inverse.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xiangyue.ballots.secret.group import (
    CHALLENGES,
    G,
    P,
    Part,
    Q,
    Unsound,
    challenge,
    challenge_text,
    fixed_base,
    number_text,
    read_challenge,
    read_exponent,
)

Power = Callable[[int], int]  # the power of a base that is known beforehand
Random = Callable[[int], int]  # a number below the one given, such as secrets.randbelow
Answer = tuple[int, int]  # a challenge and the number that answers it
INVERSE_OF_G = pow(G, -1, P)


def power_of_g(exponent: int) -> int:
    return pow(G, exponent, P)


def answer_texts(answer: Answer) -> list[str]:
    return [challenge_text(answer[0]), number_text(answer[1])]


def read_answer(content: object) -> Answer:
    """:raises Unsound: it is not two numbers in their one spelling."""
    if not isinstance(content, list) or len(content) != 2:
        raise Unsound("not_canonical")
    return read_challenge(content[0]), read_exponent(content[1])


@dataclass(frozen=True, slots=True)
class Cipher:
    """A number of votes, encrypted: a = g^r, b = y^r·g^votes (ElGamal in the exponent)."""

    a: int
    b: int

    def times(self, other: "Cipher") -> "Cipher":
        """The encryption of both numbers' sum; nobody learns either."""
        return Cipher(self.a * other.a % P, self.b * other.b % P)


NOTHING = Cipher(1, 1)


@dataclass(frozen=True, slots=True)
class Powers:
    """The powers of g and of the ballot's key y, by whichever way is quick enough."""

    g: Power
    y: Power

    @classmethod
    def of(cls, key: int) -> "Powers":
        return cls(power_of_g, lambda exponent: pow(key, exponent, P))

    @classmethod
    def tabled(cls, key: int) -> "Powers":
        """From tables, which take a while to make: for many votes."""
        return cls(fixed_base(G).power, fixed_base(key).power)


def encrypt(powers: Powers, votes: int, r: int) -> Cipher:
    return Cipher(powers.g(r), powers.y(r) * pow(G, votes, P) % P)


# --- one who knows an exponent --------------------------------------------------------------------


def prove_knowledge(
    purpose: str, secret: int, *binding: Part, random: Random = secrets.randbelow
) -> Answer:
    """Knowledge of the logarithm of g^secret; with a message in the binding it is a signature.

    Schnorr 1991.
    """
    k = random(Q)
    c = challenge(purpose, *binding, pow(G, secret, P), pow(G, k, P))
    return c, (k - c * secret) % Q


def check_knowledge(purpose: str, element: int, answer: Answer, *binding: Part) -> bool:
    c, z = answer
    commitment = pow(G, z, P) * pow(element, c, P) % P
    return c == challenge(purpose, *binding, element, commitment)


# --- the same exponent over two bases -------------------------------------------------------------


def prove_same(
    purpose: str, secret: int, base: int, *binding: Part, random: Random = secrets.randbelow
) -> Answer:
    """That base^secret has the exponent of g^secret (Chaum and Pedersen 1992)."""
    k = random(Q)
    element, share = pow(G, secret, P), pow(base, secret, P)
    c = challenge(purpose, *binding, element, base, share, pow(G, k, P), pow(base, k, P))
    return c, (k - c * secret) % Q


def check_same(
    purpose: str, element: int, base: int, share: int, answer: Answer, *binding: Part
) -> bool:
    c, z = answer
    one = pow(G, z, P) * pow(element, c, P) % P
    two = pow(base, z, P) * pow(share, c, P) % P
    return c == challenge(purpose, *binding, element, base, share, one, two)


# --- one of several numbers of votes --------------------------------------------------------------


def prove_one_of(
    purpose: str,
    cipher: Cipher,
    allowed: Sequence[int],
    *binding: Part,
    powers: Powers,
    votes: int,
    r: int,
    random: Random = secrets.randbelow,
) -> list[Answer]:
    """That `cipher` holds one of the `allowed` numbers, without saying which.

    The true branch is answered, the others are simulated with challenges chosen beforehand; all
    challenges add up to the hash (Cramer, Damgård, Schoenmakers 1994).
    """
    chosen = allowed.index(votes)
    ks = [random(Q) for _value in allowed]
    cs = [random(CHALLENGES) for _value in allowed]
    cs[chosen] = 0
    commitments: list[int] = []
    for value, k, c in zip(allowed, ks, cs, strict=True):
        off = powers.g(c * (votes - value) % Q)
        commitments += [powers.g(k), powers.y(k) * off % P]
    total = challenge(purpose, *binding, cipher.a, cipher.b, *commitments)
    cs[chosen] = (total - sum(cs)) % CHALLENGES
    return [(c, (k - c * r) % Q) for c, k in zip(cs, ks, strict=True)]


def check_one_of(
    purpose: str,
    cipher: Cipher,
    allowed: Sequence[int],
    answers: Sequence[Answer],
    *binding: Part,
    powers: Powers,
) -> bool:
    if len(answers) != len(allowed):
        return False
    commitments: list[int] = []
    for value, (c, z) in zip(allowed, answers, strict=True):
        b = cipher.b * pow(INVERSE_OF_G, value, P) % P
        commitments += [
            powers.g(z) * pow(cipher.a, c, P) % P,
            powers.y(z) * pow(b, c, P) % P,
        ]
    total = challenge(purpose, *binding, cipher.a, cipher.b, *commitments)
    return total == sum(c for c, _z in answers) % CHALLENGES
