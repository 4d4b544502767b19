"""Reads of the record and of its tree."""

from collections.abc import Sequence

from django.db.models import Exists, Model, OuterRef, QuerySet

from xiangyue.activity.merkle import HASH_SIZE, Node, Span, folded, nodes
from xiangyue.activity.models import Entry, Leaf, TreeHead


def entries_about(subject: Model) -> QuerySet[Entry]:
    """All that happened to `subject`, oldest first."""
    return Entry.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by("id")


def unsealed(*, after_id: int | None = None) -> QuerySet[Entry]:
    """Entries that have no leaf yet, in the order of their ids; None looks at all."""
    leaves = Leaf.objects.filter(entry_id=OuterRef("id"))
    entries = Entry.objects.order_by("id")
    if after_id is not None:
        # Both sides are bounded, so that the database reads neither table from its beginning.
        leaves, entries = leaves.filter(entry_id__gt=after_id), entries.filter(id__gt=after_id)
    return entries.filter(~Exists(leaves))


def latest_head() -> TreeHead | None:
    return TreeHead.objects.order_by("-tree_size").first()


def peaks(size: int) -> list[bytes]:
    """The peaks of the tree over the first `size` leaves.

    :raises LookupError: leaves are missing.
    """
    return _hashes(nodes(Span(0, size)))


def span_hashes(spans: Sequence[Span]) -> list[bytes]:
    """The subtree hashes of these spans, in their order.

    :raises LookupError: leaves are missing.
    """
    parts = [nodes(span) for span in spans]
    found = iter(_hashes([node for part in parts for node in part]))
    return [folded([next(found) for _ in part]) for part in parts]


def _hashes(wanted: Sequence[Node]) -> list[bytes]:
    rows = {
        index: bytes(leaf) + bytes(completed)
        for index, leaf, completed in Leaf.objects.filter(
            index__in={node.last for node in wanted}
        ).values_list("index", "leaf_hash", "completed")
    }
    found = []
    for node in wanted:
        row = rows.get(node.last, b"")
        node_hash = row[node.level * HASH_SIZE : (node.level + 1) * HASH_SIZE]
        if len(node_hash) != HASH_SIZE:
            raise LookupError(f"Leaf {node.last} of the record is missing or cut short.")
        found.append(node_hash)
    return found
