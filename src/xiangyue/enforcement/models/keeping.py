"""The committee, its teams, and who looks after what.

No table here has room for why somebody did not pass the vetting (LP-15).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Household, Organisation, Person, Place, Post
from xiangyue.publicity.models import Notice


class Committee(models.Model):
    """A village's committee that keeps its compact (LP-13); a running one keeps its declaration."""

    class State(models.TextChoices):
        FORMING = "forming", _("Being formed")
        SITTING = "sitting", _("Sitting")
        DISSOLVED = "dissolved", _("Dissolved")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="compact_committees")
    place_path = models.CharField(max_length=255)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.FORMING)
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    sits_since = models.DateTimeField(null=True, blank=True)
    term_ends_on = models.DateField(null=True, blank=True)
    dissolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place_path"], name="compact_committee_by_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place"],
                condition=~Q(state="dissolved"),
                name="compact_committee_one_a_village",
            ),
            models.CheckConstraint(
                name="compact_committee_sits_with_a_term",
                condition=~Q(state="sitting")
                | Q(sits_since__isnull=False, term_ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.state}"


class Invitation(models.Model):
    """A letter, brought by hand (LP-14). Declining has no reason, so none can be stored."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("No answer yet")
        ACCEPTED = "accepted", _("Accepts")
        DECLINED = "declined", _("Declines")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    number = models.CharField(max_length=20, unique=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    brought_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["written_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["committee", "person"], name="compact_invited_once"),
            models.CheckConstraint(
                name="compact_invitation_answered_whole",
                condition=Q(answer="waiting", answered_at=None)
                | (~Q(answer="waiting") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="compact_invitation_brought_by_somebody",
                condition=Q(brought_by=None, brought_at=None)
                | Q(brought_by__isnull=False, brought_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Team(models.Model):
    """A team under the committee (LP-16); its `organisation` is what the duty roster knows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="teams")
    place_path = models.CharField(max_length=255)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=80)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="compact_team"
    )
    formed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    formed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["formed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["committee", "kind"],
                condition=Q(ended_at=None),
                name="compact_team_one_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Member(models.Model):
    """Somebody's seat in a committee or a team, from being proposed to stepping down.

    `agreed_at`: they agreed to sit and to be named on the board (REQ-L05). The card (LP-17) says
    name and role, and whether it serves today.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        SITTING = "sitting", _("In office")
        ENDED = "ended", _("Stepped down")

    class Nominator(models.TextChoices):
        OFFICE = "office", _("By office")
        INVITED = "invited", _("Invited")
        HEAD = "head", _("From the two committees")
        PARTY = "party", _("Nominated by Party members")
        STOCKADE = "stockade", _("Nominated by the stockade or group")
        CLAN = "clan", _("Nominated by the clan")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    committee = models.ForeignKey(
        Committee, on_delete=models.PROTECT, related_name="members", null=True, blank=True
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="members", null=True, blank=True
    )
    place_path = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="compact_seats")
    seat = models.CharField(max_length=30)
    nominated_by = models.CharField(max_length=10, choices=Nominator.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    active_from = models.DateTimeField(null=True, blank=True)
    active_to = models.DateTimeField(null=True, blank=True)
    card_code = models.CharField(max_length=16, unique=True, null=True, blank=True)
    card_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["proposed_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["place_path"], name="compact_seat_by_place")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="compact_seat_in_a_committee_or_a_team",
                condition=Q(committee__isnull=True, team__isnull=False)
                | Q(committee__isnull=False, team__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["committee", "person"],
                condition=~Q(state="ended"),
                name="compact_seat_in_a_committee_once",
            ),
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=~Q(state="ended"),
                name="compact_seat_in_a_team_once",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(seat="head") & ~Q(state="ended"),
                name="compact_team_has_one_head",
            ),
            models.CheckConstraint(
                name="compact_seat_sits_agreed",
                condition=~Q(state="sitting")
                | Q(agreed_at__isnull=False, active_from__isnull=False),
            ),
            models.CheckConstraint(
                name="compact_seat_ends_after_it_begins",
                condition=Q(active_to=None)
                | Q(active_from=None)
                | Q(active_to__gte=F("active_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.seat}"


class Vetting(models.Model):
    """What one office said of somebody: passed or not, by whom, when; nothing else (LP-15)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="vettings")
    office = models.CharField(max_length=30)
    is_passed = models.BooleanField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["decided_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "office"], name="vetted_once_an_office"),
            # Three offices are three people (SE01).
            models.UniqueConstraint(fields=["member", "decided_by"], name="vetted_once_by_each"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.office}"


class VettingAppeal(models.Model):
    """An appeal of who did not pass; its words are their own and are gone once it is decided."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="appeal")
    text = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_upheld = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="vetting_appeal_waits_or_is_decided_without_words",
                condition=Q(decided_by=None, decided_at=None, is_upheld=None)
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    is_upheld__isnull=False,
                    text="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.member_id)


class DutyArea(models.Model):
    """Something of a subject that is looked after somewhere, by whom (LP-19).

    Without team, person and household nobody does: a gap (LP-20). `place` is where it lies; with
    a `household` it is that household's own affair, shown to nobody else but who keeps the list.
    `team` is the contact team.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    village = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="duty_areas")
    place_path = models.CharField(max_length=255)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="duty_areas", null=True, blank=True
    )
    subject = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="areas", null=True, blank=True
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="duty_areas", null=True, blank=True
    )
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["place_path", "subject", "name"]
        indexes: ClassVar = [models.Index(fields=["place_path"], name="duty_area_by_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "subject", "name"],
                condition=Q(ended_at=None, household=None),
                name="duty_area_once",
            ),
            models.CheckConstraint(
                name="duty_area_of_a_household_or_a_person",
                condition=Q(household=None) | Q(person=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
