"""What is kept of a secret vote by phone: nothing that says who cast which of the sealed votes.

`SecretBox.slips` and the participations are two sorted lists. Neither keeps a time or an order,
and each slip taken writes both anew, so that not even the database's own row numbers pair a voter
with a slip (EL01).
"""

import uuid

from django.db import models

from xiangyue.kernel.identifiers import new_id


class SecretBox(models.Model):
    """One vote's box: what was announced, whose slips may cast, how the sum came out.

    `manifest` is written once, at the opening of the vote, and `fingerprint` stands for it;
    `head` is the hash over all votes in their order; `tally` comes from the trustees together.
    """

    ballot = models.OneToOneField(
        "ballots.Ballot", on_delete=models.PROTECT, primary_key=True, related_name="secret_box"
    )
    manifest = models.JSONField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    slips = models.JSONField(default=list)
    vote_count = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    tally = models.JSONField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.fingerprint[:12]


class Trustee(models.Model):
    """One of those who open the box together; their secret is on their own device alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    box = models.ForeignKey(SecretBox, on_delete=models.PROTECT, related_name="trustees")
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=512, blank=True)
    proof = models.JSONField(null=True, blank=True)
    shares = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["box", "position"], name="trustee_position_once"),
            models.UniqueConstraint(fields=["box", "person"], name="trustee_person_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SealedVote(models.Model):
    """A sealed vote on the board, as it came; neither when nor from where."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(SecretBox, on_delete=models.PROTECT, related_name="votes")
    position = models.PositiveIntegerField()
    content = models.TextField()
    hash = models.CharField(max_length=64)
    slip = models.CharField(max_length=64)
    head = models.CharField(max_length=64)

    class Meta:
        ordering = ("position",)
        indexes = [models.Index(fields=["box", "slip"], name="sealed_vote_by_slip")]
        constraints = [
            models.UniqueConstraint(fields=["box", "position"], name="sealed_vote_place_once"),
            models.UniqueConstraint(fields=["box", "hash"], name="sealed_vote_once"),
        ]

    def __str__(self) -> str:
        return str(self.position)


class CipherMark(models.Model):
    """The hash of a cipher that is in the box: no second one may be its copy."""

    box = models.ForeignKey(SecretBox, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["box", "mark"], name="cipher_mark_once"),
        ]

    def __str__(self) -> str:
        return self.mark[:12]
