"""What is held, who changed it, who read it, who agreed to it, and what was deleted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.blueprints.models import Declaration
from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Household, Person, Place


class Element(models.Model):
    """A record of the register: one of the six elements (SD-25), in the version of its kind with
    which it began.

    Open values stand in `values`, those about people encrypted in `sealed`, by field;
    `entered_on` holds the day of each field's last entry or confirmation, from which its time
    counts, and `due_date` the earliest day on which one of them must go (GD09). What `places`
    holds of a person or household stays there. A deleted record is a tombstone: its number,
    kind, place and times, and nothing that was held.
    """

    code = models.UUIDField(unique=True, default=new_id, editable=False)
    kind_key = models.CharField(max_length=80)
    family = models.CharField(max_length=12)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="elements")
    place_path = models.CharField(max_length=255)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="elements", null=True, blank=True
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="elements", null=True, blank=True
    )
    is_single = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    sealed = models.JSONField(default=dict)
    entered_on = models.JSONField(default=dict)
    grams = models.TextField(blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_date = models.DateField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["family", "place_path", "id"], name="element_by_family"),
            models.Index(fields=["kind_key", "place_path", "id"], name="element_by_kind"),
            models.Index(fields=["due_date"], name="element_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind_key", "person"],
                condition=models.Q(is_single=True, person__isnull=False),
                name="element_one_of_person",
            ),
            models.UniqueConstraint(
                fields=["kind_key", "household"],
                condition=models.Q(is_single=True, household__isnull=False),
                name="element_one_of_household",
            ),
            models.CheckConstraint(
                name="element_tombstone_is_empty",
                condition=models.Q(deleted_at=None)
                | models.Q(
                    title="",
                    grams="",
                    person=None,
                    household=None,
                    latitude=None,
                    longitude=None,
                    due_date=None,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_key} {self.code}"


class Mark(models.Model):
    """A keyed digest by which a number is found without being read."""

    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="marks")
    field_key = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    is_unique = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="mark_by_digest")]
        constraints = [
            models.UniqueConstraint(fields=["element", "field_key"], name="mark_once"),
            models.UniqueConstraint(
                fields=["field_key", "digest"],
                condition=models.Q(is_unique=True),
                name="mark_unique_number",
            ),
        ]

    def __str__(self) -> str:
        return self.field_key


class Act(models.TextChoices):
    """What was done to a record: 录 补 正, and what takes away."""

    ENTERED = "entered", _("Entered")
    SUPPLEMENTED = "supplemented", _("Supplemented")
    CORRECTED = "corrected", _("Corrected")
    CONFIRMED = "confirmed", _("Confirmed unchanged")
    WITHDRAWN = "withdrawn", _("Consent withdrawn, deleted")
    DELETED = "deleted", _("Deleted")


class Change(models.Model):
    """One change of a record: who, when, which fields; old and new encrypted, as is the reason.

    When a value must go, it goes from here too: `sealed` then holds less, or nothing.
    """

    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=12, choices=Act.choices)
    actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField()
    field_keys = models.JSONField(default=list)
    sealed = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["element", "version"], name="change_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.act} v{self.version}"


class GivenBy(models.TextChoices):
    SELF = "self", _("The person")
    GUARDIAN = "guardian", _("A guardian")


class Consent(models.Model):
    """Somebody agreed that one field of a record is held, until they say otherwise."""

    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="consents")
    field_key = models.CharField(max_length=40)
    given_by = models.CharField(max_length=10, choices=GivenBy.choices)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["element", "field_key"],
                condition=models.Q(withdrawn_at=None),
                name="consent_once",
            ),
        ]

    def __str__(self) -> str:
        return self.field_key


class BulkRead(models.Model):
    """Somebody asks to read more than a few records at once, and somebody else decides (GD07).

    It holds for records of one kind at one place, for a while, once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    kind_key = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    record_count = models.PositiveIntegerField()
    requested_at = models.DateTimeField()
    is_approved = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    usable_until = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["decided_at", "requested_at"], name="bulk_read_waiting")]
        constraints = [
            models.CheckConstraint(
                name="bulk_read_decided_whole",
                condition=models.Q(is_approved=None, decided_by=None, decided_at=None)
                | models.Q(
                    is_approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="bulk_read_by_two",
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("requested_by")),
            ),
            models.CheckConstraint(
                name="bulk_read_used_when_approved",
                condition=models.Q(used_at=None) | models.Q(is_approved=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_key} {self.requested_at:%F}"


class ElementRead(models.Model):
    """Somebody read a record in clear: who, which fields, what for, when (GD05).

    Whose data it is finds it among the readings on their own page as well
    (`access.PersonalRead`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="reads")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    field_keys = models.JSONField(default=list)
    purpose = models.CharField(max_length=200)
    read_at = models.DateTimeField()
    bulk = models.ForeignKey(
        BulkRead, on_delete=models.PROTECT, related_name="reads", null=True, blank=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["element", "read_at"], name="read_by_element"),
            models.Index(fields=["reader", "read_at"], name="element_read_by_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.read_at:%F}"


class Cause(models.TextChoices):
    RETENTION = "retention", _("Its time was over")
    CONSENT = "consent", _("Consent was withdrawn")
    REQUEST = "request", _("The person or the keeper asked for it")


class DeletionCertificate(models.Model):
    """What was deleted when and why, without anything of it; the digest stands in the record.

    `items` lists each record's number and kind, the fields and the day they had been entered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    place_path = models.CharField(max_length=255, blank=True)
    items = models.JSONField(default=list)
    item_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="certificate_by_time")]

    def __str__(self) -> str:
        return f"{self.cause} {self.made_at:%F}"


from xiangyue.registry.importing import models as importing_models  # noqa: E402, F401 - theirs too
