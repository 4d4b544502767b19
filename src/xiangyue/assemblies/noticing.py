"""What of a meeting hangs on the board: the call with its agenda, and each later change."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from xiangyue.assemblies.kinds import kind_of
from xiangyue.assemblies.models import Item, Sitting
from xiangyue.calendars.wording import day_in_words
from xiangyue.places.models import Person
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import publish_notice

LONGEST_TITLE = 100


def publish(
    sitting: Sitting,
    *,
    by: Person | None,
    at: datetime,
    added: Item | None = None,
    changed: Item | None = None,
    is_moved: bool = False,
    is_called_off: bool = False,
) -> Notice:
    """Put up the call, or what has changed since; it names nobody. In the county's language."""
    with translation.override(settings.LANGUAGE_CODE):
        if is_called_off:
            title, lines = _("Called off: %(title)s"), [_because(sitting)]
        elif is_moved:
            title, lines = _("Moved: %(title)s"), [_because(sitting), *_when_and_where(sitting)]
        elif added is not None or changed is not None:
            title = _("Change of the agenda: %(title)s")
            lines = [*_change(added, changed), *_when_and_where(sitting)]
        else:
            title, lines = _("Meeting called: %(title)s"), _call(sitting)
        return publish_notice(
            kind=kind_of(sitting).notice_kind,
            place=sitting.place,
            title=(title % {"title": sitting.title})[:LONGEST_TITLE],
            body="\n".join(lines),
            subject=sitting,
            by=by,
            at=at,
        )


def _when_and_where(sitting: Sitting) -> list[str]:
    starts = timezone.localtime(sitting.starts_at)
    return [
        _("When: %(day)s %(time)s")
        % {"day": day_in_words(starts.date(), has_year=True), "time": f"{starts:%H:%M}"},
        _("Where: %(where)s") % {"where": sitting.where},
    ]


def _call(sitting: Sitting) -> list[str]:
    name = kind_of(sitting).name.in_language(settings.LANGUAGE_CODE)
    return [
        _("A meeting is held: %(kind)s.") % {"kind": name},
        *_when_and_where(sitting),
        _("Agenda:"),
        *(f"{item.position}. {item.title}" for item in sitting.items.order_by("position")),
        _(
            "Whoever wants something to be talked about can ask for it: on their phone, at the"
            " committee's office, or through the grid worker."
        ),
    ]


def _change(added: Item | None, changed: Item | None) -> list[str]:
    if added is not None:
        return [
            _("New on the agenda: %(number)d. %(title)s")
            % {"number": added.position, "title": added.title}
        ]
    assert changed is not None
    return [
        _("Changed on the agenda: %(number)d. %(title)s")
        % {"number": changed.position, "title": changed.title}
    ]


def _because(sitting: Sitting) -> str:
    return _("Why: %(reason)s") % {"reason": sitting.change_reason}
