"""A small secret vote for tests: two trustees, two questions, chance that is always the same."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from xiangyue.ballots.secret import board, manifest, sealing
from xiangyue.ballots.secret.group import Q
from xiangyue.ballots.secret.proofs import Powers

BALLOT = "0190a1b2-0000-7000-8000-000000000001"
YES, NO, ABSTAIN = 0, 1, 2


def chance(seed: str) -> Callable[[int], int]:
    """Numbers below the one given, the same for the same seed: never outside a test."""
    count = 0

    def random(below: int) -> int:
        nonlocal count
        count += 1
        octets = b"".join(
            hashlib.sha256(f"{seed}/{count}/{part}".encode()).digest() for part in range(9)
        )
        return int.from_bytes(octets, "big") % below

    return random


def secret_of(name: str) -> int:
    return chance(f"secret of {name}")(Q)


def questions() -> list[dict[str, Any]]:
    return [
        {"text": "修不修村口的路?", "choices": ["同意", "反对", "弃权"], "least": 1, "most": 1},
        {"text": "选几名代表(至多两名)", "choices": ["甲", "乙", "丙"], "least": 0, "most": 2},
    ]


def trustees(*names: str, ballot: str = BALLOT) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "name": f"保管人{name}",
            **manifest.prove_share(
                ballot=ballot, trustee=name, secret=secret_of(name), random=chance(f"share {name}")
            ),
        }
        for name in names
    ]


def new_manifest(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "ballot": BALLOT,
        "title": "村民会议表决",
        "closes_at": "2026-12-01T10:00:00Z",
        "questions": questions(),
        "trustees": trustees("t1", "t2"),
    }
    return manifest.make_manifest(**{**facts, **changes})


def seal(
    said: dict[str, Any], voter: str, chosen: Sequence[Sequence[int]], *, again: str = ""
) -> dict[str, Any]:
    return sealing.seal_vote(
        said,
        chosen=chosen,
        credential_secret=secret_of(voter),
        powers=Powers.tabled(int(said["key"], 16)),
        random=chance(f"vote of {voter}{again}"),
    )


@dataclass
class Played:
    """A vote played to its end, as it is published."""

    manifest: dict[str, Any]
    votes: list[dict[str, Any]] = field(default_factory=list)

    def published(self, names: Sequence[str] = ("t1", "t2")) -> dict[str, Any]:
        vote = manifest.read_manifest(self.manifest)
        sealed = [
            sealing.check_vote(vote, content, powers=Powers.tabled(vote.key))
            for content in self.votes
        ]
        head = board.first_head(vote.fingerprint)
        for one in sealed:
            head = board.next_head(head, one.hash)
        counted = board.counted(sealed)
        totals = board.add_up(vote, counted)
        openings = [
            {
                "trustee": name,
                "shares": board.open_share(
                    vote,
                    totals,
                    head=head,
                    trustee=name,
                    secret=secret_of(name),
                    random=chance(f"opening {name}"),
                ),
            }
            for name in names
        ]
        shares = {
            one["trustee"]: board.check_opening(
                vote, totals, one["shares"], head=head, trustee=one["trustee"]
            )
            for one in openings
        }
        return {
            "format": "xiangyue.secret-recount.1",
            "manifest": self.manifest,
            "slips": sorted({one.slip for one in sealed}),
            "taken_count": len({one.slip for one in sealed}),
            "votes": self.votes,
            "head": head,
            "openings": openings,
            "tally": board.open_sums(vote, totals, shares, most=len(counted)),
        }


def played() -> Played:
    """Three voters; the second changes her mind: 2 yes, 1 abstains; 甲 1, 乙 2, 丙 1."""
    said = new_manifest()
    return Played(
        said,
        [
            seal(said, "one", [[YES], [0, 1]]),
            seal(said, "two", [[NO], []]),
            seal(said, "three", [[ABSTAIN], [2]]),
            seal(said, "two", [[YES], [1]], again=" again"),
        ],
    )
