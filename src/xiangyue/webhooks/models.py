"""Who outside is told of what happens, and what became of each telling."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class Pause(models.TextChoices):
    BY_HAND = "by_hand", _("Paused by hand")
    FAILING = "failing", _("It did not answer for three days")
    GONE = "gone", _("It said that it is gone for good")


class Endpoint(models.Model):
    """An address outside that is told of certain activities, in their order.

    `next_index` is the first leaf of the sealed record that has not been looked at for it: all
    that it is to hear of lies behind. `secret` and `old_secret` are encrypted; while the old one
    still holds, both sign. One worker at a time serves an endpoint, until `claimed_until`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    names = models.JSONField()
    source = models.CharField(max_length=200)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    next_index = models.BigIntegerField()
    next_attempt_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    failure_count = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause = models.CharField(max_length=8, choices=Pause.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="endpoint_paused_for_a_reason",
                condition=Q(paused_at=None, pause="") | (Q(paused_at__isnull=False) & ~Q(pause="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(paused_at=None, ended_at=None),
                name="endpoint_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SendingState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    DELIVERED = "delivered", _("Delivered")
    LEFT_OUT = "left_out", _("Left out by hand")
    WITHHELD = "withheld", _("Withheld, as it became confidential")


class Sending(models.Model):
    """One event on its way to one endpoint; what it says is made anew from the record each time.

    Its `id` is the webhook-id of every attempt, by which the receiver knows a repetition.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="sendings")
    entry_id = models.BigIntegerField()
    leaf_index = models.BigIntegerField()
    name = models.CharField(max_length=80)
    state = models.CharField(
        max_length=9, choices=SendingState.choices, default=SendingState.WAITING
    )
    attempt_count = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "entry_id"], name="sending_once"),
            models.CheckConstraint(
                name="sending_delivered_has_a_time",
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sending_counts_attempts",
                condition=Q(attempted_at__isnull=True) | Q(attempt_count__gte=1),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "state", "leaf_index"], name="sending_in_order"),
            models.Index(fields=["endpoint", "-leaf_index"], name="sending_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.entry_id}"
