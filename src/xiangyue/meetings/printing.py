"""Minutes on paper: facts for the template; a matter that is not for everybody keeps its words."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.posting.queries import role_names
from xiangyue.access.rules import Standing
from xiangyue.documents.printing import printed
from xiangyue.meetings.access import is_open_matter
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.models import Meeting, StateChoices
from xiangyue.meetings.series import series_of
from xiangyue.meetings.showing import ShownItem, said, shown_agenda
from xiangyue.places.queries import full_name
from xiangyue.places.rules import short_name


def minutes_pdf(meeting: Meeting, standing: Standing, *, at: datetime) -> bytes:
    """The minutes, or the agenda of a session not yet held, for a printer in black and white."""
    return printed("meetings/minutes.typ", minutes_facts(meeting, standing, at=at))


def minutes_facts(meeting: Meeting, standing: Standing, *, at: datetime) -> dict[str, Any]:
    """What stands on the paper: series, place, time, who was there, items, decisions, minutes.

    What the incident's reporter wrote is on no paper; of a matter that is not for everybody only
    its number stands there (PE02, ME05).
    """
    series = series_of(meeting)
    language = get_language()
    is_planned = meeting.state in {StateChoices.PLANNED, StateChoices.MISSED}
    drawn = draw_agenda(meeting, at=at) if is_planned else None
    rows = shown_agenda(meeting, standing, drawn=drawn)
    roles = role_names()
    people = list(meeting.attendances.select_related("person"))
    begins = timezone.localtime(meeting.begins_at)
    opened = timezone.localtime(meeting.opened_at) if meeting.opened_at else None
    closed = timezone.localtime(meeting.closed_at) if meeting.closed_at else None
    is_closed = closed is not None
    return {
        "lang": "en" if (language or "").startswith("en") else "zh",
        "title": series.name.in_language(language),
        "kind": _("Minutes") if is_closed else _("Agenda"),
        "issuer": full_name(meeting.place),
        "labels": {
            "where": _("Place"),
            "when": _("When"),
            "state": _("State"),
            "chair": _("Chairs"),
            "writer": _("Writes the minutes"),
            "present": _("Present"),
            "guests": _("Guests"),
            "agenda": _("Agenda and decisions") if is_closed else _("Agenda"),
            "minutes": _("Minutes"),
            "corrections": _("Corrections added later"),
            "nothing": _("Nothing was unsolved."),
            "signature": _("Signed (chair)"),
            "signature_writer": _("Signed (minutes)"),
            "number": _("Item no."),
            "matter": _("What it is about"),
            "why": _("Why it is up"),
            "decision": _("What was decided"),
        },
        "where": full_name(meeting.place),
        "when": f"{begins:%Y-%m-%d %H:%M}"
        if closed is None or opened is None
        else f"{opened:%Y-%m-%d %H:%M} – {closed:%H:%M}"
        if opened.date() == closed.date()
        else f"{opened:%Y-%m-%d %H:%M} – {closed:%Y-%m-%d %H:%M}",
        "state": str(meeting.get_state_display()),
        "chair": meeting.chair.name if meeting.chair is not None else "",
        "writer": meeting.minute_taker.name if meeting.minute_taker is not None else "",
        "present": [
            f"{row.person.name}（{roles[row.role]}）" if row.role in roles else row.person.name
            for row in people
            if row.person is not None
        ],
        "guests": [row.guest for row in people if row.guest],
        "items": [_item(row) for row in rows],
        "left_out": _("%(count)d more are unsolved and were not on the agenda.")
        % {"count": meeting.left_out_count}
        if meeting.left_out_count
        else "",
        "minutes": meeting.minutes,
        "is_closed": is_closed,
        "corrections": [
            {
                "text": one.text,
                "by": f"{one.written_by.name} {timezone.localtime(one.written_at):%Y-%m-%d %H:%M}",
            }
            for one in meeting.corrections.select_related("written_by")
        ],
    }


def _item(row: ShownItem) -> dict[str, Any]:
    item, incident = row.item, row.item.incident
    is_open = incident is not None and is_open_matter(incident)
    if incident is None:
        about, number = item.text, ""
    elif is_open:
        about, number = f"{row.title}　{short_name(incident.place.name)}", incident.number
    else:
        about = _("Not for everybody; see the number.") if row.is_known else row.title
        number = incident.number if row.is_known else ""
    words = said(item) if incident is None or is_open else ""
    times = _("time no. %(count)d") % {"count": item.appearance} if item.appearance > 1 else ""
    return {
        "position": str(item.position),
        "about": about,
        "number": number,
        "why": [*(name for name, _tone in row.reasons), *([times] if times else [])],
        "decision": row.decision or "—",
        "words": words,
        "by": item.decided_by.name if item.decided_by is not None else "",
    }
