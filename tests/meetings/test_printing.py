"""The paper: it says what was decided, and nothing that somebody typed becomes markup."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tests import people
from tests.meetings.conftest import House
from xiangyue.meetings import services
from xiangyue.meetings.deciding import decide_by_act, decide_in_words
from xiangyue.meetings.models import AgendaItem, Meeting
from xiangyue.meetings.printing import minutes_facts, minutes_pdf

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    return "".join(
        "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages
    )


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related(
        "series", "place", "chair", "minute_taker", "closed_by"
    ).get(pk=meeting.pk)


def printed(house: House, meeting: Meeting, person=None) -> str:
    who = house.standing(person or house.dispatcher)
    return words_of(minutes_pdf(fresh(meeting), who, at=house.room_at))


def test_the_minutes_hold_decision_attendance_and_text(house: House):
    incident = house.report("0406")
    room = house.open_room()
    dispatcher = house.standing(house.dispatcher)
    decide_by_act(
        item=room.items.get(), decision="escalate", entered={"note": "请县里协调"},
        actor=dispatcher, at=house.room_at,
    )  # fmt: skip
    services.close_session(meeting=room, actor=dispatcher, at=house.room_at, text="八点半开会")
    services.correct_minutes(meeting=room, text="应为八点四十", actor=dispatcher, at=house.room_at)
    words = printed(house, room)
    for part in (incident.number, "请县里协调", "八点半开会", "应为八点四十", "网格e事工作室会办"):
        assert part in words
    assert incident.description not in words


HOSTILE = (
    r"#panic(“x”) #import *粗* _斜_ \ @引用 $x^2$ `码` <标> // 注 /* */ = 题 😀 [链](http://x)"
)


def test_nothing_typed_becomes_markup(house: House):
    room = house.open_room()
    dispatcher = house.standing(house.dispatcher)
    services.add_text(meeting=room, text=HOSTILE, actor=dispatcher, at=house.room_at)
    decide_in_words(
        item=AgendaItem.objects.get(), decision="agreed", text=HOSTILE, actor=dispatcher,
        at=house.room_at,
    )  # fmt: skip
    services.note_attendance(
        meeting=room, people=[house.dispatcher.pk], guests=[HOSTILE[:50]],
        chair=house.dispatcher.pk, minute_taker=house.dispatcher.pk, actor=dispatcher,
        at=house.room_at,
    )  # fmt: skip
    services.close_session(meeting=room, actor=dispatcher, at=house.room_at, text=HOSTILE)
    words = printed(house, room)
    for part in ("#panic(“x”)", "*粗*", "_斜_", "@引用", "$x^2$", "`码`", "<标>", "=题", "//注"):
        assert words.count(part) >= 3, part


def test_four_thousand_characters_run_over_several_pages(house: House):
    room = house.open_room()
    services.close_session(
        meeting=room, actor=house.standing(house.dispatcher), at=house.room_at,
        text="议" * 4_000 + "完",
    )  # fmt: skip
    pdf = minutes_pdf(fresh(room), house.standing(house.dispatcher), at=house.room_at)
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    assert words_of(pdf).count("议") >= 4_000


def test_a_restricted_matter_has_its_number_and_no_words_on_paper(house: House):
    incident = house.report("0101", hours_ago=24 * 40, description="王家和李家为地界打官司")
    room = house.open_room()
    decide_in_words(
        item=room.items.get(), decision="watch", text="王家先谈", at=house.room_at,
        actor=house.standing(house.dispatcher),
    )  # fmt: skip
    words = printed(house, room)
    assert incident.number in words
    assert "王家" not in words
    stranger = people.posted("first_secretary", at_place=people.town())
    assert incident.number not in printed(house, room, stranger)


def test_a_planned_session_prints_its_agenda(house: House):
    incident = house.report("0406")
    house.plan()
    meeting = fresh(house.meeting())
    facts = minutes_facts(meeting, house.standing(house.dispatcher), at=house.room_at)
    assert [item["number"] for item in facts["items"]] == [incident.number]
    assert incident.number in printed(house, meeting)


def test_minutes_of_a_session_entered_days_later_say_both_days(house: House):
    house.plan()
    late = house.room_at + timedelta(days=2)
    from xiangyue.meetings.deciding import open_meeting

    room = open_meeting(
        meeting=house.meeting(), actor=house.standing(house.dispatcher, late), at=late
    )
    facts = minutes_facts(fresh(room), house.standing(house.dispatcher), at=late)
    assert facts["when"] == "2026-06-08 08:30"
