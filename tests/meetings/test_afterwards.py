"""What becomes of sessions when something changes behind them: cancelled, abolished, reprinted."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from tests import people
from tests.meetings.conftest import House
from xiangyue.activity.models import Entry
from xiangyue.incidents import services as incidents
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import Conflict
from xiangyue.meetings import services
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.deciding import add_incident, open_meeting
from xiangyue.meetings.models import AgendaItem, Meeting
from xiangyue.meetings.printing import minutes_facts, minutes_pdf
from xiangyue.notifications.models import Message
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db


def cancelled_day(house: House) -> Meeting:
    house.plan()
    return services.cancel_meeting(
        meeting=house.meeting("village_day"), reason="点错了", at=house.dawn,
        actor=house.standing(house.secretary),
    )  # fmt: skip


def called_again(house: House, meeting: Meeting, **facts) -> Meeting:
    return services.call_meeting(
        **{
            "series_key": meeting.series_key,
            "place": meeting.place,
            "begins_at": meeting.begins_at + timedelta(hours=8),
            "actor": house.standing(house.secretary),
            "at": house.dawn,
        }
        | facts
    )


def test_what_was_cancelled_by_mistake_is_called_again_with_its_agenda(house: House):
    house.plan()
    actor = house.standing(house.secretary)
    services.add_text(
        meeting=house.meeting("village_day"), text="修渠出工", actor=actor, at=house.dawn
    )
    cancelled = cancelled_day(house)
    again = called_again(house, cancelled)
    again.refresh_from_db()
    assert (again.pk, again.state, again.cancel_reason) == (cancelled.pk, "planned", "")
    assert again.begins_at == cancelled.begins_at + timedelta(hours=8)
    assert again.ends_at - again.begins_at == cancelled.ends_at - cancelled.begins_at
    assert (again.revision, again.reminded_at, again.is_set_by_hand) == (2, None, True)
    assert again.version > cancelled.version
    assert again.items.get().text == "修渠出工"
    house.plan()  # and the plan leaves it where it was called to
    again.refresh_from_db()
    assert again.begins_at == cancelled.begins_at + timedelta(hours=8)
    with pytest.raises(Conflict):
        called_again(house, cancelled)


def test_nothing_is_moved_onto_a_cancelled_day_but_it_says_what_to_do(house: House):
    cancelled = cancelled_day(house)
    other = called_again(house, cancelled, begins_at=cancelled.begins_at + timedelta(days=1))
    with pytest.raises(Conflict, match=r"cancelled|取消"):
        services.move_meeting(
            meeting=other, begins_at=cancelled.begins_at, at=house.dawn,
            actor=house.standing(house.secretary),
        )  # fmt: skip


def test_who_is_asked_to_an_extra_session_is_told_and_who_called_it_is_not(house: House):
    called_again(house, cancelled_day(house))
    told = set(
        Message.objects.filter(declaration__key="meetings.call_announced.asked").values_list(
            "recipient__name", flat=True
        )
    )
    assert house.clerk.name in told
    assert house.worker.name in told
    assert house.secretary.name not in told


def test_at_a_place_that_is_no_more_no_session_stays_planned(house: House):
    house.plan()
    count = Meeting.objects.filter(place=people.place()).count()
    Place.objects.filter(pk=people.place().pk).update(is_active=False)
    assert services.plan_meetings(at=house.dawn) == count
    assert services.plan_meetings(at=house.dawn) == 0
    left = Meeting.objects.filter(place=people.place()).values_list("state", flat=True)
    assert set(left) == {"cancelled"}
    assert Entry.objects.filter(name="meetings.meeting_cancelled").count() == count
    assert house.meeting().state == "planned"  # the town's own stays
    Place.objects.filter(pk=people.place().pk).update(is_active=True)
    assert services.plan_meetings(at=house.dawn) == count


class TestPaper:
    def test_what_a_matter_was_called_then_stands_in_the_minutes_for_good(self, house: House):
        incident = house.report("0406")
        room = house.open_room()
        dispatcher = house.standing(house.dispatcher)
        services.close_session(meeting=room, actor=dispatcher, at=house.room_at, text="记")
        room.refresh_from_db()
        signed = minutes_facts(room, dispatcher, at=house.room_at)
        incidents.reclassify_incident(
            incident=incident, category_key="0401", reason="其实是垃圾", actor=Actor(dispatcher),
            at=house.room_at + timedelta(hours=1),
        )  # fmt: skip
        assert minutes_facts(room, dispatcher, at=house.room_at) == signed
        with pytest.raises(DatabaseError), transaction.atomic():
            AgendaItem.objects.filter(meeting=room).update(decision_text="", category=None)

    def test_what_was_put_there_by_hand_is_called_as_it_is_when_the_session_opens(
        self, house: House
    ):
        incident = house.report("0406")
        house.plan()
        dispatcher = house.standing(house.dispatcher)
        add_incident(
            meeting=house.meeting(), number=incident.number, actor=dispatcher, at=house.dawn
        )
        incidents.reclassify_incident(
            incident=incident, category_key="0401", reason="其实是垃圾", actor=Actor(dispatcher),
            at=house.room_at,
        )  # fmt: skip
        room = open_meeting(meeting=house.meeting(), actor=dispatcher, at=house.room_at)
        incident.refresh_from_db()
        assert room.items.get().category == incident.category
        late = house.report("0406")
        item = add_incident(meeting=room, number=late.number, actor=dispatcher, at=house.room_at)
        assert item.category == late.category

    def test_an_agenda_of_two_hundred_is_printed_whole(
        self, house: House, django_assert_max_num_queries
    ):
        house.plan()
        meeting = house.meeting()
        dispatcher = house.standing(house.dispatcher)
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=meeting, position=n, text=f"第{n}号事：防汛值守", reasons=["added"])
            for n in range(1, 201)
        )
        assert len(draw_agenda(meeting, at=house.room_at).items) == 200
        with django_assert_max_num_queries(20):
            paper = minutes_pdf(meeting, dispatcher, at=house.room_at)
        pages = [page.extract_text() for page in PdfReader(BytesIO(paper)).pages]
        assert len(pages) > 4
        words = "".join("".join(pages).split())
        assert all(f"第{n}号事" in words for n in (1, 99, 200))
