"""What people say of an incident beside its steps: more time asked for, "mine too", a rating.

Django finds these through `models.py`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xiangyue.places.models import Person


class Extension(models.Model):
    """More time, asked with a reason and decided by somebody else."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, related_name="extensions"
    )
    limit = models.CharField(max_length=8)
    reason = models.TextField()
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(decided_at=None), name="extension_one_pending"
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.limit}"


class Support(models.Model):
    """ "This is mine too": somebody else with the same matter, told of what becomes of it."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, related_name="supports"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supported")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "person"], name="support_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}"


class Rating(models.Model):
    """The reporter's word on an answer: optional, never preset, never shown with a name (PE07)."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, related_name="ratings"
    )
    is_satisfied = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.incident_id}"
