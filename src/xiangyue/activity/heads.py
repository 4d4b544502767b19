"""Checks the tree heads, the stored and the published, while the leaves go by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from xiangyue.activity.canonical import HeadContent, as_bytes, head_content
from xiangyue.activity.keys import public_keys
from xiangyue.activity.models import TreeHead
from xiangyue.activity.proofs import SignedHead
from xiangyue.kernel.counties import current_county

STORED = gettext_lazy("Tree heads over %(first)s to %(last)s leaves (%(count)s): %(fault)s")
PUBLISHED = gettext_lazy(
    "Published tree heads over %(first)s to %(last)s leaves (%(count)s): %(fault)s"
)
WRONG_ROOT = gettext_lazy("Their root is not that of the leaves.")
NOT_PROVABLE = gettext_lazy("They cannot be proven, because leaves before them are missing.")
TAIL_CUT = gettext_lazy("They sign more leaves than there are: the end of the record is missing.")
NOT_SIGNED = gettext_lazy("No known key of this county signed them.")
BACKDATED = gettext_lazy("They claim to be older than a head with fewer leaves.")
WRONG_ENTRY = gettext_lazy("The highest entry that they name is not the highest that they cover.")


class _Head(NamedTuple):
    """A head to check; `stored` is None for a published one."""

    tree_size: int
    content: HeadContent
    signature: bytes
    stored: TreeHead | None


class _Kind(NamedTuple):
    fault: "str | Promise"
    is_stored: bool


@dataclass(slots=True)
class _Run:
    """Neighbouring heads with the same fault, told in one sentence."""

    first_size: int
    last_size: int
    count: int


class HeadChecks:
    """Fed with the tree as it grows, says what is wrong with the heads over it."""

    def __init__(self, *, up_to_size: int, published: Sequence[SignedHead]) -> None:
        self._county = current_county().slug
        self._keys = public_keys(self._county)
        kept = sorted(map(_as_published, published), key=attrgetter("tree_size"))
        self._heads = merge(_stored(self._county, up_to_size), kept, key=attrgetter("tree_size"))
        self._next = next(self._heads, None)
        self._runs: dict[_Kind, _Run] = {}
        self._signed_at: datetime | None = None

    @property
    def next_size(self) -> int | None:
        """The size of the next head to check."""
        return self._next.tree_size if self._next else None

    def reached(self, size: int, *, root: bytes | None, highest_entry_id: int) -> Iterator[str]:
        """The tree has `size` leaves now and this root (None: unknown, a leaf is missing)."""
        while self._next is not None and self._next.tree_size <= size:
            head = self._next
            faults = self._own_faults(head)
            if root is None:
                faults.append(NOT_PROVABLE)
            elif head.content["root_hash"] != root.hex():
                faults.append(WRONG_ROOT)
            elif head.stored and head.stored.highest_entry_id != highest_entry_id:
                faults.append(WRONG_ENTRY)
            yield from self._judged(head, faults)

    def rest(self) -> Iterator[str]:
        """The leaves are at an end; so must the heads be."""
        while self._next is not None:
            yield from self._judged(self._next, [*self._own_faults(self._next), TAIL_CUT])
        yield from self._told(list(self._runs))

    def _own_faults(self, head: _Head) -> "list[str | Promise]":
        faults: list[str | Promise] = []
        key = self._keys.get(head.content["key_id"])
        try:
            if key is None or head.content["county"] != self._county:
                raise InvalidSignature
            key.verify(head.signature, as_bytes(head.content))
        except InvalidSignature:
            faults.append(NOT_SIGNED)
        if head.stored:
            if self._signed_at is not None and head.stored.signed_at < self._signed_at:
                faults.append(BACKDATED)
            self._signed_at = head.stored.signed_at
        return faults

    def _judged(self, head: _Head, faults: "list[str | Promise]") -> Iterator[str]:
        is_stored = head.stored is not None
        yield from self._told(
            [
                kind
                for kind in self._runs
                if kind.is_stored == is_stored and kind.fault not in faults
            ]
        )
        for fault in faults:
            run = self._runs.setdefault(
                _Kind(fault, is_stored=is_stored), _Run(head.tree_size, head.tree_size, 0)
            )
            run.last_size = head.tree_size
            run.count += 1
        self._next = next(self._heads, None)

    def _told(self, kinds: "list[_Kind]") -> Iterator[str]:
        for kind in kinds:
            run = self._runs.pop(kind)
            yield (STORED if kind.is_stored else PUBLISHED) % {
                "first": run.first_size,
                "last": run.last_size,
                "count": run.count,
                "fault": kind.fault,
            }


def _stored(county: str, up_to_size: int) -> Iterator[_Head]:
    heads = TreeHead.objects.filter(tree_size__lte=up_to_size).order_by("tree_size")
    for head in heads.iterator():
        content = head_content(
            county=county,
            tree_size=head.tree_size,
            root_hash=bytes(head.root_hash),
            signed_at=head.signed_at,
            key_id=head.key_id,
        )
        yield _Head(head.tree_size, content, bytes(head.signature), head)


def _as_published(signed: SignedHead) -> _Head:
    content = signed["head"]
    return _Head(content["tree_size"], content, bytes.fromhex(signed["signature"]), None)
