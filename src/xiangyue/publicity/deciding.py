"""Drafts on a place's board, for the page that says what is being decided there.

Only notices of kinds that say what is not yet decided (`is_draft`): the board has all the others.
What is about a thing that another module keeps is told by that module.
"""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine, tellers
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning
from xiangyue.publicity.kinds import all_kinds
from xiangyue.publicity.models import Notice, StateChoices
from xiangyue.publicity.queries import SHOWN_WITH, unsettled


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Drafts on the board; what names people is left to the board itself (REQ-L11)."""
    drafts = {key: kind for key, kind in all_kinds().items() if kind.is_draft}
    rows = Notice.objects.filter(state=StateChoices.UP, kind__in=drafts, names_people=False)
    rows = concerning(rows, place).filter(published_at__gt=at - STAYS)
    for label in tellers():
        rows = rows.exclude(subject_type__startswith=f"{label}.")
    language, today = get_language(), timezone.localdate(at)
    found = []
    for notice in rows.select_related(*SHOWN_WITH).order_by("-published_at", "pk")[:MOST]:
        is_running = notice.ends_on > today
        is_settled = not unsettled(notice, at=at)
        found.append(
            DecidingLine(
                kind=drafts[notice.kind].name.in_language(language),
                title=notice.title,
                url=reverse("notice", args=[notice.number]),
                state=_("A draft; anybody can object")
                if is_running
                else _("Objections are being answered"),
                until=notice.ends_on - timedelta(days=1) if is_running else None,
                outcome=_("The time for objections is over; each was answered.")
                if is_settled
                else None,
            )
        )
    return found
