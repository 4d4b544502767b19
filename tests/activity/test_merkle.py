"""The tree against RFC 6962's published vectors and against its definition, read literally."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyue.activity import merkle
from xiangyue.activity.merkle import Span

# The inputs and roots that the Certificate Transparency implementations test against.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {  # (leaf, tree size): audit path, from the same vectors
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}

sizes = st.integers(1, 200)


def literal_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    left, right = literal_root(leaves[:k]), literal_root(leaves[k:])
    return sha256(b"\x01" + left + right).digest()


def literal_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*literal_path(m, leaves[:k]), literal_root(leaves[k:])]
    return [*literal_path(m - k, leaves[k:]), literal_root(leaves[:k])]


def literal_proof(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [literal_root(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*literal_proof(m, leaves[:k], whole=whole), literal_root(leaves[k:])]
    return [*literal_proof(m - k, leaves[k:], whole=False), literal_root(leaves[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def leaves_of(size: int) -> list[bytes]:
    return [merkle.leaf_hash(bytes([number % 256])) for number in range(size)]


class Stored:
    """A tree kept the way the database keeps it: each leaf with the nodes it completes."""

    def __init__(self, size: int) -> None:
        peaks: list[bytes] = []
        self.rows = [
            leaf + merkle.append(peaks, index, leaf) for index, leaf in enumerate(leaves_of(size))
        ]
        self.peaks = peaks

    def hash_of(self, span: Span) -> bytes:
        return merkle.folded(
            [
                self.rows[node.last][node.level * 32 : node.level * 32 + 32]
                for node in merkle.nodes(span)
            ]
        )

    def hashes_of(self, spans: list[Span]) -> list[bytes]:
        return [self.hash_of(span) for span in spans]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size: int) -> None:
    assert merkle.root(map(merkle.leaf_hash, INPUTS[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_the_published_audit_paths_prove_inclusion(index: int, size: int) -> None:
    arguments = {
        "leaf": merkle.leaf_hash(INPUTS[index]),
        "index": index,
        "size": size,
        "root": bytes.fromhex(ROOTS[size]),
    }
    path = [bytes.fromhex(step) for step in PATHS[index, size]]
    assert literal_path(index, [merkle.leaf_hash(one) for one in INPUTS[:size]]) == path
    assert merkle.is_included(**arguments, path=path)
    assert not merkle.is_included(**arguments, path=path[::-1])


@given(sizes)
def test_the_root_is_the_literal_one(size: int) -> None:
    assert merkle.root(leaves_of(size)) == literal_root(leaves_of(size))


@given(sizes)
def test_the_stored_nodes_give_the_peaks(size: int) -> None:
    tree = Stored(size)
    assert tree.hash_of(Span(0, size)) == merkle.folded(tree.peaks) == literal_root(leaves_of(size))


@given(sizes, st.data())
def test_a_path_is_the_literal_one_and_proves_only_its_own_leaf(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree, leaves = Stored(size), leaves_of(size)
    path = tree.hashes_of(merkle.inclusion_spans(index, size))
    assert path == literal_path(index, leaves)
    root = literal_root(leaves)
    assert merkle.is_included(leaf=leaves[index], index=index, size=size, path=path, root=root)
    other = data.draw(st.integers(-1, size))
    if other != index:
        assert not merkle.is_included(
            leaf=leaves[index], index=other, size=size, path=path, root=root
        )
    assert not merkle.is_included(
        leaf=merkle.leaf_hash(b"forged"), index=index, size=size, path=path, root=root
    )
    longer = [*path, root]
    assert not merkle.is_included(
        leaf=leaves[index], index=index, size=size, path=longer, root=root
    )


@given(sizes, st.data())
def test_a_consistency_proof_is_the_literal_one_and_proves_only_its_own_sizes(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    tree, leaves = Stored(size), leaves_of(size)
    path = tree.hashes_of(merkle.consistency_spans(old, size))
    assert path == literal_proof(old, leaves)
    roots = {"old_root": literal_root(leaves[:old]), "new_root": literal_root(leaves)}
    assert merkle.is_consistent(old_size=old, new_size=size, path=path, **roots)
    other = data.draw(st.integers(0, size))
    if other != old:
        assert not merkle.is_consistent(old_size=other, new_size=size, path=path, **roots)
    assert not merkle.is_consistent(
        old_size=old, new_size=size, path=[*path, roots["new_root"]], **roots
    )
    forged = {**roots, "old_root": merkle.leaf_hash(b"forged")}
    assert not merkle.is_consistent(old_size=old, new_size=size, path=path, **forged)


def test_no_path_leads_to_a_leaf_outside_the_tree() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        merkle.inclusion_spans(3, 3)
    with pytest.raises(ValueError, match="continues"):
        merkle.consistency_spans(4, 3)
    with pytest.raises(ValueError, match="continues"):
        merkle.consistency_spans(0, 3)


A, B, C, D, X = leaves_of(5)


def test_an_inner_node_cannot_pass_for_a_leaf() -> None:
    """Its shorter path leads to the root, but not from the depth where leaves are."""
    ab, cd = merkle.node_hash(A, B), merkle.node_hash(C, D)
    root = merkle.node_hash(ab, cd)
    assert merkle.is_included(leaf=A, index=0, size=4, path=[B, cd], root=root)
    assert not merkle.is_included(leaf=ab, index=0, size=4, path=[cd], root=root)


def test_a_tree_cannot_pass_for_a_smaller_one() -> None:
    """A longer path leads to the root, but the tree of that size has none so long."""
    root = merkle.node_hash(A, B)
    assert merkle.is_included(leaf=B, index=1, size=2, path=[A], root=root)
    assert not merkle.is_included(leaf=B, index=0, size=1, path=[A], root=root)


def test_a_consistency_path_ends_at_the_root() -> None:
    ab = merkle.node_hash(A, B)
    old, new = merkle.node_hash(ab, C), merkle.node_hash(ab, merkle.node_hash(C, D))
    sizes = {"old_size": 3, "new_size": 4}
    assert merkle.is_consistent(**sizes, old_root=old, new_root=new, path=[C, D, ab])
    assert not merkle.is_consistent(
        **sizes,
        old_root=merkle.node_hash(X, old),
        new_root=merkle.node_hash(X, new),
        path=[C, D, ab, X],
    )
