"""The same round at the same moment is one round."""

from uuid import uuid4

import pytest

from tests.incidents.test_races import at_once
from tests.patrols.conftest import day_at
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Incident
from xiangyue.patrols.models import Patrol, Reminder, Sending
from xiangyue.patrols.services import Found
from xiangyue.patrols.upkeep import remind_of_rounds

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_round_sent_three_times_at_once_is_one(transactional_db, round_of):
    patrol, key = round_of(), uuid4()
    results = at_once(
        *(
            lambda: patrol.walk(client_key=key, found={"roads": Found(words="井盖没了")})
            for _time in range(3)
        )
    )
    assert [type(result) for result in results] == [Patrol] * 3
    assert Patrol.objects.count() == Incident.objects.count() == Sending.objects.count() == 1


def test_two_reports_of_one_day_at_once_supplement_each_other(transactional_db, round_of):
    patrol = round_of()
    first, second, _third = patrol.houses
    results = at_once(
        *(
            lambda house=house: patrol.walk(visits={house.pk: "visited"})
            for house in (first, second)
        )
    )
    assert [type(result) for result in results] == [Patrol] * 2
    assert Patrol.objects.get().visits.count() == 2


def test_two_who_remind_at_once_remind_once(transactional_db, round_of):
    round_of()
    counts = at_once(*(lambda: remind_of_rounds(at=day_at(8, 18, 40)) for _who in range(2)))
    assert sorted(counts) == [0, 1]
    assert Reminder.objects.count() == 1
    assert Entry.objects.filter(name="patrols.patrol_awaited").count() == 1
