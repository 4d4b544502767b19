"""Write vectors.json anew: `python -m tests.ballots.secret.make_vectors`.

What the phone's script must give, number by number, for chance that is always the same. They
change only with the protocol, and then the protocol's name changes too.
"""

import json
from pathlib import Path
from typing import Any

from tests.ballots.secret.voting import BALLOT, chance, played, secret_of
from xiangyue.ballots.secret import board, group, manifest, sealing

PARTS: list[tuple[str, list[str | int]]] = [("try", ["", "村", "a"]), ("number", [0, 255])]
FILE = Path(__file__).with_name("vectors.json")


def vectors() -> dict[str, Any]:
    game = played()
    vote = manifest.read_manifest(game.manifest)
    published = game.published()
    sealed = [sealing.check_vote(vote, content) for content in game.votes]
    return {
        "digest": [
            {
                "purpose": "try",
                "parts": ["", "村", "a"],
                "is": group.digest("try", "", "村", "a").hex(),
            },
            {"purpose": "number", "parts": [0, 255], "is": group.digest("number", 0, 255).hex()},
        ],
        "canonical": {"b": ['村\n\u2028"', 1, []], "a": {"z": 0, "y": "\u0001\u007f😀"}},
        "canonical_is": group.canonical(
            {"b": ['村\n\u2028"', 1, []], "a": {"z": 0, "y": "\u0001\u007f😀"}}
        ),
        "share": {
            "ballot": BALLOT,
            "trustee": "t1",
            "secret": group.number_text(secret_of("t1")),
            "seed": "share t1",
        },
        "fingerprint": vote.fingerprint,
        "seeds": [
            {"voter": "one", "seed": "vote of one", "chosen": [[0], [0, 1]]},
            {"voter": "two", "seed": "vote of two", "chosen": [[1], []]},
            {"voter": "three", "seed": "vote of three", "chosen": [[2], [2]]},
            {"voter": "two", "seed": "vote of two again", "chosen": [[0], [1]]},
        ],
        "secrets": {name: group.number_text(secret_of(name)) for name in ("one", "two", "three")},
        "receipts": [board.receipt_code(one.hash) for one in sealed],
        "chance": group.number_text(chance("vote of one")(group.Q)),
        "published": published,
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n")
