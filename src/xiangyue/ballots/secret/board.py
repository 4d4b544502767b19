"""The board: the sealed votes in the order they came, chained by hashes, and their sum.

Each head is a hash of the head before and of the vote, so that whoever keeps one head notices
any earlier vote dropped, changed or put in. Of each slip the last vote counts. The sum is opened
by all trustees together, single votes never. Pure: no Django, no database, no clock.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xiangyue.ballots.secret.group import G, P, Unsound, digest, number_text, read_element
from xiangyue.ballots.secret.manifest import Vote, only
from xiangyue.ballots.secret.proofs import (
    NOTHING,
    Cipher,
    Random,
    answer_texts,
    check_same,
    prove_same,
    read_answer,
)
from xiangyue.ballots.secret.sealing import Sealed


def first_head(manifest_fingerprint: str) -> str:
    """The board's head before the first vote."""
    return digest("board", manifest_fingerprint).hex()


def next_head(head: str, vote_hash: str) -> str:
    """The head after one more vote; whoever keeps it notices any vote dropped or changed."""
    return digest("head", head, vote_hash).hex()


RECEIPT = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: reads well aloud
RECEIPT_LENGTH = 16


def receipt_code(vote_hash: str) -> str:
    """The first 80 bits of the vote's hash in four groups: `7K3M-0QXD-…`."""
    number = int(vote_hash[:20], 16)
    letters = [RECEIPT[number >> 5 * place & 31] for place in reversed(range(RECEIPT_LENGTH))]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, RECEIPT_LENGTH, 4))


def counted(sealed: Iterable[Sealed]) -> list[Sealed]:
    """Of each slip the last vote, in the order of the board."""
    last = {each.slip: each for each in sealed}
    return list(last.values())


def add_up(vote: Vote, votes: Iterable[Sealed]) -> list[list[Cipher]]:
    """All votes added unopened: one cipher for each choice of each question."""
    totals = [[NOTHING] * question.choice_count for question in vote.questions]
    for one in votes:
        for position, every in enumerate(one.ciphers):
            totals[position] = [
                total.times(cipher) for total, cipher in zip(totals[position], every, strict=True)
            ]
    return totals


# --- opening the sum ------------------------------------------------------------------------------


def open_share(
    vote: Vote,
    totals: Sequence[Sequence[Cipher]],
    *,
    head: str,
    trustee: str,
    secret: int,
    random: Random = secrets.randbelow,
) -> list[list[dict[str, Any]]]:
    """A trustee's part in opening the sums, each with its proof; single votes stay closed."""
    return [
        [
            {
                "share": number_text(pow(total.a, secret, P)),
                "proof": answer_texts(
                    prove_same(
                        "opening",
                        secret,
                        total.a,
                        *(vote.fingerprint, head, trustee, position, place),
                        random=random,
                    )
                ),
            }
            for place, total in enumerate(every)
        ]
        for position, every in enumerate(totals)
    ]


def check_opening(
    vote: Vote, totals: Sequence[Sequence[Cipher]], opening: object, *, head: str, trustee: str
) -> list[list[int]]:
    """The trustee's shares, by question and choice.

    :raises Unsound: a share is wrong, belongs to another sum, or is missing.
    """
    if trustee not in vote.trustees:
        raise Unsound("trustees")
    if not isinstance(opening, list) or len(opening) != len(totals):
        raise Unsound("opening")
    shares = []
    for position, (every, given) in enumerate(zip(totals, opening, strict=True)):
        if not isinstance(given, list) or len(given) != len(every):
            raise Unsound("opening")
        row = []
        for place, (total, one) in enumerate(zip(every, given, strict=True)):
            only(one, {"share", "proof"})
            share = read_element(one["share"])
            binding = (vote.fingerprint, head, trustee, position, place)
            answer = read_answer(one["proof"])
            element = vote.trustees[trustee]
            if not check_same("opening", element, total.a, share, answer, *binding):
                raise Unsound("opening_proof")
            row.append(share)
        shares.append(row)
    return shares


def open_sums(
    vote: Vote,
    totals: Sequence[Sequence[Cipher]],
    shares: Mapping[str, Sequence[Sequence[int]]],
    *,
    most: int,
) -> list[list[int]]:
    """How many votes each choice has, by question.

    :raises Unsound: a trustee is missing, or a sum is none of 0 … most votes.
    """
    if set(shares) != set(vote.trustees):
        raise Unsound("trustees")
    places = {1: 0}
    power = 1
    for votes in range(1, most + 1):
        power = power * G % P
        places[power] = votes
    tally = []
    for position, every in enumerate(totals):
        row = []
        for place, total in enumerate(every):
            mask = 1
            for share in shares.values():
                mask = mask * share[position][place] % P
            plain = total.b * pow(mask, -1, P) % P
            if plain not in places:
                raise Unsound("sum")
            row.append(places[plain])
        tally.append(row)
    return tally
