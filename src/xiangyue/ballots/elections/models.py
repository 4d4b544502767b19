"""An election of a committee or a head: who runs it, who stands, who was handed a slip, what was
counted. Nowhere what anybody voted (EL01)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id


class ElectionState(models.TextChoices):
    PREPARING = "preparing", _("Being prepared")
    POLLING = "polling", _("Being voted and counted")
    DECIDED = "decided", _("Elected")
    HANDED_OVER = "handed_over", _("Handed over")
    ANNULLED = "annulled", _("The election is annulled")


class Election(models.Model):
    """One election at one place. `offices` are [{key, zh, en, seat, seats, only_women}] as
    announced; `fills` is the election whose open seats this by-election fills."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="elections")
    place_path = models.CharField(max_length=255)
    kind = models.ForeignKey("blueprints.Declaration", on_delete=models.PROTECT, related_name="+")
    kind_key = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    offices = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    meets_at = models.CharField(max_length=120, blank=True)
    boxes = models.CharField(max_length=300, blank=True)
    chosen_by = models.CharField(max_length=200, blank=True)
    is_multi_ethnic = models.BooleanField(default=False)
    roll = models.OneToOneField(
        "ballots.Roll", on_delete=models.PROTECT, related_name="election", null=True, blank=True
    )
    fills = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="by_elections", null=True, blank=True
    )
    state = models.CharField(
        max_length=11, choices=ElectionState.choices, default=ElectionState.PREPARING
    )
    announced_by = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()
    candidates_published_at = models.DateTimeField(null=True, blank=True)
    presented_at = models.DateTimeField(null=True, blank=True)
    presented_where = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    term_from = models.DateField(null=True, blank=True)
    term_until = models.DateField(null=True, blank=True)
    handover_clock = models.ForeignKey(
        "calendars.Clock", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handover = models.JSONField(default=dict)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["place_path", "-opens_at"], name="election_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind_key"],
                condition=models.Q(state__in=["preparing", "polling"]),
                name="election_one_at_a_time",
            ),
            models.CheckConstraint(
                name="election_closes_after_it_opens",
                condition=models.Q(closes_at__gt=models.F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ElectionMember(models.Model):
    """A seat on the election committee, [joined_at, left_at); who stands leaves it (art. 12)."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-is_chair", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person"],
                condition=models.Q(left_at=None),
                name="election_member_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class ClaimKind(models.TextChoices):
    AWAY = "away", _("Registered here, lives elsewhere, will take part")
    RESIDENT = "resident", _("Lives here for a year or more, registered elsewhere")


class VoterClaim(models.Model):
    """Somebody whom the register does not name asks to be put on the voters' list (art. 13)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ClaimKind.choices)
    lives_here_since = models.DateField(null=True, blank=True)
    agreed_by = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    is_accepted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(
        "places.Person", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("entered_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person"],
                condition=models.Q(is_accepted=None),
                name="voter_claim_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class CandidateState(models.TextChoices):
    NOMINATED = "nominated", _("Nominated, not asked yet")
    ACCEPTED = "accepted", _("Stands")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Has withdrawn")


class Candidate(models.Model):
    """Whom the voters nominated for an office; `support_count` on how many slips, never whose."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="candidates")
    office = models.CharField(max_length=40)
    entry = models.ForeignKey("ballots.RollEntry", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    support_count = models.PositiveIntegerField()
    is_woman = models.BooleanField(default=False)
    is_minority = models.BooleanField(default=False)
    introduction = models.CharField(max_length=600, blank=True)
    state = models.CharField(
        max_length=10, choices=CandidateState.choices, default=CandidateState.NOMINATED
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person", "office"], name="candidate_for_office_once"
            ),
            models.UniqueConstraint(
                fields=["election", "person"],
                condition=models.Q(state="accepted"),
                name="candidate_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CandidateAnswer(models.Model):
    """What a candidate was asked when they were presented, and what they said."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=300)
    answer = models.CharField(max_length=1000)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.question


class RoundKind(models.TextChoices):
    FIRST = "first", _("Election")
    REPEAT = "repeat", _("Election held again")
    TIE = "tie", _("Vote between those who are even")
    RUN_OFF = "run_off", _("Run-off")


class RoundState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Slips are handed out")
    CLOSED = "closed", _("The box is closed, being counted")
    COUNTED = "counted", _("The result stands")
    VOID = "void", _("Void, held again")


class Round(models.Model):
    """One day of voting. `offices` are [{key, seats, candidates}], these by number on the roll."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=RoundKind.choices)
    offices = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RoundState.choices, default=RoundState.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["election", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["election"],
                condition=models.Q(state__in=["planned", "open", "closed"]),
                name="round_one_at_a_time",
            ),
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=models.Q(closes_at__gt=models.F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class RoundTeller(models.Model):
    """Somebody chosen to count this round; nobody who stands, nor of their household."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tellers")
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="round_teller_once"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class ElectionProxy(models.Model):
    """A voter has given their vote to a close relative, in writing, before the day (EL04)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="proxies")
    entry = models.ForeignKey("ballots.RollEntry", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("ballots.RollEntry", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("entry__number",)
        constraints = [
            models.UniqueConstraint(
                fields=["round", "entry"],
                condition=models.Q(withdrawn_at=None),
                name="election_proxy_once",
            ),
        ]

    def __str__(self) -> str:
        return self.relation


class Way(models.TextChoices):
    BOOTH = "booth", _("At the polling place")
    BOX = "box", _("At the mobile box")


class Slip(models.Model):
    """Whose slips were handed out, once: that, never when or what is on them."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="slips")
    entry = models.ForeignKey("ballots.RollEntry", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices)
    proxy = models.ForeignKey(
        ElectionProxy, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    handed_by_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "entry"], name="slip_once")]

    def __str__(self) -> str:
        return self.way


class OfficeCount(models.Model):
    """What one teller counted of one office in one turn: {returned, spoiled, votes: {number}}."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="counts")
    office = models.CharField(max_length=40)
    turn = models.PositiveSmallIntegerField(default=1)
    teller = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "office", "turn", "teller"], name="office_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.turn}"


class RoundResult(models.Model):
    """What a round came to, frozen; `facts` hold every number that it rests on."""

    round = models.OneToOneField(
        Round, on_delete=models.PROTECT, primary_key=True, related_name="result"
    )
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class Elected(models.Model):
    """Who was elected to what, in which round; `post` once the committee has begun."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="elected")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="elected")
    office = models.CharField(max_length=40)
    entry = models.ForeignKey("ballots.RollEntry", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    vote_count = models.PositiveIntegerField()
    certificate = models.CharField(max_length=20, blank=True)
    post = models.ForeignKey(
        "places.Post", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["election", "person"], name="elected_once"),
        ]

    def __str__(self) -> str:
        return self.name
