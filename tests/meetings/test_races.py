"""Two at once: open the same session, decide the same item, plan the same month."""

from collections.abc import Callable

import pytest

from tests import people
from tests.incidents.test_races import at_once
from tests.meetings.conftest import House, make_house
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Step
from xiangyue.kernel.refusals import Conflict
from xiangyue.meetings import services
from xiangyue.meetings.deciding import decide_by_act, open_meeting
from xiangyue.meetings.models import AgendaItem, Meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db) -> House:
    return make_house()


def test_two_who_open_the_same_session_open_it_once(house: House):
    house.report("0406")
    house.plan()
    other = people.dispatcher()
    meeting = house.meeting()
    results = at_once(
        *(
            lambda who=who: open_meeting(
                meeting=meeting, actor=house.standing(who), at=house.room_at
            )
            for who in (house.dispatcher, other)
        )
    )
    assert [result.pk for result in results] == [meeting.pk, meeting.pk]
    assert AgendaItem.objects.count() == 1
    assert Meeting.objects.get(pk=meeting.pk).attendances.count() == 1
    assert Entry.objects.filter(name="meetings.meeting_opened").count() == 1


def test_of_two_who_decide_the_same_item_one_wins_and_the_other_is_told(house: House):
    incident = house.report("0406")
    room = house.open_room()
    item = room.items.get()

    def deciding(who, decision: str) -> Callable[[], object]:
        return lambda: decide_by_act(
            item=item, decision=decision, entered={"note": "请抓紧"}, actor=house.standing(who),
            at=house.room_at,
        )  # fmt: skip

    results = at_once(
        deciding(house.dispatcher, "escalate"), deciding(house.supervisor, "supervise")
    )
    won = [result for result in results if isinstance(result, AgendaItem)]
    told = [result for result in results if isinstance(result, Conflict)]
    assert (len(won), len(told)) == (1, 1), results
    assert Step.objects.filter(incident=incident).exclude(verb="report").count() == 1
    item.refresh_from_db()
    assert item.step.verb == item.decision == won[0].decision


def test_two_who_plan_the_same_month_plan_it_once(house: House):
    at_once(*(lambda: services.plan_meetings(at=house.dawn) for _worker in range(2)))
    days = list(Meeting.objects.values_list("series_key", "place", "date"))
    assert len(days) == len(set(days)) > 20


def test_two_who_call_an_extra_session_call_one(house: House):
    def call() -> object:
        return services.call_meeting(
            series_key="village_day", place=people.place(),
            begins_at=people.MONDAY.replace(hour=19), actor=house.standing(house.secretary),
            at=house.dawn,
        )  # fmt: skip

    results = at_once(call, call)
    assert sum(isinstance(result, Meeting) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1


def test_a_session_closed_while_somebody_decides_keeps_what_it_was(house: House):
    house.report("0406")
    room = house.open_room()
    item = room.items.get()
    results = at_once(
        lambda: services.close_session(
            meeting=room, actor=house.standing(house.dispatcher), at=house.room_at
        ),
        lambda: decide_by_act(
            item=item, decision="supervise", entered={"note": "请抓紧"},
            actor=house.standing(house.supervisor), at=house.room_at,
        ),
    )  # fmt: skip
    item.refresh_from_db()
    supervised = Step.objects.filter(verb="supervise").exists()
    assert supervised == bool(item.decision)
    assert isinstance(results[1], Conflict) != supervised
    assert Meeting.objects.get(pk=room.pk).state == "closed"
