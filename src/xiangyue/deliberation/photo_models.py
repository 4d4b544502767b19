"""Photos of an issue; Django finds them through `models.py`."""

from typing import ClassVar

from django.db import models

from xiangyue.documents.models import AttachedFile


class IssuePhoto(AttachedFile):
    """A photo that says what the matter is; whoever reads the issue sees it.

    Who added it is who raised the issue or a keeper, and stands nowhere. `small` is where it lies
    as lists show it.
    """

    issue = models.ForeignKey("deliberation.Issue", on_delete=models.PROTECT, related_name="photos")
    small = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta(AttachedFile.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "digest"], name="issue_photo_once"),
        ]
