"""Incidents, what happened to them, and what was shown and sent of them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.incidents import (
    photo_models,  # noqa: F401 - Django finds its models through this module
    rules,
    voice_models,  # noqa: F401 - and these
)
from xiangyue.incidents.indexes import INDEXES
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Organisation, Person, Place


class StateChoices(models.TextChoices):
    REPORTED = rules.State.REPORTED, _("To be dispatched")
    DISPATCHED = rules.State.DISPATCHED, _("To be taken on")
    IN_PROGRESS = rules.State.IN_PROGRESS, _("In progress")
    WAITING = rules.State.WAITING, _("Waiting")
    HANDLED = rules.State.HANDLED, _("To be verified")
    ANSWERED = rules.State.ANSWERED, _("Answered, awaiting your word")
    CLOSED = rules.State.CLOSED, _("Closed")
    MERGED = rules.State.MERGED, _("Merged")


class OutcomeChoices(models.TextChoices):
    FIXED = rules.Outcome.FIXED, _("Fixed")
    PARTLY_FIXED = rules.Outcome.PARTLY_FIXED, _("Partly fixed")
    NOT_FIXED = rules.Outcome.NOT_FIXED, _("Not fixed")
    EXPLAINED = rules.Outcome.EXPLAINED, _("Explained")
    REFERRED = rules.Outcome.REFERRED, _("Referred elsewhere")
    WITHDRAWN = rules.Outcome.WITHDRAWN, _("Withdrawn by the reporter")


class Channel(models.TextChoices):
    RESIDENT = "resident", _("Resident's phone")
    WORKER = "worker", _("Grid worker")
    COUNTER = "counter", _("Counter or neighbour")
    TELEPHONE = "telephone", _("Telephone")
    API = "api", _("Other software")


class AudienceChoices(models.TextChoices):
    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")
    CONFIDENTIAL = "confidential", _("Confidential")


class Urgency(models.IntegerChoices):
    NORMAL = 0, _("Normal")
    URGENT = 1, _("Urgent")
    EMERGENCY = 2, _("Emergency")


class LevelChoices(models.TextChoices):
    GRID = "grid", _("Grid")
    VILLAGE = "village", _("Village")
    TOWN = "town", _("Town")
    COUNTY = "county", _("County")


class ClosedHow(models.TextChoices):
    CONFIRMED = "confirmed", _("The reporter confirmed it")
    SILENCE = "silence", _("Seven days passed without objection")
    VERIFIED = "verified", _("Verified; there was no reporter to ask")
    WITHDRAWN = "withdrawn", _("The reporter withdrew it")


class Incident(models.Model):
    """A matter reported to the county, from the first word to the reporter's last.

    `hub` is the centre whose dispatchers watch over it, `unit` who has it in hand. `category`
    is the declaration as it stood when the report came in. `reporter` is empty for anonymous
    reports, and for categories that hide the reporter, whose identity is then only in
    `sealed_reporter` (PE02); such a matter `is_kept_from_village`, as it may be about the village.
    `version` grows with every act, so that two people acting at once
    notice. `told_at` is when what others are told of it last changed; `written_at` when it was
    written without network, as the sender says. Of a matter that is `forgotten_at` only the
    tombstone is left (GD09).
    """

    number = models.CharField(max_length=16, unique=True)
    slip_digest = models.CharField(max_length=64, unique=True)
    client_key = models.UUIDField(null=True, blank=True, unique=True)
    category = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    category_key = models.CharField(max_length=80)
    description = models.TextField()
    answers = models.JSONField(default=dict, blank=True)
    grams = models.TextField(blank=True)
    public_summary = models.CharField(max_length=200, blank=True)
    audience = models.CharField(max_length=12, choices=AudienceChoices.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    urgency = models.SmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="incidents")
    place_path = models.CharField(max_length=255)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    reporter = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="incidents",
        null=True,
        blank=True,
        db_index=False,  # incident_by_reporter begins with it
    )
    sealed_reporter = models.TextField(blank=True)
    reporter_tag = models.CharField(max_length=64, blank=True)
    is_kept_from_village = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )

    state = models.CharField(
        max_length=12, choices=StateChoices.choices, default=StateChoices.REPORTED
    )
    level = models.CharField(max_length=8, choices=LevelChoices.choices)
    hub = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="incidents",
        db_index=False,  # incident_inbox begins with it
    )
    suggested_unit = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    handler = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="merged",
        null=True,
        blank=True,
        db_index=False,
    )
    hop_count = models.PositiveSmallIntegerField(default=0)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    is_supervised = models.BooleanField(default=False)
    watch_level = models.CharField(max_length=8, choices=LevelChoices.choices, blank=True)

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    respond_due_at = models.DateTimeField(null=True, blank=True)
    watch_at = models.DateTimeField(null=True, blank=True)

    outcome = models.CharField(max_length=12, choices=OutcomeChoices.choices, blank=True)
    reply = models.TextField(blank=True)
    handled_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    verified_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_how = models.CharField(max_length=12, choices=ClosedHow.choices, blank=True)

    created_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    taken_on_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    confirm_until_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = INDEXES
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incident_closed_only_when_answered",
                condition=~Q(state="closed")
                | Q(outcome="withdrawn")
                | (Q(answered_at__isnull=False) & ~Q(reply="") & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="incident_verifier_is_not_handler",
                condition=Q(verified_by__isnull=True)
                | Q(handled_by__isnull=True)
                | ~Q(verified_by=F("handled_by")),
            ),
            models.CheckConstraint(
                name="incident_answered_only_when_verified",
                condition=~Q(state="answered") | Q(verified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_merged_into_another",
                condition=(Q(state="merged") & Q(merged_into__isnull=False))
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_forgotten_names_nobody",
                condition=Q(forgotten_at__isnull=True)
                | Q(
                    description="",
                    address="",
                    public_summary="",
                    grams="",
                    sealed_reporter="",
                    reporter_tag="",
                    reporter__isnull=True,
                    latitude__isnull=True,
                    state__in=["closed", "merged"],
                ),
            ),
            models.CheckConstraint(
                name="incident_reporter_open_or_sealed",
                condition=Q(reporter__isnull=True) | Q(sealed_reporter=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """One thing that happened to an incident: who, for which unit, what, why; never changed.

    Steps with `is_told` are what the reporter sees. `actor` is empty for the reporter of a
    category that hides them, and for what the clock did.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    right = models.CharField(max_length=12, blank=True)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    from_unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    to_unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.TextField(blank=True)
    is_told = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%F}"


class PhotoStage(models.TextChoices):
    REPORT = "report", _("With the report")
    HANDLING = "handling", _("From the handling")


class Photo(models.Model):
    """A picture of the matter; stripped of place and camera before it is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="photos")
    stage = models.CharField(max_length=8, choices=PhotoStage.choices)
    file = models.FileField(upload_to="photos/%Y/%m")
    thumbnail = models.FileField(upload_to="thumbnails/%Y/%m")
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "digest"], name="photo_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SavedView(models.Model):
    """A filter of the desk's inbox under a name of its owner's choosing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SentAct(models.Model):
    """An act that arrived under its sender's key, which is done once (see `sent.py`).

    `sender` is a keyed tag. `recorded_at` is what the phone's clock said; `offset_seconds` is by
    how much the server's clock was ahead of it, as far as the phone knew. Neither decides anything.
    """

    key = models.UUIDField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    step = models.OneToOneField(
        Step, on_delete=models.PROTECT, related_name="sent", null=True, blank=True
    )
    verb = models.CharField(max_length=20)
    sender = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    arrived_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, blank=True)
    offset_seconds = models.BigIntegerField(null=True, blank=True)
    is_clock_changed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.key)
