"""The recount by a file that shares nothing with the software: right votes, tampered ones."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ballots.secret.script import SCRIPT, script
from tests.ballots.secret.voting import (
    NO,
    YES,
    Played,
    new_manifest,
    played,
    questions,
    seal,
    secret_of,
    trustees,
)
from xiangyue.ballots.secret import board, manifest, sealing
from xiangyue.ballots.secret.group import G, P, Q, number_text


@pytest.fixture(scope="module")
def right() -> dict[str, Any]:
    return played().published()


def said(content: dict[str, Any], **options: Any) -> list[str]:
    """The recount's sentences in English; the last says what does not hold, if anything."""
    sentences: list[str] = []
    try:
        script.recount(content, lambda *words: sentences.append(words[1]), **options)
    except script.NotRight as fault:
        sentences.append(f"NOT RIGHT: {fault.words[1]}")
    return sentences


def test_the_file_stands_by_itself() -> None:
    text = SCRIPT.read_text()
    assert "import xiangyue" not in text
    assert "from xiangyue" not in text
    imported = {
        line.split()[1].split(".")[0]
        for line in text.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names


def test_a_vote_that_holds_is_recounted_in_sentences(right: dict[str, Any]) -> None:
    sentences = said(right)
    assert sentences[-1] == "The recount comes to what was published."
    assert "修不修村口的路? 同意 2, 反对 0, 弃权 1" in sentences
    assert "选几名代表(至多两名) 甲 1, 乙 2, 丙 1" in sentences


def test_before_the_opening_the_box_alone_is_checked(right: dict[str, Any]) -> None:
    assert (
        said({**right, "openings": None, "tally": None})[-1] == "The box has not been opened yet."
    )


def test_a_receipt_is_found_in_the_box(right: dict[str, Any]) -> None:
    codes = [board.receipt_code(manifest.fingerprint(vote)) for vote in right["votes"]]
    assert f"Receipt {codes[0]} is vote 1, and counts." in said(right, receipt=codes[0])
    assert f"Receipt {codes[1]} is vote 2; it was replaced by a later one." in said(
        right, receipt=codes[1]
    )
    assert "is not in the box" in said(right, receipt="0000-0000-0000-0000")[-1]


def test_a_head_noted_earlier_shows_that_nothing_before_it_was_touched(
    right: dict[str, Any],
) -> None:
    head = board.first_head(manifest.fingerprint(right["manifest"]))
    head = board.next_head(head, manifest.fingerprint(right["votes"][0]))
    assert any("stands after vote 1" in sentence for sentence in said(right, noted_head=head[:16]))
    assert "does not belong to this box" in said(right, noted_head="5" * 16)[-1]


def rechained(content: dict[str, Any]) -> None:
    """A server that cheats and hides it: the head is made to fit."""
    head = board.first_head(manifest.fingerprint(content["manifest"]))
    for vote in content["votes"]:
        head = board.next_head(head, manifest.fingerprint(vote))
    content["head"] = head


def dropped(content: dict[str, Any]) -> None:
    content["votes"].pop(0)


def dropped_and_hidden(content: dict[str, Any]) -> None:
    content["votes"].pop(0)
    rechained(content)


def added(content: dict[str, Any]) -> None:
    content["votes"].append(seal(content["manifest"], "nobody", [[YES], []]))
    rechained(content)


def copied(content: dict[str, Any]) -> None:
    vote = copy.deepcopy(content["votes"][0])
    vote["credential"] = sealing.credential_of(secret_of("two"))
    content["votes"].append(vote)
    rechained(content)


def repeated(content: dict[str, Any]) -> None:
    content["votes"].append(content["votes"][0])
    rechained(content)


def swapped(content: dict[str, Any]) -> None:
    content["votes"].reverse()


def changed(content: dict[str, Any]) -> None:
    choice = content["votes"][0]["answers"][0]["choices"][0]
    choice["b"] = number_text(int(choice["b"], 16) * G % P)
    rechained(content)


def outside(content: dict[str, Any]) -> None:
    choice = content["votes"][0]["answers"][0]["choices"][0]
    choice["a"] = number_text(P - int(choice["a"], 16))
    rechained(content)


def long_exponent(content: dict[str, Any]) -> None:
    proof = content["votes"][0]["answers"][0]["choices"][0]["proof"][0]
    proof[1] = number_text(int(proof[1], 16) + Q)
    rechained(content)


def untrue(content: dict[str, Any]) -> None:
    content["tally"] = [[3, 0, 0], content["tally"][1]]


def wrong_share(content: dict[str, Any]) -> None:
    share = content["openings"][0]["shares"][0][0]
    share["share"] = number_text(int(share["share"], 16) * G % P)


def one_trustee(content: dict[str, Any]) -> None:
    content["openings"].pop()


def other_key(content: dict[str, Any]) -> None:
    content["manifest"]["key"] = content["manifest"]["trustees"][0]["key"]


def rogue_trustee(content: dict[str, Any]) -> None:
    content["manifest"]["trustees"][1]["key"] = number_text(16)


def other_question(content: dict[str, Any]) -> None:
    content["manifest"]["questions"][0]["choices"] = ["反对", "同意", "弃权"]


def slip_hidden(content: dict[str, Any]) -> None:
    content["slips"].pop()


def slip_put_in(content: dict[str, Any]) -> None:
    content["slips"] = sorted([*content["slips"], "0" * 64])


def noted(content: dict[str, Any]) -> None:
    content["votes"][0]["note"] = "x"
    rechained(content)


TAMPERED: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (dropped, "a vote was taken out"),
    (dropped_and_hidden, "did not prove to have opened rightly"),
    (added, "vote 5: nobody took its slip"),
    (copied, "vote 5: its signature does not hold"),
    (repeated, "vote 5: a cipher is a copy"),
    (swapped, "a vote was taken out, put in or moved"),
    (changed, "vote 1: its signature does not hold"),
    (outside, "vote 1: its signature does not hold"),
    (long_exponent, "vote 1: its signature does not hold"),
    (untrue, "the published tally is not what comes out"),
    (wrong_share, "trustee t1 did not prove"),
    (one_trustee, "not every trustee has opened"),
    (other_key, "the joint key is not the product"),
    (rogue_trustee, "trustee t2 did not prove to hold a key"),
    (other_question, "vote 1: it was made for another vote"),
    (slip_hidden, "the number who took one differ"),
    (slip_put_in, "the number who took one differ"),
    (noted, "vote 1: something has not exactly the fields"),
]


@pytest.mark.parametrize(
    ("tamper", "why"), TAMPERED, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_tampered_vote_is_found(
    right: dict[str, Any], tamper: Callable[[dict[str, Any]], None], why: str
) -> None:
    content = copy.deepcopy(right)
    tamper(content)
    assert why in said(content)[-1]


def test_a_cheat_with_a_good_signature_is_found_by_the_proofs(right: dict[str, Any]) -> None:
    """Its own voter may sign anything: only the proofs keep a choice at 0 or 1."""
    from tests.ballots.secret.test_protocol import resigned

    content = copy.deepcopy(right)
    choice = content["votes"][0]["answers"][0]["choices"][1]
    choice["b"] = number_text(int(choice["b"], 16) * G % P)
    content["votes"][0] = resigned(content["votes"][0], "one")
    rechained(content)
    assert "vote 1: a choice is not proved to be 0 or 1" in said(content)[-1]
    choice["b"] = number_text(P - int(choice["b"], 16))
    content["votes"][0] = resigned(content["votes"][0], "one")
    assert "vote 1: a number is not in the group" in said(content)[-1]


def test_a_vote_for_two_is_found(right: dict[str, Any]) -> None:
    from tests.ballots.secret.test_protocol import resigned

    loose = new_manifest(questions=[{**questions()[0], "most": 2}, questions()[1]])
    content = copy.deepcopy(right)
    both = {**seal(loose, "one", [[YES, NO], []]), "ballot": content["votes"][0]["ballot"]}
    content["votes"][0] = resigned(both, "one")
    assert "vote 1: a choice is not proved" in said(content)[-1]


def test_many_votes_are_checked_by_all_processors_at_once() -> None:
    one = new_manifest(questions=questions()[:1], trustees=trustees("t1"))
    votes = [seal(one, f"v{number}", [[number % 3]]) for number in range(21)]
    sentences = said(Played(one, votes).published(["t1"]), processes=2)
    assert "修不修村口的路? 同意 7, 反对 7, 弃权 7" in sentences


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (None, 0, "重算的结果与公布的一样。"),
        ("{", 1, "文件读不懂"),
        ("[]", 1, "有一处多了或少了内容"),
        ('{"format": 1, "format": 2}', 1, "文件里有重复的名目"),
    ],
    ids=["right", "cut", "a list", "twice"],
)
def test_the_command_says_it_in_chinese(
    right: dict[str, Any], tmp_path: Path, text: str | None, code: int, words: str
) -> None:
    file = tmp_path / "vote.json"
    file.write_text(text if text is not None else json.dumps(right))
    run = subprocess.run(
        [sys.executable, "-I", SCRIPT, file], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (code, "")
    assert words in run.stdout.splitlines()[-1]
