"""What must hold over all duty at any time; each check returns what is wrong."""

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from xiangyue.rosters.models import DutyTurn


def nobody_is_in_two_places_at_once() -> list[str]:
    """No two turns of one person overlap."""
    kept = DutyTurn.objects.filter(cancelled_at=None)
    other = kept.filter(
        person=OuterRef("person"),
        begins_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("begins_at"),
    ).exclude(pk=OuterRef("pk"))
    return [
        _("Turn %(turn)s runs at once with another of the same person.") % {"turn": key}
        for key in kept.filter(Exists(other)).values_list("pk", flat=True)
    ]


def a_turn_ends_after_it_begins() -> list[str]:
    rows = DutyTurn.objects.filter(ends_at__lte=F("begins_at"))
    return [
        _("Turn %(turn)s ends before it begins.") % {"turn": key}
        for key in rows.values_list("pk", flat=True)
    ]


INVARIANTS = {
    "nobody_is_in_two_places_at_once": nobody_is_in_two_places_at_once,
    "a_turn_ends_after_it_begins": a_turn_ends_after_it_begins,
}
