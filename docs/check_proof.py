"""Check a proof about a county's record, with Python and its package `cryptography` alone.

    python check_proof.py proof.json county.pub

`proof.json` proves that one entry is in the record, or that a later state of the record only
added to an earlier one. `county.pub` is the public key that the county published. This file
shares nothing with the software that made the proof; docs/verify.md says what it recomputes.
"""

import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key


class NotProven(Exception):  # noqa: N818 - named for what it says
    """The proof does not hold; says where."""


def canonical(content):
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def joined(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def left_part(size):
    """The largest power of two below `size`: where RFC 6962 divides a tree."""
    part = 1
    while part * 2 < size:
        part *= 2
    return part


def root_from(leaf, index, size, path):
    """The root of a tree of `size` leaves whose leaf `index` is `leaf`; consumes the path."""
    if size == 1:
        return leaf
    if not path:
        raise NotProven("the path is too short")
    sibling = path.pop()
    part = left_part(size)
    if index < part:
        return joined(root_from(leaf, index, part, path), sibling)
    return joined(sibling, root_from(leaf, index - part, size - part, path))


def roots_from(old_root, old_size, new_size, path, *, is_leftmost=True):
    """The old and the new root that a consistency path leads to; consumes the path."""
    if old_size == new_size:
        if is_leftmost:
            return old_root, old_root
        if not path:
            raise NotProven("the path is too short")
        both = path.pop()
        return both, both
    if not path:
        raise NotProven("the path is too short")
    sibling = path.pop()
    part = left_part(new_size)
    if old_size <= part:
        old, new = roots_from(old_root, old_size, part, path, is_leftmost=is_leftmost)
        return old, joined(new, sibling)
    rest = (old_root, old_size - part, new_size - part, path)
    old, new = roots_from(*rest, is_leftmost=False)
    return joined(sibling, old), joined(sibling, new)


def signed_head(signed, key):
    head = signed["head"]
    try:
        key.verify(bytes.fromhex(signed["signature"]), canonical(head))
    except InvalidSignature:
        raise NotProven("this key did not sign the head of the record") from None
    return head


def check_inclusion(proof, key):
    head = signed_head(proof["signed"], key)
    index, size = proof["leaf_index"], head["tree_size"]
    if not 0 <= index < size:
        raise NotProven("the record has no such leaf")
    leaf = hashlib.sha256(b"\x00" + canonical(proof["entry"])).digest()
    path = [bytes.fromhex(step) for step in proof["path"]]
    root = root_from(leaf, index, size, path)
    if path or root.hex() != head["root_hash"]:
        raise NotProven("the entry does not lead to the signed root")
    return (
        f"Proven: this entry is number {index + 1} of the {size} that {head['county']}"
        f" signed at {head['signed_at']}.\n{json.dumps(proof['entry'], indent=2)}"
    )


def check_consistency(proof, key):
    before, after = signed_head(proof["before"], key), signed_head(proof["after"], key)
    old_size, new_size = before["tree_size"], after["tree_size"]
    if before["county"] != after["county"] or not 0 < old_size <= new_size:
        raise NotProven("the two heads do not follow one another")
    path = [bytes.fromhex(step) for step in proof["path"]]
    old, new = roots_from(bytes.fromhex(before["root_hash"]), old_size, new_size, path)
    if path or old.hex() != before["root_hash"] or new.hex() != after["root_hash"]:
        raise NotProven("the later record does not begin with the earlier one")
    return (
        f"Proven: the record of {new_size} entries that {after['county']} signed at"
        f" {after['signed_at']} begins with the {old_size} signed at {before['signed_at']}."
    )


CHECKS = {
    "xiangyue.inclusion.1": check_inclusion,
    "xiangyue.consistency.1": check_consistency,
}


def main(arguments):
    if len(arguments) != 2:
        sys.stderr.write(__doc__)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            proof = json.load(file)
        with open(arguments[1], "rb") as file:
            key = load_pem_public_key(file.read())
        sys.stdout.write(CHECKS[proof["format"]](proof, key) + "\n")
    except (NotProven, LookupError, TypeError, ValueError, AttributeError, OSError) as fault:
        sys.stderr.write(f"NOT PROVEN: {fault!r}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
