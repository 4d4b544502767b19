"""Sessions as they are planned and held: agenda, who was there, minutes, later corrections.

The database refuses to change a closed session or anything of it (`freezing.py`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.incidents.models import Incident, Step
from xiangyue.kernel.identifiers import new_id
from xiangyue.meetings import rules
from xiangyue.places.models import Person, Place


class StateChoices(models.TextChoices):
    PLANNED = rules.State.PLANNED, _("Planned")
    OPEN = rules.State.OPEN, _("In session")
    CLOSED = rules.State.CLOSED, _("Held")
    CANCELLED = rules.State.CANCELLED, _("Cancelled")
    MISSED = rules.State.MISSED, _("Not held")


class Meeting(models.Model):
    """One session of a series at a place on a day.

    `series` is the declaration as it stood when the session opened; until then it follows the
    current one. `nominal_date` is the day that the rule names, from which a holiday may have
    moved it; an extra session has none. `is_set_by_hand` keeps the plan from moving what a
    person moved. `revision` counts changes of time and cancellation, for calendars elsewhere;
    `version` grows with every act on the session itself, so that two at once notice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    series_key = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="meetings")
    place_path = models.CharField(max_length=255)
    date = models.DateField()
    nominal_date = models.DateField(null=True, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_set_by_hand = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=StateChoices.choices, default=StateChoices.PLANNED
    )
    revision = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    chair = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    minute_taker = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    minutes = models.TextField(blank=True)
    left_out_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cancelled_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "date"], name="meeting_by_place"),
            models.Index(fields=["series_key", "place", "-date"], name="meeting_by_series"),
            models.Index(fields=["state", "begins_at"], name="meeting_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series_key", "place", "date"], name="meeting_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["series_key", "place", "nominal_date"], name="meeting_once_as_planned"
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_begins", condition=Q(ends_at__gt=F("begins_at"))
            ),
            models.CheckConstraint(
                name="meeting_open_since",
                condition=~Q(state__in=["open", "closed"])
                | Q(opened_at__isnull=False, opened_by__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_closed_with_a_chair",
                condition=(
                    Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                    & Q(chair__isnull=False)
                )
                | (~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="meeting_cancelled_with_a_reason",
                condition=Q(cancelled_by__isnull=True)
                | (Q(state="cancelled") & ~Q(cancel_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_key} {self.date:%F}"


class Attendance(models.Model):
    """Somebody who was there: a person with the role they came in, or a guest by name."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    role = models.CharField(max_length=80, blank=True)
    guest = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(person__isnull=False),
                name="attendance_once",
            ),
            models.CheckConstraint(
                name="attendance_person_or_guest",
                condition=Q(person__isnull=False, guest="")
                | (Q(person__isnull=True) & ~Q(guest="")),
            ),
        ]

    def __str__(self) -> str:
        return self.guest or str(self.person_id)


class AgendaItem(models.Model):
    """One item: an incident or a free text, why it is up and for the how manieth time running.

    `decision` is a verb of incidents, `watch` (up again next time), or `agreed` of a free text;
    empty until the session decides. `category` is what kind of matter it was when the session
    opened, for papers do not change with what becomes of it later. `step` is what the decision did
    to the incident, and holds its words; `decision_text` are those of a decision without one. With
    `is_restricted` the incident is not for everybody's ears, though for all who were asked to
    come; its words are then on no paper.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="agenda_items", null=True, blank=True
    )
    category = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    text = models.CharField(max_length=500, blank=True)
    reasons = models.JSONField(default=list)
    appearance = models.PositiveSmallIntegerField(default=1)
    is_restricted = models.BooleanField(default=False)
    decision = models.CharField(max_length=20, blank=True)
    decision_text = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    step = models.OneToOneField(
        Step, on_delete=models.PROTECT, related_name="decided_in", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.UniqueConstraint(
                fields=["meeting", "incident"],
                condition=Q(incident__isnull=False),
                name="agenda_incident_once",
            ),
            models.CheckConstraint(
                name="agenda_incident_or_text",
                condition=Q(incident__isnull=False, text="")
                | (Q(incident__isnull=True) & ~Q(text="")),
            ),
            models.CheckConstraint(
                name="agenda_decided_whole",
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.text or self.incident_id}"


class Correction(models.Model):
    """What was added to the minutes after the session closed; the minutes themselves stay."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.written_at:%F}"
