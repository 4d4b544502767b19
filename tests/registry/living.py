"""A household in 北滩村 and those who keep its register, for the tests."""

from datetime import date
from itertools import count

from tests import people
from xiangyue.access.queries import standing_of
from xiangyue.access.rules import Standing
from xiangyue.places.models import Household, Person
from xiangyue.places.services import register_household, register_person
from xiangyue.registry import services
from xiangyue.registry.models import Element
from xiangyue.registry.services.ground import Agreed

AT = people.MONDAY
ID_NUMBER = "62072519900307741X"
SECRET = "王家老二"
_codes = count(1)


def grid(code: str = people.VILLAGE):
    return people.place(code)


def household(code: str = people.VILLAGE, *, address: str = "三组12号") -> Household:
    return register_household(
        code=f"{code}-{next(_codes)}", grid=grid(code), address=address, at=people.LONG_AGO
    )


def resident(
    name: str = "王秀英",
    *,
    home: Household | None = None,
    phone: str | None = None,
    birth_date: date | None = None,
) -> Person:
    return register_person(
        name=name,
        phone=phone,
        household=home or household(),
        birth_date=birth_date,
        at=people.LONG_AGO,
    )


def standing(person: Person, *, at=AT) -> Standing:
    return standing_of(person, at=at)


def keeper(code: str = people.VILLAGE) -> Person:
    return people.clerk(code)


def worker(code: str = people.VILLAGE) -> Person:
    return people.posted("grid_worker", at_place=people.place(code), name="赵网格")


def approver(code: str = people.VILLAGE) -> Person:
    return people.posted("chief_grid_lead", at_place=people.town(code), name="孙总长")


def hydrant(by: Person, *, where: str = "村委会门口", code: str = people.VILLAGE) -> Element:
    return services.enter_element(
        kind_key="hydrant",
        place=people.place(code),
        values={"where": where, "gives_water": "yes"},
        by=standing(by),
        at=AT,
    )


def service_need(by: Person, person: Person, *, service: str = "meals") -> Element:
    return services.enter_element(
        kind_key="service_need",
        person=person,
        values={"service": service, "service_time": "中午十二点"},
        agreed=Agreed.to({"service"}),
        by=standing(by),
        at=AT,
    )
