"""Two at once in a council: formed once, one secretary, one answer, one matter, one seat ended."""

import pytest

from tests import people
from tests.councils.conftest import Community, House, make_community, make_house
from tests.incidents.test_races import at_once
from xiangyue.councils import services
from xiangyue.councils.invariants import INVARIANTS
from xiangyue.councils.models import Council, Matter, Seat
from xiangyue.kernel.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db) -> House:
    return make_house()


@pytest.fixture
def community(house: House) -> Community:
    return make_community(house)


def sound() -> bool:
    return [check() for check in INVARIANTS.values()] == [[]] * len(INVARIANTS)


def test_a_council_of_a_kind_is_formed_once(house: House) -> None:
    results = at_once(*(house.form for _time in range(3)))
    assert sum(isinstance(each, Council) for each in results) == 1
    assert sum(isinstance(each, services.ThereAlready) for each in results) == 2


def test_the_only_seat_goes_to_one(community: Community) -> None:
    council = community.form()
    secretaries = [
        people.posted("community_party_secretary", at_place=community.place, name=f"书记{number}")
        for number in range(3)
    ]
    results = at_once(
        *(
            lambda person=person: services.seat(
                council=council, seat_key="party_secretary", way="post", person=person,
                chosen_how="党组织任职", by=community.clerk, at=community.house.at,
            )
            for person in secretaries
        )
    )  # fmt: skip
    assert sum(isinstance(each, Seat) for each in results) == 1
    assert all(isinstance(each, Seat | Refused) for each in results)
    assert sound()


def test_a_yes_and_a_no_at_once_are_one_answer(house: House) -> None:
    council = house.form()
    seat = house.seat(council, "member")
    results = at_once(
        *(
            lambda accepts=accepts: services.answer_seat(
                seat=seat, accepts=accepts, entered_by=house.clerk, at=house.at
            )
            for accepts in (True, False)
        )
    )
    seat.refresh_from_db()
    assert seat.state in {"accepted", "declined"}
    assert all(isinstance(each, Seat | Refused) for each in results)
    assert sound()


def test_a_subject_is_laid_before_it_once(house: House) -> None:
    council = house.group()
    results = at_once(
        *(
            lambda: services.take_up(
                council=council, title="修渠", subject=house.place, by=house.clerk, at=house.at
            )
            for _time in range(3)
        )
    )
    assert len({each.pk for each in results}) == 1
    assert Matter.objects.count() == 1
