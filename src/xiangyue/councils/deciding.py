"""What councils have before them, for the page “What is being decided here”."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.councils.models import Matter, StakeStateChoices
from xiangyue.councils.queries import missing
from xiangyue.kernel.deciding import MOST, STAYS, DecidingLine
from xiangyue.places.models import Person, Place
from xiangyue.places.queries import concerning


def lines_for(*, place: Place, person: Person | None, at: datetime) -> list[DecidingLine]:
    """Matters before councils that no other module tells of: who sits, and who is missing.

    A matter about something that another module keeps (an issue, a vote) is told by that module.
    """
    rows = concerning(Matter.objects.filter(subject_type=""), place, field="council__place_path")
    rows = rows.filter(Q(closed_at=None) | Q(closed_at__gt=at - STAYS))
    asked = (
        set(
            person.stakes.filter(state=StakeStateChoices.INVITED).values_list(
                "matter_id", flat=True
            )
        )
        if person is not None
        else set()
    )
    lines = []
    found = rows.select_related("council__place", "council__declaration").order_by("-opened_at")
    for matter in found[:MOST]:
        lacks = missing(matter.council, subject=matter, at=at) if matter.closed_at is None else []
        lines.append(
            DecidingLine(
                kind=matter.council.name,
                title=matter.title,
                url=reverse("council-matter", args=[matter.pk]),
                state=lacks[0] if lacks else _("Everybody who should be there is."),
                needs_me=matter.pk in asked,
                outcome=_("The council is done with it.") if matter.closed_at else None,
            )
        )
    return lines
