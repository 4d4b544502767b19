"""Photos of what is built; Django finds them through `models.py`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.documents.models import AttachedFile
from xiangyue.places.models import Person


class PhotoStage(models.TextChoices):
    BEFORE = "before", _("Before building")
    WORK = "work", _("While it is built")
    AFTER = "after", _("Afterwards")


class ProjectPhoto(AttachedFile):
    """How the spot looks, before, while and after something is built there; everybody sees it.

    `small` is where it lies as lists show it. One that is taken away, as when it shows somebody,
    leaves its digest and the moment.
    """

    project = models.ForeignKey("orders.Project", on_delete=models.PROTECT, related_name="photos")
    stage = models.CharField(max_length=6, choices=PhotoStage.choices)
    small = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(AttachedFile.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "digest"], name="project_photo_once"),
            models.CheckConstraint(
                name="project_photo_there_or_removed",
                condition=models.Q(removed_at=None) & ~models.Q(file="")
                | models.Q(removed_at__isnull=False, file="", small=""),
            ),
        ]
