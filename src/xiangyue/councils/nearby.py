"""What councils have for a resident's first page: where they are asked, what their group has."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xiangyue.access.requests import person
from xiangyue.councils.models import Concerned, GroupMatterState, Seat, Stakeholder
from xiangyue.councils.today import waiting_for
from xiangyue.kernel.asking import Given, Question
from xiangyue.kernel.nearby import MOST, NearbyLine
from xiangyue.places.models import Place

_WHO = Given("person", models.UUIDField())
AFOOT = (
    Question(lambda _count: Seat.objects.filter(person=_WHO).order_by().values_list("pk")),
    Question(lambda _count: Stakeholder.objects.filter(person=_WHO).order_by().values_list("pk")),
    Question(lambda _count: Concerned.objects.filter(person=_WHO).order_by().values_list("pk")),
)


def lines_for(request: HttpRequest, *, place: Place, at: datetime) -> list[NearbyLine]:
    """What asks the person: a judgement about them, a seat, a stake; then their group's matters."""
    who = person(request)
    if who is None:
        return []
    waits = waiting_for(who, at=at)
    return [
        *_judgements(who.pk),
        *(
            NearbyLine(
                title=one.council.name,
                url=reverse("answer-council-seat", args=[one.pk]),
                kind=name,
                asks=_("You are asked"),
            )
            for one, name in waits["offers"]
        ),
        *(
            NearbyLine(
                title=one.matter.title,
                url=reverse("answer-stake", args=[one.pk]),
                kind=one.matter.council.name,
                asks=_("You are asked"),
            )
            for one in waits["stakes"]
        ),
        *(
            NearbyLine(
                title=one.title,
                url=reverse("group-matter", args=[one.pk]),
                kind=f"{one.council.name} · {one.get_state_display()}",
                is_mine=True,
                since=one.asked_at,
            )
            for one in waits["matters"]
        ),
    ]


def _judgements(person_id: UUID) -> list[NearbyLine]:
    rows = Concerned.objects.filter(
        person=person_id,
        consents=None,
        matter__state__in=[GroupMatterState.ASKED, GroupMatterState.TAKEN],
    ).select_related("matter__council")
    return [
        NearbyLine(
            title=one.matter.title,
            url=reverse("group-matter", args=[one.matter.pk]),
            kind=_("You are asked whether you want this judged. Without your yes nothing happens."),
            asks=_("It is about you"),
        )
        for one in rows[:MOST]
    ]
