"""A stranger is handed a proof and a key, and checks them with nothing of ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.installations import ROOT, Installation

pytestmark = pytest.mark.database


def stranger_says(tmp_path: Path, proof: str, key: str) -> str:
    (tmp_path / "proof.json").write_text(proof)
    (tmp_path / "county.pub").write_text(key)
    script = ROOT / "docs" / "check_proof.py"
    return subprocess.run(
        [sys.executable, "-I", script, "proof.json", "county.pub"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_a_stranger_can_check_what_the_operator_hands_out(
    installation: Installation, tmp_path: Path
) -> None:
    installation.run("prepare")
    installation.run("seal")
    key, head = installation.run("public-key"), installation.run("head")
    kept = tmp_path / "head.json"
    kept.write_text(head)

    assert stranger_says(tmp_path, installation.run("prove", "3"), key).startswith("Proven")
    growth = installation.run("prove", "--since", kept)
    assert stranger_says(tmp_path, growth, key).startswith("Proven")
    assert "proven whole" in installation.run("verify", "--published", kept)

    foreign = json.loads(head)
    foreign["head"]["county"] = "jinchang"
    kept.write_text(json.dumps(foreign))
    assert "jinchang" in installation.run("verify", "--published", kept, succeeds=False)

    longer = json.loads(head)
    longer["head"]["tree_size"] += 1
    kept.write_text(json.dumps(longer))
    assert installation.run("prove", "--since", kept, succeeds=False)
    assert "record:" in installation.run("verify", "--published", kept, succeeds=False)


def test_before_anything_is_sealed_there_is_no_head_to_hand_out(
    installation: Installation,
) -> None:
    installation.run("prepare")
    for words in (("head",), ("prove", "3")):
        said = installation.run(*words, succeeds=False)
        assert len(said.splitlines()) == 1


def test_what_cannot_be_proven_is_refused_in_a_sentence(
    installation: Installation, tmp_path: Path
) -> None:
    installation.run("prepare")
    kept = tmp_path / "head.json"
    for text in ("", "[]", '{"head": {}, "signature": ""}', '{"head": 1, "signature": "zz"}'):
        kept.write_text(text)
        for words in (("prove", "--since", kept), ("verify", "--published", kept)):
            said = installation.run(*words, succeeds=False)
            assert "Traceback" not in said
    for words in (("prove", "999999"), ("prove",)):
        assert "Traceback" not in installation.run(*words, succeeds=False)
