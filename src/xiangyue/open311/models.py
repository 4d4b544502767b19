"""The keys with which other systems send service requests in."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xiangyue.kernel.identifiers import new_id
from xiangyue.places.models import Person


class SystemKey(models.Model):
    """A key that the desk gave to a system, such as a city's app or a hotline.

    Only its digest is kept, so it is shown once. With `vouches_for_reporters` the system has
    checked the telephone numbers that it sends, so that who reports is known and answered;
    without it, nobody's name or number is kept, and the report is anonymous.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    contact = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    daily_limit = models.PositiveIntegerField()
    vouches_for_reporters = models.BooleanField(default=False)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="system_key_ends_after_it_begins",
                condition=Q(expires_at__gt=F("issued_at")),
            ),
            models.CheckConstraint(
                name="system_key_lets_something_in", condition=Q(daily_limit__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name
