"""The phone's script gives the same numbers as the server's, and each accepts the other's votes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ballots.secret.make_vectors import FILE
from tests.ballots.secret.voting import chance, played, secret_of
from xiangyue.ballots.secret import manifest, sealing
from xiangyue.ballots.secret.group import Q, number_text

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "frontend"))
from build import find_node  # noqa: E402 - the front end's builder stands outside the package


@pytest.fixture(scope="module")
def vote_of_the_script() -> dict[str, object]:
    folder = find_node()
    assert folder is not None, "Node 18 or newer builds the front end; see frontend/README.md"
    run = subprocess.run(
        [folder / "node", Path(__file__).with_name("vectors.mjs")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    content: dict[str, object] = json.loads(run.stdout)
    return content


def test_the_script_holds_to_the_vectors_and_its_own_vote_is_sound(
    vote_of_the_script: dict[str, object],
) -> None:
    vote = manifest.read_manifest(played().manifest)
    assert sealing.check_vote(vote, vote_of_the_script)


def test_the_vectors_are_what_the_protocol_gives() -> None:
    """Chance is always the same here, so that a change of the protocol shows as a difference."""
    held = json.loads(FILE.read_text())
    game = played()
    assert held["published"]["manifest"] == game.manifest
    assert held["published"]["votes"] == game.votes
    assert held["chance"] == number_text(chance("vote of one")(Q))
    assert held["secrets"]["one"] == number_text(secret_of("one"))
