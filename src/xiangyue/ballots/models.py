"""Who may vote, who has taken part, what was counted; never, for a secret vote, who voted what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Household, Person, Place


class MembershipKind(models.TextChoices):
    """Kinds of lists that no post says; a body's own kind may stand here too."""

    PARTY_MEMBER = "party_member", _("Party members")
    COLLECTIVE_MEMBER = "collective_member", _("Members of the collective economic organisation")


class Membership(models.Model):
    """Somebody belongs to a list that the clerk keeps, [active_from, active_to)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    active_from = models.DateField()
    active_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind", "person"],
                condition=models.Q(active_to=None),
                name="membership_once",
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=models.Q(active_to=None)
                | models.Q(active_to__gt=models.F("active_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class RollState(models.TextChoices):
    DRAFT = "draft", _("Being drawn")
    PUBLISHED = "published", _("Published, open to objections")
    FIXED = "fixed", _("Fixed, it stands")


class Basis(models.TextChoices):
    PERSONS = "persons", _("Each person votes")
    HOUSEHOLDS = "households", _("Each household votes through one delegate")
    MEMBERS = "members", _("Each member votes")


class Roll(models.Model):
    """Everybody who may vote in one ballot, as it was on the day it was drawn (EL02).

    It is made in one way alone (EL03). Once fixed, the database lets nothing of it change;
    `digest` then stands for all its entries.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rolls")
    place_path = models.CharField(max_length=255)
    rule = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=10, choices=Basis.choices)
    drawn_on = models.DateField()
    drawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(max_length=10, choices=RollState.choices, default=RollState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    objections_until = models.DateTimeField(null=True, blank=True)
    notice_id = models.UUIDField(null=True, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    entry_count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["place_path", "-drawn_on"], name="roll_by_place")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.drawn_on}"


class RollEntry(models.Model):
    """One voice: a person, or a household that sends one delegate.

    `name` and `group` are what the published list shows, nothing more. A struck entry stays,
    with its reason; one whose age nobody knows is doubtful until the clerk has settled it.
    """

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=100, blank=True)
    is_doubtful = models.BooleanField(default=False)
    is_struck = models.BooleanField(default=False)
    was_added = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["roll", "name"], name="roll_entry_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["roll", "number"], name="roll_entry_number_once"),
            models.UniqueConstraint(
                fields=["roll", "person"],
                condition=models.Q(person__isnull=False),
                name="roll_entry_person_once",
            ),
            models.UniqueConstraint(
                fields=["roll", "household"],
                condition=models.Q(household__isnull=False),
                name="roll_entry_household_once",
            ),
            models.CheckConstraint(
                name="roll_entry_person_or_household",
                condition=models.Q(person=None) ^ models.Q(household=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ObjectionKind(models.TextChoices):
    MISSING = "missing", _("Somebody is missing")
    WRONG = "wrong", _("Somebody should not be on it")
    OTHER = "other", _("Something else is wrong")


class RollObjection(models.Model):
    """Somebody says that the roll is wrong; it is answered before the roll is fixed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="objections")
    kind = models.CharField(max_length=10, choices=ObjectionKind.choices)
    text = models.CharField(max_length=500)
    raised_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    said_by = models.CharField(max_length=60, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    is_upheld = models.BooleanField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["roll", "raised_at"], name="roll_objection_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.raised_at:%F}"


class BallotState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Votes are taken")
    CLOSED = "closed", _("Closed, being counted")
    COUNTED = "counted", _("The result stands")
    ANNULLED = "annulled", _("Annulled")


class Mode(models.TextChoices):
    HANDS = "hands", _("By show of hands")
    PAPER = "paper", _("On paper")
    ONLINE = "online", _("By phone")
    SECRET_ONLINE = "secret_online", _("By phone, secretly")


class Ballot(models.Model):
    """One vote of one body on one or more questions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="ballots")
    place_path = models.CharField(max_length=255)
    rule = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="ballots")
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    matter = models.CharField(max_length=80, blank=True)
    delegated_by = models.CharField(max_length=200, blank=True)
    modes = models.JSONField(default=list)
    is_secret = models.BooleanField(default=False)
    meets_at = models.CharField(max_length=120, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    planned_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    planned_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=BallotState.choices, default=BallotState.PLANNED
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_reason = models.CharField(max_length=300, blank=True)
    women_present_count = models.PositiveIntegerField(null=True, blank=True)
    women_on_roll_count = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_path", "-opens_at"], name="ballot_by_place"),
            models.Index(fields=["state", "closes_at"], name="ballot_by_state"),
            models.Index(fields=["subject_type", "subject_id"], name="ballot_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ballot_closes_after_it_opens",
                condition=models.Q(closes_at__gt=models.F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One thing that is voted on by itself (CP03); `choices` are [{key, zh, en}]."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    choices = models.JSONField(default=list)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["ballot", "position"], name="question_position_once"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Teller(models.Model):
    """Somebody chosen to count this vote."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="tellers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="teller_once"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class Participation(models.Model):
    """An entry of the roll takes part, once, in one way. It says that, never what was voted.

    `proxy` is who stands for the entry and is on the same roll; `delegate` who came for a
    household.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="participations")
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=13, choices=Mode.choices)
    proxy = models.ForeignKey(
        RollEntry, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    proxy_relation = models.CharField(max_length=12, blank=True)
    delegate = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    recorded_by_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "entry"], name="participation_once"),
        ]

    def __str__(self) -> str:
        return self.mode


class Voice(models.Model):
    """What somebody said by phone in a vote that is not secret.

    The database refuses a voice in a secret vote. Nobody is shown whose it is, and it goes when
    nobody can have the result set aside any more (`counting.forget_voices`).
    """

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="voices"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "question"], name="voice_once"),
        ]

    def __str__(self) -> str:
        return ""


class TellerCount(models.Model):
    """What one teller counted of one question in one way of voting, in one turn of counting.

    When the counts of a turn differ, none of them counts and a further turn begins.
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="counts")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="counts")
    mode = models.CharField(max_length=13, choices=Mode.choices)
    turn = models.PositiveSmallIntegerField(default=1)
    teller = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ballot", "mode"], name="teller_count_by_mode")]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "mode", "turn", "teller"], name="teller_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.turn}"


class Result(models.Model):
    """What a vote came to; the database lets nothing of it change.

    `facts` hold every number that it rests on, so that anybody can reckon it again; `digest` is
    the SHA-256 of their canonical bytes.
    """

    ballot = models.OneToOneField(
        Ballot, on_delete=models.PROTECT, primary_key=True, related_name="result"
    )
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


# Django looks for a module's tables here.
from xiangyue.ballots.elections.electorate_models import (  # noqa: E402, F401
    Electorate,
    GroupChoice,
    GroupRepresentative,
)
from xiangyue.ballots.elections.models import (  # noqa: E402, F401
    Candidate,
    CandidateAnswer,
    Elected,
    Election,
    ElectionMember,
    ElectionProxy,
    OfficeCount,
    Round,
    RoundResult,
    RoundTeller,
    Slip,
    VoterClaim,
)
from xiangyue.ballots.elections.recall_models import Recall  # noqa: E402, F401
from xiangyue.ballots.secret.models import (  # noqa: E402, F401
    CipherMark,
    SealedVote,
    SecretBox,
    Trustee,
)
