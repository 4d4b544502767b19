"""A team asks for helpers (LP-24, LP-25): who said yes, and who came. Nobody else is kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.enforcement.models.keeping import Team
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class HelpCall(models.Model):
    """What is to be done where and when, and how many are wanted; whether it is full or past
    follows from its numbers (`rules.call_standing`)."""

    class State(models.TextChoices):
        OPEN = "open", _("Helpers wanted")
        CANCELLED = "cancelled", _("Called off")
        THANKED = "thanked", _("Done, with thanks")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="calls")
    place_path = models.CharField(max_length=255)
    title = models.CharField(max_length=60)
    meets_at = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    wanted_count = models.PositiveSmallIntegerField()
    is_risky = models.BooleanField(default=False)
    is_insured = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    thanks = models.CharField(max_length=200, blank=True)
    came_count = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["place_path"], name="help_call_by_place")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="help_call_wants_somebody", condition=Q(wanted_count__gte=1)
            ),
            # VO05: insured before risky work.
            models.CheckConstraint(
                name="help_call_risky_is_insured",
                condition=Q(is_risky=False) | Q(is_insured=True),
            ),
            models.CheckConstraint(
                name="help_call_ends_whole",
                condition=Q(state="open", ended_at=None, came_count=None)
                | Q(state="cancelled", ended_at__isnull=False, came_count=None)
                | Q(state="thanked", ended_at__isnull=False, came_count__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Helper(models.Model):
    """Somebody said yes to a call. Taken back, or not come: the row is gone (VO06)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(HelpCall, on_delete=models.PROTECT, related_name="helpers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    has_come = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "person"], name="helper_once"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)
