"""What is asked of many, what they said without their names, hands that were counted, reasons.

Whoever answers is a `Participant`: a keyed digest in place of the person, so that no row says what
a named person thinks. Answers carry no time, for a time would tell whose they are.
"""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place


def _number() -> int:
    return secrets.randbelow(10**9)


class Consultation(models.Model):
    """A question to all who live at a place, from `opens_at` until `closes_at`.

    `map` is the opinion map as last reckoned (`mapping.py` says its shape); `is_stale` that
    answers changed since.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Running")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="consultations")
    place_path = models.CharField(max_length=255)
    title = models.CharField(max_length=100)
    background = models.TextField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    participant_count = models.PositiveIntegerField(default=0)
    is_stale = models.BooleanField(default=False)
    map = models.JSONField(default=dict)
    mapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "-opens_at"], name="consultation_by_place"),
            models.Index(
                fields=["closes_at"], name="consultation_running", condition=Q(state="open")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="consultation_closes_after_it_opens",
                condition=Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="consultation_closed_whole",
                condition=Q(state="open", closed_at=None)
                | Q(state="closed", closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """Somebody who answers; `number` stands for them in exports and means nothing elsewhere."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="participants"
    )
    digest = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=_number)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "digest"], name="participant_once"),
            models.UniqueConstraint(fields=["consultation", "number"], name="participant_number"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class HiddenFor(models.TextChoices):
    NAMES = "names", _("It names or hurts somebody")
    FALSE = "false", _("It states as fact what is not so")
    REPEATS = "repeats", _("It says what another statement says")
    OFF_TOPIC = "off_topic", _("It is about something else")
    UNLAWFUL = "unlawful", _("It breaks the law")


class Statement(models.Model):
    """A sentence one can agree with. Who proposed it is nobody's business.

    Hidden with a reason that everybody can read; whoever proposed it may appeal once, and
    somebody else decides. `answered_count` counts phone answers, so that the least answered
    comes first.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits to be looked at")
        OPEN = "open", _("Put to all")
        HIDDEN = "hidden", _("Hidden")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="statements"
    )
    position = models.PositiveIntegerField()
    text = models.CharField(max_length=140)
    proposer = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    answered_count = models.PositiveIntegerField(default=0)
    moderated_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    hidden_for = models.CharField(max_length=10, choices=HiddenFor.choices, blank=True)
    hidden_why = models.CharField(max_length=200, blank=True)
    appeal = models.CharField(max_length=300, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_answer = models.CharField(max_length=300, blank=True)
    appeal_decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    appeal_decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["consultation", "position"]
        indexes: ClassVar = [
            models.Index(
                fields=["consultation", "answered_count", "position"], name="statement_next"
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "position"], name="statement_position_once"
            ),
            models.CheckConstraint(name="statement_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="statement_hidden_with_a_reason",
                condition=~Q(state="hidden") | ~Q(hidden_for="") & ~Q(hidden_why=""),
            ),
            models.CheckConstraint(
                name="statement_appeal_decided_by_another",
                condition=Q(appeal_decided_by=None)
                | (Q(moderated_by__isnull=False) & ~Q(appeal_decided_by=F("moderated_by"))),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def appeal_waits(self) -> bool:
        return self.appealed_at is not None and self.appeal_decided_at is None


class Answer(models.Model):
    """What a participant thinks of a statement: 1 agrees, -1 disagrees, 0 passes."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="answers")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="answers")
    value = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participant", "statement"], name="answer_once"),
            models.CheckConstraint(name="answer_known", condition=Q(value__in=[-1, 0, 1])),
        ]

    def __str__(self) -> str:
        return str(self.value)


class ShowOfHands(models.Model):
    """Hands counted in one courtyard on one statement (院坝协商, LP-32).

    They stand beside the phone answers and are never part of the opinion map.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="hands")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    present_count = models.PositiveIntegerField()
    agree_count = models.PositiveIntegerField()
    disagree_count = models.PositiveIntegerField()
    pass_count = models.PositiveIntegerField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "place"], name="hands_once_a_place"),
            models.CheckConstraint(
                name="hands_no_more_than_present",
                condition=Q(
                    present_count__gte=F("agree_count") + F("disagree_count") + F("pass_count")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.place_id}"


class Reason(models.Model):
    """Why one agrees or disagrees; by whom is nobody's business. Hidden ones say why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="reasons")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    is_for = models.BooleanField()
    text = models.CharField(max_length=200)
    support_count = models.PositiveIntegerField(default=0)
    hidden_for = models.CharField(max_length=10, choices=HiddenFor.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["-support_count", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="reason_has_words", condition=~Q(text="")),
            models.UniqueConstraint(
                fields=["statement", "participant", "is_for"], name="reason_once_a_side"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Support(models.Model):
    """That a participant finds a reason good."""

    reason = models.ForeignKey(Reason, on_delete=models.PROTECT, related_name="supports")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reason", "participant"], name="reason_support_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)
