"""Two at once: the last place at a call for helpers, one tap twice, thanks twice, a team twice."""

from datetime import date, timedelta

import pytest

from tests.enforcement.conftest import House, make_house
from tests.enforcement.test_calls import called
from tests.incidents.test_races import at_once
from xiangyue.activity.models import Entry
from xiangyue.enforcement import services
from xiangyue.enforcement.models import HelpCall, Helper, Team
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db) -> House:
    return make_house()


def test_the_last_place_is_taken_once_and_a_tap_twice_counts_once(house):
    team = house.patrol()
    Person.objects.update(birth_date=date(1980, 1, 1))
    call = called(house, team, wanted_count=2)
    people_ = list(Person.objects.filter(pk__in=[each.pk for each in house.residents]))
    results = at_once(
        *(
            lambda person=person: services.offer_help(call=call, by=person, at=house.at)
            for person in [*people_, people_[0]]
        )
    )
    assert Helper.objects.filter(call=call).count() == 2
    assert all(isinstance(each, Helper | services.CallOver) for each in results)


def test_thanks_are_said_once(house):
    team = house.patrol()
    Person.objects.update(birth_date=date(1980, 1, 1))
    call = called(house, team)
    person = Person.objects.get(pk=house.residents[1].pk)
    helper = services.offer_help(call=call, by=person, at=house.at)
    results = at_once(
        *(
            lambda: services.thank(
                call=call, came=[helper.pk], thanks="辛苦了", by=house.clerk,
                at=call.starts_at + timedelta(hours=1),
            )
            for _time in range(3)
        )
    )  # fmt: skip
    assert sum(isinstance(each, HelpCall) for each in results) == 1
    assert sum(isinstance(each, services.CallOver) for each in results) == 2
    assert Entry.objects.filter(name="enforcement.help_given").count() == 1


def test_a_kind_of_team_is_formed_once(house):
    committee = house.sitting()
    results = at_once(*(lambda: house.team(committee) for _time in range(3)))
    assert sum(isinstance(each, services.DoneAlready) for each in results) == 2
    assert Team.objects.count() == 1
