"""Meetings called for a purpose: their agenda, who is invited and came, who spoke.

What was moved and decided is in `motion_models.py`, what was signed in `minutes_models.py`. The
database refuses to change what has been decided, signed or added afterwards (`freezing.py`).
Who did not come stands nowhere.
"""

from secrets import token_hex
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiangyue.assemblies import rules
from xiangyue.ballots.models import Ballot, Roll, RollEntry
from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place
from xiangyue.publicity.models import Notice


class StateChoices(models.TextChoices):
    ANNOUNCED = rules.State.ANNOUNCED, _("Announced")
    OPEN = rules.State.OPEN, pgettext_lazy("sitting", "In session")
    CLOSED = rules.State.CLOSED, _("Held, minutes not signed yet")
    SIGNED = rules.State.SIGNED, _("Held, minutes signed")
    CALLED_OFF = rules.State.CALLED_OFF, _("Called off")


def _person(**facts: object) -> "models.ForeignKey[Person, Person]":
    return models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", **facts)  # type: ignore[arg-type] # null and blank alone


class Sitting(models.Model):
    """One meeting, from its announcement to its signed minutes.

    `declaration` is its kind as it stood when it was announced. With a `roll`, its entries are
    who counts; without, `expected_count` of those who belong. `council_id` says of which council,
    `item_now` what is before the room. `screen_key` makes the codes on the screen and leaves the
    server never. `revision` counts changes of time and place, for those who are told; `version`
    grows with every act on the sitting itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_key = models.UUIDField(unique=True, null=True, blank=True)
    kind = models.CharField(max_length=80)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sittings")
    place_path = models.CharField(max_length=255)
    council_id = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=100)
    where = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=StateChoices.choices, default=StateChoices.ANNOUNCED
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    announced_on = models.DateField()
    announced_at = models.DateTimeField()
    announced_by = _person(null=True, blank=True)
    roll = models.ForeignKey(
        Roll, on_delete=models.PROTECT, related_name="sittings", null=True, blank=True
    )
    expected_count = models.PositiveIntegerField(null=True, blank=True)
    chair = _person(null=True, blank=True)
    minute_taker = _person(null=True, blank=True)
    screen_key = models.CharField(max_length=64, default=token_hex, editable=False)
    item_now = models.ForeignKey(
        "Item", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revision = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    change_reason = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = _person(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = _person(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "-starts_at"], name="sitting_by_place"),
            models.Index(fields=["state", "starts_at"], name="sitting_by_state"),
            models.Index(fields=["council_id"], name="sitting_by_council"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sitting_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="sitting_called_off_with_a_reason",
                condition=~Q(state="called_off") | ~Q(change_reason=""),
            ),
            models.CheckConstraint(
                name="sitting_held_by_somebody",
                condition=Q(state__in=["announced", "called_off"])
                | Q(opened_at__isnull=False, chair__isnull=False, minute_taker__isnull=False),
            ),
            models.CheckConstraint(
                name="sitting_chair_writes_no_minutes",
                condition=Q(chair__isnull=True) | ~Q(chair=F("minute_taker")),
            ),
            models.CheckConstraint(
                name="sitting_closed_and_signed_with_moments",
                condition=(
                    Q(state__in=["announced", "open", "called_off"], closed_at=None, signed_at=None)
                    | Q(state="closed", closed_at__isnull=False, signed_at=None)
                    | Q(state="signed", closed_at__isnull=False, signed_at__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One thing on the agenda; `noticed_on` is the day on which it was last announced.

    `matter` is a reserved matter's key (EL05), "" when it is none. `subject_*` says what it is
    about, as in the activity record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    matter = models.CharField(max_length=80, blank=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    ballot = models.ForeignKey(
        Ballot, on_delete=models.PROTECT, related_name="sitting_items", null=True, blank=True
    )
    noticed_on = models.DateField()
    added_by = _person(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="sitting_item_by_subject")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sitting", "position"], name="sitting_item_position_once"
            ),
            models.UniqueConstraint(
                fields=["sitting", "ballot"],
                condition=Q(ballot__isnull=False),
                name="sitting_item_ballot_once",
            ),
            models.CheckConstraint(
                name="sitting_item_subject_whole",
                condition=Q(subject_type="", subject_id="")
                | ~Q(subject_type="") & ~Q(subject_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Invitation(models.Model):
    """Somebody who is asked to come; `told_revision` is what they have been told of last."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told_revision = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sitting", "person"], name="invitation_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Coming(models.Model):
    """Somebody says that they will come, or cannot; it is deleted when the sitting is over."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="comings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_coming = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sitting", "person"], name="coming_said_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class WishState(models.TextChoices):
    ASKED = "asked", _("Waits for an answer")
    TAKEN = "taken", _("On the agenda")
    DECLINED = "declined", _("Not on this agenda")


class Wish(models.Model):
    """Somebody asks for an item; each is answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="wishes")
    person = _person(null=True, blank=True)
    said_by = models.CharField(max_length=60, blank=True)
    entered_by = _person(null=True, blank=True)
    text = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WishState.choices, default=WishState.ASKED)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = _person(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="wishes", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="wish_answered_whole",
                condition=Q(state="asked", answered_at=None, item=None)
                | Q(state="taken", answered_at__isnull=False, item__isnull=False)
                | Q(state="declined", answered_at__isnull=False) & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Here(models.TextChoices):
    QR = "qr", _("By the code on the screen")
    LIST = "list", _("Marked at the door")
    DESK = "desk", _("Typed in from the paper list")


class Attendance(models.Model):
    """Somebody who is here: counted once, however they came in.

    `entry` is their place on the roll, which counts for the quorum; without a roll `is_voice`
    says whether they belong. Guests have neither.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="attendances")
    person = _person(null=True, blank=True)
    entry = models.ForeignKey(
        RollEntry, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    name = models.CharField(max_length=60)
    is_voice = models.BooleanField(default=False)
    how = models.CharField(max_length=4, choices=Here.choices)
    at = models.DateTimeField()
    entered_by = _person(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sitting", "person"],
                condition=Q(person__isnull=False),
                name="here_person_once",
            ),
            models.UniqueConstraint(
                fields=["sitting", "entry"],
                condition=Q(entry__isnull=False),
                name="here_entry_once",
            ),
            models.UniqueConstraint(
                fields=["sitting", "name"],
                condition=Q(person__isnull=True, entry__isnull=True),
                name="here_name_once",
            ),
            models.CheckConstraint(name="here_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="here_entry_is_a_voice", condition=Q(entry__isnull=True) | Q(is_voice=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TurnState(models.TextChoices):
    WAITING = "waiting", _("Waits to speak")
    SPEAKING = "speaking", _("Speaks")
    SPOKE = "spoke", _("Has spoken")
    STEPPED_BACK = "stepped_back", _("Stepped back")


class Turn(models.Model):
    """Somebody who is here asks to speak to an item."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="turns")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="turns")
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="turns")
    state = models.CharField(max_length=12, choices=TurnState.choices, default=TurnState.WAITING)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "attendance"],
                condition=Q(state__in=["waiting", "speaking"]),
                name="turn_asked_once",
            ),
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(state="speaking"), name="turn_one_speaks"
            ),
        ]

    def __str__(self) -> str:
        return self.state


class Note(models.Model):
    """What was said to an item, as the minute taker wrote it down."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="notes")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    written_by = _person()
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]


# Django finds its models through this module.
from xiangyue.assemblies import minutes_models, motion_models  # noqa: E402, F401
