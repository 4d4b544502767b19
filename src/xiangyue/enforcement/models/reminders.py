"""Reminders (REQ-L): which clause, which day, where, and what the person concerned says to it.

No table here has room for words about a person who is reminded (REQ-L10).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.compacts.models import Clause
from xiangyue.enforcement.models.keeping import Team
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place


class Reminder(models.Model):
    """That somebody did not keep a clause on a day (REQ-L): which clause, where, seen by whom.

    There is no word about the person, and all of it is erased on `erase_on`. `clause` is that of
    the version in force on that day, `clause_number` its number there.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PUT_RIGHT = "put_right", _("Put right")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    village = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", null=True)
    clause_lineage = models.UUIDField()
    clause_number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="compact_reminders")
    seen_on = models.DateField()
    seen_at = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    heard_at = models.DateTimeField(null=True, blank=True)
    statement = models.CharField(max_length=500, blank=True)
    erase_on = models.DateField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-noted_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["place_path"], name="reminder_by_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "clause_lineage", "seen_on"], name="reminded_once_a_day"
            ),
            models.CheckConstraint(
                name="nobody_reminds_themself", condition=~Q(person=F("noted_by"))
            ),
            models.CheckConstraint(
                name="statement_only_of_who_was_heard",
                condition=Q(statement="") | Q(heard_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def clause_heading(self) -> str:
        return self.clause.heading if self.clause is not None else ""

    @property
    def clause_text(self) -> str:
        return self.clause.text if self.clause is not None else ""


class ReminderStep(models.Model):
    """A talk, a written reminder, a talk with the committee: who, when."""

    class Kind(models.TextChoices):
        TALK = "talk", _("Talk")
        WRITTEN = "written", _("Written reminder")
        COMMITTEE = "committee", _("Talk with the committee")

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["taken_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reminder", "kind"], name="reminder_step_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class ReminderObjection(models.Model):
    """What the person concerned objects to; answered by somebody else, in time (REQ-L03, L04)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="objections")
    text = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reminder"],
                condition=Q(answered_at=None),
                name="reminder_objection_one_open",
            ),
            models.CheckConstraint(
                name="reminder_objection_answered_whole",
                condition=Q(answered_by=None, answered_at=None, answer="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReminderRead(models.Model):
    """Somebody looked at a reminder; the person concerned sees who, and it is erased with it."""

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="reads")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reader_id} {self.read_at:%F}"
