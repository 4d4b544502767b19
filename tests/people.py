"""People with posts in Shandan, for tests that need somebody to act."""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from xiangyue.access.adapter import BACKEND, SIGNED_IN_AT
from xiangyue.access.appointments import appoint
from xiangyue.access.models import Account
from xiangyue.access.queries import standing_of
from xiangyue.incidents.services import Actor
from xiangyue.places.models import Organisation, Person, Place
from xiangyue.places.services import register_person

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday morning with five ordinary working days before and after it.
MONDAY = datetime(2026, 6, 8, 9, tzinfo=SHANGHAI)
LONG_AGO = MONDAY - timedelta(days=100)
VILLAGE = "620725101201"  # 北滩村, in 清泉镇
OTHER_VILLAGE = "620725102201"  # 位奇村, in 位奇镇

_phones = count(13_900_000_000)


def place(code: str = VILLAGE) -> Place:
    return Place.objects.get(code=code)


def town(code: str = VILLAGE) -> Place:
    return Place.objects.get(code=f"{code[:9]}000")


def county() -> Place:
    return Place.objects.get(kind="county")


def unit(function: str, at_place: Place | None = None) -> Organisation:
    return Organisation.objects.get(function=function, place=at_place or place())


def somebody(name: str = "张三", *, at_place: Place | None = None) -> Person:
    return register_person(
        name=name, phone=str(next(_phones)), place=at_place or place(), at=LONG_AGO
    )


def posted(
    role: str, *, at_place: Place, organisation: Organisation | None = None, name: str = "李四"
) -> Person:
    person = somebody(name, at_place=at_place)
    appoint(person=person, role=role, place=at_place, organisation=organisation, at=LONG_AGO)
    return person


def clerk(code: str = VILLAGE) -> Person:
    """The village clerk, who handles what the village committee has in hand."""
    at_place = place(code)
    return posted("village_clerk", at_place=at_place, organisation=unit("VC", at_place))


def dispatcher(code: str = VILLAGE) -> Person:
    """The dispatcher of the town's centre, who also verifies."""
    at_place = town(code)
    return posted("town_dispatcher", at_place=at_place, organisation=unit("TV", at_place))


def supervisor(code: str = VILLAGE) -> Person:
    at_place = town(code)
    return posted("town_supervisor", at_place=at_place, organisation=unit("TV", at_place))


def acting(person: Person | None, *, at: datetime = MONDAY) -> Actor:
    return Actor(standing_of(person, at=at))


def sign_in(client: Client, person: Person) -> None:
    """Give the test client the session that the person would have after entering their code."""
    account, _is_new = Account.objects.get_or_create(
        person=person,
        defaults={"phone": person.phone, "is_phone_verified": True, "created_at": LONG_AGO},
    )
    client.force_login(account, backend=BACKEND)
    session = client.session
    session[SIGNED_IN_AT] = timezone.now().timestamp()
    session.save()
