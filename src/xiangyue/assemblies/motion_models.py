"""What was moved, how else it might read, and what came of it.

Django finds these through `models.py`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.assemblies import rules
from xiangyue.ballots.models import Ballot
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class OutcomeChoices(models.TextChoices):
    ACCEPTED = rules.Outcome.ACCEPTED, pgettext_lazy("sitting", "Accepted")
    REJECTED = rules.Outcome.REJECTED, pgettext_lazy("sitting", "Rejected")
    PUT_OFF = rules.Outcome.PUT_OFF, _("Put off")


class HowChoices(models.TextChoices):
    BALLOT = rules.How.BALLOT, _("By a vote")
    CONSENT = rules.How.CONSENT, _("By consent: nobody objects")


class ProposalState(models.TextChoices):
    OPEN = "open", _("To be decided")
    ADOPTED = "adopted", _("Adopted")
    REJECTED = "rejected", pgettext_lazy("sitting", "Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Motion(models.Model):
    """What somebody moves to an item; `text_now` is its text with the amendments adopted so far."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sitting = models.ForeignKey(
        "assemblies.Sitting", on_delete=models.PROTECT, related_name="motions"
    )
    item = models.ForeignKey("assemblies.Item", on_delete=models.PROTECT, related_name="motions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_now = models.TextField()
    mover = models.ForeignKey("assemblies.Attendance", on_delete=models.PROTECT, related_name="+")
    seconder = models.ForeignKey(
        "assemblies.Attendance", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(
        max_length=9, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    moved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "position"], name="motion_position_once"),
            models.CheckConstraint(name="motion_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="motion_seconded_by_another",
                condition=Q(seconder__isnull=True) | ~Q(seconder=F("mover")),
            ),
            models.CheckConstraint(
                name="motion_settled_with_a_moment",
                condition=Q(state="open", settled_at=None)
                | ~Q(state="open") & Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Amendment(models.Model):
    """Another wording of a motion, whole; withdrawn ones stay.

    `against` is the motion's text that it was decided against; `chair_place` where the chair has
    put it in the order of deciding. Without counted hands it was decided by consent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sitting = models.ForeignKey(
        "assemblies.Sitting", on_delete=models.PROTECT, related_name="amendments"
    )
    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="amendments")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    mover = models.ForeignKey("assemblies.Attendance", on_delete=models.PROTECT, related_name="+")
    chair_place = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(
        max_length=9, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    against = models.TextField(blank=True)
    yes_count = models.PositiveIntegerField(null=True, blank=True)
    no_count = models.PositiveIntegerField(null=True, blank=True)
    present_count = models.PositiveIntegerField(null=True, blank=True)
    moved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["motion", "position"], name="amendment_position_once"),
            models.CheckConstraint(name="amendment_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="amendment_settled_with_a_moment",
                condition=Q(state="open", settled_at=None)
                | ~Q(state="open") & Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Decision(models.Model):
    """What the sitting decided on an item, once, with the numbers that let it."""

    item = models.OneToOneField(
        "assemblies.Item", on_delete=models.PROTECT, primary_key=True, related_name="decision"
    )
    outcome = models.CharField(max_length=8, choices=OutcomeChoices.choices)
    how = models.CharField(max_length=7, choices=HowChoices.choices, blank=True)
    text = models.TextField(blank=True)
    motion = models.OneToOneField(
        Motion, on_delete=models.PROTECT, related_name="decision", null=True, blank=True
    )
    ballot = models.ForeignKey(
        Ballot, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    present_count = models.PositiveIntegerField()
    expected_count = models.PositiveIntegerField(null=True, blank=True)
    needed_count = models.PositiveIntegerField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="decision_says_how",
                condition=Q(outcome="put_off", how="", ballot=None)
                | ~Q(outcome="put_off") & ~Q(text="") & Q(how="consent", ballot=None)
                | ~Q(outcome="put_off") & ~Q(text="") & Q(how="ballot", ballot__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_needs_a_quorum",
                condition=Q(outcome="put_off")
                | Q(needed_count__isnull=False, present_count__gte=F("needed_count")),
            ),
        ]

    def __str__(self) -> str:
        return self.outcome
