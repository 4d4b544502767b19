"""The columns of a row that keeps a file; each module has a table of its own for them."""

from typing import ClassVar

from django.db import models

from xiangyue.documents.files import JPEG
from xiangyue.kernel.identifiers import new_id


class AttachedFile(models.Model):
    """One document or picture (`files.py`), which `kept` fills in.

    `file` is where it lies, "" once its content is deleted; `file_name` is what it is called, for
    people alone; `digest` is the SHA-256 of its content and outlives it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.CharField(max_length=120, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=40)
    byte_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)

    @property
    def is_picture(self) -> bool:
        return self.content_type == JPEG
