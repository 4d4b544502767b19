"""What a secret vote is, said before the first phone votes: the manifest and the trustees' keys.

The manifest holds texts, choices, the trustees' parts of the key with their proofs and the joint
key. Its fingerprint stands in every later proof, so that nothing moves from one ballot to another.
docs/secret-votes.md says it field by field. Pure: no Django, no database, no clock.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xiangyue.ballots.secret.group import (
    NAME,
    P,
    Unsound,
    canonical,
    number_text,
    read_element,
)
from xiangyue.ballots.secret.proofs import (
    Random,
    answer_texts,
    check_knowledge,
    power_of_g,
    prove_knowledge,
    read_answer,
)

MANIFEST = "xiangyue.secret-vote.1"
MOST_CHOICES = 40
Content = Mapping[str, Any]


def prove_share(
    *, ballot: str, trustee: str, secret: int, random: Random = secrets.randbelow
) -> dict[str, Any]:
    """A trustee's part of the key, with the proof that he knows its secret.

    Without the proof, whoever names his part last could cancel the others' (a rogue key).
    """
    proof = prove_knowledge("trustee", secret, ballot, trustee, random=random)
    return {"key": number_text(power_of_g(secret)), "proof": answer_texts(proof)}


def check_share(share: Content, *, ballot: str, trustee: str) -> int:
    """The trustee's part of the key.

    :raises Unsound: it is no member of the group, or nobody proved to know its secret.
    """
    only(share, {"key", "proof"})
    element = read_element(share["key"])
    if element == 1:
        raise Unsound("not_in_group")
    if not check_knowledge("trustee", element, read_answer(share["proof"]), ballot, trustee):
        raise Unsound("trustee_proof")
    return element


def make_manifest(
    *,
    ballot: str,
    title: str,
    closes_at: str,
    questions: Sequence[Content],
    trustees: Sequence[Content],
) -> dict[str, Any]:
    """`questions`: text, choices, least, most; `trustees`: id, name, key, proof.

    :raises Unsound: a trustee's part is not proved, or a question allows nothing sensible.
    """
    key = 1
    for trustee in trustees:
        share = {"key": trustee["key"], "proof": trustee["proof"]}
        key = key * check_share(share, ballot=ballot, trustee=trustee["id"]) % P
    manifest = {
        "format": MANIFEST,
        "group": NAME,
        "ballot": ballot,
        "title": title,
        "closes_at": closes_at,
        "questions": [dict(question) for question in questions],
        "trustees": [dict(trustee) for trustee in trustees],
        "key": number_text(key),
    }
    read_manifest(manifest)
    return manifest


@dataclass(frozen=True, slots=True)
class Question:
    choice_count: int
    least: int
    most: int

    @property
    def allowed(self) -> list[int]:
        return list(range(self.least, self.most + 1))


@dataclass(frozen=True, slots=True)
class Vote:
    """The parts of a manifest that checks need, read once."""

    fingerprint: str
    ballot: str
    key: int
    questions: tuple[Question, ...]
    trustees: Mapping[str, int]


def read_manifest(manifest: Content) -> Vote:
    """:raises Unsound: the joint key is not the product of the trustees', or a text is missing."""
    only(
        manifest,
        {"format", "group", "ballot", "title", "closes_at", "questions", "trustees", "key"},
    )
    if manifest["format"] != MANIFEST or manifest["group"] != NAME:
        raise Unsound("format")
    ballot, key, trustees = manifest["ballot"], 1, {}
    for trustee in manifest["trustees"]:
        only(trustee, {"id", "name", "key", "proof"})
        share = {"key": trustee["key"], "proof": trustee["proof"]}
        trustees[trustee["id"]] = check_share(share, ballot=ballot, trustee=trustee["id"])
        key = key * trustees[trustee["id"]] % P
    if not trustees or len(trustees) != len(manifest["trustees"]):
        raise Unsound("trustees")
    if key == 1 or manifest["key"] != number_text(key):
        raise Unsound("joint_key")
    questions = []
    for question in manifest["questions"]:
        only(question, {"text", "choices", "least", "most"})
        count, least, most = len(question["choices"]), question["least"], question["most"]
        if not (0 <= least <= most <= count and most > 0 and 2 <= count <= MOST_CHOICES):
            raise Unsound("question")
        questions.append(Question(count, least, most))
    if not questions:
        raise Unsound("question")
    return Vote(fingerprint(manifest), ballot, key, tuple(questions), trustees)


def fingerprint(content: object) -> str:
    """The SHA-256 of the one spelling, in hex.

    :raises Unsound: it holds what no JSON in Unicode holds.
    """
    try:
        return hashlib.sha256(canonical(content).encode()).hexdigest()
    except (ValueError, TypeError, RecursionError):
        raise Unsound("not_canonical") from None


def only(content: object, names: set[str]) -> None:
    """:raises Unsound: another field than these, or one of them missing: nothing is ignored."""
    if not isinstance(content, Mapping) or set(content) != names:
        raise Unsound("not_canonical")
