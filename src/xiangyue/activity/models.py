"""What happened, once written never changed; and the seal over it.

The tables refuse UPDATE, DELETE and TRUNCATE in the database itself (`triggers.py`).
"""

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One thing that happened to one subject.

    Holds identifiers, codes, numbers and digests, never personal content, so that a person's
    data can be deleted elsewhere while this record stays whole.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=36)
    place_path = models.CharField(max_length=255, blank=True)
    facts = models.JSONField(default=dict)

    # What was recorded about, as whoever recorded it holds it, so that receivers need not read
    # it again; only on an entry that has just been recorded.
    subject: models.Model | None = None

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="entry_by_subject"),
            models.Index(fields=["name", "at"], name="entry_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class Leaf(models.Model):
    """An entry's place in the county's Merkle tree (RFC 6962, section 2.1).

    `completed` holds the hashes of the inner nodes that this leaf completes, from the lowest
    up, 32 bytes each: every full subtree of the tree is found at its last leaf, so that
    appending and proving read a number of rows that grows only with the logarithm.
    """

    index = models.BigIntegerField(primary_key=True)
    # No foreign key in the database: it would lock each entry again while sealing, and entries
    # cannot be deleted anyway.
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="leaf", db_constraint=False
    )
    leaf_hash = models.BinaryField(max_length=32)
    completed = models.BinaryField(default=b"")

    class Meta:
        verbose_name_plural = "leaves"

    def __str__(self) -> str:
        return f"{self.index}: entry {self.entry_id}"


class TreeHead(models.Model):
    """A signed statement: the first `tree_size` leaves have this root."""

    tree_size = models.BigIntegerField(primary_key=True)
    root_hash = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField(db_index=True)
    signature = models.BinaryField(max_length=64)
    key_id = models.CharField(max_length=16)
    highest_entry_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.tree_size} leaves at {self.signed_at:%Y-%m-%d %H:%M:%S}"
