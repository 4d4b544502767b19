"""Runs of procedures: each step, what was laid on the table, who sat on a panel; and designs.

The database refuses to change a step that is done, its evidence and its panel (`freezing.py`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place
from xiangyue.procedures import rules
from xiangyue.procedures.blueprint import EvidenceKind


class RunState(models.TextChoices):
    RUNNING = "running", _("Under way")
    DONE = "done", pgettext_lazy("procedure", "Finished")
    ENDED_EARLY = "ended_early", _("Ended early")


class StepState(models.TextChoices):
    WAITING = rules.State.WAITING, _("Not yet")
    OPEN = rules.State.OPEN, pgettext_lazy("step", "Now")
    DONE = rules.State.DONE, pgettext_lazy("step", "Done")
    LEFT_OUT = rules.State.LEFT_OUT, pgettext_lazy("step", "Left out")


class EvidenceKindChoices(models.TextChoices):
    TEXT = EvidenceKind.TEXT, pgettext_lazy("evidence", "Text")
    FILE = EvidenceKind.FILE, _("Document or picture")
    REFERENCE = EvidenceKind.REFERENCE, _("Something that stands elsewhere here")


class Run(models.Model):
    """One run of a procedure at a place, by the declarations as they stood when it began.

    `addition` are the place's own optional steps, as they stood then. The subject is what it is
    about, as in activity entries; empty when it is only about its title. `client_key` is the
    sender's, so that beginning it twice begins it once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    template_key = models.CharField(max_length=80)
    addition = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="procedure_runs")
    place_path = models.CharField(max_length=255)
    title = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=36, blank=True)
    is_public = models.BooleanField(default=True)
    state = models.CharField(
        max_length=12, choices=RunState.choices, default=RunState.RUNNING, db_index=True
    )
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    end_reason = models.CharField(max_length=300, blank=True)
    client_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "state"], name="run_by_place"),
            models.Index(fields=["template_key", "-began_at"], name="run_by_template"),
            models.Index(fields=["subject_type", "subject_id"], name="run_by_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="run_ended_whole",
                condition=Q(state="running", ended_at=None, ended_by=None)
                | (~Q(state="running") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="run_ended_early_with_a_reason",
                condition=(Q(state="ended_early") & ~Q(end_reason=""))
                | (~Q(state="ended_early") & Q(end_reason="")),
            ),
            models.CheckConstraint(
                name="run_subject_whole",
                condition=Q(subject_type="", subject_id="")
                | (~Q(subject_type="") & ~Q(subject_id="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StepRun(models.Model):
    """One step of a run. At most one is open; `clock` says until when it should be done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    is_optional = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.WAITING)
    opened_at = models.DateTimeField(null=True, blank=True)
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "key"], name="step_run_key_once"),
            models.UniqueConstraint(fields=["run", "position"], name="step_run_position_once"),
            models.UniqueConstraint(
                fields=["run"], condition=Q(state="open"), name="step_run_one_open"
            ),
            models.CheckConstraint(
                name="step_run_settled_whole",
                condition=Q(state__in=["waiting", "open"], done_at=None, done_by=None)
                | Q(
                    state__in=["done", "left_out"],
                    opened_at__isnull=False,
                    done_at__isnull=False,
                    done_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="step_run_mandatory_is_not_left_out",
                condition=~Q(state="left_out") | (Q(is_optional=True) & ~Q(note="")),
            ),
            models.CheckConstraint(
                name="step_run_open_since",
                condition=Q(state="waiting", opened_at=None)
                | (~Q(state="waiting") & Q(opened_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.key}"


class Evidence(models.Model):
    """What was laid on the table of a step, by its `digest` nothing twice.

    `is_drawn`: it came by itself from what stands elsewhere; None when somebody laid it down.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step_run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="evidence")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=EvidenceKindChoices.choices)
    text = models.TextField(blank=True)
    file = models.FileField(upload_to="procedures/%Y/%m", blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    byte_count = models.PositiveIntegerField(default=0)
    reference_type = models.CharField(max_length=60, blank=True)
    reference_id = models.CharField(max_length=36, blank=True)
    digest = models.CharField(max_length=64)
    is_drawn = models.BooleanField(null=True, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]
        verbose_name_plural = "evidence"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step_run", "key", "digest"], name="evidence_once"),
            # One thing proves one step, of whichever run.
            models.UniqueConstraint(
                fields=["reference_type", "reference_id"],
                condition=Q(kind="reference"),
                name="evidence_serves_one_step",
            ),
            models.CheckConstraint(
                name="evidence_is_one_thing",
                condition=(
                    Q(kind="text", file="", reference_type="", reference_id="") & ~Q(text="")
                )
                | (
                    Q(kind="file", text="", reference_type="", reference_id="")
                    & ~Q(file="")
                    & ~Q(content_type="")
                )
                | (
                    Q(kind="reference", text="", file="")
                    & ~Q(reference_type="")
                    & ~Q(reference_id="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.pk}"


class Concerned(models.Model):
    """Whom the run is about, or who proposed it: they and those close to them do not review it."""

    class As(models.TextChoices):
        SUBJECT = "subject", _("Is the subject")
        PROPOSER = "proposer", _("Proposed it")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="concerned")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    as_what = models.CharField(max_length=10, choices=As.choices)

    class Meta:
        verbose_name_plural = "concerned"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "person", "as_what"], name="concerned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.as_what}"


class Closeness(models.TextChoices):
    """How somebody on a panel stands to whom it is about; said by whoever names them."""

    NONE = "none", _("Not close to anybody it is about")
    SUBJECT = "subject", _("Is the subject or proposed it")
    RELATIVE = "relative", _("Close relative of the subject or the proposer")


class PanelSeat(models.Model):
    """Somebody who reviews. Who is close to it steps back; that, and why, is kept (REQ-L04)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step_run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="panel")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    name = models.CharField(max_length=60)
    is_woman = models.BooleanField(default=False)
    closeness = models.CharField(max_length=10, choices=Closeness.choices, default=Closeness.NONE)
    recused_at = models.DateTimeField(null=True, blank=True)
    recused_why = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["step_run", "person"],
                condition=Q(person__isnull=False),
                name="panel_seat_person_once",
            ),
            models.UniqueConstraint(
                fields=["step_run", "name"],
                condition=Q(person__isnull=True),
                name="panel_seat_name_once",
            ),
            models.CheckConstraint(
                name="panel_recused_with_a_reason",
                condition=Q(recused_at=None, recused_why="")
                | (Q(recused_at__isnull=False) & ~Q(recused_why="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DesignState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Waits for approval")
    IN_FORCE = "in_force", _("Came into force")
    RETURNED = "returned", _("Sent back")
    DROPPED = "dropped", _("Dropped")


class Design(models.Model):
    """A new version of a template, or a place's own steps, on its way through two people.

    With a `place` it holds that place's optional steps; without, a template of the county.
    `made_from` is the declaration that was in force when it was begun. `body` is what will be
    declared, as far as it is written; `version` grows with every change, so that two at once
    notice. `editors` are the keys of those who changed it: none of them approves it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    procedure_key = models.CharField(max_length=40)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    place_path = models.CharField(max_length=255, blank=True)
    made_from = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    body = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=DesignState.choices, default=DesignState.DRAFT)
    reason = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    editors = models.JSONField(default=list)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.CharField(max_length=300, blank=True)
    declared = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-began_at"], name="design_by_state"),
        ]
        constraints: ClassVar = [
            # SE01: whoever wrote or submitted it does not approve it.
            models.CheckConstraint(
                name="design_approved_by_another",
                condition=~Q(state="in_force")
                | (
                    Q(decided_by__isnull=False, submitted_by__isnull=False)
                    & ~Q(decided_by=models.F("submitted_by"))
                    & ~Q(decided_by=models.F("written_by"))
                ),
            ),
            models.UniqueConstraint(
                fields=["procedure_key", "place"],
                condition=Q(state__in=["draft", "submitted", "returned"], place__isnull=False),
                name="design_one_under_way_at_a_place",
            ),
            models.UniqueConstraint(
                fields=["procedure_key"],
                condition=Q(state__in=["draft", "submitted", "returned"], place__isnull=True),
                name="design_one_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_key} {self.state}"
