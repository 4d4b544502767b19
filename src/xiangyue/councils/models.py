"""Councils, who was named for which seat, whom a matter concerns, and what the groups took up.

Nothing is overwritten: who sat on a day is read from the periods, `[active_from, active_to)`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.councils import rules
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Organisation, Person, Place, Post
from xiangyue.publicity.models import Notice


class CouncilState(models.TextChoices):
    FORMING = "forming", _("Being formed")
    SITTING = "sitting", _("Sitting")
    DISSOLVED = "dissolved", _("Dissolved")


class Council(models.Model):
    """A council of a place: `kind` is the declaration's key, `declaration` its version when formed.

    It sits from `formed_on` until `until`, both civil days, [from, to). `came_about` says in words
    how it was formed; `begun_by` who wrote it down, or the resident who began it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="councils")
    place_path = models.CharField(max_length=255)
    name = models.CharField(max_length=120)
    came_about = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=10, choices=CouncilState.choices, default=CouncilState.FORMING
    )
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    formed_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    dissolved_at = models.DateTimeField(null=True, blank=True)
    dissolved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    dissolved_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place_path", "kind"], name="council_by_place"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "kind"],
                condition=~Q(state="dissolved"),
                name="council_once_at_a_place",
            ),
            models.CheckConstraint(
                name="council_sits_from_a_day",
                condition=~Q(state="sitting") | Q(formed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="council_dissolved_with_a_reason",
                condition=(Q(state="dissolved", dissolved_at__isnull=False) & ~Q(dissolved_why=""))
                | (~Q(state="dissolved") & Q(dissolved_at=None, dissolved_why="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeatStateChoices(models.TextChoices):
    INVITED = rules.SeatState.INVITED, _("Asked, has not answered yet")
    ACCEPTED = rules.SeatState.ACCEPTED, _("Sits")
    DECLINED = rules.SeatState.DECLINED, _("Said no")
    WITHDRAWN = rules.SeatState.WITHDRAWN, _("No longer asked")
    ENDED = rules.SeatState.ENDED, _("Sat until")


class WayChoices(models.TextChoices):
    POST = "post", _("By post")
    ELECTION = "election", _("Elected")
    RECOMMENDATION = "recommendation", _("Recommended")
    INVITATION = "invitation", _("Invited")


class Seat(models.Model):
    """Somebody named for a seat: how they were chosen, their own answer, from when to when.

    `stands_for` is what everybody reads instead of a private name (who they speak for).
    `is_shared` marks a second seat of the same person, where that is declared. Who said no, and
    their answer on paper, stay.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="seats")
    seat_key = models.CharField(max_length=40)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="council_seats", null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    name = models.CharField(max_length=60)
    stands_for = models.CharField(max_length=100, blank=True)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    way = models.CharField(max_length=14, choices=WayChoices.choices)
    chosen_how = models.CharField(max_length=300)
    is_shared = models.BooleanField(default=False)
    is_named = models.BooleanField(
        default=False, help_text=_("Agreed that everybody may read the name")
    )
    state = models.CharField(
        max_length=10, choices=SeatStateChoices.choices, default=SeatStateChoices.INVITED
    )
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    succeeds = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="successors", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["council", "invited_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["person", "state"], name="council_seat_by_person"),
            models.Index(fields=["council", "state"], name="council_seat_by_council"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["council", "person"],
                condition=Q(state__in=["invited", "accepted"], is_shared=False)
                & Q(person__isnull=False),
                name="council_seat_person_once",
            ),
            models.UniqueConstraint(
                fields=["council", "seat_key", "person"],
                condition=Q(state__in=["invited", "accepted"], person__isnull=False),
                name="council_seat_not_twice_the_same",
            ),
            models.CheckConstraint(
                name="council_seat_sits_from_a_day",
                condition=Q(state__in=["accepted", "ended"], active_from__isnull=False)
                | (~Q(state__in=["accepted", "ended"]) & Q(active_from=None, active_to=None)),
            ),
            models.CheckConstraint(
                name="council_seat_days_in_order",
                condition=Q(active_to=None) | Q(active_to__gte=F("active_from")),
            ),
            models.CheckConstraint(
                name="council_seat_ended_with_a_reason",
                condition=(Q(state="ended", ended_at__isnull=False) & ~Q(ended_why=""))
                | ~Q(state="ended"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_key} {self.name}"


class Matter(models.Model):
    """A matter that a council sits on, about `subject_*` as in activity entries, or about words.

    For it X is asked (those concerned), and members may step back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="matters")
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="council_matter_subject"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["council", "subject_type", "subject_id"],
                condition=~Q(subject_type=""),
                name="council_matter_once",
            ),
            models.CheckConstraint(
                name="council_matter_subject_whole",
                condition=Q(subject_type="", subject_id="")
                | (~Q(subject_type="") & ~Q(subject_id="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StakeStateChoices(models.TextChoices):
    ASKED = rules.StakeState.ASKED, _("Asks to be heard")
    TURNED_DOWN = rules.StakeState.TURNED_DOWN, _("Not asked in, with a reason")
    INVITED = rules.StakeState.INVITED, _("Asked in, has not answered yet")
    ACCEPTS = rules.StakeState.ACCEPTS, _("Comes")
    DECLINES = rules.StakeState.DECLINES, _("Does not come")
    STEPPED_BACK = rules.StakeState.STEPPED_BACK, _("Stepped back")


class Stakeholder(models.Model):
    """X: somebody whom a matter concerns, and how, in words.

    Each answer stays with its moment; `reason` is why somebody was not asked in or stepped back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="stakeholders")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="stakes", null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    name = models.CharField(max_length=60)
    stands_for = models.CharField(max_length=100, blank=True)
    stake = models.CharField(max_length=300)
    asked_themselves = models.BooleanField(default=False)
    state = models.CharField(max_length=14, choices=StakeStateChoices.choices)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["matter", "noted_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["person", "state"], name="stake_by_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter", "person"],
                condition=Q(person__isnull=False),
                name="stake_person_once",
            ),
            models.UniqueConstraint(
                fields=["matter", "organisation"],
                condition=Q(person=None, organisation__isnull=False),
                name="stake_unit_once",
            ),
            models.CheckConstraint(name="stake_has_words", condition=~Q(stake="")),
            models.CheckConstraint(
                name="stake_refused_with_a_reason",
                condition=~Q(state__in=["turned_down", "stepped_back"]) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def council(self) -> Council:
        return self.matter.council

    @property
    def subject_type(self) -> str:
        return self.matter.subject_type

    @property
    def subject_id(self) -> str:
        return self.matter.subject_id


class Recusal(models.Model):
    """A member who steps back from one matter for bias, and why; nobody comes back."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="recusals")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="recusals")
    why = models.CharField(max_length=300)
    stepped_back_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "seat"], name="recusal_once"),
            models.CheckConstraint(name="recusal_has_words", condition=~Q(why="")),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.matter_id}"


# The groups' matters are models of this app too.
from xiangyue.councils.groups import Concerned, GroupMatter, GroupMatterState, Taker  # noqa: E402

__all__ = [
    "Concerned",
    "Council",
    "CouncilState",
    "GroupMatter",
    "GroupMatterState",
    "Matter",
    "Recusal",
    "Seat",
    "SeatStateChoices",
    "StakeStateChoices",
    "Stakeholder",
    "Taker",
    "WayChoices",
]
