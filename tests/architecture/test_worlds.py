"""What stands from one test to the next is never seen by a test that did not ask for it."""

from dataclasses import dataclass

import pytest

from tests import people, worlds
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db

NAMES = {"甲立", "乙立"}
made: list[str] = []


@dataclass
class House:
    owner: Person
    guests: list[Person]


@worlds.standing
def house() -> House:
    made.append("house")
    return House(people.somebody("甲立"), [])


@worlds.standing
def feast(house: House) -> House:
    """A house with a guest, made on the house."""
    house.guests.append(people.somebody("乙立"))
    return house


def here() -> set[str]:
    return set(Person.objects.filter(name__in=NAMES).values_list("name", flat=True))


@pytest.mark.parametrize("_time", [1, 2])
def test_each_finds_it_as_it_was_made(house: House, _time: int) -> None:
    assert (here(), house.owner.name, house.guests) == ({"甲立"}, "甲立", [])
    assert Person.objects.get(pk=house.owner.pk).name == "甲立"
    Person.objects.filter(name="甲立").update(name="乙立")
    house.owner.name = "乙立"
    house.guests.append(house.owner)


@pytest.mark.parametrize("_time", [1, 2])
def test_what_is_made_on_it_shares_its_objects(feast: House, house: House, _time: int) -> None:
    assert feast is house
    assert (here(), [guest.name for guest in feast.guests]) == (NAMES, ["乙立"])
    Person.objects.filter(name="乙立").delete()
    feast.guests.clear()


def test_the_house_alone_has_no_guest(house: House) -> None:
    assert (here(), house.guests) == ({"甲立"}, [])


def test_who_asks_for_none_finds_none() -> None:
    assert here() == set()


@pytest.mark.django_db(transaction=True)
def test_real_transactions_have_one_of_their_own(house: House) -> None:
    assert here() == {"甲立"}


def test_it_was_made_no_oftener_than_somebody_else_came_between(house: House) -> None:
    assert here() == {"甲立"}
    assert len(made) <= 3, "once for the first five, once with real transactions, once for this"
