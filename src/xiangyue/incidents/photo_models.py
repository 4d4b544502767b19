"""What is kept about photos: their prints, likenesses that a person looks at, what is shown to all.

Django finds these through `models.py`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class PhotoPrint(models.Model):
    """How a photo looks (`prints.py`), in four bands that an index finds it by."""

    photo = models.ForeignKey("incidents.Photo", on_delete=models.CASCADE, related_name="prints")
    bits = models.BigIntegerField()
    band_1 = models.IntegerField()
    band_2 = models.IntegerField()
    band_3 = models.IntegerField()
    band_4 = models.IntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["band_1"], name="photo_print_band_1"),
            models.Index(fields=["band_2"], name="photo_print_band_2"),
            models.Index(fields=["band_3"], name="photo_print_band_3"),
            models.Index(fields=["band_4"], name="photo_print_band_4"),
        ]

    def __str__(self) -> str:
        return f"{self.bits:x}"


class PhotoLikeness(models.Model):
    """A new photo looks like an earlier one: for a person to look at, never a verdict (N13).

    `bit_count` says in how many bits they differ. Once somebody has looked, it is dismissed with
    a word, which is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    photo = models.ForeignKey(
        "incidents.Photo", on_delete=models.CASCADE, related_name="likenesses"
    )
    earlier = models.ForeignKey("incidents.Photo", on_delete=models.CASCADE, related_name="+")
    bit_count = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["photo", "earlier"], name="photo_likeness_once"),
            models.CheckConstraint(
                name="photo_likeness_of_another", condition=~Q(photo=F("earlier"))
            ),
            models.CheckConstraint(
                name="photo_likeness_dismissed_with_a_word",
                condition=Q(dismissed_at=None, dismissed_by=None, note="")
                | (Q(dismissed_at__isnull=False, dismissed_by__isnull=False) & ~Q(note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.bit_count}"


class PhotoShowing(models.Model):
    """Somebody has looked at a photo and decided that everybody may see this copy of it.

    Without such a decision nobody outside sees it (SE09). `marks` are the places that were made
    unrecognisable in the copy. Withdrawn, its files are gone at once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    photo = models.ForeignKey("incidents.Photo", on_delete=models.CASCADE, related_name="showings")
    marks = models.JSONField(default=list, blank=True)
    file = models.FileField(upload_to="shown/%Y/%m")
    thumbnail = models.FileField(upload_to="shown/%Y/%m")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Photo that everybody may see")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["photo"], condition=Q(withdrawn_at=None), name="photo_shown_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.decided_at:%F}"
