"""Sealing a vote, as the phone does it, and checking a sealed one, as everybody may.

A sealed vote holds one ElGamal cipher a choice with a proof that it is 0 or 1, a proof a question
that the sum is within what the question allows, and the signature of the credential that casts
it. Every proof binds the manifest, the credential and its place, so that a copied cipher proves
nothing under another credential. Pure: no Django, no database, no clock.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xiangyue.ballots.secret.group import (
    Q,
    Unsound,
    digest,
    number_text,
    read_element,
)
from xiangyue.ballots.secret.manifest import (
    Content,
    Question,
    Vote,
    fingerprint,
    only,
    read_manifest,
)
from xiangyue.ballots.secret.proofs import (
    NOTHING,
    Answer,
    Cipher,
    Powers,
    Random,
    answer_texts,
    check_knowledge,
    check_one_of,
    encrypt,
    power_of_g,
    prove_knowledge,
    prove_one_of,
    read_answer,
)

VOTE = "xiangyue.sealed-vote.1"


def credential_of(secret: int) -> str:
    return number_text(power_of_g(secret))


def slip_of(credential: str) -> str:
    """How a credential stands in the list of slips: the hash of its public number."""
    return digest("slip", credential).hex()


def seal_vote(
    manifest: Content,
    *,
    chosen: Sequence[Sequence[int]],
    credential_secret: int,
    powers: Powers | None = None,
    random: Random = secrets.randbelow,
) -> dict[str, Any]:
    """What the phone does: `chosen` holds for each question the positions of the choices taken.

    Kept here for tests, the simulated life and as the reference of the phone's script.
    """
    vote = read_manifest(manifest)
    powers = powers or Powers.of(vote.key)
    credential = credential_of(credential_secret)
    answers = []
    for position, (question, taken) in enumerate(zip(vote.questions, chosen, strict=True)):
        binding = (vote.fingerprint, credential, position)
        choices, total, rs = [], NOTHING, 0
        for place in range(question.choice_count):
            r, votes = random(Q), 1 if place in taken else 0
            cipher = encrypt(powers, votes, r)
            proof = prove_one_of(
                "choice",
                cipher,
                [0, 1],
                *(*binding, place),
                powers=powers,
                votes=votes,
                r=r,
                random=random,
            )
            choices.append(_choice_content(cipher, proof))
            total, rs = total.times(cipher), (rs + r) % Q
        proof = prove_one_of(
            "sum",
            total,
            question.allowed,
            *binding,
            powers=powers,
            votes=len(taken),
            r=rs,
            random=random,
        )
        answers.append({"choices": choices, "sum": [answer_texts(one) for one in proof]})
    unsigned = {
        "format": VOTE,
        "ballot": vote.fingerprint,
        "credential": credential,
        "answers": answers,
    }
    signature = prove_knowledge(
        "signature", credential_secret, vote.fingerprint, fingerprint(unsigned), random=random
    )
    return {**unsigned, "signature": answer_texts(signature)}


def _choice_content(cipher: Cipher, proof: Sequence[Answer]) -> dict[str, Any]:
    return {
        "a": number_text(cipher.a),
        "b": number_text(cipher.b),
        "proof": [answer_texts(one) for one in proof],
    }


@dataclass(frozen=True, slots=True)
class Sealed:
    """A vote that was checked: whose slip, which ciphers, by question and choice."""

    hash: str
    slip: str
    ciphers: tuple[tuple[Cipher, ...], ...]

    @property
    def marks(self) -> set[str]:
        """One mark a cipher: no two ciphers of a vote may share theirs."""
        return {digest("cipher", each.a).hex() for every in self.ciphers for each in every}


def slip_in(content: Content) -> str:
    """Whose slip a vote claims to be cast with, before anything costly is checked.

    :raises Unsound: it is no vote at all.
    """
    only(content, {"format", "ballot", "credential", "answers", "signature"})
    if content["format"] != VOTE:
        raise Unsound("format")
    if read_element(content["credential"]) == 1:
        raise Unsound("not_in_group")
    return slip_of(content["credential"])


def check_vote(vote: Vote, content: Content, *, powers: Powers | None = None) -> Sealed:
    """The vote, if all of its proofs hold; costs some tenths of a second.

    `powers` may be quicker ones (`Powers.tabled`).

    :raises Unsound: naming the first check that fails.
    """
    slip = slip_in(content)
    if content["ballot"] != vote.fingerprint:
        raise Unsound("other_ballot")
    credential = content["credential"]
    element = read_element(credential)
    unsigned = {name: each for name, each in content.items() if name != "signature"}
    signature = read_answer(content["signature"])
    said = (vote.fingerprint, fingerprint(unsigned))
    if not check_knowledge("signature", element, signature, *said):
        raise Unsound("signature")
    if not isinstance(content["answers"], list) or len(content["answers"]) != len(vote.questions):
        raise Unsound("answers")
    powers = powers or Powers.of(vote.key)
    ciphers = tuple(
        _check_answer(question, answer, (vote.fingerprint, credential, position), powers)
        for position, (question, answer) in enumerate(
            zip(vote.questions, content["answers"], strict=True)
        )
    )
    sealed = Sealed(fingerprint(content), slip, ciphers)
    if len(sealed.marks) != sum(len(every) for every in ciphers):
        raise Unsound("copied")
    return sealed


def _check_answer(
    question: Question, answer: Content, binding: tuple[str, str, int], powers: Powers
) -> tuple[Cipher, ...]:
    only(answer, {"choices", "sum"})
    if not isinstance(answer["choices"], list) or not isinstance(answer["sum"], list):
        raise Unsound("not_canonical")
    if len(answer["choices"]) != question.choice_count:
        raise Unsound("answers")
    ciphers, total = [], NOTHING
    for place, choice in enumerate(answer["choices"]):
        only(choice, {"a", "b", "proof"})
        cipher = Cipher(read_element(choice["a"]), read_element(choice["b"]))
        if not isinstance(choice["proof"], list):
            raise Unsound("not_canonical")
        proof = [read_answer(one) for one in choice["proof"]]
        if not check_one_of("choice", cipher, [0, 1], proof, *binding, place, powers=powers):
            raise Unsound("choice_proof")
        ciphers.append(cipher)
        total = total.times(cipher)
    proof = [read_answer(one) for one in answer["sum"]]
    if not check_one_of("sum", total, question.allowed, proof, *binding, powers=powers):
        raise Unsound("sum_proof")
    return tuple(ciphers)
