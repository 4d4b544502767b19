"""Sets and reads the marks of the bound county."""

from datetime import datetime

from django.db import DatabaseError

from xiangyue.site.models import Mark

BEAT = "worker"
PREPARED = "prepared"
DEMONSTRATION = "demonstration"


def set_mark(*, name: str, at: datetime, value: str = "") -> None:
    """Set the mark `name`, over an earlier one."""
    Mark.objects.update_or_create(name=name, defaults={"value": value, "marked_at": at})


def value_of(name: str) -> str | None:
    """The mark's value; None when there is no mark, or no table for any yet."""
    try:
        return Mark.objects.values_list("value", flat=True).filter(name=name).first()
    except DatabaseError:
        return None
