"""Proves the whole record, or one entry of it (SE02)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xiangyue.activity import merkle, queries, triggers
from xiangyue.activity.canonical import (
    ENTRY_COLUMNS,
    EntryRow,
    as_bytes,
    entry_content,
    head_content,
)
from xiangyue.activity.heads import HeadChecks
from xiangyue.activity.models import Entry, Leaf, TreeHead
from xiangyue.activity.proofs import (
    CONSISTENCY,
    INCLUSION,
    ConsistencyProof,
    InclusionProof,
    SignedHead,
)
from xiangyue.kernel.counties import current_county
from xiangyue.kernel.refusals import NotFound

PATIENCE = timedelta(minutes=5)
ENOUGH = 200  # more problems than this tell nobody anything new
PAGE = 900


class NotSealedYet(NotFound):
    """The entry has no place in the sealed record yet; it will within about a minute."""

    code = "not_sealed_yet"


def verify_record(
    *, at: datetime, patience: timedelta = PATIENCE, published: Sequence[SignedHead] = ()
) -> list[str]:
    """What is wrong with the bound county's record; an empty list means that it is proven.

    Recomputes every leaf from its entry, every node and every head's root from the leaves, and
    checks every signature; finds entries left unsealed for longer than `patience`. Only heads
    kept elsewhere (`published`) can show that the record was replaced as a whole, or cut back
    together with its heads. Reads page by page: memory does not grow with the record. Stops
    after `ENOUGH` problems.
    """
    return list(islice(_problems(at=at, patience=patience, published=published), ENOUGH))


def inclusion_proof(entry: Entry) -> InclusionProof:
    """All that a stranger needs to see that the entry is in the sealed record, as JSON holds it.

    Reads a number of rows that grows only with the logarithm of the record.

    :raises NotSealedYet: the entry has no leaf yet.
    """
    leaf = Leaf.objects.filter(entry_id=entry.pk).first()
    head = queries.latest_head()
    if leaf is None or head is None:
        raise NotSealedYet(gettext_lazy("This entry is not sealed yet; try again in a minute."))
    row = Entry.objects.values_list(*ENTRY_COLUMNS).get(pk=entry.pk)
    spans = merkle.inclusion_spans(leaf.index, head.tree_size)
    return {
        "format": INCLUSION,
        "entry": entry_content(row),
        "leaf_index": leaf.index,
        "path": [step.hex() for step in queries.span_hashes(spans)],
        "signed": signed_head(head),
    }


def consistency_proof(*, since: SignedHead) -> ConsistencyProof:
    """That the record as signed last only added to what was signed in `since`.

    The proof is made from what is stored now: if that was rewritten, it will not check.

    :raises ValueError: the record is shorter than that, or the head is none.
    """
    size, head = since["head"]["tree_size"], queries.latest_head()
    spans = merkle.consistency_spans(size, head.tree_size if head else 0)
    assert head is not None
    return {
        "format": CONSISTENCY,
        "before": since,
        "after": signed_head(head),
        "path": [step.hex() for step in queries.span_hashes(spans)],
    }


def signed_head(head: TreeHead) -> SignedHead:
    """The head as it is published, for others to keep."""
    return {
        "head": head_content(
            county=current_county().slug,
            tree_size=head.tree_size,
            root_hash=bytes(head.root_hash),
            signed_at=head.signed_at,
            key_id=head.key_id,
        ),
        "signature": bytes(head.signature).hex(),
    }


def _problems(
    *, at: datetime, patience: timedelta, published: Sequence[SignedHead]
) -> Iterator[str]:
    for trigger in triggers.missing(connection):
        yield _("The database no longer refuses changes: trigger %s is missing.") % trigger
    yield from _tree_problems(published)
    yield from _uncovered_leaves()
    yield from _left_unsealed(at=at, patience=patience)


def _tree_problems(published: Sequence[SignedHead]) -> Iterator[str]:
    """One pass over the leaves, with their entries and the heads that cover them."""
    last_head = queries.latest_head()
    size = last_head.tree_size if last_head else 0
    heads = HeadChecks(up_to_size=size, published=published)
    peaks: list[bytes] = []
    expected_index = highest_entry_id = 0
    is_whole = True
    for index, leaf_hash, completed, entry_id, row in _leaves(size):
        if index != expected_index:
            yield _("Leaf %(index)s stands where leaf %(expected)s belongs.") % {
                "index": index,
                "expected": expected_index,
            }
            is_whole = False
        if row is None:
            yield _("Entry %(entry)s (leaf %(index)s) was deleted.") % {
                "entry": entry_id,
                "index": index,
            }
        elif merkle.leaf_hash(as_bytes(entry_content(row))) != leaf_hash:
            yield _("Entry %(entry)s (leaf %(index)s) is not what was sealed.") % {
                "entry": entry_id,
                "index": index,
            }
        if is_whole and merkle.append(peaks, index, leaf_hash) != completed:
            yield _("The inner nodes kept with leaf %s are wrong.") % index
        expected_index = index + 1
        highest_entry_id = max(highest_entry_id, entry_id)
        root = merkle.folded(peaks) if is_whole and heads.next_size == expected_index else None
        yield from heads.reached(expected_index, root=root, highest_entry_id=highest_entry_id)
    yield from heads.rest()


def _leaves(size: int) -> Iterator[tuple[int, bytes, bytes, int, EntryRow | None]]:
    """Each leaf below `size`, with its entry's columns, or None for one that is gone."""
    leaves = Leaf.objects.filter(index__lt=size).order_by("index")
    page = list(leaves.values_list("index", "leaf_hash", "completed", "entry_id")[:PAGE])
    while page:
        entries = {
            row[0]: row
            for row in Entry.objects.filter(id__in=[leaf[3] for leaf in page]).values_list(
                *ENTRY_COLUMNS
            )
        }
        for index, leaf_hash, completed, entry_id in page:
            yield index, bytes(leaf_hash), bytes(completed), entry_id, entries.get(entry_id)
        page = list(
            leaves.filter(index__gt=page[-1][0]).values_list(
                "index", "leaf_hash", "completed", "entry_id"
            )[:PAGE]
        )


def _uncovered_leaves() -> Iterator[str]:
    # The leaf is read first: a sealing in between can then only add a head that covers it.
    highest = Leaf.objects.aggregate(highest=Max("index"))["highest"]
    head = queries.latest_head()
    if highest is not None and highest >= (head.tree_size if head else 0):
        yield _("No signed head covers the leaves up to %s.") % highest


def _left_unsealed(*, at: datetime, patience: timedelta) -> Iterator[str]:
    cutoff = at - patience
    head = TreeHead.objects.filter(signed_at__lt=cutoff).order_by("-signed_at").first()
    # By id as well, lest an entry slipped in with a time of its own choosing stay unseen.
    overdue = Q(recorded_at__lt=cutoff) | Q(id__lte=head.highest_entry_id if head else 0)
    found = queries.unsealed().filter(overdue).order_by()
    counted = found.aggregate(count=Count("id"), first=Min("id"))
    if count := counted["count"]:
        yield ngettext(
            "%(count)s entry is not sealed though it is due: entry %(first)s.",
            "%(count)s entries are not sealed though they are due, the first is entry %(first)s.",
            count,
        ) % {"count": count, "first": counted["first"]}
