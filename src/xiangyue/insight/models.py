"""What the figures know: one row an incident, and the counts of each place's months.

Nothing here names or counts a person (KPI-28): who handled, verified or reported a matter is not
known to figures at all.
"""

from typing import ClassVar

from django.db import models

from xiangyue.incidents.models import Incident


class Finding(models.Model):
    """What the figures know of one incident as it stood at `version`.

    Each `*_day` is a civil day in Shanghai and puts the incident in a period: the day on which
    it came in, its deadline passed, it was last answered, first ended (closed or objected to),
    closed, last rated. A matter that counts nowhere says why in `left_out`.

    `recheck_at` is when the passing of time alone changes the row: its deadline passes.
    `worked_hours` are the begun working hours that its clock ran until the answer; they are fixed
    then, and a holiday edited later does not rewrite them.
    """

    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    version = models.PositiveIntegerField()
    place_path = models.CharField(max_length=255)
    is_confidential = models.BooleanField()
    channel = models.CharField(max_length=12)
    left_out = models.CharField(max_length=10, blank=True)
    recheck_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    accepted_day = models.DateField()
    due_day = models.DateField(null=True)
    answered_day = models.DateField(null=True)
    ended_day = models.DateField(null=True)
    closed_day = models.DateField(null=True)
    rated_day = models.DateField(null=True)

    is_due = models.BooleanField()
    is_response_due = models.BooleanField()
    is_response_in_time = models.BooleanField()
    is_answered = models.BooleanField()
    is_in_time = models.BooleanField()
    is_late = models.BooleanField()
    is_closed = models.BooleanField()
    is_askable = models.BooleanField()
    is_rated = models.BooleanField()
    is_satisfied = models.BooleanField()
    is_reworked = models.BooleanField()
    is_above_grid = models.BooleanField()
    is_direct = models.BooleanField()
    first_level = models.CharField(max_length=8)
    level = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12, blank=True)
    worked_hours = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "accepted_day"], name="finding_by_place"),
            models.Index(fields=["accepted_day"], name="finding_by_accepted"),
            models.Index(fields=["due_day"], name="finding_by_due"),
            models.Index(fields=["closed_day"], name="finding_by_closed"),
            models.Index(
                fields=["recheck_at"],
                condition=models.Q(recheck_at__isnull=False),
                name="finding_to_recheck",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.version}"


class MonthCount(models.Model):
    """What was counted at a place and below it in one month.

    `ratios` has for each indicator [numerator, denominator], `hours` for each number of worked
    hours how many matters took so many. Confidential matters are in rows of their own.
    """

    place_path = models.CharField(max_length=255)
    month = models.DateField()
    is_confidential = models.BooleanField()
    ratios = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place_path", "month", "is_confidential"], name="month_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_path} {self.month:%Y-%m}"


class Progress(models.Model):
    """How far the counting has come: one row.

    Once, all incidents are gone through by their keys; `walked_to` is None when that is done.
    After it the sealed record is followed: `leaf_index` is the first leaf not yet looked at.
    `burden_month` is the last month of which the burden was counted.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    walked_to = models.BigIntegerField(null=True, default=0)
    leaf_index = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    burden_month = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="progress_is_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"leaf {self.leaf_index}"


class BurdenMonth(models.Model):
    """What software asked of a village in one month that has ended (N12, KPI-30).

    `form_count` forms with `field_count` fields were filled in by `worker_count` people;
    `spread` says for each band of entries how many of them there were. Who they are was
    forgotten as soon as this was counted.
    """

    place_path = models.CharField(max_length=255)
    month = models.DateField()
    form_count = models.PositiveIntegerField()
    field_count = models.PositiveIntegerField()
    worker_count = models.PositiveIntegerField()
    forms = models.JSONField(default=dict)
    spread = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place_path", "month"], name="burden_month_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place_path} {self.month:%Y-%m}"
