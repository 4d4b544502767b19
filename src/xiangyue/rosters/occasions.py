"""A person's turns of duty as their calendar shows them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.calendars.occasions import Occasion
from xiangyue.rosters.models import DutyTurn
from xiangyue.rosters.queries import kind_names


def occasions_of(person_id: UUID, *, begins_at: datetime, ends_at: datetime) -> Iterable[Occasion]:
    """Published turns, cancelled ones too, so that calendars take them out again."""
    kinds = kind_names(get_language())
    rows = (
        DutyTurn.objects.filter(
            person_id=person_id,
            published_at__isnull=False,
            begins_at__lt=ends_at,
            ends_at__gt=begins_at,
        )
        .select_related("unit")
        .order_by("begins_at", "pk")
    )
    for turn in rows:
        yield Occasion(
            uid=f"duty-{turn.pk}",
            title=_("On duty: %(kind)s") % {"kind": kinds.get(turn.kind, turn.kind)},
            begins_at=turn.begins_at,
            ends_at=turn.ends_at,
            place=turn.unit.name,
            path=reverse("my-duty"),
            revision=turn.revision,
            is_cancelled=turn.cancelled_at is not None,
        )
