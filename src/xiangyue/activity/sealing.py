"""Seals new entries under a signed tree head. Writers never wait for it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from xiangyue.activity import merkle, queries
from xiangyue.activity.canonical import ENTRY_COLUMNS, as_bytes, entry_content, head_content
from xiangyue.activity.keys import key_id, signing_key
from xiangyue.activity.models import Leaf, TreeHead
from xiangyue.kernel.bulk import load_rows
from xiangyue.kernel.counties import current_county

# How long an entry's transaction may take to commit; `everything` finds even later ones.
LATE_FOR = timedelta(days=2)
BATCH = 2_000  # keeps the writers of an SQLite county waiting for a moment only


class RecordBroken(RuntimeError):  # noqa: N818 - named for what it says
    """The stored tree is not the one last signed: someone tampered with it.

    Entries are still written; nothing is sealed on top until a person has looked.
    """


class _Batch(NamedTuple):
    head: TreeHead
    last_entry_id: int
    size: int


def seal(*, at: datetime, everything: bool = False) -> TreeHead | None:
    """Give each entry that has none its leaf and sign the tree; the newest head made, if any.

    Entries come in the order of their ids; one that commits late comes when it is there. What
    was settled `LATE_FOR` ago is not looked at again, unless `everything` is asked for. Each
    batch commits by itself, so do not call this inside a transaction.

    :raises RecordBroken: the tree as stored is not the one last signed.
    """
    newest = None
    after_id = None if everything else settled_id(at)
    # Looking takes no lock; only a find begins a writing transaction.
    while (first := queries.unsealed(after_id=after_id).first()) is not None:
        batch = _seal_batch(after_id=first.pk - 1, at=at)
        if batch is None:
            break
        newest = batch.head
        if batch.size < BATCH:
            break
        after_id = batch.last_entry_id
    return newest


def settled_id(at: datetime) -> int:
    """Up to here every id was given out so long ago that its transaction is surely over."""
    head = TreeHead.objects.filter(signed_at__lt=at - LATE_FOR).order_by("-signed_at").first()
    return head.highest_entry_id if head else 0


@transaction.atomic
def _seal_batch(*, after_id: int, at: datetime) -> _Batch | None:
    _keep_other_sealers_out()
    rows = list(queries.unsealed(after_id=after_id).values_list(*ENTRY_COLUMNS)[:BATCH])
    if not rows:
        return None
    last_head = queries.latest_head()
    size = last_head.tree_size if last_head else 0
    peaks = _proven_peaks(last_head)
    leaves = []
    for index, row in enumerate(rows, start=size):
        leaf_hash = merkle.leaf_hash(as_bytes(entry_content(row)))
        completed = merkle.append(peaks, index, leaf_hash)
        leaves.append((index, row[0], leaf_hash, completed))
    load_rows(Leaf, ("index", "entry_id", "leaf_hash", "completed"), leaves)
    last_entry_id = rows[-1][0]
    head = _signed_head(
        tree_size=size + len(leaves),
        root_hash=merkle.folded(peaks),
        # Another sealer, begun later, may have been let in first.
        at=max(at, last_head.signed_at) if last_head else at,
        highest_entry_id=max(last_entry_id, last_head.highest_entry_id if last_head else 0),
    )
    return _Batch(head=head, last_entry_id=last_entry_id, size=len(leaves))


def _keep_other_sealers_out() -> None:
    """On SQLite the transaction itself does; PostgreSQL's lock lets everyone else read."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TreeHead._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _proven_peaks(head: TreeHead | None) -> list[bytes]:
    """The peaks of the tree that `head` signed, read from the leaves."""
    size = head.tree_size if head else 0
    highest = Leaf.objects.aggregate(highest=Max("index"))["highest"]
    if (-1 if highest is None else highest) != size - 1:
        raise RecordBroken(f"The last head has {size} leaves, the highest leaf is {highest}.")
    try:
        peaks = queries.peaks(size)
    except LookupError as gone:
        raise RecordBroken(str(gone)) from gone
    if head is not None and merkle.folded(peaks) != bytes(head.root_hash):
        raise RecordBroken(f"The first {size} leaves do not have the root that was signed.")
    return peaks


def _signed_head(
    *, tree_size: int, root_hash: bytes, at: datetime, highest_entry_id: int
) -> TreeHead:
    county = current_county().slug
    key = signing_key(county)
    content = head_content(
        county=county,
        tree_size=tree_size,
        root_hash=root_hash,
        signed_at=at,
        key_id=key_id(key.public_key()),
    )
    return TreeHead.objects.create(
        tree_size=tree_size,
        root_hash=root_hash,
        signed_at=at,
        signature=key.sign(as_bytes(content)),
        key_id=content["key_id"],
        highest_entry_id=highest_entry_id,
    )
