"""The protocol: what an honest vote gives, and each known attack refused (EL01)."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ballots.secret.voting import (
    BALLOT,
    NO,
    YES,
    Played,
    chance,
    new_manifest,
    played,
    questions,
    seal,
    secret_of,
    trustees,
)
from xiangyue.ballots.secret import board, manifest, proofs, sealing
from xiangyue.ballots.secret.group import CHALLENGES, G, P, Q, Unsound, canonical, number_text

MANIFEST = new_manifest()
VOTE = manifest.read_manifest(MANIFEST)
ONE = seal(MANIFEST, "one", [[YES], [0, 1]])
POWERS = proofs.Powers.tabled(VOTE.key)
ONE_QUESTION = new_manifest(questions=questions()[:1], trustees=trustees("t1"))


def check(content: dict[str, Any]) -> sealing.Sealed:
    return sealing.check_vote(VOTE, content, powers=POWERS)


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return played().published()


def resigned(content: dict[str, Any], voter: str) -> dict[str, Any]:
    """The content with a good signature of this voter: what a cheating phone would send."""
    unsigned = {**content, "credential": sealing.credential_of(secret_of(voter))}
    unsigned.pop("signature", None)
    signature = proofs.prove_knowledge(
        "signature", secret_of(voter), unsigned["ballot"], manifest.fingerprint(unsigned)
    )
    return {**unsigned, "signature": proofs.answer_texts(signature)}


def test_the_tally_is_what_was_chosen_and_of_each_slip_the_last_counts(
    published: dict[str, Any],
) -> None:
    assert published["tally"] == [[2, 0, 1], [1, 2, 1]]


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=0, max_size=3))
def test_any_choices_are_added_up(choices: list[int]) -> None:
    votes = [seal(ONE_QUESTION, str(n), [[choice]]) for n, choice in enumerate(choices)]
    tally = Played(ONE_QUESTION, votes).published(["t1"])["tally"]
    assert tally == [[choices.count(choice) for choice in range(3)]]


def test_nothing_of_the_choice_shows_in_the_shape_of_a_vote() -> None:
    assert len(canonical(seal(MANIFEST, "one", [[NO], []]))) == len(canonical(ONE))


@pytest.mark.parametrize(
    "chosen",
    [[[YES, NO], [0]], [[], [0]], [[YES], [0, 1, 2]]],
    ids=["two of one", "none of one", "three of two"],
)
def test_a_sum_that_the_question_does_not_allow_cannot_be_proved(chosen: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="not in list"):
        seal(MANIFEST, "one", chosen)


@pytest.mark.parametrize("votes", [2, Q - 1, 1000], ids=["two", "minus one", "a thousand"])
def test_two_votes_or_minus_one_for_a_choice_are_refused(votes: int) -> None:
    """The cheat sums up to one and proves the sum honestly; the choice itself gives him away."""
    content = copy.deepcopy(ONE)
    credential = sealing.credential_of(secret_of("one"))
    binding = (VOTE.fingerprint, credential, 0)
    rs = [chance(f"cheat {place}")(Q) for place in range(3)]
    ciphers = [
        proofs.encrypt(POWERS, each, r)
        for each, r in zip([votes, (1 - votes) % Q, 0], rs, strict=True)
    ]
    choices = []
    for place, (cipher, each, r) in enumerate(zip(ciphers, [votes, 1 - votes, 0], rs, strict=True)):
        proof = proofs.prove_one_of(
            *("choice", cipher, [0, 1] if each == 0 else [each % Q, 1]),
            *(*binding, place),
            powers=POWERS,
            votes=each % Q,
            r=r,
        )
        choices.append(sealing._choice_content(cipher, proof))
    total = ciphers[0].times(ciphers[1]).times(ciphers[2])
    proof = proofs.prove_one_of("sum", total, [1], *binding, powers=POWERS, votes=1, r=sum(rs) % Q)
    content["answers"][0] = {
        "choices": choices,
        "sum": [proofs.answer_texts(one) for one in proof],
    }
    with pytest.raises(Unsound, match="choice_proof"):
        check(resigned(content, "one"))


def test_a_vote_for_both_is_refused_though_each_choice_is_proved() -> None:
    loose = new_manifest(questions=[{**questions()[0], "most": 2}, questions()[1]])
    content = seal(loose, "one", [[YES, NO], [0]])
    with pytest.raises(Unsound):
        check(resigned({**content, "ballot": VOTE.fingerprint}, "one"))


def test_a_copied_vote_is_refused_under_another_credential() -> None:
    with pytest.raises(Unsound, match="choice_proof"):
        check(resigned(ONE, "two"))


def test_a_copied_cipher_is_refused_in_another_place_of_the_same_vote() -> None:
    content = copy.deepcopy(ONE)
    content["answers"][1]["choices"][2] = content["answers"][1]["choices"][1]
    with pytest.raises(Unsound, match="choice_proof"):
        check(resigned(content, "one"))


def test_a_shifted_copy_is_refused() -> None:
    """Malleability: b·g turns the cipher of 0 into one of 1; its proof does not follow."""
    content = copy.deepcopy(ONE)
    choice = content["answers"][0]["choices"][1]
    choice["b"] = number_text(int(choice["b"], 16) * G % P)
    with pytest.raises(Unsound, match="choice_proof"):
        check(resigned(content, "one"))


def test_a_rerandomised_copy_is_refused() -> None:
    content = copy.deepcopy(ONE)
    choice = content["answers"][0]["choices"][0]
    choice["a"] = number_text(int(choice["a"], 16) * pow(G, 5, P) % P)
    choice["b"] = number_text(int(choice["b"], 16) * pow(VOTE.key, 5, P) % P)
    with pytest.raises(Unsound, match="choice_proof"):
        check(resigned(content, "two"))


def test_the_same_cipher_twice_is_found_even_with_proofs_that_hold() -> None:
    sealed = check(ONE)
    twice = sealing.Sealed(sealed.hash, sealed.slip, (sealed.ciphers[0], sealed.ciphers[0]))
    assert len(twice.marks) < 6 == len(sealed.marks)


@pytest.mark.parametrize("other", [{"title": "另一件事"}, {"ballot": BALLOT[:-1] + "2"}], ids=str)
def test_a_vote_is_refused_in_another_ballot(other: dict[str, str]) -> None:
    ballot = other.get("ballot", BALLOT)
    said = new_manifest(**{**other, "trustees": trustees("t1", "t2", ballot=ballot)})
    vote = manifest.read_manifest(said)
    with pytest.raises(Unsound, match="other_ballot"):
        sealing.check_vote(vote, ONE)
    with pytest.raises(Unsound, match="choice_proof"):
        sealing.check_vote(vote, resigned({**ONE, "ballot": vote.fingerprint}, "one"))


def outside(text: str) -> str:
    return number_text(P - int(text, 16))


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a cipher outside the group": lambda c: c["answers"][0]["choices"][0].update(
        a=outside(c["answers"][0]["choices"][0]["a"])
    ),
    "both parts outside the group": lambda c: c["answers"][0]["choices"][0].update(
        a=outside(c["answers"][0]["choices"][0]["a"]),
        b=outside(c["answers"][0]["choices"][0]["b"]),
    ),
    "zero for a cipher": lambda c: c["answers"][0]["choices"][0].update(a=number_text(0)),
    "an exponent not reduced": lambda c: c["answers"][0]["choices"][0]["proof"][0].__setitem__(
        1, number_text(int(c["answers"][0]["choices"][0]["proof"][0][1], 16) + Q)
    ),
    "a field nobody knows": lambda c: c.update(note="sold to 李四"),
    "a field within": lambda c: c["answers"][0].update(note="x"),
    "a field missing": lambda c: c["answers"][0].pop("sum"),
    "an answer missing": lambda c: c["answers"].pop(),
    "an answer too many": lambda c: c["answers"].append(c["answers"][0]),
    "a choice missing": lambda c: c["answers"][0]["choices"].pop(),
    "no list": lambda c: c.update(answers={}),
    "a branch missing": lambda c: c["answers"][0]["choices"][0]["proof"].pop(),
    "a proof that is a text": lambda c: c["answers"][0]["choices"][0].update(proof="ab"),
    "half a surrogate": lambda c: c["answers"][0].update(sum="\ud800"),
    "another format": lambda c: c.update(format="xiangyue.sealed-vote.2"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_not_exactly_a_vote_is_refused(
    change: Callable[[dict[str, Any]], object],
) -> None:
    content = copy.deepcopy(ONE)
    change(content)
    with pytest.raises(Unsound):
        check(content)
    try:
        signed = resigned(content, "one")
    except Unsound:
        return
    with pytest.raises(Unsound):
        check(signed)


def test_nobody_changes_a_signed_vote() -> None:
    content = copy.deepcopy(ONE)
    content["answers"][0], content["answers"][1] = content["answers"][1], content["answers"][0]
    with pytest.raises(Unsound, match="signature"):
        check(content)
    challenge, z = content["signature"]
    with pytest.raises(Unsound, match="signature"):
        check({**ONE, "signature": [challenge, number_text((int(z, 16) + 1) % Q)]})


def test_a_proof_whose_challenges_do_not_add_up_to_the_hash_is_refused() -> None:
    """The simulator alone, without the hash, satisfies both branches: what weak checks miss."""
    cipher = proofs.encrypt(POWERS, 7, 5)
    answers = [(1, 1), (CHALLENGES - 1, 1)]
    assert not proofs.check_one_of("choice", cipher, [0, 1], answers, powers=POWERS)


@pytest.mark.parametrize("left_out", range(4), ids=["purpose", "ballot", "credential", "place"])
def test_a_proof_holds_only_where_it_was_made(left_out: int) -> None:
    """Strong Fiat-Shamir: whichever part of the place is changed, the proof falls."""
    parts: list[Any] = ["choice", VOTE.fingerprint, "credential", 0]
    cipher = proofs.encrypt(POWERS, 1, 5)
    proof = proofs.prove_one_of(parts[0], cipher, [0, 1], *parts[1:], powers=POWERS, votes=1, r=5)
    assert proofs.check_one_of(parts[0], cipher, [0, 1], proof, *parts[1:], powers=POWERS)
    parts[left_out] = 1 if left_out == 3 else "other"
    assert not proofs.check_one_of(parts[0], cipher, [0, 1], proof, *parts[1:], powers=POWERS)


# --- trustees -------------------------------------------------------------------------------------


def test_a_rogue_key_that_cancels_the_others_is_refused() -> None:
    (honest,) = trustees("t1")
    rogue = number_text(pow(G, 9, P) * pow(int(honest["key"], 16), -1, P) % P)
    for proof in (
        honest["proof"],
        manifest.prove_share(ballot=BALLOT, trustee="t2", secret=9)["proof"],
    ):
        with pytest.raises(Unsound, match="trustee_proof"):
            new_manifest(trustees=[honest, {"id": "t2", "name": "x", "key": rogue, "proof": proof}])


def test_a_trustees_part_is_his_own_and_of_this_ballot() -> None:
    one, _two = trustees("t1", "t2")
    with pytest.raises(Unsound, match="trustee_proof"):
        new_manifest(trustees=[one, {**one, "id": "t2"}])
    with pytest.raises(Unsound, match="trustee_proof"):
        new_manifest(trustees=trustees("t1", "t2", ballot="another"))


def test_the_joint_key_is_the_product_of_the_trustees() -> None:
    with pytest.raises(Unsound, match="joint_key"):
        manifest.read_manifest({**MANIFEST, "key": number_text(4)})
    with pytest.raises(Unsound, match="joint_key"):
        manifest.read_manifest({**MANIFEST, "trustees": MANIFEST["trustees"][:1]})


@pytest.mark.parametrize(
    "change", [{"least": 2}, {"most": 4}, {"most": 0, "least": 0}, {"choices": ["x"]}], ids=str
)
def test_a_question_allows_something_sensible(change: dict[str, Any]) -> None:
    with pytest.raises(Unsound, match="question"):
        new_manifest(questions=[{**questions()[0], **change}])


def totals_of(published: dict[str, Any]) -> list[list[proofs.Cipher]]:
    sealed = [check(content) for content in published["votes"]]
    return board.add_up(VOTE, board.counted(sealed))


def test_a_wrong_share_of_a_trustee_is_refused(published: dict[str, Any]) -> None:
    totals, head = totals_of(published), published["head"]
    shares = copy.deepcopy(published["openings"][0]["shares"])
    shares[0][0]["share"] = number_text(int(shares[0][0]["share"], 16) * G % P)
    with pytest.raises(Unsound, match="opening_proof"):
        board.check_opening(VOTE, totals, shares, head=head, trustee="t1")


def test_a_share_opens_only_its_own_sum_of_its_own_board(published: dict[str, Any]) -> None:
    totals, shares = totals_of(published), published["openings"][0]["shares"]
    for head, trustee in ((published["head"], "t2"), ("0" * 64, "t1")):
        with pytest.raises(Unsound, match="opening_proof"):
            board.check_opening(VOTE, totals, shares, head=head, trustee=trustee)
    swapped = [shares[0], [shares[1][1], shares[1][0], shares[1][2]]]
    with pytest.raises(Unsound, match="opening_proof"):
        board.check_opening(VOTE, totals, swapped, head=published["head"], trustee="t1")


def test_without_one_trustee_nothing_is_opened(published: dict[str, Any]) -> None:
    totals = totals_of(published)
    opening = published["openings"][0]
    shares = board.check_opening(
        VOTE, totals, opening["shares"], head=published["head"], trustee="t1"
    )
    with pytest.raises(Unsound, match="trustees"):
        board.open_sums(VOTE, totals, {"t1": shares}, most=3)


# --- the board ------------------------------------------------------------------------------------


def test_a_dropped_added_or_changed_vote_changes_the_head() -> None:
    def head(*hashes: str) -> str:
        value = board.first_head(VOTE.fingerprint)
        for each in hashes:
            value = board.next_head(value, each)
        return value

    heads = {head("a", "b"), head("a"), head("b"), head("b", "a"), head("a", "b", "b"), head()}
    assert len(heads) == 6
    assert board.first_head("other") != board.first_head(VOTE.fingerprint)


def test_a_receipt_reads_well_aloud() -> None:
    code = board.receipt_code(check(ONE).hash)
    assert len(code) == 19
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    assert board.receipt_code("ff" * 32) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert board.receipt_code("00" * 10 + "ff" * 22) == "0000-0000-0000-0000"
