"""Whom something concerns that the record tells of without naming them."""

from uuid import UUID

from xiangyue.activity.models import Entry
from xiangyue.assemblies.models import Wish


def concerned_by(entry: Entry) -> list[UUID]:
    """Whoever asked for the item that was answered."""
    asked = Wish.objects.filter(pk=str(entry.facts.get("wish")), person__isnull=False)
    return [key for key in asked.values_list("person", flat=True) if key is not None]
