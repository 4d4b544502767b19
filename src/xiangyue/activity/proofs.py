"""Checking a proof with nothing but the proof and the county's public key.

Imports no Django and reads no database. docs/check_proof.py does the same in one file of its
own, for third parties; docs/verify.md describes both.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from xiangyue.activity import merkle
from xiangyue.activity.canonical import EntryContent, HeadContent, as_bytes

INCLUSION = "xiangyue.inclusion.1"
CONSISTENCY = "xiangyue.consistency.1"


class SignedHead(TypedDict):
    """A tree head as it is published."""

    head: HeadContent
    signature: str


class InclusionProof(TypedDict):
    """That an entry is in the record as signed; `path` runs from the leaf up."""

    format: str
    entry: EntryContent
    leaf_index: int
    path: list[str]
    signed: SignedHead


class ConsistencyProof(TypedDict):
    """That the record as signed later only added to the record as signed before."""

    format: str
    before: SignedHead
    after: SignedHead
    path: list[str]


def check_proof(proof: "Mapping[str, Any] | InclusionProof", public_key: str) -> bool:
    """Whether the entry in `proof` is in the county's record, signed with this key (PEM)."""
    try:
        head = proof["signed"]["head"]
        return (
            proof["format"] == INCLUSION
            and is_signed(proof["signed"], public_key)
            and merkle.is_included(
                leaf=merkle.leaf_hash(as_bytes(proof["entry"])),
                index=proof["leaf_index"],
                size=head["tree_size"],
                path=[bytes.fromhex(step) for step in proof["path"]],
                root=bytes.fromhex(head["root_hash"]),
            )
        )
    except (AttributeError, LookupError, TypeError, ValueError):
        return False


def check_consistency(proof: "Mapping[str, Any] | ConsistencyProof", public_key: str) -> bool:
    """Whether the record at `after` begins with all of the record at `before`, unchanged."""
    try:
        before, after = proof["before"]["head"], proof["after"]["head"]
        return (
            proof["format"] == CONSISTENCY
            and before["county"] == after["county"]
            and is_signed(proof["before"], public_key)
            and is_signed(proof["after"], public_key)
            and merkle.is_consistent(
                old_size=before["tree_size"],
                new_size=after["tree_size"],
                old_root=bytes.fromhex(before["root_hash"]),
                new_root=bytes.fromhex(after["root_hash"]),
                path=[bytes.fromhex(step) for step in proof["path"]],
            )
        )
    except (AttributeError, LookupError, TypeError, ValueError):
        return False


def is_signed(signed: "Mapping[str, Any] | SignedHead", public_key: str) -> bool:
    """Whether the head carries a valid signature of this key.

    :raises LookupError, TypeError, ValueError: it is not even shaped like a head or a key.
    """
    key = load_pem_public_key(public_key.encode())
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(bytes.fromhex(signed["signature"]), as_bytes(signed["head"]))
    except InvalidSignature:
        return False
    return True
