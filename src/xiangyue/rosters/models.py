"""Turns of duty, and how they changed hands."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Organisation, Person
from xiangyue.rosters.rules import Stretch


class DutyTurn(models.Model):
    """Somebody on duty for a unit in [begins_at, ends_at).

    Until `published_at` only those who keep the roster see it. `revision` grows with every
    change, so that calendars take it over. That nobody is in two places at once is asked under
    a lock, and on PostgreSQL held by an exclusion constraint as well.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duty_turns")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duty_turns")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "begins_at"], name="duty_turn_by_unit"),
            models.Index(fields=["person", "begins_at"], name="duty_turn_by_person"),
            models.Index(fields=["ends_at"], name="duty_turn_by_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="duty_turn_ends_after_it_begins", condition=Q(ends_at__gt=F("begins_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.begins_at:%F %H:%M}"

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.begins_at, self.ends_at)


class ExchangeState(models.TextChoices):
    OPEN = "open", _("Waits for consent")
    DONE = "done", _("Agreed")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Lapsed")


class Exchange(models.Model):
    """A turn is to pass from one to another, perhaps against one of theirs; done when both agree.

    A turn has at most one open exchange at a time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    turn = models.ForeignKey(DutyTurn, on_delete=models.PROTECT, related_name="exchanges")
    return_turn = models.ForeignKey(
        DutyTurn, on_delete=models.PROTECT, related_name="returns", null=True, blank=True
    )
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    giver_agreed_at = models.DateTimeField(null=True, blank=True)
    taker_agreed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=8, choices=ExchangeState.choices, default=ExchangeState.OPEN
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["proposed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["turn"], condition=Q(state="open"), name="exchange_one_open"
            ),
            models.CheckConstraint(name="exchange_between_two", condition=~Q(giver=F("taker"))),
            models.CheckConstraint(
                name="exchange_done_with_both_consents",
                condition=~Q(state="done")
                | Q(giver_agreed_at__isnull=False, taker_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="exchange_open_or_ended",
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.turn_id} {self.state}"
