"""Puts a message's words together, in the language of whoever reads them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import meaning
from xiangyue.blueprints.schema import Said
from xiangyue.incidents.models import LevelChoices, OutcomeChoices, StateChoices
from xiangyue.notifications.blueprint import DeclaredMessage
from xiangyue.notifications.models import Message
from xiangyue.notifications.rules import filled

_LABELS = {"state": StateChoices, "outcome": OutcomeChoices, "level": LevelChoices}
_TIMES = frozenset({"due", "confirm_until", "begins"})


def words_of(message: Message) -> tuple[str, str]:
    """The message's title and body; its declaration must be at hand (select_related)."""
    if message.declaration is None:
        return (
            _("There is news of something you reported"),
            _("Open “My matters” to read it. It is not named here, so that nobody can see it."),
        )
    declared = meaning(message.declaration, DeclaredMessage)
    return spoken(declared.title, message.params), spoken(declared.body, message.params)


def quiet_text() -> str:
    """What a phone shows of a matter that must not be named."""
    return _("You have news; please sign in to read it.")


def spoken(said: Said, params: dict[str, Any]) -> str:
    """The text in the current language, filled with what the values mean in it."""
    language = get_language()
    return filled(
        said.in_language(language),
        {name: _meant(name, value, language) for name, value in params.items()},
    )


def _meant(name: str, value: Any, language: str | None) -> str:
    if not value:
        return ""
    if isinstance(value, dict):
        return str(value.get("en" if (language or "").startswith("en") else "zh", ""))
    if name in _LABELS:
        return str(_LABELS[name](value).label)
    if name in _TIMES:
        moment = parse_datetime(str(value))
        return said_moment(moment) if moment is not None else ""
    return str(value)


def said_moment(moment: datetime) -> str:
    """A moment as people write it, without the year; midnight ends a day and begins none.

    6月15日18:00, 6月15日24:00.
    """
    local = timezone.localtime(moment)
    said = f"{local:%H:%M}"
    if said == "00:00":
        local, said = local - timedelta(days=1), "24:00"
    return _("%(month)d/%(day)d %(time)s") % {
        "month": local.month,
        "day": local.day,
        "time": said,
    }
