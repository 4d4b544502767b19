"""The Merkle tree of RFC 6962, section 2.1: pure functions over hashes.

A tree over n leaves is described by its *peaks*: the roots of its full subtrees from left to
right, one for each 1 in n's binary form. Appending touches only the peaks. Every node that a
proof can ask for is the root of a full subtree or a fold of a few of them, so `Node` (level
and last leaf) addresses all that must be stored.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """The root of the full subtree of 2**level leaves that ends with leaf `last`."""

    level: int
    last: int


class Span(NamedTuple):
    """The leaves [start, end) whose subtree hash belongs into a proof."""

    start: int
    end: int


def leaf_hash(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def append(peaks: list[bytes], index: int, leaf: bytes) -> bytes:
    """Add `leaf` as number `index` to the tree whose `peaks` these are, changing them.

    Returns the hashes of the full subtrees that it completes, lowest first, joined.
    """
    assert len(peaks) == index.bit_count()
    completed = []
    while index & 1:
        leaf = node_hash(peaks.pop(), leaf)
        completed.append(leaf)
        index >>= 1
    peaks.append(leaf)
    return b"".join(completed)


def folded(peaks: Sequence[bytes]) -> bytes:
    """The root of the tree that has these peaks."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    peaks: list[bytes] = []
    for index, leaf in enumerate(leaves):
        append(peaks, index, leaf)
    return folded(peaks)


def nodes(span: Span) -> list[Node]:
    """The full subtrees that make up a span, left to right; their fold is its hash.

    A span of a proof begins at a multiple of a power of two no smaller than its length.
    """
    found = []
    start, length = span.start, span.end - span.start
    while length:
        level = length.bit_length() - 1
        start += 1 << level
        found.append(Node(level, start - 1))
        length -= 1 << level
    return found


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The audit path of leaf `index` in a tree of `size` leaves, lowest first.

    :raises ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return path[::-1]


def consistency_spans(old_size: int, new_size: int) -> list[Span]:
    """What shows that a tree of `new_size` leaves begins with the one of `old_size`.

    :raises ValueError: unless 0 < old_size <= new_size.
    """
    if not 0 < old_size <= new_size:
        raise ValueError(f"No tree of {new_size} leaves continues one of {old_size}.")
    path = []
    start, end = 0, new_size
    while end != old_size:
        middle = _split(start, end)
        if old_size <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start > 0:  # else the verifier knows this hash: it is the old root
        path.append(Span(start, end))
    return path[::-1]


def is_included(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` is number `index` of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    position, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            leaf = node_hash(sibling, leaf)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            leaf = node_hash(leaf, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and leaf == root


def is_consistent(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the new tree only appended to the old one."""
    if old_size == new_size:
        return not path and old_root == new_root
    if not 0 < old_size < new_size:
        return False
    remaining = list(path)
    if old_size & (old_size - 1) == 0:
        remaining.insert(0, old_root)
    if not remaining:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = remaining.pop(0)
    for sibling in remaining:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and old == old_root and new == new_root


def _split(start: int, end: int) -> int:
    """Where a subtree divides: after the largest power of two below its number of leaves."""
    return start + (1 << ((end - start - 1).bit_length() - 1))
