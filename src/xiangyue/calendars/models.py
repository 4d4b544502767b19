"""Holidays and make-up days, and the clocks that follow them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.calendars import rules
from xiangyue.kernel.identifiers import new_id


class Holiday(models.Model):
    """A day that differs from what its weekday says, by the State Council's yearly notice.

    A day that staff set back stays as an `ordinary` row, so that seeding cannot bring it back.
    `moved_count` is no column: the services that edit a day say in it how many running clocks
    the edit moved.
    """

    moved_count: int = 0

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        WORKDAY = "workday", _("Make-up working day")
        ORDINARY = "ordinary", _("As the weekday says")

    class Source(models.TextChoices):
        PUBLISHED = "published", _("Published holiday notice")
        STAFF = "staff", _("Set by staff")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    date = models.DateField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["holiday", "workday", "ordinary"]),
                name="holiday_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="ordinary") | ~Q(name=""), name="holiday_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%F} {self.name}"


class Clock(models.Model):
    """How long something may take, from when, and when it is therefore due.

    `due_at` is set exactly while the clock runs, so that what is overdue is one index range.
    `last_due_at` is the due time with which the clock stopped; later edits of the calendar do
    not rewrite it. It is empty when the clock stopped during a pause before it was due.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    limit = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    last_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="clock_running_by_due", condition=Q(due_at__isnull=False)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, paused_at__isnull=True, stopped_at__isnull=True)
                | Q(due_at__isnull=True, paused_at__isnull=False, stopped_at__isnull=True)
                | Q(due_at__isnull=True, paused_at__isnull=True, stopped_at__isnull=False),
                name="clock_runs_or_pauses_or_stopped",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("started_at")),
                name="clock_due_after_start",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(paused_at__gte=F("started_at")),
                name="clock_paused_after_start",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="clock_stopped_after_start",
            ),
            models.CheckConstraint(
                condition=Q(last_due_at__isnull=True) | Q(stopped_at__isnull=False),
                name="clock_last_due_when_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.started_at:%F %H:%M}"

    @property
    def is_running(self) -> bool:
        return self.due_at is not None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None

    @property
    def has_missed(self) -> bool:
        """Whether it stopped after it was due."""
        return (
            self.stopped_at is not None
            and self.last_due_at is not None
            and self.stopped_at > self.last_due_at
        )

    def is_overdue(self, at: datetime) -> bool:
        """Whether it runs and its due time has passed; at the due time it has not."""
        return self.due_at is not None and self.due_at < at

    def parsed_limit(self) -> rules.Limit:
        return rules.Limit.parse(self.limit)


class ClockPause(models.Model):
    """`[paused_at, resumed_at)`, why, and by whom."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    paused_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    actor_id = models.UUIDField(null=True)
    resumed_by_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["paused_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(resumed_at__isnull=True),
                name="clock_has_one_open_pause",
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")),
                name="pause_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.paused_at:%F %H:%M} {self.reason}"


class ClockExtension(models.Model):
    """Time that was added to a limit: how much, why, who asked and who approved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    limit = models.CharField(max_length=8)
    reason = models.CharField(max_length=200)
    requested_by_id = models.UUIDField(null=True)
    approved_by_id = models.UUIDField(null=True)
    extended_at = models.DateTimeField()

    class Meta:
        ordering = ["extended_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"+{self.limit} {self.reason}"


class ClockChange(models.Model):
    """Another limit for a running clock, as when its priority changes; the start stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    limit_before = models.CharField(max_length=8)
    limit_after = models.CharField(max_length=8)
    reason = models.CharField(max_length=200)
    actor_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["changed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="clock_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.limit_before} > {self.limit_after}"
