"""Compacts, their versions and clauses, judgements, opinions and answers.

The database refuses to change what was published, said, answered or adopted (`freezing.py`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.compacts import rules
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Household, Person, Place
from xiangyue.procedures.models import Run


class StateChoices(models.TextChoices):
    DRAFT = rules.State.DRAFT, _("Being drafted")
    FIRST_NOTICE = rules.State.FIRST_NOTICE, _("First notice, opinions are heard")
    REVISED = rules.State.REVISED, _("Being revised")
    SECOND_NOTICE = rules.State.SECOND_NOTICE, _("Second notice, then the vote")
    VOTED = rules.State.VOTED, _("Adopted, not in force yet")
    IN_FORCE = rules.State.IN_FORCE, _("In force")
    SUPERSEDED = rules.State.SUPERSEDED, _("Replaced by a later version")
    WITHDRAWN = rules.State.WITHDRAWN, _("Did not come about")


UNDER_WAY = [str(state) for state in sorted(rules.UNDER_WAY)]
HELD = [str(state) for state in sorted(rules.HELD)]


class Compact(models.Model):
    """What people of a place, or of several, agree among themselves, through all its versions.

    `kind` is the key of its declaration (`compact_kind`), `place` where it is kept; `members` are
    all the places that it binds, the keeping one among them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="kept_compacts")
    place_path = models.CharField(max_length=255)
    title = models.CharField(max_length=80)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place_path", "kind"], name="compact_by_place")]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """A place that the compact binds; each agrees by its own vote (LP-27)."""

    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="members")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="compact_members")
    place_path = models.CharField(max_length=255)

    class Meta:
        ordering: ClassVar = ["place_path"]
        indexes: ClassVar = [models.Index(fields=["place_path"], name="compact_member_by_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compact", "place"], name="compact_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.compact_id} {self.place_id}"


class Version(models.Model):
    """One text of a compact, from its first draft until another replaces it.

    `revision` grows when clauses are added, moved or removed, so that two at once notice.
    `taken_over` says, for a text that was adopted on paper before, how and when. `digest` is
    over the adopted text. It is in force over `[in_force_from, in_force_to)`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=14, choices=StateChoices.choices, default=StateChoices.DRAFT
    )
    made_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="compact_versions", null=True, blank=True
    )
    revision = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_published_at = models.DateTimeField(null=True, blank=True)
    revised_at = models.DateTimeField(null=True, blank=True)
    second_published_at = models.DateTimeField(null=True, blank=True)
    voted_at = models.DateTimeField(null=True, blank=True)
    filing_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    filing_late_at = models.DateTimeField(null=True, blank=True)
    taken_over = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["compact", "number"]
        indexes: ClassVar = [models.Index(fields=["state"], name="compact_version_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["compact", "number"], name="compact_version_number"),
            models.UniqueConstraint(
                fields=["compact"],
                condition=Q(state__in=UNDER_WAY),
                name="compact_one_version_under_way",
            ),
            models.UniqueConstraint(
                fields=["compact"],
                condition=Q(state="in_force"),
                name="compact_one_version_in_force",
            ),
            models.CheckConstraint(
                name="compact_version_in_force_whole",
                condition=Q(state="in_force", in_force_from__isnull=False, in_force_to=None)
                | Q(state="superseded", in_force_from__isnull=False, in_force_to__isnull=False)
                | ~Q(state__in=HELD) & Q(in_force_from=None, in_force_to=None),
            ),
            models.CheckConstraint(
                name="compact_version_withdrawn_with_a_reason",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawn_reason=""),
            ),
            models.CheckConstraint(
                name="compact_version_ends_after_it_begins",
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compact_id} {self.number}"

    @property
    def is_writable(self) -> bool:
        return self.state in rules.WRITABLE

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it: once it has hung on a board."""
        return self.first_published_at is not None or self.state in rules.HELD


class Clause(models.Model):
    """One clause of one version. `lineage` stays the same through versions.

    `is_left_out` is said by the vote: a clause that fails is not in the text (CP03). `revision`
    grows with every change of its words, so that two who edit it notice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="clauses")
    lineage = models.UUIDField(default=new_id, db_index=True)
    position = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=40)
    heading = models.CharField(max_length=rules.LONGEST_HEADING, blank=True)
    text = models.TextField()
    is_left_out = models.BooleanField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "lineage"], name="clause_lineage_once"),
            models.CheckConstraint(name="clause_has_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.heading or self.text[:20]


class Edition(models.Model):
    """A version's text word for word as it was published or adopted.

    `clauses` are rows of {lineage, topic, heading, text}, `digest` is over them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="editions")
    stage = models.CharField(max_length=8)
    clauses = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["version", "frozen_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "stage"], name="edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.stage}"


class Judgement(models.Model):
    """What a person said of one finding on these very words, and why (CP01, SE03)."""

    class Verdict(models.TextChoices):
        STANDS = rules.Verdict.STANDS, _("The clause may stand")
        CHANGE = rules.Verdict.CHANGE, _("The clause must be put otherwise")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="judgements")
    lineage = models.UUIDField()
    check_key = models.CharField(max_length=80)
    words_digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reasons = models.TextField()
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["judged_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["version", "lineage"], name="judgement_of")]

    def __str__(self) -> str:
        return f"{self.check_key} {self.verdict}"


class Way(models.TextChoices):
    PHONE = "phone", _("By phone")
    COUNTER = "counter", _("At the counter")
    DOOR = "door", _("At the door")
    PAPER = "paper", _("On paper")
    MEETING = "meeting", _("At a gathering")


class Answered(models.TextChoices):
    TAKEN_UP = "taken_up", _("Taken up")
    PARTLY = "partly", _("Taken up in part")
    NOT = "not", _("Not taken up")


class Opinion(models.Model):
    """What somebody said about a version or one clause of it, and the answer (LP-08, CP04).

    Who said it is a person with an account, or `said_by` in words; only those who answer see it.
    `is_shown` lets everybody read the words, never the name. Whoever holds the receipt's code
    reads the answer. `receipt_code` is no column: the service says it once.
    """

    receipt_code: str = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="opinions")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    lineage = models.UUIDField(null=True, blank=True)
    client_key = models.UUIDField(unique=True)
    receipt_digest = models.CharField(max_length=64, unique=True)
    way = models.CharField(max_length=8, choices=Way.choices)
    is_from_away = models.BooleanField(default=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=100, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    text = models.TextField()
    is_shown = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="+")

    answer = models.TextField(blank=True)
    answered = models.CharField(max_length=8, choices=Answered.choices, blank=True)
    is_withheld = models.BooleanField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["version", "position"]
        indexes: ClassVar = [
            models.Index(
                fields=["version"], name="opinion_unanswered", condition=Q(answered_at=None)
            ),
            models.Index(fields=["person", "-received_at"], name="opinion_by_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="opinion_position_once"),
            models.CheckConstraint(name="opinion_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="opinion_answered_whole",
                condition=Q(answered_at=None, answer="", answered="", answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                & ~Q(answered=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.position}"


class Asked(models.Model):
    """A household was asked about a version, whether it had something to say or not.

    What it said is not here: nobody reads from this who thinks what.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="asked")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "asked"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "household"], name="household_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.household_id}"


# Django looks for a module's tables here.
from xiangyue.compacts.afterwards import (  # noqa: E402
    CorrectionOrder,
    Filing,
    Signing,
    Telling,
)

__all__ = [
    "HELD",
    "UNDER_WAY",
    "Answered",
    "Asked",
    "Clause",
    "Compact",
    "CorrectionOrder",
    "Edition",
    "Filing",
    "Judgement",
    "Member",
    "Opinion",
    "Signing",
    "StateChoices",
    "Telling",
    "Version",
    "Way",
]
