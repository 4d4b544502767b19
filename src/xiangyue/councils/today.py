"""What councils have for somebody's day: being asked, a group's matters, what the keeper does."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from xiangyue.access.afoot import Afoot
from xiangyue.access.queries import granted
from xiangyue.access.requests import person, standing
from xiangyue.councils.models import (
    Council,
    CouncilState,
    GroupMatter,
    GroupMatterState,
    Seat,
    SeatStateChoices,
    Stakeholder,
    StakeStateChoices,
)
from xiangyue.councils.reading import seat_name
from xiangyue.councils.services.acting import KEEP
from xiangyue.places.models import Person

SHOWN = 5
AFOOT = (
    Afoot(lambda mine: Seat.objects.filter(person=mine.person, state=SeatStateChoices.INVITED)),
    Afoot(
        lambda mine: Seat.objects.filter(
            person=mine.person,
            state=SeatStateChoices.ACCEPTED,
            council__group_matters__state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN],
        )
    ),
    Afoot(
        lambda mine: Stakeholder.objects.filter(
            person=mine.person, state=StakeStateChoices.INVITED, matter__closed_at=None
        )
    ),
    Afoot(
        lambda mine: Council.objects.filter(mine.reach(), state=CouncilState.FORMING),
        verbs=(KEEP,),
    ),
    Afoot(
        lambda mine: Stakeholder.objects.filter(
            mine.reach("matter__council__place_path"),
            matter__closed_at=None,
            state=StakeStateChoices.ASKED,
        ),
        verbs=(KEEP,),
    ),
)


def panel_of(request: HttpRequest, *, at: datetime) -> str | None:
    """What waits for the person; None when nothing does."""
    who = person(request)
    if who is None:
        return None
    mine = standing(request)
    context = waiting_for(who, at=at)
    if mine.may_somewhere(KEEP):
        kept = Council.objects.filter(granted(mine, KEEP)).exclude(state=CouncilState.DISSOLVED)
        context["forming"] = list(
            kept.filter(state=CouncilState.FORMING).order_by("begun_at")[:SHOWN]
        )
        context["asking"] = list(
            Stakeholder.objects.filter(
                matter__council__in=kept, matter__closed_at=None, state=StakeStateChoices.ASKED
            )
            .exclude(person=who)
            .select_related("matter__council")
            .order_by("noted_at")[:SHOWN]
        )
    if not any(context.values()):
        return None
    return render_to_string("councils/_today.html", context, request)


def waiting_for(who: Person, *, at: datetime) -> dict[str, Any]:
    """Where the person is asked, and what their groups have not taken up."""
    today = timezone.localdate(at)
    offers = Seat.objects.filter(person=who, state=SeatStateChoices.INVITED).select_related(
        "council__declaration"
    )
    own = Seat.objects.filter(
        Q(active_to=None) | Q(active_to__gt=today), person=who, state=SeatStateChoices.ACCEPTED
    )
    matters = (
        GroupMatter.objects.filter(council__seats__in=own)
        .filter(
            Q(state=GroupMatterState.ASKED)
            | Q(
                state=GroupMatterState.TAKEN,
                takers__seat__person=who,
                takers__stepped_back_at=None,
            )
        )
        .exclude(state=GroupMatterState.ASKED, takers__seat__person=who)
        .select_related("council")
        .distinct()
        .order_by("asked_at")
    )
    stakes = Stakeholder.objects.filter(
        person=who, state=StakeStateChoices.INVITED, matter__closed_at=None
    ).select_related("matter__council")
    return {
        "offers": [(one, seat_name(one.council, one.seat_key)) for one in offers[:SHOWN]],
        "stakes": list(stakes[:SHOWN]),
        "matters": list(matters[:SHOWN]),
    }
