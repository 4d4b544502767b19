"""Rounds on the real database: once, found, visited, supplemented, reminded, forgotten."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import people
from tests.patrols.conftest import EVENING, Round, day_at
from xiangyue.access.appointments import appoint, end_post
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Channel, Incident
from xiangyue.incidents.services import report_incident
from xiangyue.notifications.models import Message
from xiangyue.notifications.pages import subject_url
from xiangyue.notifications.wording import words_of
from xiangyue.patrols import tasks
from xiangyue.patrols.invariants import INVARIANTS
from xiangyue.patrols.models import Find, Patrol, Reminder, Sending, Visit
from xiangyue.patrols.queries import coverage, days_of, households_to_visit, not_patrolled
from xiangyue.patrols.recording import PastRound, record_rounds
from xiangyue.patrols.services import Found, PatrolIncomplete, SentByAnother
from xiangyue.patrols.upkeep import forget_positions, remind_of_rounds
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db
HERE = {"latitude": Decimal("38.78410"), "longitude": Decimal("101.08830")}
FROM, UNTIL = date(2026, 6, 8), date(2026, 6, 9)


def test_a_round_without_a_finding_is_a_report_too(patrol):
    done = patrol.walk()
    assert (done.is_nil, done.date, done.grid) == (True, date(2026, 6, 8), patrol.grid)
    assert set(done.looked.values()) == {"fine"}
    facts = Entry.objects.get(name="patrols.patrol_finished").facts
    assert (facts["is_nil"], facts["found"]) == (True, 0)


def test_what_arrives_twice_is_one_round(patrol):
    key = uuid4()
    first = patrol.walk(client_key=key, found={"roads": Found(words="井盖没了")})
    again = patrol.walk(
        client_key=key, at=EVENING + timedelta(days=3), found={"roads": Found(words="井盖没了")}
    )
    assert first == again
    assert Patrol.objects.count() == Incident.objects.count() == 1
    assert Entry.objects.filter(name__startswith="patrols.").count() == 1


def test_a_second_report_of_the_day_supplements_the_first(patrol):
    patrol.walk(visits={patrol.houses[0].pk: "visited"})
    done = patrol.walk(
        at=EVENING + timedelta(hours=1),
        found={"roads": Found(words="井盖没了")},
        visits={patrol.houses[1].pk: "inconvenient", patrol.houses[0].pk: "visited"},
    )
    assert Patrol.objects.get() == done
    assert not done.is_nil
    assert (done.looked["roads"], done.looked["fire"]) == ("found", "fine")
    assert done.visits.count() == 2
    assert Entry.objects.filter(name="patrols.patrol_supplemented").count() == 1


def test_supplementing_never_makes_a_finding_disappear(patrol):
    patrol.walk(found={"roads": Found(words="井盖没了")})
    assert not patrol.walk(at=EVENING + timedelta(hours=1)).is_nil


def test_the_database_holds_one_round_a_day(patrol):
    done = patrol.walk()
    with pytest.raises(IntegrityError), transaction.atomic():
        Patrol.objects.create(
            round=done.round, worker=done.worker, grid=done.grid, place_path="",
            date=done.date, finished_at=EVENING, is_nil=True,
        )  # fmt: skip


def test_a_key_of_somebody_else_is_refused(patrol):
    key = uuid4()
    patrol.walk(client_key=key)
    other = people.posted("grid_worker", at_place=patrol.grid, name="别人")
    with pytest.raises(SentByAnother):
        patrol.walk(client_key=key, worker=other)


def test_what_is_found_is_reported_as_any_matter_is(patrol):
    done = patrol.walk(
        found={"gas_power": Found(words="灶房胶管老化", answers={"which": "gas"})}, **HERE
    )
    incident = Incident.objects.get()
    assert (incident.category_key, incident.channel) == ("0203", Channel.WORKER)
    assert (incident.reporter, incident.place) == (patrol.worker, patrol.grid)
    assert done.finds.get().item == "gas_power"


def test_a_finding_that_cannot_be_taken_in_leaves_nothing_half_done(patrol):
    with pytest.raises(people_refused()):
        patrol.walk(
            found={
                "roads": Found(words="井盖没了"),
                "gas_power": Found(words="胶管老化"),  # which of the two is asked
            },
            visits={patrol.houses[0].pk: "visited"},
        )
    assert not Patrol.objects.exists()
    assert not Incident.objects.exists()
    assert not Sending.objects.exists()


def people_refused():
    from xiangyue.kernel.refusals import Refused

    return Refused


def report(patrol: Round, category: str = "0210", **facts) -> Incident:
    incident, _code = report_incident(
        **{
            "category_key": category,
            "place": patrol.grid,
            "at": EVENING,
            "channel": Channel.WORKER,
            "description": "井盖没了",
            "reporter": patrol.worker,
        }
        | facts
    )
    return incident


def test_what_was_reported_on_the_way_with_the_report_form_belongs_to_the_round(patrol):
    before = report(patrol, at=EVENING - timedelta(hours=3))
    done = patrol.walk()
    assert done.finds.get().incident == before
    assert not done.is_nil


def test_what_arrives_after_the_round_belongs_to_it_too(patrol):
    done = patrol.walk()
    report(patrol, at=EVENING + timedelta(hours=1))
    done.refresh_from_db()
    assert not done.is_nil
    assert done.finds.count() == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"at": EVENING - timedelta(days=1)},
        {"channel": Channel.RESIDENT},
        {"place": "elsewhere"},
        {"reporter": "somebody"},
    ],
)
def test_what_was_reported_otherwise_does_not_belong_to_it(patrol, facts):
    if "place" in facts:
        facts = {"place": people.place(people.OTHER_VILLAGE)}
    if "reporter" in facts:
        facts = {"reporter": people.somebody()}
    report(patrol, **facts)
    assert patrol.walk().is_nil


@pytest.mark.parametrize("category", ["0302", "0308", "0704"])
def test_a_matter_that_hides_its_reporter_is_never_linked(patrol, category):
    """The link would name them (PE02)."""
    report(patrol, category)
    patrol.walk()
    report(patrol, category, at=EVENING + timedelta(hours=1))
    assert not Find.objects.exists()
    assert INVARIANTS["no_finding_names_a_hidden_reporter"]() == []


@pytest.mark.parametrize(
    "walked",
    [
        {"looked": {"weather": "fine"}},
        {"looked": {"fire": "burning"}},
        {"looked": {"fire": "found"}},
        {"found": {"weather": Found(words="下雨")}},
        {"found": {"fire": Found(words="   ")}},
        {"visits": {uuid4(): "visited"}},
        {"visits": {uuid4(): "refused"}},
    ],
)
def test_what_makes_no_sense_is_refused_whole(patrol, walked):
    with pytest.raises(PatrolIncomplete):
        patrol.walk(**walked)
    assert not Patrol.objects.exists()


def test_a_household_of_another_grid_is_refused(patrol, round_of):
    other = round_of(people.OTHER_VILLAGE)
    with pytest.raises(PatrolIncomplete):
        patrol.walk(visits={other.houses[0].pk: "visited"})
    assert not Visit.objects.exists()


def test_it_counts_for_the_day_on_which_the_server_showed_the_form(patrol):
    opened_at = day_at(8, 9)
    done = patrol.walk(at=day_at(9, 7), opened_at=opened_at, recorded_at=EVENING)
    assert (done.date.day, done.started_at) == (8, opened_at)
    assert Sending.objects.get().recorded_at == EVENING


def test_a_wrong_clock_is_kept_as_claimed_and_decides_nothing(patrol):
    wrong = day_at(8).replace(year=1970)
    done = patrol.walk(at=day_at(9, 7), opened_at=day_at(8, 9), recorded_at=wrong)
    assert done.date.day == 9
    assert Sending.objects.get().recorded_at == wrong


# --- where a worker stood ------------------------------------------------------------------------


def test_a_position_that_is_given_on_duty_is_kept(patrol):
    assert patrol.walk(**HERE).latitude == HERE["latitude"]


@pytest.mark.parametrize("at", [day_at(8, 23), day_at(8, 5)])
def test_a_position_outside_duty_hours_is_not_kept(patrol, at):
    assert patrol.walk(at=at, **HERE).latitude is None


def test_a_position_that_arrives_a_day_late_is_not_kept(patrol):
    done = patrol.walk(at=day_at(9, 9), opened_at=day_at(8, 9), recorded_at=EVENING, **HERE)
    assert (done.date.day, done.latitude) == (8, None)


def test_after_thirty_days_the_round_stays_and_the_position_is_gone(patrol):
    done = patrol.walk(visits={patrol.houses[0].pk: "visited"}, **HERE)
    forget_positions(at=EVENING + timedelta(days=29, hours=23))
    done.refresh_from_db()
    assert done.latitude is not None
    assert forget_positions(at=EVENING + timedelta(days=30)) == 1
    done.refresh_from_db()
    assert (done.latitude, done.longitude) == (None, None)
    assert done.visits.count() == 1


def test_that_a_visit_was_not_convenient_is_forgotten_and_that_one_was_made_is_not(patrol):
    first, second, _third = patrol.houses
    patrol.walk(visits={first.pk: "inconvenient", second.pk: "visited"})
    tasks.forget_where_workers_stood(at=EVENING + timedelta(days=31))
    assert [visit.household for visit in Visit.objects.all()] == [second]


# --- the evening's reminder ----------------------------------------------------------------------

REMINDER = day_at(8, 18, 40)


def reminded() -> set[str]:
    return {
        str(entry.facts["person"]) for entry in Entry.objects.filter(name="patrols.patrol_awaited")
    }


def test_who_has_not_reported_by_the_evening_is_reminded_once(patrol):
    assert remind_of_rounds(at=day_at(8, 18, 29)) == 0
    assert remind_of_rounds(at=REMINDER) == 1
    assert remind_of_rounds(at=REMINDER + timedelta(minutes=10)) == 0
    assert reminded() == {str(patrol.worker.pk)}
    tasks.remind_in_the_evening(at=day_at(9, 18, 40))
    assert Reminder.objects.count() == 2


def test_the_reminder_is_in_the_workers_inbox_and_in_nobody_elses(patrol):
    remind_of_rounds(at=REMINDER)
    message = Message.objects.get()
    assert message.recipient == patrol.worker
    title, body = words_of(message)
    assert title == "今天的巡查还没有上报"
    assert patrol.grid.name in body
    assert subject_url(message) == "/patrol/"


def test_after_the_hour_until_which_it_is_due_nobody_is_reminded(patrol):
    assert remind_of_rounds(at=day_at(8, 20)) == 0


def test_whose_colleague_has_walked_the_grid_needs_no_reminder(patrol):
    people.posted("grid_worker", at_place=patrol.grid, name="同事")
    patrol.walk()
    assert remind_of_rounds(at=REMINDER) == 0


def test_who_has_left_the_post_is_not_reminded(patrol):
    end_post(post=patrol.worker.posts.get(), at=EVENING)
    assert remind_of_rounds(at=REMINDER) == 0


# --- coverage ------------------------------------------------------------------------------------


def row_of(patrol: Round, **period):
    rows = coverage(people.place(), **({"begins": FROM, "ends": UNTIL} | period))
    return next(row for row in rows if row.grid == patrol.grid)


def test_coverage_has_a_numerator_and_a_denominator(patrol):
    patrol.walk(visits={patrol.houses[0].pk: "visited", patrol.houses[1].pk: "inconvenient"})
    row = row_of(patrol, begins=date(2026, 6, 1), ends=date(2026, 6, 11))
    assert (row.visited_count, row.household_count) == (1, 3)
    assert (row.patrolled_day_count, row.due_day_count) == (1, 10)


def test_a_household_visited_twice_counts_once(patrol):
    for day in (8, 9):
        patrol.walk(at=day_at(day), visits={patrol.houses[0].pk: "visited"})
    assert row_of(patrol, ends=date(2026, 6, 10)).visited_count == 1


def test_two_workers_of_a_grid_make_one_patrolled_day(patrol):
    colleague = people.posted("grid_worker", at_place=patrol.grid, name="同事")
    patrol.walk()
    patrol.walk(worker=colleague)
    assert row_of(patrol).patrolled_day_count == 1


def test_days_without_a_worker_are_not_due_and_do_not_count(patrol):
    end_post(post=patrol.worker.posts.get(), at=day_at(10, 12))
    row = row_of(patrol, ends=date(2026, 6, 20))
    assert row.due_day_count == 2


def test_a_grid_whose_worker_has_left_long_ago_is_walked_by_nobody(patrol):
    end_post(post=patrol.worker.posts.get(), at=day_at(10, 12))
    assert row_of(patrol, ends=date(2026, 6, 20)).is_staffed
    row = row_of(patrol, begins=date(2026, 7, 1), ends=date(2026, 7, 8))
    assert (row.is_staffed, row.household_count, row.due_day_count) == (False, 3, 0)


def test_a_round_is_not_due_before_its_hour(patrol):
    period = {"begins": date(2026, 6, 8), "ends": date(2026, 6, 30)}
    for at, count in ((day_at(8, 19, 59), 0), (day_at(8, 20), 1), (day_at(9, 20), 2)):
        assert row_of(patrol, at=at, **period).due_day_count == count
        days = days_of(patrol.grid, at=at, **period)
        assert sum(day.is_due for day in days) == count


def test_a_grid_that_was_abolished_keeps_its_days_until_its_last_round(patrol):
    for day in (8, 9, 11):
        patrol.walk(at=day_at(day))
    Place.objects.filter(pk=patrol.grid.pk).update(is_active=False)
    row = row_of(patrol, begins=date(2026, 6, 8), ends=date(2026, 6, 30))
    assert (row.patrolled_day_count, row.due_day_count) == (3, 4)
    days = days_of(patrol.grid, begins=date(2026, 6, 8), ends=date(2026, 6, 30))
    assert (sum(day.is_due for day in days), len(days)) == (4, 4)
    later = row_of(patrol, begins=date(2026, 6, 12), ends=date(2026, 6, 30))
    assert (later.is_staffed, later.due_day_count, later.household_count) == (False, 0, 3)


def test_a_grid_without_a_worker_still_counts_its_households(patrol, round_of):
    other = round_of(people.OTHER_VILLAGE)
    other.worker.posts.all().delete()
    rows = coverage(people.place(people.OTHER_VILLAGE), begins=FROM, ends=UNTIL)
    row = next(row for row in rows if row.grid == other.grid)
    assert (row.is_staffed, row.household_count, row.due_day_count) == (False, 3, 0)


def test_every_household_counts_in_one_row(patrol):
    """The village is walked as a grid of its own too, beside those in it."""
    people.posted("grid_worker", at_place=people.place(), name="村里")
    rows = coverage(people.place(), begins=FROM, ends=UNTIL)
    assert sum(row.household_count for row in rows) == 3
    assert row_of(patrol).household_count == 3


def test_coverage_asks_as_much_for_a_county_as_for_a_village(patrol, round_of):
    round_of(people.OTHER_VILLAGE)

    def asked(place: Place) -> int:
        with CaptureQueriesContext(connection) as captured:
            coverage(place, begins=FROM, ends=UNTIL)
        return len(captured)

    assert asked(people.place()) == asked(people.county()) <= 12


def test_the_days_of_a_grid_add_up_to_its_row(patrol):
    patrol.walk()
    patrol.walk(at=day_at(9), found={"roads": Found(words="井盖没了")})
    days = days_of(patrol.grid, begins=FROM, ends=date(2026, 6, 12))
    assert [(day.date.day, day.patrol_count, day.nil_count, day.found_count) for day in days] == [
        (11, 0, 0, 0),
        (10, 0, 0, 0),
        (9, 1, 0, 1),
        (8, 1, 1, 0),
    ]
    row = row_of(patrol, ends=date(2026, 6, 12))
    assert row.patrolled_day_count == sum(1 for day in days if day.patrol_count and day.is_due)
    assert row.due_day_count == sum(1 for day in days if day.is_due)


def test_grids_that_were_not_patrolled_are_listed_by_place(patrol):
    missing = not_patrolled(people.county(), day=FROM, at=EVENING)
    assert list(missing) == [patrol.grid]
    patrol.walk()
    assert not not_patrolled(people.county(), day=FROM, at=EVENING).exists()


def test_who_was_not_visited_for_longest_comes_first(patrol):
    first, second, third = patrol.houses
    patrol.walk(visits={first.pk: "visited", second.pk: "inconvenient"})
    assert households_to_visit(patrol.grid, most=2) == [second, third]


# --- many ----------------------------------------------------------------------------------------


def test_many_rounds_are_recorded_as_one_would_be(patrol):
    rounds = [
        PastRound(
            worker_id=patrol.worker.pk, grid=patrol.grid, date=date(2026, 6, day),
            finished_at=day_at(day), visits={patrol.houses[0].pk: "visited"},
        )
        for day in (5, 6, 7)
    ]  # fmt: skip
    assert len(record_rounds(rounds=[*rounds, rounds[0]])) == 3
    assert record_rounds(rounds=rounds) == []
    assert Entry.objects.filter(name="patrols.patrol_finished").count() == 3
    row = row_of(patrol, begins=date(2026, 6, 5), ends=FROM)
    assert (row.patrolled_day_count, row.visited_count) == (3, 1)
    assert [check() for check in INVARIANTS.values()] == [[], [], []]


def test_a_worker_walks_a_second_grid_under_a_post_of_its_own(patrol):
    other = people.place(people.OTHER_VILLAGE)
    appoint(person=patrol.worker, role="grid_worker", place=other, at=people.LONG_AGO)
    patrol.walk()
    patrol.walk(grid=other)
    assert Patrol.objects.count() == 2
