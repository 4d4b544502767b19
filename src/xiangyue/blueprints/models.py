"""A county's declarations, as they stood, version by version."""

from django.db import models


class Declaration(models.Model):
    """One declared thing (an incident category, a role, a limit) in one version; never changed.

    What runs keeps the version it began with by holding a foreign key to its row; loading a
    changed declaration adds a row and moves `is_current` to it.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=200, blank=True)
    effective_from_date = models.DateField()
    loaded_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "version"], name="declaration_version_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(is_current=True),
                name="declaration_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} v{self.version}"


class DeskVersion(models.Model):
    """That a version was made at a desk, not in the county's files.

    `file_digest` is of the files' version that it was made from, empty if the files had none.
    While the files still say the same it stays in force; when they say something new, that is in
    force again, as the next version.
    """

    declaration = models.OneToOneField(
        Declaration, on_delete=models.PROTECT, primary_key=True, related_name="desk_version"
    )
    file_digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.declaration_id} at the desk"


class Edition(models.Model):
    """Which edition of the declarations and the calendar is in force: one row, renamed by the
    database with every change of them (`editions.py`)."""

    id = models.SmallIntegerField(primary_key=True)
    name = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.name
