"""Councils on paper: the roster for a wall, and what came of a group's matter."""

from datetime import datetime

import segno
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.councils import queries, showing
from xiangyue.councils.models import Council, GroupMatter
from xiangyue.councils.reading import kind_of
from xiangyue.documents.printing import printed
from xiangyue.places.queries import full_name


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def roster_pdf(council: Council, *, at: datetime, reads_names: bool, address: str) -> bytes:
    """Who sits today; private names only for whom they are."""
    kind = kind_of(council)
    today = timezone.localdate(at)
    seats = showing.seats_shown(council, on=today, reads_names=reads_names)
    rows = [
        [
            seat.name,
            "、".join(one.called for one in seat.people)
            or (seat.who if seat.kind.per_issue else _("not filled yet")),
            "；".join(one.how for one in seat.people),
        ]
        for seat in seats
    ]
    return printed(
        "councils/roster.typ",
        {
            "lang": _lang(),
            "title": council.name,
            "purpose": kind.purpose.in_language(get_language()),
            "issuer": full_name(council.place),
            "state": str(council.get_state_display()),
            "since": f"{council.formed_on:%Y-%m-%d}" if council.formed_on else "",
            "until": f"{council.until:%Y-%m-%d}" if council.until else "",
            "rows": rows,
            "missing": queries.missing(council, at=at),
            "date": f"{today:%Y-%m-%d}",
            "address": address,
            "qr": segno.make(address, error="m").svg_inline(border=2, scale=4),
            "labels": {
                "seat": _("Seat"), "who": _("Who sits"), "how": _("How chosen"),
                "since": _("Sits since"), "until": _("Until"), "state": _("State"),
                "missing": _("Still missing"), "date": _("As of"),
            },
        },
    )  # fmt: skip


def minutes_pdf(matter: GroupMatter) -> bytes:
    """What a group was asked, who took it, what came of it; whom it is about is not named."""
    takers = [
        one.seat.name for one in matter.takers.select_related("seat") if one.stepped_back_at is None
    ]
    away = matter.takers.filter(stepped_back_at__isnull=False).count()
    return printed(
        "councils/group_minutes.typ",
        {
            "lang": _lang(),
            "title": matter.title,
            "issuer": matter.council.name,
            "asked": f"{timezone.localtime(matter.asked_at):%Y-%m-%d}",
            "ended": f"{timezone.localtime(matter.ended_at):%Y-%m-%d}" if matter.ended_at else "",
            "text": matter.text if matter.work != "judging" else "",
            "takers": takers,
            "away": _("%(count)d stepped back.") % {"count": away} if away else "",
            "result": matter.result,
            "minutes": matter.minutes,
            "labels": {
                "asked": _("Asked on"), "ended": _("Done on"), "takers": _("Took part"),
                "text": _("What was asked"), "result": _("What came of it"),
                "minutes": _("How it went (minutes)"), "signature": _("Head of the group"),
            },
        },
    )  # fmt: skip
