"""Planning, opening, the agenda, decisions, minutes, the close: on the real database."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import people
from tests.meetings.conftest import House
from xiangyue.access.appointments import appoint, end_post
from xiangyue.activity.models import Entry
from xiangyue.activity.services import record
from xiangyue.calendars.services import remove_holiday, set_holiday
from xiangyue.incidents import services as incidents
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import Actor
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused
from xiangyue.meetings import invariants, services
from xiangyue.meetings.agenda import draw_agenda
from xiangyue.meetings.deciding import (
    add_incident,
    decide_by_act,
    decide_in_words,
    hold_nil_meeting,
    open_meeting,
)
from xiangyue.meetings.models import AgendaItem, Attendance, Meeting
from xiangyue.meetings.services.acting import WordsMissing, WrongState, WrongTime
from xiangyue.meetings.services.holding import NotDone, WrongPerson
from xiangyue.places.models import Post

pytestmark = pytest.mark.django_db


def keep(house: House, day: date, kind: str = "holiday") -> None:
    set_holiday(date=day, kind=kind, name="停", at=house.dawn, actor_id=house.dispatcher.pk)


class TestPlanning:
    def test_sessions_are_planned_where_somebody_convenes(self, house: House):
        house.plan()
        places = set(Meeting.objects.values_list("series_key", "place__name").distinct())
        assert places == {
            ("town_room", "清泉镇"),
            ("village_day", "北滩村村民委员会"),
            ("grid_party_group", "北滩村村民委员会"),
        }

    def test_the_village_day_is_the_tenth_and_the_party_group_meets_on_fridays(self, house: House):
        house.plan()
        days = Meeting.objects.order_by("date").values_list("date", flat=True)
        assert list(days.filter(series_key="village_day")) == [date(2026, 6, 10)]
        # Friday 19 June is a holiday: the first working day after it.
        assert list(days.filter(series_key="grid_party_group")) == [
            date(2026, 6, 12), date(2026, 6, 22), date(2026, 6, 26), date(2026, 7, 3),
        ]  # fmt: skip

    def test_planning_again_changes_nothing(self, house: House):
        house.plan()
        before = list(Meeting.objects.order_by("pk").values())
        assert services.plan_meetings(at=house.dawn) == 0
        assert list(Meeting.objects.order_by("pk").values()) == before

    def test_a_new_holiday_moves_what_was_planned_and_back(self, house: House):
        house.plan()
        meeting = house.meeting("grid_party_group")
        keep(house, date(2026, 6, 12))
        house.plan()
        meeting.refresh_from_db()
        assert (meeting.date, meeting.nominal_date) == (date(2026, 6, 15), date(2026, 6, 12))
        assert meeting.revision == 1
        assert Entry.objects.filter(name="meetings.meeting_moved").count() == 1
        remove_holiday(date=date(2026, 6, 12), at=house.dawn, actor_id=None)
        house.plan()
        meeting.refresh_from_db()
        assert (meeting.date, meeting.revision) == (date(2026, 6, 12), 2)
        assert Meeting.objects.filter(series_key="grid_party_group").count() == 4

    def test_a_daily_session_on_a_new_holiday_is_cancelled_and_comes_back(self, house: House):
        house.plan()
        meeting = house.meeting(day=date(2026, 6, 9))
        keep(house, date(2026, 6, 9))
        house.plan()
        meeting.refresh_from_db()
        assert meeting.state == "cancelled"
        remove_holiday(date=date(2026, 6, 9), at=house.dawn, actor_id=None)
        house.plan()
        meeting.refresh_from_db()
        assert meeting.state == "planned"

    def test_what_a_person_moved_stays_where_it_is(self, house: House):
        house.plan()
        meeting = house.meeting("village_day")
        to = people.MONDAY.replace(day=11, hour=19)
        services.move_meeting(
            meeting=meeting, begins_at=to, actor=house.standing(house.secretary), at=house.dawn
        )
        house.plan()
        meeting.refresh_from_db()
        assert (meeting.begins_at, meeting.date, meeting.state) == (
            to,
            date(2026, 6, 11),
            "planned",
        )
        assert Meeting.objects.filter(series_key="village_day").count() == 1

    def test_what_a_person_cancelled_stays_cancelled(self, house: House):
        house.plan()
        services.cancel_meeting(
            meeting=house.meeting("village_day"), reason="全村抗旱",
            actor=house.standing(house.secretary), at=house.dawn,
        )  # fmt: skip
        house.plan()
        assert house.meeting("village_day").state == "cancelled"

    def test_a_session_of_the_past_is_not_planned(self, house: House):
        services.plan_meetings(at=people.MONDAY.replace(hour=20))
        assert house.meeting().date == date(2026, 6, 9)

    def test_an_extra_session_is_called_once_a_day(self, house: House):
        call = {
            "series_key": "village_day", "place": people.place(),
            "begins_at": people.MONDAY.replace(hour=19), "actor": house.standing(house.secretary),
            "at": house.dawn,
        }  # fmt: skip
        assert services.call_meeting(**call).nominal_date is None
        with pytest.raises(Conflict):
            services.call_meeting(**call)
        with pytest.raises(NotAllowed):
            services.call_meeting(**call | {"actor": house.standing(house.worker)})
        with pytest.raises(NotFound):
            services.call_meeting(**call | {"series_key": "town_room"})
        with pytest.raises(WrongTime):
            services.call_meeting(**call | {"begins_at": house.dawn - timedelta(days=1)})

    def test_a_session_that_nobody_opened_is_marked_and_can_still_be_entered(self, house: House):
        house.plan()
        tomorrow = house.dawn + timedelta(days=1)
        assert services.mark_missed(at=house.dawn + timedelta(hours=17)) == 0
        assert services.mark_missed(at=tomorrow) == 1
        assert services.mark_missed(at=tomorrow) == 0
        assert house.meeting().state == "missed"
        standing = house.standing(house.dispatcher)
        opened = open_meeting(meeting=house.meeting(), actor=standing, at=tomorrow)
        assert opened.state == "open"

    def test_a_session_is_announced_once_and_in_time(self, house: House):
        house.plan()
        assert services.announce_meetings(at=house.room_at - timedelta(hours=2)) == 0
        assert services.announce_meetings(at=house.room_at - timedelta(minutes=50)) == 1
        assert services.announce_meetings(at=house.room_at - timedelta(minutes=40)) == 0
        assert Entry.objects.filter(name="meetings.meeting_announced").count() == 1


class TestAgenda:
    def numbers(self, meeting: Meeting) -> list[str]:
        return [item.incident.number for item in meeting.items.select_related("incident")]

    def test_overdue_stands_first_and_each_item_says_why(self, house: House):
        fresh = house.report("0406")
        late = house.report("0401", hours_ago=24 * 20)
        meeting = house.open_room()
        first, second = meeting.items.select_related("incident")
        assert (first.incident, second.incident) == (late, fresh)
        assert "overdue" in first.reasons
        assert second.reasons == ["to_dispatch", "unsolved"]

    def test_what_is_settled_or_below_the_level_is_not_up(self, house: House):
        house.report("0401")  # with the village, in time
        assert self.numbers(house.open_room()) == []

    def test_confidential_matters_are_on_no_agenda(self, house: House):
        house.report("0308", hours_ago=24 * 20)
        assert self.numbers(house.open_room()) == []

    def test_confidential_matters_are_not_up_even_among_their_own_officers(self, house: House):
        incident = house.report("0308", hours_ago=24 * 20)
        county = people.county()
        officer = people.posted(
            "county_dispatcher", at_place=county, organisation=people.unit("CV", county)
        )
        appoint(
            person=officer, role="confidential_handler", place=county,
            organisation=incident.unit, at=people.LONG_AGO,
        )  # fmt: skip
        house.plan()
        meeting = house.meeting("county_supervision", county)
        assert draw_agenda(meeting, at=house.room_at).items == []

    def test_a_private_matter_is_up_only_where_all_who_come_may_see_it(self, house: House):
        private = house.report("0101", hours_ago=24 * 30)
        assert private.audience == "private"
        room = house.open_room()
        assert self.numbers(room) == [private.number]
        assert room.items.get().is_restricted
        day = house.meeting("village_day")
        drawn = draw_agenda(day, at=house.room_at)
        assert drawn.items == []

    def test_what_is_kept_from_the_village_is_never_up_in_the_village(self, house: House):
        about_the_village = house.report("0113", hours_ago=24 * 60)
        assert about_the_village.is_kept_from_village
        house.plan()
        for key in ("village_day", "grid_party_group"):
            drawn = draw_agenda(house.meeting(key), at=house.room_at)
            assert drawn.items == []

    def test_who_no_longer_comes_no_longer_keeps_a_matter_off(self, house: House):
        private = house.report("0101", hours_ago=24 * 30)
        stranger = people.posted("town_supervisor", at_place=people.town())
        post = Post.objects.get(person=stranger)
        Post.objects.filter(pk=post.pk).update(role="neighbour_helper")
        assert self.numbers(house.open_room()) == [private.number]

    def test_what_comes_up_again_says_for_the_how_manieth_time(self, house: House):
        incident = house.report("0406")
        room = house.open_room()
        self.close(house, room)
        for day, count in ((9, 2), (10, 3)):
            at = house.room_at.replace(day=day)
            meeting = house.meeting(day=date(2026, 6, day))
            opened = open_meeting(meeting=meeting, actor=house.standing(house.dispatcher), at=at)
            item = opened.items.get()
            assert (item.incident, item.appearance) == (incident, count)
            assert "carried" in item.reasons
            self.close(house, opened, at=at)

    def close(self, house: House, meeting: Meeting, at=None) -> Meeting:
        return services.close_session(
            meeting=meeting, actor=house.standing(house.dispatcher), at=at or house.room_at
        )

    def test_a_free_text_left_open_is_carried_over(self, house: House):
        house.plan()
        standing = house.standing(house.dispatcher)
        services.add_text(
            meeting=house.meeting(), text="防汛值守怎么排", actor=standing, at=house.dawn
        )
        opened = open_meeting(meeting=house.meeting(), actor=standing, at=house.room_at)
        assert opened.items.get().text == "防汛值守怎么排"
        self.close(house, opened)
        drawn = draw_agenda(house.meeting(day=date(2026, 6, 9)), at=house.room_at)
        assert [(item.text, item.appearance) for item in drawn.items] == [("防汛值守怎么排", 2)]

    def test_what_was_put_there_by_hand_stands_before_what_is_drawn(self, house: House):
        house.report("0406")
        house.plan()
        chosen = house.report("0401")
        standing = house.standing(house.dispatcher)
        add_incident(meeting=house.meeting(), number=chosen.number, actor=standing, at=house.dawn)
        opened = open_meeting(meeting=house.meeting(), actor=standing, at=house.room_at)
        assert self.numbers(opened)[0] == chosen.number
        assert [item.position for item in opened.items.all()] == [1, 2]

    def test_nobody_puts_there_what_others_may_not_know_or_what_lies_elsewhere(self, house: House):
        private = house.report("0101")
        elsewhere = house.report("0401", place=people.place(people.OTHER_VILLAGE))
        house.plan()
        handler = people.posted(
            "mediator", at_place=people.place(), organisation=people.unit("MED"), name="周调解"
        )
        day = house.meeting("village_day")
        with pytest.raises(NotAllowed, match=r"may know|知道"):
            add_incident(
                meeting=day, number=private.number, actor=house.standing(handler), at=house.dawn
            )
        with pytest.raises(NotFound):
            add_incident(
                meeting=day, number=elsewhere.number, actor=house.standing(handler), at=house.dawn
            )
        assert not day.items.exists()

    def test_no_more_come_up_than_the_series_says_and_the_rest_is_counted(self, house: House):
        for _number in range(33):
            house.report("0406", reporter=None)
        opened = house.open_room()
        assert (opened.items.count(), opened.left_out_count) == (30, 3)


class TestDeciding:
    def item(self, house: House, category: str = "0406", **facts) -> AgendaItem:
        self.incident = house.report(category, **facts)
        return house.open_room().items.get(incident=self.incident)

    def test_a_decision_moves_the_incident_and_names_its_step(self, house: House):
        item = self.item(house)
        decided = decide_by_act(
            item=item, decision="dispatch",
            entered={"unit": people.unit("VC").pk, "note": "村里先清"},
            actor=house.standing(house.dispatcher), at=house.room_at,
        )  # fmt: skip
        self.incident.refresh_from_db()
        assert (self.incident.state, self.incident.unit) == ("dispatched", people.unit("VC"))
        assert (decided.step.verb, decided.step.incident) == ("dispatch", self.incident)
        assert (decided.decision, decided.step.note) == ("dispatch", "村里先清")
        assert invariants.decisions_are_the_steps_they_name() == []

    def test_a_session_gives_nobody_a_right_they_do_not_have(self, house: House):
        item = self.item(house)
        with pytest.raises(NotAllowed):
            decide_by_act(
                item=item, decision="dispatch", entered={"unit": people.unit("VC").pk},
                actor=house.standing(house.supervisor), at=house.room_at,
            )  # fmt: skip
        self.nothing_happened(item)

    def nothing_happened(self, item: AgendaItem) -> None:
        item.refresh_from_db()
        self.incident.refresh_from_db()
        assert item.decision == ""
        assert self.incident.version == 1
        assert not Entry.objects.filter(name="meetings.item_decided").exists()

    def test_a_decision_that_is_refused_leaves_nothing_half_done(self, house: House):
        item = self.item(house)
        with pytest.raises(Refused):
            decide_by_act(
                item=item, decision="dispatch", entered={"unit": "no such unit"},
                actor=house.standing(house.dispatcher), at=house.room_at,
            )  # fmt: skip
        with pytest.raises(Refused):  # without a reason
            decide_by_act(
                item=item, decision="escalate", entered={"note": " "},
                actor=house.standing(house.dispatcher), at=house.room_at,
            )  # fmt: skip
        self.nothing_happened(item)

    def test_who_handled_it_does_not_verify_it_in_a_session_either(self, house: House):
        item = self.item(house)
        for verb in ("pass", "confirm", "urge", "nonsense"):
            with pytest.raises((NotAllowed, NotFound)):
                decide_by_act(
                    item=item, decision=verb, entered={}, actor=house.standing(house.dispatcher),
                    at=house.room_at,
                )  # fmt: skip
        self.nothing_happened(item)

    def test_the_supervisor_supervises_and_the_item_is_decided_once(self, house: House):
        item = self.item(house)
        supervisor = house.standing(house.supervisor)
        decide_by_act(
            item=item, decision="supervise", entered={"note": "三天内办结"}, actor=supervisor,
            at=house.room_at,
        )  # fmt: skip
        with pytest.raises(Conflict):
            decide_in_words(
                item=item, decision="watch", text="", actor=supervisor, at=house.room_at
            )

    def test_what_is_watched_can_still_be_decided(self, house: House):
        item = self.item(house)
        dispatcher = house.standing(house.dispatcher)
        decide_in_words(item=item, decision="watch", text="", actor=dispatcher, at=house.room_at)
        decide_by_act(
            item=item, decision="escalate", entered={"note": "要县里协调"}, actor=dispatcher,
            at=house.room_at,
        )  # fmt: skip
        item.refresh_from_db()
        assert (item.decision, item.step.note) == ("escalate", "要县里协调")
        self.incident.refresh_from_db()
        assert self.incident.level == "county"

    def test_an_incident_is_not_settled_by_words(self, house: House):
        item = self.item(house)
        with pytest.raises(NotAllowed):
            decide_in_words(
                item=item, decision="agreed", text="就这样", actor=house.standing(house.dispatcher),
                at=house.room_at,
            )  # fmt: skip

    def test_somebody_of_elsewhere_decides_nothing(self, house: House):
        item = self.item(house)
        stranger = people.dispatcher(people.OTHER_VILLAGE)
        with pytest.raises(NotAllowed):
            decide_in_words(
                item=item, decision="watch", text="", actor=house.standing(stranger),
                at=house.room_at,
            )  # fmt: skip

    def test_a_stale_view_of_the_incident_is_told(self, house: House):
        item = self.item(house)
        incidents.supervise_incident(
            incident=self.incident, note="三天内", at=house.room_at,
            actor=Actor(house.standing(house.supervisor)),
        )  # fmt: skip
        with pytest.raises(Conflict):
            decide_by_act(
                item=item, decision="escalate", entered={"note": "要县里", "version": "1"},
                actor=house.standing(house.dispatcher), at=house.room_at,
            )  # fmt: skip


class TestHolding:
    def test_opening_twice_is_opening_once(self, house: House):
        house.report("0406")
        first = house.open_room()
        again = open_meeting(meeting=first, actor=house.standing(house.chief), at=house.room_at)
        assert again.pk == first.pk
        assert again.chair_id == house.dispatcher.pk
        assert AgendaItem.objects.count() == 1
        assert Entry.objects.filter(name="meetings.meeting_opened").count() == 1

    def test_only_those_who_run_it_open_it_and_not_too_early(self, house: House):
        house.plan()
        with pytest.raises(NotAllowed):
            open_meeting(
                meeting=house.meeting(), actor=house.standing(house.supervisor), at=house.room_at
            )
        with pytest.raises(WrongTime):
            open_meeting(
                meeting=house.meeting(), actor=house.standing(house.dispatcher),
                at=house.room_at - timedelta(hours=3),
            )  # fmt: skip
        assert house.meeting().state == "planned"

    def test_the_minute_taker_runs_a_village_session_without_the_verb(self, house: House):
        house.plan()
        opened = open_meeting(
            meeting=house.meeting("village_day"), actor=house.standing(house.clerk),
            at=people.MONDAY.replace(day=10),
        )  # fmt: skip
        assert opened.minute_taker_id == house.clerk.pk

    def attend(self, house: House, meeting: Meeting, *persons, **facts):
        return services.note_attendance(
            **{
                "meeting": meeting,
                "people": [one.pk for one in persons],
                "guests": [],
                "chair": persons[0].pk,
                "minute_taker": persons[-1].pk,
                "actor": house.standing(house.dispatcher),
                "at": house.room_at,
            }
            | facts
        )

    def test_who_is_there_is_noted_with_role_and_guests_by_name(self, house: House):
        room = house.open_room()
        self.attend(
            house, room, house.chief, house.dispatcher, guests=["派出所 刘", " 派出所 刘 ", ""]
        )
        rows = set(Attendance.objects.values_list("person__name", "role", "guest"))
        assert rows == {
            ("王政法", "political_legal_member", ""),
            (house.dispatcher.name, "town_dispatcher", ""),
            (None, "", "派出所 刘"),
        }
        room.refresh_from_db()
        assert (room.chair, room.minute_taker) == (house.chief, house.dispatcher)

    def test_who_is_not_asked_is_a_guest_and_who_chairs_is_there(self, house: House):
        room = house.open_room()
        with pytest.raises(WrongPerson):
            self.attend(house, room, house.dispatcher, house.reporter)
        with pytest.raises(WrongPerson):
            self.attend(house, room, house.dispatcher, chair=house.chief.pk)
        assert Attendance.objects.get().person == house.dispatcher

    def test_of_two_who_note_one_after_the_other_the_second_is_told(self, house: House):
        room = house.open_room()
        self.attend(house, room, house.dispatcher, seen_version=room.version)
        with pytest.raises(Conflict):
            services.write_minutes(
                meeting=room, text="记", actor=house.standing(house.dispatcher), at=house.room_at,
                seen_version=room.version,
            )  # fmt: skip

    def test_closing_freezes_all_of_it_in_the_database(self, house: House):
        incident = house.report("0406")
        room = house.open_room()
        services.close_session(
            meeting=room, actor=house.standing(house.dispatcher), at=house.room_at, text="会议记录"
        )
        attempts = [
            lambda: Meeting.objects.filter(pk=room.pk).update(minutes="改了"),
            lambda: Meeting.objects.filter(pk=room.pk).delete(),
            lambda: AgendaItem.objects.filter(meeting=room).update(decision_text="改了"),
            lambda: AgendaItem.objects.filter(meeting=room).delete(),
            lambda: AgendaItem.objects.create(meeting=room, position=9, text="加的"),
            lambda: Attendance.objects.filter(meeting=room).delete(),
            lambda: Attendance.objects.create(meeting=room, guest="加的"),
        ]
        for attempt in attempts:
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
        room.refresh_from_db()
        assert room.minutes == "会议记录"
        assert room.items.get().incident == incident
        assert invariants.closed_sessions_are_frozen() == []

    def test_what_is_forgotten_of_a_matter_goes_from_the_agenda_too(self, house: House):
        incident = house.report("0406")
        room = house.open_room()
        item = room.items.get()
        dispatcher = house.standing(house.dispatcher)
        decide_in_words(
            item=item, decision="watch", text="王家说的", actor=dispatcher, at=house.room_at
        )
        services.close_session(meeting=room, actor=dispatcher, at=house.room_at)
        with pytest.raises(DatabaseError), transaction.atomic():
            AgendaItem.objects.update(decision_text="", decision="agreed")
        record(name="incidents.incident_forgotten", subject=incident, at=house.room_at)
        item.refresh_from_db()
        assert (item.decision, item.decision_text) == ("watch", "")

    def test_after_the_close_only_a_correction_is_added(self, house: House):
        room = house.open_room()
        dispatcher = house.standing(house.dispatcher)
        close = {"meeting": room, "actor": dispatcher, "at": house.room_at}
        with pytest.raises(WrongState):
            services.correct_minutes(**close, text="更正")
        services.close_session(**close)
        with pytest.raises(WrongState):
            services.write_minutes(**close, text="改")
        with pytest.raises(WordsMissing):
            services.correct_minutes(**close, text=" ")
        services.correct_minutes(**close, text="第二项应为三天")
        assert room.corrections.get().text == "第二项应为三天"

    def test_a_session_without_its_chair_is_not_closed(self, house: House):
        room = house.open_room()
        Attendance.objects.all().delete()
        with pytest.raises(NotDone):
            services.close_session(
                meeting=room, actor=house.standing(house.dispatcher), at=house.room_at
            )

    def test_a_nil_session_is_held_in_one_tap(self, house: House):
        house.plan()
        done = hold_nil_meeting(
            meeting=house.meeting(), actor=house.standing(house.dispatcher), at=house.room_at
        )
        assert done.state == "closed"
        assert done.minutes
        assert done.attendances.get().person == house.dispatcher

    def test_a_nil_session_that_has_something_after_all_stays_closed_to_the_tap(self, house: House):
        house.plan()
        house.report("0406")
        with pytest.raises(NotDone):
            hold_nil_meeting(
                meeting=house.meeting(), actor=house.standing(house.dispatcher), at=house.room_at
            )
        assert house.meeting().state == "planned"
        assert not AgendaItem.objects.exists()

    def test_what_a_post_allowed_ends_with_it(self, house: House):
        room = house.open_room()
        post = Post.objects.get(person=house.dispatcher, role="town_dispatcher")
        end_post(post=post, at=house.room_at)
        with pytest.raises(NotAllowed):
            services.close_session(
                meeting=room, actor=house.standing(house.dispatcher, at=house.room_at),
                at=house.room_at,
            )  # fmt: skip

    def test_long_minutes_are_refused_with_their_length(self, house: House):
        room = house.open_room()
        with pytest.raises(WordsMissing, match="20001"):
            services.write_minutes(
                meeting=room, text="长" * 20_001, actor=house.standing(house.dispatcher),
                at=house.room_at,
            )  # fmt: skip


def test_the_agenda_costs_the_same_however_many_items(house: House, django_assert_max_num_queries):
    house.plan()
    meeting = house.meeting()
    draw_agenda(meeting, at=house.room_at)
    for _number in range(9):
        house.report("0406")
    with django_assert_max_num_queries(8):
        assert len(draw_agenda(meeting, at=house.room_at).items) == 9
    assert Incident.objects.count() == 9


class TestTelling:
    def told(self, person) -> list[str]:
        from xiangyue.notifications.models import Message
        from xiangyue.notifications.wording import words_of

        return [
            " ".join(words_of(message))
            for message in Message.objects.filter(recipient=person).select_related("declaration")
        ]

    def test_who_convenes_is_reminded_once_with_place_and_time(self, house: House):
        house.plan()
        services.announce_meetings(at=house.room_at - timedelta(minutes=50))
        services.announce_meetings(at=house.room_at - timedelta(minutes=40))
        (words,) = self.told(house.dispatcher)
        assert "清泉镇" in words
        assert "08:30" in words
        assert self.told(house.supervisor) == []

    def test_who_is_asked_is_told_of_a_cancellation_but_not_who_did_it(self, house: House):
        house.plan()
        services.cancel_meeting(
            meeting=house.meeting(), reason="全镇抗旱", at=house.dawn,
            actor=house.standing(house.dispatcher),
        )  # fmt: skip
        assert len(self.told(house.supervisor)) == len(self.told(house.chief)) == 1
        assert self.told(house.dispatcher) == []
