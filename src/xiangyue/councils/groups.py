"""What the groups of a village are asked, who takes it, whom it concerns (SD-02, SD-05).

A part of `councils.models`, from where it is imported.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class GroupMatterState(models.TextChoices):
    ASKED = "asked", _("Waits to be taken up")
    TAKEN = "taken", _("Taken up")
    TURNED_DOWN = "turned_down", _("Not taken up")
    CONCLUDED = "concluded", _("Done")
    ENDED = "ended", _("Ended without a result")


class GroupMatter(models.Model):
    """What one of a village's groups was asked: an opinion, a judgement, an errand (SD-05).

    `text` is what whoever asked said; `result` the group's words, `proposed_at` when they were put
    to those concerned; `minutes` how it went. Words are forgotten when their days are over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(
        "councils.Council", on_delete=models.PROTECT, related_name="group_matters"
    )
    work = models.CharField(max_length=10)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=100, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    client_key = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=GroupMatterState.choices, default=GroupMatterState.ASKED
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_why = models.CharField(max_length=300, blank=True)
    is_forgotten = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["council", "state", "-asked_at"], name="group_matter_list"),
            models.Index(fields=["asked_by", "-asked_at"], name="group_matter_by_asker"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="group_matter_words_or_forgotten",
                condition=Q(is_forgotten=True, title="", text="", result="", minutes="", contact="")
                | (Q(is_forgotten=False) & ~Q(title="")),
            ),
            models.CheckConstraint(
                name="group_matter_concluded_with_words",
                condition=~Q(state="concluded") | Q(is_forgotten=True) | ~Q(result=""),
            ),
            # No judgement hangs on a petition, a complaint or a report (PE01, REQ-L).
            models.CheckConstraint(
                name="group_matter_judges_no_report",
                condition=~Q(work="judging") | Q(subject_type=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Taker(models.Model):
    """A member of the group who takes a matter; who is close to it steps back, with why."""

    matter = models.ForeignKey(GroupMatter, on_delete=models.PROTECT, related_name="takers")
    seat = models.ForeignKey("councils.Seat", on_delete=models.PROTECT, related_name="taken")
    is_woman = models.BooleanField(default=False)
    taken_at = models.DateTimeField()
    stepped_back_at = models.DateTimeField(null=True, blank=True)
    stepped_back_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["taken_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "seat"], name="group_taker_once"),
            models.CheckConstraint(
                name="group_taker_steps_back_with_a_reason",
                condition=Q(stepped_back_at=None, stepped_back_why="")
                | (Q(stepped_back_at__isnull=False) & ~Q(stepped_back_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.matter_id}"


class Concerned(models.Model):
    """Whom a judgement would be about: asked first, heard second, at one with the words third."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(GroupMatter, on_delete=models.PROTECT, related_name="concerned")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    consents = models.BooleanField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    heard = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    agrees = models.BooleanField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name_plural = "concerned"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "person"], name="group_concerned_once"),
            models.CheckConstraint(
                name="group_concerned_consents_before_agreeing",
                condition=Q(agrees=None) | Q(consents=True, heard_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.matter_id}"
