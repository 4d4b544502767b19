"""What comes after the vote: signed sheets, filing, orders of correction, tellings (models)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place


class Signing(models.Model):
    """A photographed sheet of signatures. Who signed is in the picture alone (LP-11, CP06).

    No list of who signed is kept, and nothing is read from the picture: no fingerprint here is
    biometric data. Whoever has not signed is bound all the same.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        "compacts.Version", on_delete=models.PROTECT, related_name="signings"
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=200)
    file_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    signer_count = models.PositiveIntegerField()
    signed_on = models.DateField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["entered_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "digest"], name="signing_sheet_once"),
            models.CheckConstraint(name="signing_by_somebody", condition=Q(signer_count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.signer_count}"


class Filing(models.Model):
    """The adopted text as it went to the town, and what the town said (VCOL art. 27, CP05)."""

    version = models.OneToOneField(
        "compacts.Version", on_delete=models.PROTECT, primary_key=True, related_name="filing"
    )
    note = models.CharField(max_length=300, blank=True)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    acknowledgement = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="filing_acknowledged_whole",
                condition=Q(acknowledged_at=None, acknowledged_by=None, acknowledgement="")
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                & ~Q(acknowledgement=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.version_id)


class CorrectionOrder(models.Model):
    """The town orders a clause to be corrected: it is suspended at once, until lifted (CP07)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clause = models.ForeignKey("compacts.Clause", on_delete=models.PROTECT, related_name="orders")
    law = models.CharField(max_length=200)
    reason = models.TextField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    how = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["ordered_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clause"], condition=Q(lifted_at=None), name="clause_one_order_standing"
            ),
            models.CheckConstraint(
                name="correction_lifted_whole",
                condition=Q(lifted_at=None, how="") | Q(lifted_at__isnull=False) & ~Q(how=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.ordered_at:%F}"


class Telling(models.Model):
    """The compact told another way: verses, a song, in some language (LP-36)."""

    class Form(models.TextChoices):
        PLAIN = "plain", _("Read aloud")
        VERSE = "verse", _("Verses")
        SONG = "song", _("Song")
        PLAY = "play", _("Play")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    compact = models.ForeignKey(
        "compacts.Compact", on_delete=models.PROTECT, related_name="tellings"
    )
    form = models.CharField(max_length=8, choices=Form.choices)
    language = models.CharField(max_length=30)
    title = models.CharField(max_length=80)
    text = models.TextField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.title
