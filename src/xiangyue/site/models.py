"""What an installation notes of itself in each county's database."""

from django.db import models


class Mark(models.Model):
    """The latest of one kind of thing: when the worker last beat, what was last prepared."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200, blank=True)
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.value} {self.marked_at:%F %T}"
