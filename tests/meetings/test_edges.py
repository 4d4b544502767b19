"""Edges of planning and agendas, each as somebody would come upon it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests import people
from tests.meetings.conftest import House
from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.services import set_holiday
from xiangyue.incidents import services as incidents
from xiangyue.incidents.models import Incident
from xiangyue.kernel.refusals import Conflict, NotAllowed
from xiangyue.meetings import services
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.deciding import add_incident, decide_by_act, decide_in_words, open_meeting
from xiangyue.meetings.models import Meeting
from xiangyue.meetings.queries import near
from xiangyue.meetings.services import holding
from xiangyue.meetings.services.acting import WrongState, WrongTime
from xiangyue.meetings.showing import shown_agenda

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def declare(key: str, **changes: object) -> Declaration:
    """Declare the series anew with these changes; the plan reads it the next time."""
    old = Declaration.objects.get(kind="meeting_series", key=key, is_current=True)
    Declaration.objects.filter(pk=old.pk).update(is_current=False)
    return Declaration.objects.create(
        kind=old.kind,
        key=key,
        version=old.version + 1,
        body=old.body | changes,
        digest=uuid4().hex * 2,  # what a text means is kept by its digest
        source=old.source,
        effective_from_date=old.effective_from_date,
        loaded_at=old.loaded_at,
    )


class TestPlan:
    def test_a_session_whose_time_has_come_is_moved_by_nothing(self, house: House):
        house.plan()
        declare("town_room", at="10:00:00")
        services.plan_meetings(at=house.room_at)
        today, tomorrow = house.meeting(), house.meeting(day=date(2026, 6, 9))
        assert today.begins_at == house.room_at
        assert tomorrow.begins_at == house.room_at + DAY + timedelta(minutes=90)

    def test_what_was_moved_beyond_the_month_is_not_planned_a_second_time(self, house: House):
        house.plan()
        services.move_meeting(
            meeting=house.meeting("village_day"), begins_at=people.MONDAY + 40 * DAY,
            actor=house.standing(house.secretary), at=house.dawn,
        )  # fmt: skip
        assert services.plan_meetings(at=house.dawn) == 0
        assert Meeting.objects.filter(series_key="village_day").count() == 1

    def test_a_series_is_planned_while_it_is_declared(self, house: House):
        declare("town_room", effective_from="2026-06-11", effective_to="2026-06-16")
        house.plan()
        days = Meeting.objects.filter(series_key="town_room").order_by("date")
        assert [row.date.day for row in days] == [11, 12, 15]

    def test_a_day_on_which_somebody_called_one_stays_theirs(self, house: House):
        house.plan()
        planned = house.meeting("grid_party_group")
        called = services.call_meeting(
            series_key="grid_party_group", place=planned.place,
            begins_at=people.MONDAY.replace(day=15, hour=9), at=house.dawn,
            actor=house.standing(house.secretary),
        )  # fmt: skip
        set_holiday(date=date(2026, 6, 12), kind="holiday", name="停", at=house.dawn, actor_id=None)
        house.plan()
        planned.refresh_from_db()
        called.refresh_from_db()
        assert (planned.date, called.date) == (date(2026, 6, 12), date(2026, 6, 15))

    def test_what_a_person_called_stays_though_its_series_has_ended(self, house: House):
        house.plan()
        services.move_meeting(
            meeting=house.meeting("village_day"), begins_at=people.MONDAY + 3 * DAY,
            actor=house.standing(house.secretary), at=house.dawn,
        )  # fmt: skip
        for row in Declaration.objects.filter(kind="meeting_series", is_current=True):
            row.is_current = False
            row.save()
        house.plan()
        assert house.meeting("village_day").state == "planned"
        assert house.meeting().state == "cancelled"

    def test_nobody_calls_or_moves_one_more_than_a_year_ahead(self, house: House):
        house.plan()
        far = {"begins_at": house.dawn + 400 * DAY, "at": house.dawn}
        actor = house.standing(house.secretary)
        with pytest.raises(WrongTime):
            services.move_meeting(meeting=house.meeting("village_day"), actor=actor, **far)
        with pytest.raises(WrongTime):
            services.call_meeting(
                series_key="village_day", place=people.place(), actor=actor, **far
            )

    def test_nobody_moves_one_onto_the_day_of_another(self, house: House):
        house.plan()
        with pytest.raises(Conflict):
            services.move_meeting(
                meeting=house.meeting(), begins_at=house.room_at + DAY, at=house.dawn,
                actor=house.standing(house.dispatcher),
            )  # fmt: skip
        later = house.room_at + timedelta(hours=2)
        moved = services.move_meeting(
            meeting=house.meeting(), begins_at=later, at=house.dawn,
            actor=house.standing(house.dispatcher),
        )  # fmt: skip
        assert moved.begins_at == later

    def test_what_was_moved_after_its_reminder_is_reminded_of_again(self, house: House):
        house.plan()
        assert services.announce_meetings(at=house.room_at - timedelta(minutes=50)) == 1
        services.move_meeting(
            meeting=house.meeting(), begins_at=house.room_at + timedelta(hours=5),
            at=house.room_at - timedelta(minutes=45), actor=house.standing(house.dispatcher),
        )  # fmt: skip
        assert services.announce_meetings(at=house.room_at) == 0
        assert services.announce_meetings(at=house.room_at + timedelta(hours=4.5)) == 1

    def test_nobody_is_reminded_of_what_has_begun(self, house: House):
        house.plan()
        assert services.announce_meetings(at=house.room_at + timedelta(minutes=1)) == 0


class TestRoom:
    def test_it_is_held_by_what_is_declared_when_it_opens(self, house: House):
        house.plan()
        new = declare("town_room", most=1)
        for _number in range(3):
            house.report("0406")
        opened = open_meeting(
            meeting=house.meeting(), actor=house.standing(house.dispatcher), at=house.room_at
        )
        assert opened.series_id == new.pk
        assert (opened.items.count(), opened.left_out_count) == (1, 2)

    def test_who_holds_it_may_be_there_without_being_asked(self, house: House):
        """A county's centre runs a town's room for once."""
        county = people.county()
        centre = people.posted(
            "county_dispatcher", at_place=county, organisation=people.unit("CV", county), name="县"
        )
        standing = house.standing(centre)
        assert standing.may("meetings.convene", place_path=people.town().path)
        house.plan()
        room = open_meeting(meeting=house.meeting(), actor=standing, at=house.room_at)
        services.note_attendance(
            meeting=room, people=[centre.pk], guests=[], chair=centre.pk, minute_taker=centre.pk,
            actor=standing, at=house.room_at,
        )  # fmt: skip
        assert room.attendances.get().role == ""

    def test_a_full_agenda_takes_no_more(self, house: House, monkeypatch):
        monkeypatch.setattr(holding, "ITEMS_MOST", 2)
        house.plan()
        facts = {"meeting": house.meeting(), "actor": house.standing(house.dispatcher)}
        for text in ("甲事", "乙事"):
            services.add_text(**facts, text=text, at=house.dawn)
        with pytest.raises(Conflict):
            services.add_text(**facts, text="丙事", at=house.dawn)

    def test_nothing_is_put_on_the_agenda_of_a_session_that_is_over(self, house: House):
        room = house.open_room()
        actor = house.standing(house.dispatcher)
        services.close_session(meeting=room, actor=actor, at=house.room_at)
        with pytest.raises(WrongState):
            services.add_text(meeting=room, text="再加一项", actor=actor, at=house.room_at)
        cancelled = services.cancel_meeting(
            meeting=house.meeting(day=date(2026, 6, 9)), reason="抗旱", actor=actor,
            at=house.room_at,
        )  # fmt: skip
        with pytest.raises(WrongState):
            services.add_text(meeting=cancelled, text="再加一项", actor=actor, at=house.room_at)

    def test_parts_of_a_split_matter_come_up_as_the_whole(self, house: House):
        incident = house.report("0406")
        lead, other = people.unit("VC"), people.unit("TV", people.town())
        incidents.split_incident(
            incident=incident, lead=lead, units=[lead, other], note="各办各的", at=house.dawn,
            actor=people.acting(house.dispatcher, at=house.dawn),
        )  # fmt: skip
        late = house.room_at + 30 * DAY
        house.plan(at=late - timedelta(hours=2))
        drawn = draw_agenda(house.meeting(day=late.date()), at=late)
        assert [item.incident_id for item in drawn.items] == [incident.pk]

    def test_what_waits_for_somebody_to_look_is_not_unsolved(self, house: House):
        incident = house.report("0406")
        assert self.up(house) == [incident.pk]
        for state in ("waiting", "handled"):
            Incident.objects.filter(pk=incident.pk).update(state=state)
            assert self.up(house) == []

    def up(self, house: House) -> list[int | None]:
        house.plan()
        incident_ids = draw_agenda(house.meeting(), at=house.room_at).items
        return [item.incident_id for item in incident_ids]

    def test_how_often_it_was_up_is_counted_from_earlier_sessions_alone(self, house: House):
        house.report("0406")
        house.plan()
        actor = house.standing(house.dispatcher)
        tomorrow = house.meeting(day=date(2026, 6, 9))
        services.close_session(
            meeting=open_meeting(meeting=tomorrow, actor=actor, at=house.room_at + DAY),
            actor=actor, at=house.room_at + DAY,
        )  # fmt: skip
        # The day before is entered late, as when it was held on paper.
        drawn = draw_agenda(house.meeting(), at=house.room_at + DAY)
        assert [item.appearance for item in drawn.items] == [1]

    def test_what_was_agreed_is_over_and_a_text_stands_once(self, house: House):
        house.plan()
        actor = house.standing(house.dispatcher)
        for text in ("防汛值守", "秋收用电"):
            services.add_text(meeting=house.meeting(), text=text, actor=actor, at=house.dawn)
        room = open_meeting(meeting=house.meeting(), actor=actor, at=house.room_at)
        decide_in_words(
            item=room.items.get(text="防汛值守"), decision="agreed", text="各村排班",
            actor=actor, at=house.room_at,
        )  # fmt: skip
        services.close_session(meeting=room, actor=actor, at=house.room_at)
        tomorrow = house.meeting(day=date(2026, 6, 9))
        services.add_text(meeting=tomorrow, text="秋收用电", actor=actor, at=house.room_at)
        drawn = draw_agenda(tomorrow, at=house.room_at + DAY)
        assert [item.text for item in drawn.items] == ["秋收用电"]

    def test_another_towns_matter_to_dispatch_is_not_up_here(self, house: House):
        elsewhere = house.report("0406", place=people.place(people.OTHER_VILLAGE))
        assert elsewhere.pk not in self.up(house)

    def test_only_what_is_open_and_of_this_area_is_put_there_by_hand(self, house: House):
        house.plan()
        actor = house.standing(house.dispatcher)
        settled = house.report("0401")
        incidents.withdraw_incident(
            incident=settled, actor=people.acting(house.reporter), at=house.room_at
        )
        with pytest.raises(Conflict):
            add_incident(meeting=house.meeting(), number=settled.number, actor=actor, at=house.dawn)
        town_wide = house.report("0401")
        add_incident(meeting=house.meeting(), number=town_wide.number, actor=actor, at=house.dawn)
        with pytest.raises(Conflict):
            add_incident(
                meeting=house.meeting(), number=town_wide.number, actor=actor, at=house.dawn
            )

    def test_who_sees_more_puts_nothing_of_elsewhere_on_the_agenda(self, house: House):
        county = people.county()
        officer = people.posted(
            "county_dispatcher", at_place=county, organisation=people.unit("CV", county), name="县"
        )
        elsewhere = house.report("0401", place=people.place(people.OTHER_VILLAGE))
        house.plan()
        with pytest.raises(NotAllowed):
            add_incident(
                meeting=house.meeting(), number=elsewhere.number, at=house.dawn,
                actor=house.standing(officer),
            )  # fmt: skip

    def test_nobody_verifies_or_confirms_in_a_session(self, house: House):
        house.report("0406")
        room = house.open_room()
        for verb in ("pass", "confirm", "reopen", "merge"):
            with pytest.raises(NotAllowed):
                decide_by_act(
                    item=room.items.get(), decision=verb, entered={}, at=house.room_at,
                    actor=house.standing(house.dispatcher),
                )  # fmt: skip

    def test_what_is_agreed_is_agreed_once(self, house: House):
        house.plan()
        actor = house.standing(house.dispatcher)
        services.add_text(meeting=house.meeting(), text="防汛", actor=actor, at=house.dawn)
        room = open_meeting(meeting=house.meeting(), actor=actor, at=house.room_at)
        facts = {"item": room.items.get(), "decision": "agreed", "actor": actor}
        decide_in_words(**facts, text="各村排班", at=house.room_at)
        with pytest.raises(Conflict):
            decide_in_words(**facts, text="另作安排", at=house.room_at)

    def test_a_minute_taker_of_another_place_runs_nothing_here(self, house: House):
        other = people.place(people.OTHER_VILLAGE)
        clerk = people.posted(
            "village_clerk", at_place=other, organisation=people.unit("VC", other)
        )
        house.plan()
        with pytest.raises(NotAllowed):
            open_meeting(
                meeting=house.meeting("village_day"), actor=house.standing(clerk),
                at=people.MONDAY.replace(day=10),
            )  # fmt: skip

    def test_a_session_left_open_stays_in_sight_for_a_week(self, house: House):
        room = house.open_room()
        standing = house.standing(house.dispatcher)
        for days, is_there in ((1, True), (7, True), (8, False)):
            rows = near(standing, at=house.room_at + days * DAY)
            assert (room.pk in [row.pk for row in rows]) is is_there

    def test_the_words_of_a_decision_are_for_who_may_read_the_matter(self, house: House):
        private = house.report("0101", hours_ago=24 * 30)
        room = house.open_room()
        decide_by_act(
            item=room.items.get(incident=private), decision="supervise",
            entered={"note": "李家的事从速"}, actor=house.standing(house.supervisor),
            at=house.room_at,
        )  # fmt: skip
        [mine] = shown_agenda(room, house.standing(house.supervisor))
        assert mine.decision_text == "李家的事从速"
        other = people.dispatcher(people.OTHER_VILLAGE)
        [theirs] = shown_agenda(room, house.standing(other))
        assert (theirs.decision_text, theirs.incident) == ("", None)
