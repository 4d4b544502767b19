"""A stranger is handed a proof and a key, and checks them with nothing of ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.installations import ROOT, Installation
from xiangyue.site.proving import NoTreeHead, kept_heads


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


@pytest.mark.database
def test_a_stranger_can_check_what_the_operator_hands_out(
    installation: Installation, tmp_path: Path
) -> None:
    installation.prepare()
    installation.use_nursery()
    for words in (("head",), ("prove", "3"), ("prove", "999999")):
        assert len(installation.run(*words, succeeds=False).splitlines()) == 1
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"head": {}, "signature": ""}',
        '{"head": 1, "signature": "zz"}',
        '{"head": {"county": "shandan", "root_hash": "", "signed_at": "", "key_id": "",'
        ' "tree_size": "5"}, "signature": ""}',
    ],
)
def test_what_is_no_head_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NoTreeHead):
        kept_heads([text], of=["shandan"])
