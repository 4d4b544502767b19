"""What happened, in words: the minutes, who confirmed them, what was added later.

Django finds these through `models.py`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class Minutes(models.Model):
    """What happened, in words: `text` for those of the meeting, `public_text` for everybody.

    The public one names nobody but who holds an office. `digest` stands for both; who signs,
    signs that digest. Once signed by all, the database lets nothing of it change.
    """

    sitting = models.OneToOneField(
        "assemblies.Sitting", on_delete=models.PROTECT, primary_key=True, related_name="minutes"
    )
    text = models.TextField()
    public_text = models.TextField()
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    is_settled = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="minutes_signed_as_settled",
                condition=Q(signed_at=None) | Q(is_settled=True),
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Signature(models.Model):
    """Somebody confirms the minutes with this digest, on their own device or on paper."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="signatures")
    seat = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    is_on_paper = models.BooleanField(default=False)
    file = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["signed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["minutes", "digest", "seat", "person"], name="signature_once"
            ),
            models.CheckConstraint(
                name="signature_on_paper_has_a_sheet",
                condition=Q(is_on_paper=False, file="", entered_by=F("person"))
                | Q(is_on_paper=True) & ~Q(file=""),
            ),
        ]

    def __str__(self) -> str:
        return self.seat


class Correction(models.Model):
    """What was added after the minutes were signed; they themselves stay."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]
