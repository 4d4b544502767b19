"""The recall of somebody elected (VCOL art. 16): asked for, heard, voted on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id


class RecallState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    CALLED = "called", _("The vote is called")
    CARRIED = "carried", _("Recalled")
    FAILED = "failed", _("Stays in office")
    DROPPED = "dropped", _("Dropped")


class Recall(models.Model):
    """Voters or representatives ask for the recall of somebody elected, who is heard (art. 16)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    kind = models.ForeignKey("blueprints.Declaration", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("places.Post", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    reasons = models.CharField(max_length=1000)
    asked_by = models.CharField(max_length=15)
    asked_count = models.PositiveIntegerField()
    of_count = models.PositiveIntegerField()
    entered_by = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    due_on = models.DateField()
    statement = models.CharField(max_length=2000, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    roll = models.OneToOneField(
        "ballots.Roll", on_delete=models.PROTECT, related_name="recall", null=True, blank=True
    )
    ballot = models.OneToOneField(
        "ballots.Ballot", on_delete=models.PROTECT, related_name="recall", null=True, blank=True
    )
    state = models.CharField(max_length=7, choices=RecallState.choices, default=RecallState.ASKED)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-entered_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(state__in=["asked", "called"]),
                name="recall_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name
