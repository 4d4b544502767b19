"""What residents order, what it costs, what was chosen, what became of it.

Amounts are integers in fen. Who supported an order is kept to tell them of it and shown to nobody;
a slip knows neither who filled it in nor when.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.ballots.models import Ballot, Roll
from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.identifiers import new_id
from xiangyue.orders import photo_models  # noqa: F401 - Django finds them here
from xiangyue.places.models import Person, Place
from xiangyue.publicity.models import Notice


class RoundState(models.TextChoices):
    NEEDS = "needs", _("Orders are taken")
    COSTING = "costing", _("Being costed")
    NOTICE = "notice", _("The projects are on the board")
    VOTE = "vote", _("The vote")
    DECIDED = "decided", _("Decided, being built")
    DONE = "done", _("All built and checked")
    STOPPED = "stopped", _("Stopped")


class Round(models.Model):
    """One budget that those who live from it decide over, from the first order to the last bill."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    about = models.TextField(blank=True)
    money_from = models.CharField(max_length=200)
    budget = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=RoundState.choices, default=RoundState.NEEDS)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    needs_until = models.DateTimeField()
    costing_until = models.DateField()
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    roll = models.ForeignKey(
        Roll, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ballot = models.OneToOneField(
        Ballot, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "-begun_at"], name="round_by_place"),
            models.Index(fields=["state", "needs_until"], name="round_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="round_has_money", condition=Q(budget__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title


class RefusedFor(models.TextChoices):
    UNLAWFUL = "unlawful", _("The law does not allow it")
    IMPOSSIBLE = "impossible", _("It cannot be built so")
    TOO_DEAR = "too_dear", _("It costs more than the whole budget")
    OTHERS = "others", _("Somebody else has to pay for it")
    PLANNED = "planned", _("It is being done already")


class ProjectState(models.TextChoices):
    DRAFT = "draft", _("Can be voted on")
    REFUSED = "refused", _("Not put to the vote")


class Building(models.TextChoices):
    """How far a project is that is paid for."""

    NONE = "", _("Not paid for")
    WAITING = "waiting", _("Paid for, not begun")
    BEGUN = "begun", _("Being built")
    BUILT = "built", _("Built, to be checked")
    CHECKED = "checked", _("Built and checked")


class Project(models.Model):
    """What is to be built, for how much, reckoned by whom; or why it is not put to the vote."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="projects")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    what = models.TextField()
    spot = models.CharField(max_length=80, blank=True)
    cost = models.BigIntegerField()
    upkeep = models.BigIntegerField(default=0)
    upkeep_by = models.CharField(max_length=80, blank=True)
    costed_by = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=ProjectState.choices, default=ProjectState.DRAFT)
    refused_for = models.CharField(max_length=10, choices=RefusedFor.choices, blank=True)
    refused_why = models.CharField(max_length=300, blank=True)
    building = models.CharField(max_length=8, choices=Building.choices, blank=True)
    final_cost = models.BigIntegerField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "number"], name="project_number_once"),
            models.CheckConstraint(name="project_costs_something", condition=Q(cost__gt=0)),
            models.CheckConstraint(name="project_upkeep", condition=Q(upkeep__gte=0)),
            models.CheckConstraint(
                name="project_refused_with_reason",
                condition=(Q(state="draft") & Q(refused_why="")) | ~Q(refused_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CostLine(models.Model):
    """One line of what a project costs."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=80)
    amount = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "position"], name="cost_line_once"),
            models.CheckConstraint(name="cost_line_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.what


class Need(models.Model):
    """What somebody orders, in a sentence. It ends in a project, or aside with a reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="needs")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=140)
    spot = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=40, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_at = models.DateTimeField()
    support_count = models.PositiveIntegerField(default=0)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="needs", null=True, blank=True
    )
    aside_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            models.Index(fields=["round", "-support_count"], name="need_by_support"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "number"], name="need_number_once"),
            models.CheckConstraint(
                name="need_said_by_somebody",
                condition=Q(by__isnull=False) | Q(entered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="need_in_one_place", condition=Q(project=None) | Q(aside_why="")
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_answered(self) -> bool:
        return self.project_id is not None or bool(self.aside_why)


class NeedSupport(models.Model):
    """Somebody wants the same. Counted for everybody; who it was serves to tell them alone."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="supports")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "person"], name="need_support_once"),
        ]

    def __str__(self) -> str:
        return ""


class Slip(models.Model):
    """What one voter marked by phone or tablet, without who and when.

    Its key is random; the row goes when the result is written, which holds all slips in order of
    what they say.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="slips")
    projects = models.JSONField()

    def __str__(self) -> str:
        return ""


class TypedSlip(models.Model):
    """One paper slip as one teller typed it; papers are numbered when they come out of the box."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="typed")
    number = models.PositiveIntegerField()
    teller = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    projects = models.JSONField()
    is_spoilt = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "number", "teller"], name="typed_slip_once_a_teller"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Outcome(models.Model):
    """What the vote came to; the database lets nothing of it change.

    `facts` hold every number that it rests on, all slips too, so that anybody can reckon it again;
    `digest` is the SHA-256 of their canonical bytes.
    """

    round = models.OneToOneField(
        Round, on_delete=models.PROTECT, primary_key=True, related_name="outcome"
    )
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    def __str__(self) -> str:
        return self.digest[:12]


class ProgressKind(models.TextChoices):
    BEGUN = "begun", _("Building has begun")
    NOTE = "note", _("News")
    BUILT = "built", _("It is built")
    FAULT = "fault", _("Checked: something is not right")
    CHECKED = "checked", _("Checked: it is right")


class Progress(models.Model):
    """A line of a project's story after the vote, by who builds it or who checks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="progress")
    kind = models.CharField(max_length=8, choices=ProgressKind.choices)
    text = models.CharField(max_length=300)
    cost = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="progress_cost", condition=Q(cost=None) | Q(cost__gte=0)),
        ]

    def __str__(self) -> str:
        return self.text
