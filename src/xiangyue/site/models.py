"""What an installation notes of itself in each county's database."""

from django.db import models

from xiangyue.access.models import Account


class Mark(models.Model):
    """The latest of one kind of thing: when the worker last beat, what was last prepared."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200, blank=True)
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.value} {self.marked_at:%F %T}"


class FeedAddress(models.Model):
    """The secret address under which a person's calendar is read; only its digest is kept.

    `content_digest` and `content_changed_at` say when what it gives last changed, so that a
    calendar that asks every quarter of an hour is told “nothing new”.
    """

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, related_name="feed_address", primary_key=True
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    content_digest = models.CharField(max_length=64, blank=True)
    content_changed_at = models.DateTimeField(null=True, blank=True)
    read_date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.made_at:%F}"
