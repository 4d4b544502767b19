"""Issues that concern everyone, who supports them, and what became of them.

A support stays with the issue to which it was given. What an issue counts are the different
voices of it and of all that was merged into it, so that merging counts nobody twice and undoing
it is exact.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.deliberation import photo_models, rules  # noqa: F401 - Django finds them here
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place
from xiangyue.procedures.models import Run


class StateChoices(models.TextChoices):
    COLLECTED = rules.State.COLLECTED, pgettext_lazy("issue", "Waits for a yes or no")
    ACCEPTED = rules.State.ACCEPTED, pgettext_lazy("issue", "In deliberation")
    DECLINED = rules.State.DECLINED, pgettext_lazy("issue", "Not taken up")
    RESOLVED = rules.State.RESOLVED, pgettext_lazy("issue", "Settled on, being done")
    REJECTED = rules.State.REJECTED, pgettext_lazy("issue", "Decided against")
    SETTLED = rules.State.SETTLED, pgettext_lazy("issue", "Done and checked")
    ANSWERED = rules.State.ANSWERED, pgettext_lazy("issue", "Answered")
    MERGED = rules.State.MERGED, pgettext_lazy("issue", "Joined to another")
    WITHDRAWN = rules.State.WITHDRAWN, pgettext_lazy("issue", "Taken back")


class Source(models.TextChoices):
    RESIDENT = "resident", _("A resident said it")
    GRID = "grid", _("A grid worker or the clerk wrote it down")
    COURTYARD = "courtyard", _("Said in a courtyard")
    CONSULTATION = "consultation", _("Out of a consultation")
    INCIDENT = "incident", _("Out of a report")
    TOPIC_PETITION = "topic_petition", _("A wish for disclosure or a hearing")
    SPLIT = "split", _("Part of another issue")


class Asks(models.TextChoices):
    """What a petition of topic asks for (SY-26)."""

    DISCLOSED = "disclosed", _("To have something disclosed")
    HEARD = "heard", _("To have something heard in a meeting")


class Issue(models.Model):
    """Something that concerns everyone at a place, in a sentence and a few more words.

    `support_count` is kept by the services: the different voices of it and what was merged into
    it. `declined_count` is what it was when it was declined. Words that are not `is_shown` are
    read by its raiser and those who keep issues alone. `version` grows with every act of a
    keeper, so that two at once notice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="issues")
    place_path = models.CharField(max_length=255)
    topic = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=100)
    text = models.TextField()
    source = models.CharField(max_length=16, choices=Source.choices)
    asks = models.CharField(max_length=10, choices=Asks.choices, blank=True)
    origin_type = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=36, blank=True)
    raised_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=60, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    raised_at = models.DateTimeField()
    is_shown = models.BooleanField(default=False)
    hidden_why = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(
        max_length=10, choices=StateChoices.choices, default=StateChoices.COLLECTED
    )
    support_count = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True
    )
    merged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True
    )

    clock = models.ForeignKey(
        Clock, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reached_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    declined_count = models.PositiveIntegerField(default=0)
    asked_again_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    form = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="issues", null=True, blank=True
    )
    council_type = models.CharField(max_length=60, blank=True)
    council_id = models.CharField(max_length=36, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    client_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "-raised_at"], name="issue_by_place"),
            models.Index(fields=["state", "place_path"], name="issue_by_state"),
            models.Index(fields=["raised_by", "-raised_at"], name="issue_by_raiser"),
            models.Index(fields=["origin_type", "origin_id"], name="issue_by_origin"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="issue_has_words", condition=~Q(title="") & ~Q(text="")),
            models.CheckConstraint(
                name="issue_merged_whole",
                condition=Q(state="merged", merged_into__isnull=False, merged_by__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None, merged_by=None)),
            ),
            models.CheckConstraint(
                name="issue_is_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="issue_decided_with_a_reason",
                condition=~Q(state__in=["accepted", "declined", "resolved", "rejected"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="issue_in_deliberation_has_a_run",
                condition=~Q(state__in=["accepted", "resolved", "rejected", "settled"])
                | Q(run__isnull=False, form__isnull=False),
            ),
            models.CheckConstraint(
                name="issue_answered_with_words", condition=~Q(state="answered") | ~Q(answer="")
            ),
            models.CheckConstraint(
                name="issue_settled_whole",
                condition=Q(state="settled", settled_at__isnull=False)
                | (~Q(state="settled") & Q(settled_at=None)),
            ),
            models.CheckConstraint(
                name="issue_petition_says_what_it_asks",
                condition=(Q(source="topic_petition") & ~Q(asks="")) | ~Q(source="topic_petition"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_petition(self) -> bool:
        return self.asks != ""


class Support(models.Model):
    """One voice for an issue, where it was given.

    `voice` says whose: of a registered person by key, of anybody else by name and place. Who
    raised the issue is its first voice. Nobody's name is shown; those who were entered by
    somebody else and have no phone are told by the grid worker, who sees them for that alone.
    """

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="supports")
    voice = models.CharField(max_length=80)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=60, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    is_raiser = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "voice"], name="issue_voice_once"),
            models.CheckConstraint(
                name="issue_voice_is_somebodys", condition=Q(person__isnull=False) | ~Q(said_by="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="issue_voice_by_person")]

    def __str__(self) -> str:
        return str(self.pk)


class IssueStep(models.Model):
    """What happened to an issue, for everybody: no names of residents, nothing of a draft."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.name


class ResearchNote(models.Model):
    """What was found before the meeting (议前调研): words for everybody, documents for the desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="research")
    text = models.TextField()
    file = models.FileField(upload_to="deliberation/%Y/%m", blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    byte_count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.file_name or self.text[:40]


class Finding(models.TextChoices):
    LAWFUL = "lawful", _("The law allows it")
    CONDITIONS = "conditions", _("The law allows it under conditions")
    UNLAWFUL = "unlawful", _("The law does not allow it")


class LawyersNote(models.Model):
    """What the law says to an issue, by a lawyer (援法议事, SY-29). The latest one holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="lawyers_notes")
    lawyer = models.CharField(max_length=80)
    finding = models.CharField(max_length=10, choices=Finding.choices)
    text = models.TextField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["entered_at", "pk"]

    def __str__(self) -> str:
        return self.lawyer


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("It is to be done")
    REJECTED = "rejected", _("It is not to be done")
    PUT_OFF = "put_off", _("Put off; it comes up again")


class Resolution(models.Model):
    """What a meeting settled on. One that puts off leaves the issue in deliberation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="resolutions")
    text = models.TextField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    settled_in = models.CharField(max_length=120)
    reference_type = models.CharField(max_length=60, blank=True)
    reference_id = models.CharField(max_length=36, blank=True)
    resolved_on = models.DateField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["entered_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue"], condition=~Q(outcome="put_off"), name="resolution_stands_once"
            ),
            models.CheckConstraint(name="resolution_has_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class TaskKind(models.TextChoices):
    WORK = "work", _("Work to do")
    INCIDENT = "incident", _("A report to handle")
    SPENDING = "spending", _("Money to spend")
    NOTICE = "notice", _("A notice to put up")


class TaskStateChoices(models.TextChoices):
    OPEN = rules.TaskState.OPEN, pgettext_lazy("task", "To be done")
    DONE = rules.TaskState.DONE, pgettext_lazy("task", "Done, waits to be checked")
    CHECKED = rules.TaskState.CHECKED, pgettext_lazy("task", "Checked")
    DROPPED = rules.TaskState.DROPPED, pgettext_lazy("task", "Dropped")


class Task(models.Model):
    """What a resolution asks of somebody until a day (跟踪落实). Money is in cents.

    `reference_*` is the incident or notice that it became. Whoever does it, planned it or said
    that it is done never checks it (SE01, a constraint for the one who said so).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="tasks")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="tasks")
    place_path = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, choices=TaskKind.choices)
    text = models.CharField(max_length=300)
    who = models.CharField(max_length=80)
    doer = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    due_on = models.DateField()
    amount_cents = models.BigIntegerField(null=True, blank=True)
    reference_type = models.CharField(max_length=60, blank=True)
    reference_id = models.CharField(max_length=36, blank=True)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=TaskStateChoices.choices, default=TaskStateChoices.OPEN
    )
    done_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_note = models.CharField(max_length=500, blank=True)
    checked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    check_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "planned_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "place_path", "due_on"], name="task_by_state"),
            models.Index(fields=["reference_type", "reference_id"], name="task_by_reference"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="task_money_goes_with_spending",
                condition=Q(kind="spending", amount_cents__gt=0)
                | (~Q(kind="spending") & Q(amount_cents=None)),
            ),
            models.CheckConstraint(
                name="task_done_whole",
                condition=Q(state="open", done_by=None, done_at=None)
                | (Q(state="dropped") & ~Q(check_note=""))
                | (
                    Q(state__in=["done", "checked"])
                    & Q(done_by__isnull=False, done_at__isnull=False)
                    & ~Q(done_note="")
                ),
            ),
            models.CheckConstraint(
                name="task_checked_by_another",
                condition=~Q(state="checked")
                | (
                    Q(checked_by__isnull=False, checked_at__isnull=False)
                    & ~Q(checked_by=F("done_by"))
                    & ~Q(checked_by=F("planned_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
