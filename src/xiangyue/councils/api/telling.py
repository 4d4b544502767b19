"""How the API tells a council, a matter, a group's matter; whom and where it means."""

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.access.requests import person
from xiangyue.councils import access, queries, services, showing
from xiangyue.councils.models import (
    Council,
    GroupMatter,
    GroupMatterState,
    Matter,
    Seat,
    Stakeholder,
)
from xiangyue.councils.reading import kind_of
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.places.models import Person, Place


def signed_in(request: HttpRequest) -> Person:
    who = person(request)
    if who is None:
        raise NotAllowed(_("Please sign in first."))
    return who


def place_with(code: str) -> Place:
    found: Place | None = Place.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise NotFound(_("There is no place with this code."))
    return found


def row(one: Council) -> dict[str, Any]:
    names = ("kind", "name", "state", "formed_on", "until")
    return {name: getattr(one, name) for name in names} | {"id": one.pk, "place": one.place.code}


def page_of(rows: Any, number: int) -> dict[str, Any]:
    page = Paginator(rows, queries.PAGE_SIZE).get_page(number)
    return {
        "councils": [row(one) for one in page],
        "count": page.paginator.count,
        "page": page.number,
        "page_count": page.paginator.num_pages,
    }


def _shown(one: showing.Shown) -> dict[str, Any]:
    names = ("key", "name", "stands_for", "how", "since", "until", "state")
    return {name: getattr(one, name) for name in names}


def _seat(one: showing.SeatShown) -> dict[str, Any]:
    return {
        "key": one.kind.key, "name": one.name, "least": one.least, "most": one.most,
        "per_issue": one.kind.per_issue, "people": [_shown(each) for each in one.people],
    }  # fmt: skip


def detail(one: Council, who: Person | None, *, on: date, at: datetime) -> dict[str, Any]:
    reads = access.reads_names(who, one, at=at)
    return row(one) | {
        "purpose": kind_of(one).purpose.in_language(get_language()),
        "on": on,
        "seats": [_seat(each) for each in showing.seats_shown(one, on=on, reads_names=reads)],
        "missing": queries.missing(one, at=at),
        "matters": [matter_row(each) for each in one.matters.order_by("-opened_at")[:50]],
    }


def matter_row(one: Matter) -> dict[str, Any]:
    names = ("title", "opened_at", "closed_at")
    return {name: getattr(one, name) for name in names} | {"id": one.pk}


def matter_detail(one: Matter, *, reads: bool, at: datetime) -> dict[str, Any]:
    shown = showing.matter_shown(one, at=at, reads_names=reads)
    back = [_shown(each) | {"key": each.key or one.pk} for each in shown.stepped_back]
    return matter_row(one) | {
        "council": one.council_id,
        "subject_type": one.subject_type,
        "subject_id": one.subject_id,
        "seats": [_seat(each) for each in shown.seats],
        "concerned": [_shown(each) for each in shown.concerned],
        "stepped_back": back,
        "missing": list(shown.missing),
    }


def stake_row(one: Stakeholder) -> dict[str, Any]:
    names = ("stake", "state", "reason")
    return {name: getattr(one, name) for name in names} | {"id": one.pk, "matter": one.matter_id}


def own_seat_row(one: Seat) -> dict[str, Any]:
    names = ("state", "active_from", "active_to")
    return {name: getattr(one, name) for name in names} | {
        "id": one.pk, "council": one.council_id, "council_name": one.council.name,
        "seat": one.seat_key,
    }  # fmt: skip


def group_row(one: GroupMatter) -> dict[str, Any]:
    names = ("work", "title", "state", "asked_at")
    return {name: getattr(one, name) for name in names} | {
        "id": one.pk,
        "council": one.council_id,
    }


def group_detail(one: GroupMatter, who: Person) -> dict[str, Any]:
    takes_part = one.takers.filter(seat__person=who, stepped_back_at=None).exists()
    concerned = list(one.concerned.all())
    reads = (
        one.state == GroupMatterState.CONCLUDED
        or takes_part
        or any(each.person_id == who.pk for each in concerned)
    )
    return group_row(one) | {
        "text": one.text,
        "result": one.result if reads else "",
        "taker_count": one.takers.filter(stepped_back_at=None).count(),
        "lacks": services.lacks_of(one) if takes_part else [],
        "concerned": [
            {
                "id": each.pk, "is_me": each.person_id == who.pk, "consents": each.consents,
                "is_heard": each.heard_at is not None, "agrees": each.agrees,
            }
            for each in concerned
        ],
    }  # fmt: skip
