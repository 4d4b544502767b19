"""How duty is put into words on every front."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils import timezone

from xiangyue.rosters.models import DutyTurn

register = template.Library()


@register.filter
def named_in(key: str, kinds: Mapping[str, str] | None) -> str:
    """The kind of duty in the reader's language; its key when it is declared no more."""
    return (kinds or {}).get(key, key)


@register.filter
def duty_time(turn: DutyTurn) -> str:
    """`6-13 20:30 – 6-14 08:30`; the second day is left out when it is the first."""
    begins, ends = timezone.localtime(turn.begins_at), timezone.localtime(turn.ends_at)
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else _day_and_time(ends)
    return f"{_day_and_time(begins)} – {until}"


def _day_and_time(moment: datetime) -> str:
    return f"{moment.month}-{moment.day} {moment:%H:%M}"


@register.filter
def wall_time(moment: datetime) -> str:
    """The moment as a field for day and time has it."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"
