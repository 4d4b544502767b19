"""What keeping the compact has for a resident's first page: who is on duty, what waits for me."""

from datetime import datetime

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.access.requests import person, standing
from xiangyue.enforcement import access, queries
from xiangyue.enforcement.calls import cards, open_calls
from xiangyue.enforcement.models import HelpCall, Invitation, Reminder
from xiangyue.enforcement.wording import committee_name, team_name
from xiangyue.kernel.asking import Given, Question, given_each
from xiangyue.kernel.nearby import MOST, NearbyLine
from xiangyue.places.models import Person, Place, PlaceKind
from xiangyue.places.queries import ancestors_by_kind
from xiangyue.rosters.models import DutyTurn

_WHO = Given("person", models.UUIDField())
AFOOT = (
    Question(
        lambda count: DutyTurn.objects.filter(
            unit__compact_team__committee__place__path__in=given_each(
                "paths", models.CharField(), count
            ),
            begins_at__lte=Given("at", models.DateTimeField()),
            ends_at__gt=Given("at", models.DateTimeField()),
        ).values_list("pk")
    ),
    Question(
        lambda _count: Invitation.objects.filter(
            person=_WHO, answer=Invitation.Answer.WAITING
        ).values_list("pk")
    ),
    Question(
        lambda count: (
            HelpCall.objects.filter(
                team__committee__place__path__in=given_each("paths", models.CharField(), count),
                state=HelpCall.State.OPEN,
                starts_at__gt=Given("at", models.DateTimeField()),
            )
            .order_by()
            .values_list("pk")
        )
    ),
    Question(lambda _count: Reminder.objects.filter(person=_WHO).order_by().values_list("pk")),
)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """My invitations, what is kept about me, who is on duty in the village now, and for what its
    teams want helpers still."""
    who = person(request)
    village = ancestors_by_kind(place).get(PlaceKind.VILLAGE)
    duties = queries.on_duty(village, at=at) if village is not None else []
    lines = _own(request, who, at=at) if who is not None else []
    if village is not None:
        lines += _calls(who, village, at=at)
    return lines + [
        NearbyLine(
            title=team_name(one.team),
            url=reverse("compact-team", args=[one.team.pk]),
            kind=" · ".join(part for part in (_("On duty now"), one.phone) if part),
            until=one.until,
        )
        for one in duties[:MOST]
    ]


def _calls(who: Person | None, village: Place, *, at: datetime) -> list[NearbyLine]:
    """Calls that are not full yet, and mine; asked of everybody, so of nobody (VO01)."""
    found = cards(list(open_calls(village, at=at)[: 2 * MOST]), who=who, at=at)
    return [
        NearbyLine(
            title=one.call.title,
            url=reverse("help-call", args=[one.call.pk]),
            kind=_("You come") if one.is_mine else _("Helpers wanted"),
            where=one.call.meets_at,
            begins=one.call.starts_at,
            is_mine=one.is_mine,
        )
        for one in found
        if one.is_mine or one.standing == "wanted"
    ][:MOST]


def _own(request: HttpRequest, who: Person, *, at: datetime) -> list[NearbyLine]:
    letters = Invitation.objects.filter(person=who, answer=Invitation.Answer.WAITING)
    lines = [
        NearbyLine(
            title=committee_name(one.committee),
            url=reverse("own-invitation", args=[one.pk]),
            asks=_("You are invited"),
        )
        for one in letters.select_related("committee__place", "committee__declaration")[:MOST]
    ]
    if access.reminders_in_sight(standing(request), at=at).filter(person=who).exists():
        lines.append(
            NearbyLine(
                title=_("What is kept about me here"),
                url=reverse("compact-reminders"),
                is_mine=True,
            )
        )
    return lines
