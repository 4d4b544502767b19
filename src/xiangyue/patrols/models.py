"""Patrols, the households called on, and what was found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.incidents.models import Incident
from xiangyue.kernel.identifiers import new_id
from xiangyue.patrols import rules
from xiangyue.places.models import Household, Person, Place


class Patrol(models.Model):
    """One worker's round of one grid on one day, as it was reported.

    `looked` says by item what was seen. `started_at` is when the server showed the form, where it
    did; both times are the server's. A position is there only when the worker gave it, and is
    gone after thirty days (GD08).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.CharField(max_length=80)
    worker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="patrols")
    grid = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="patrols")
    place_path = models.CharField(max_length=255)
    date = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField()
    is_nil = models.BooleanField()
    looked = models.JSONField(default=dict)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "date"], name="patrol_by_place"),
            models.Index(fields=["grid", "date"], name="patrol_by_grid"),
            models.Index(
                fields=["finished_at"],
                condition=Q(latitude__isnull=False),
                name="patrol_with_position",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "worker", "grid", "date"], name="patrol_once_a_day"
            ),
            models.CheckConstraint(
                name="patrol_position_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.date:%F}"


class Sending(models.Model):
    """A patrol's report as it arrived; one that arrives again under its key changes nothing.

    `recorded_at` is what the phone's clock said, and explains at most.
    """

    key = models.UUIDField(primary_key=True)
    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="sendings")
    arrived_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.key)


class OutcomeChoices(models.TextChoices):
    VISITED = rules.Outcome.VISITED, _("Visited")
    INCONVENIENT = rules.Outcome.INCONVENIENT, _("Not convenient")


class Visit(models.Model):
    """A call on a household: visited, or not convenient, for which nobody is asked why (GD06).

    That it was not convenient is forgotten after thirty days.
    """

    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="visits")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="visits")
    date = models.DateField()
    outcome = models.CharField(max_length=12, choices=OutcomeChoices.choices)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["date", "outcome"], name="visit_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patrol", "household"], name="visit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.date:%F}"


class Find(models.Model):
    """A matter that was found on a patrol; it goes its way as any other."""

    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="finds")
    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="find")
    item = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.patrol_id} {self.item}"


class Reminder(models.Model):
    """A worker was reminded of a round, once a day at most; gone after thirty days."""

    round = models.CharField(max_length=80)
    worker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    grid = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "worker", "grid", "date"], name="patrol_reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.date:%F}"
