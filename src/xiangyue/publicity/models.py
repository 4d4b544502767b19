"""Notices as they were published, objections and their answers, drafts, and what is attached.

The database refuses to change what was published, said and answered (`freezing.py`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.documents.models import AttachedFile
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place
from xiangyue.publicity import rules


class StateChoices(models.TextChoices):
    UP = rules.State.UP, _("On the board")
    ENDED = rules.State.ENDED, _("Off the board")
    TAKEN_DOWN = rules.State.TAKEN_DOWN, _("Taken down")


class ShownChoices(models.TextChoices):
    NOTHING = rules.Shown.NOTHING, _("Only that there was an objection, and its answer")
    WORDS = rules.Shown.WORDS, _("My words too, without my name")
    NAME = rules.Shown.NAME, _("My words and my name")


class Notice(models.Model):
    """One notice on a place's board.

    `kind` is the declaration's key and `declaration` its version when published. `subject_*` says
    what it is about, as in the activity record. It runs over `[begins_on, ends_on)` and stays
    until `stays_until`. `facts` holds tables: `{"tables": [{"title", "columns", "rows"}]}`.
    `digest` is over what was published and outlives the words, which a take-down may erase.
    `window_ended_at` and `settled_at` are set once; settled is ended with every objection
    answered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=80)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="notices")
    place_path = models.CharField(max_length=255)
    title = models.CharField(max_length=100)
    body = models.TextField()
    facts = models.JSONField(default=dict)
    names_people = models.BooleanField(default=False)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    begins_on = models.DateField()
    ends_on = models.DateField()
    objections_until = models.DateField(null=True, blank=True)
    stays_until = models.DateField()

    state = models.CharField(max_length=10, choices=StateChoices.choices, default=StateChoices.UP)
    window_ended_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    taken_down_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    take_down_reason = models.CharField(max_length=300, blank=True)
    is_erased = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "-published_at"], name="notice_by_place"),
            models.Index(fields=["subject_type", "subject_id"], name="notice_by_subject"),
            models.Index(
                fields=["ends_on"], name="notice_running", condition=Q(window_ended_at=None)
            ),
            models.Index(fields=["stays_until"], name="notice_up", condition=Q(state="up")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_days_in_order",
                condition=Q(ends_on__gt=F("begins_on"), stays_until__gte=F("ends_on")),
            ),
            models.CheckConstraint(
                name="notice_objections_within_its_window",
                condition=Q(objections_until=None)
                | Q(objections_until__gt=F("begins_on"), objections_until__lte=F("ends_on")),
            ),
            models.CheckConstraint(
                name="notice_taken_down_with_a_reason",
                condition=(Q(state="taken_down", taken_down_at__isnull=False))
                & ~Q(take_down_reason="")
                | ~Q(state="taken_down") & Q(taken_down_at=None, take_down_reason=""),
            ),
            models.CheckConstraint(
                name="notice_words_are_there_or_erased",
                condition=Q(is_erased=False) & ~Q(title="") & ~Q(body="")
                | Q(is_erased=True, state="taken_down", title="", body=""),
            ),
            models.CheckConstraint(
                name="notice_settled_after_its_window",
                condition=Q(settled_at=None) | Q(window_ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_subject_whole",
                condition=Q(subject_type="", subject_id="")
                | ~Q(subject_type="") & ~Q(subject_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_readable(self) -> bool:
        """Whether everybody may read the words now."""
        return rules.is_readable(state=rules.State(self.state), names_people=self.names_people)


class Objection(models.Model):
    """What somebody said against a notice, or asked of it, and the answer.

    Who said it is a person with an account, or `said_by` in words, or nobody who gave a name; only
    those who answer see it. With `is_removal` somebody who is named asks to be taken out, which is
    answered within a day (REQ-L05). With `is_withheld` whoever answered keeps its words from
    everybody, as when they name others. Whoever holds the receipt's code reads the answer. `clock`
    runs until the answer. `receipt_code` is no column: the service says it once.
    """

    receipt_code: str = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    position = models.PositiveIntegerField()
    client_key = models.UUIDField(unique=True)
    receipt_digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=100, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    text = models.TextField()
    is_removal = models.BooleanField(default=False)
    shown = models.CharField(
        max_length=8, choices=ShownChoices.choices, default=ShownChoices.NOTHING
    )
    received_at = models.DateTimeField()
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="+")

    answer = models.TextField(blank=True)
    is_upheld = models.BooleanField(null=True, blank=True)
    is_withheld = models.BooleanField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["notice", "position"]
        indexes: ClassVar = [
            models.Index(
                fields=["notice"], name="objection_unanswered", condition=Q(answered_at=None)
            ),
            models.Index(fields=["person", "-received_at"], name="objection_by_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "position"], name="objection_position_once"),
            models.CheckConstraint(name="objection_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="objection_answered_whole",
                condition=(
                    Q(answered_at=None, answer="", is_upheld=None, answered_by=None)
                    | Q(
                        answered_at__isnull=False,
                        is_upheld__isnull=False,
                        answered_by__isnull=False,
                    )
                    & ~Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.position}"


class NoticeDraft(models.Model):
    """What a clerk is writing; nobody else reads it. `version` lets two at once notice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    title = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    table = models.TextField(blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    names_people = models.BooleanField(default=False)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "-written_at"], name="notice_draft_by_place")
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)


class Attachment(AttachedFile):
    """A photo or PDF of a draft, and from its publication on of the notice alone.

    Then nothing of it changes: its digest is part of the notice's. Where a take-down erases the
    words, the file and its name go too. `small` is where a picture lies as lists show it.
    """

    draft = models.ForeignKey(
        NoticeDraft, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True
    )
    small = models.CharField(max_length=120, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(AttachedFile.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                name="attachment_of_a_draft_or_a_notice",
                condition=Q(draft=None, notice__isnull=False) | Q(draft__isnull=False, notice=None),
            ),
            models.CheckConstraint(
                name="attachment_of_a_draft_is_there",
                condition=Q(draft=None) | ~Q(file=""),
            ),
            models.UniqueConstraint(fields=["draft", "digest"], name="attachment_of_draft_once"),
            models.UniqueConstraint(fields=["notice", "digest"], name="attachment_of_notice_once"),
        ]
