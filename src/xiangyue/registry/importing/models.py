"""An import of residents: the file, what was found in it, what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person, Place


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to confirm")
    FAULTY = "faulty", _("To be corrected")
    REFUSED = "refused", _("Refused")
    CONFIRMED = "confirmed", _("Waiting to be loaded")
    LOADING = "loading", _("Being loaded")
    DONE = "done", _("Loaded")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


WORKED_ON = (State.WAITING, State.CHECKING, State.CONFIRMED, State.LOADING)
OPEN = (*WORKED_ON, State.READY, State.FAULTY)


class Import(models.Model):
    """One uploaded list, from the upload until it is loaded whole or not at all.

    `claim` names the run that works on it, until `claimed_until`. `plan` is a digest of all that
    would be changed; only what was confirmed is loaded. `seen` counts the people registered in
    each village when the plan was made. The file itself goes when the import ends.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    file_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    claim = models.CharField(max_length=36, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    try_count = models.PositiveSmallIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    faulty_count = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    household_count = models.PositiveIntegerField(default=0)
    refusal = models.CharField(max_length=40, blank=True)
    refusal_facts = models.JSONField(default=dict)
    notices = models.JSONField(default=list)
    headings = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    plan = models.CharField(max_length=64, blank=True)
    confirmed_plan = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        indexes = [
            models.Index(fields=["state", "created_at"], name="import_by_state"),
            models.Index(fields=["place_path", "created_at"], name="import_by_place"),
            models.Index(fields=["digest"], name="import_by_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Verdict(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")


class ImportRow(models.Model):
    """A row that would change something, as it will be written; gone once the import has ended.

    `was_…` is what is registered of a changed person: what is no longer so is not overwritten.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    field_keys = models.CharField(max_length=80, blank=True)
    person_id = models.UUIDField()
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, null=True)
    household_id = models.UUIDField(null=True)
    place_id = models.BigIntegerField()
    birth_date = models.DateField(null=True)
    own_number = models.CharField(max_length=20, blank=True)
    village_id = models.BigIntegerField()
    address = models.CharField(max_length=200, blank=True)
    was_name = models.CharField(max_length=60, blank=True)
    was_phone = models.CharField(max_length=20, null=True)
    was_household_id = models.UUIDField(null=True)
    was_place_id = models.BigIntegerField(null=True)
    was_birth_date = models.DateField(null=True)
    was_number = models.CharField(max_length=20, blank=True)
    was_address = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "registry"
        indexes = [
            models.Index(fields=["batch", "verdict", "number"], name="import_row_by_verdict")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verdict}"


class ImportHousehold(models.Model):
    """A household that would be new, or get another address; gone once the import has ended."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="households")
    household_id = models.UUIDField()
    is_new = models.BooleanField()
    code = models.CharField(max_length=40)
    grid_id = models.BigIntegerField()
    place_path = models.CharField(max_length=255)
    address = models.CharField(max_length=200, blank=True)
    was_address = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "registry"
        indexes = [models.Index(fields=["batch", "is_new"], name="import_household_by_batch")]

    def __str__(self) -> str:
        return self.code


class ImportFault(models.Model):
    """What is wrong with one cell or row: which sentence, and what fills it in."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    number = models.PositiveIntegerField()
    column = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    class Meta:
        app_label = "registry"
        indexes = [
            models.Index(fields=["batch", "number"], name="import_fault_by_row"),
            models.Index(fields=["batch", "code", "number"], name="import_fault_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.column} {self.code}"


class ImportTrace(models.Model):
    """Which import touched whom, and which of their fields: what remains of it (SD-25)."""

    batch = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="traces")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="import_traces")
    number = models.PositiveIntegerField()
    field_keys = models.CharField(max_length=80, blank=True)

    class Meta:
        app_label = "registry"

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class OwnNumber(models.Model):
    """The number by which a village's own list knows a person, to tell namesakes apart."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="own_number")
    village = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)

    class Meta:
        app_label = "registry"
        constraints = [
            models.UniqueConstraint(fields=["village", "number"], name="own_number_in_village_once")
        ]

    def __str__(self) -> str:
        return self.number
