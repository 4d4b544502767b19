"""What each indicator counts, and the traps: each case as somebody would argue it."""

from datetime import date, datetime, timedelta

import pytest

from tests import people
from xiangyue.activity.sealing import seal
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident
from xiangyue.insight.counting import count_on
from xiangyue.insight.indicators import INDICATORS, LEFT_OUT
from xiangyue.insight.models import BurdenMonth, Finding, MonthCount
from xiangyue.insight.queries import figures, figures_of
from xiangyue.insight.rules import Period, Ratio, period_named
from xiangyue.places.models import Person, Place

pytestmark = pytest.mark.django_db

JUNE = period_named("2026-06")
JULY = period_named("2026-07")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def ratio(key: str, period: Period = JUNE) -> Ratio:
    return figures(people.county(), period)[key].now


def left_out(key: str, period: Period = JUNE) -> int:
    return figures_of(people.county(), period).left_out[key]


# --- the trap list ------------------------------------------------------------------------------


def test_a_matter_dispatched_again_in_another_month_counts_once_where_it_came_in(life, counted):
    at = datetime(2026, 6, 30, 10, tzinfo=people.SHANGHAI)
    incident = life.report(at=at)
    counted(at + HOUR)
    assert ratio("KPI-15") == Ratio(0, 1)
    unit = people.unit("TV", people.town())
    later = at + 2 * DAY
    life.do(
        services.hand_on_incident, incident, life.clerk, at=later, unit=unit, reason="应由镇里办"
    )
    counted(later + HOUR)
    assert ratio("KPI-15") == Ratio(0, 1)
    assert ratio("KPI-15", JULY) == Ratio(0, 0)
    # The time to respond is the new unit's, yet the matter stays in the month it came in.
    counted(later + 10 * DAY)
    assert ratio("KPI-12-RESPONSE") == Ratio(0, 1)
    assert ratio("KPI-12-RESPONSE", JULY) == Ratio(0, 0)


def extended(life, incident: Incident, *, is_granted: bool) -> Incident:
    at = life.at + HOUR
    decider = people.posted("chief_grid_lead", at_place=people.town())
    life.do(services.take_on_incident, incident, life.clerk, at=at)
    extension = life.do(
        services.request_extension, incident, life.clerk, at=at + HOUR, limit="25wd",
        reason="要等材料",
    )  # fmt: skip
    services.decide_extension(
        extension=extension,
        is_granted=is_granted,
        note="不同意" if not is_granted else "",
        actor=people.acting(decider, at=at + 2 * HOUR),
        at=at + 2 * HOUR,
    )
    incident.refresh_from_db()
    return incident


def test_an_approved_extension_moves_the_deadline_and_the_month(life, counted):
    incident = life.report()
    first_due = incident.due_at
    incident = extended(life, incident, is_granted=True)
    assert first_due.month == 6
    assert incident.due_at.astimezone(people.SHANGHAI).month == 7
    counted(first_due + DAY)
    assert ratio("KPI-06") == Ratio(0, 0)
    assert ratio("KPI-08") == Ratio(0, 1)
    life.answer(incident, at=first_due + DAY)
    counted(incident.due_at + DAY)
    assert ratio("KPI-06") == Ratio(0, 0)
    assert ratio("KPI-06", JULY) == Ratio(1, 1)


def test_a_refused_extension_moves_nothing(life, counted):
    incident = extended(life, life.report(), is_granted=False)
    life.answer(incident, at=incident.due_at + HOUR)
    counted(life.at + 40 * DAY)
    assert ratio("KPI-06") == Ratio(0, 1)
    assert ratio("KPI-08") == Ratio(1, 1)


def test_merged_duplicates_are_one_matter(life, counted):
    main, repeat = life.report(), life.report()
    counted(life.at + HOUR)
    assert ratio("KPI-15") == Ratio(0, 2)
    life.do(services.merge_incident, repeat, life.dispatcher, at=life.at + DAY, into=main)
    counted(life.at + 40 * DAY)
    assert ratio("KPI-15") == Ratio(0, 1)
    assert ratio("KPI-06") == Ratio(0, 1)
    assert left_out("MERGED") == 1


def test_merging_next_month_corrects_the_month_in_which_both_came_in(life, counted):
    main, repeat = life.report(), life.report()
    counted(datetime(2026, 7, 1, 0, tzinfo=people.SHANGHAI))
    assert ratio("KPI-06") == Ratio(0, 2)
    later = datetime(2026, 7, 3, 10, tzinfo=people.SHANGHAI)
    life.do(services.merge_incident, repeat, life.dispatcher, at=later, into=main)
    counted(later)
    assert ratio("KPI-06") == Ratio(0, 1)
    assert ratio("KPI-06", JULY) == Ratio(0, 0)


@pytest.mark.parametrize("key", INDICATORS)
def test_of_nothing_there_is_no_share(key, db):
    figure = figures(people.county(), JUNE)[key]
    assert figure.now == Ratio(0, 0)
    assert figure.share is None
    assert figure.change.points is None


def test_of_nothing_there_is_no_time_either(db):
    times = figures_of(people.county(), JUNE).times
    assert (times.count, times.mean, times.half, times.nine_tenths) == (0, None, None, None)


def test_a_reporter_who_answers_twice_is_asked_once(life, counted):
    incident = life.answer(life.report(), at=life.at)
    life.object(incident, at=life.at + DAY)
    counted(life.at + 2 * DAY)
    assert ratio("KPI-11") == Ratio(0, 1)
    life.confirm(life.answer(incident, at=life.at + 2 * DAY), at=life.at + 3 * DAY)
    counted(life.at + 4 * DAY)
    assert incident.ratings.count() == 2
    assert ratio("KPI-11") == ratio("KPI-12-SATISFIED") == Ratio(1, 1)
    assert ratio("KPI-11-RATED") == Ratio(1, 1)


# --- closing and answering ----------------------------------------------------------------------


def test_answered_is_not_closed_yet(life, counted):
    incident = life.answer(life.report(), at=life.at)
    at = incident.due_at + timedelta(seconds=1)
    counted(at)
    assert incident.state == "answered"
    assert (ratio("KPI-05"), ratio("KPI-06"), ratio("KPI-07")) == (
        Ratio(0, 1),
        Ratio(1, 1),
        Ratio(1, 1),
    )
    services.act_on_what_is_due(at=at + 8 * DAY)
    counted(at + 9 * DAY)
    assert ratio("KPI-05") == Ratio(1, 1)


def test_what_is_answered_late_is_late_for_ever(life, counted):
    incident = life.report()
    life.answer(incident, at=incident.due_at + DAY)
    counted(life.at + 20 * DAY)
    assert ratio("KPI-06") == Ratio(0, 1)
    assert ratio("KPI-07") == Ratio(1, 1)
    assert ratio("KPI-08") == Ratio(1, 1)


def test_answering_early_counts_only_when_the_deadline_passes(life, counted):
    incident = life.answer(life.report(), at=life.at)
    counted(incident.due_at)
    assert ratio("KPI-06") == Ratio(0, 0)
    assert left_out("NOT-DUE") == 1
    counted(incident.due_at + timedelta(seconds=1))
    assert ratio("KPI-06") == Ratio(1, 1)
    assert left_out("NOT-DUE") == 0


def test_a_deadline_at_the_end_of_a_month_belongs_to_that_month(life, counted):
    incident = life.report()
    midnight = datetime(2026, 7, 1, 0, tzinfo=people.SHANGHAI)
    Incident.objects.filter(pk=incident.pk).update(due_at=midnight)
    count_on(at=midnight + HOUR)
    assert Finding.objects.get().due_day == date(2026, 6, 30)


def test_waiting_stops_the_clock_and_is_not_overdue(life, counted):
    incident = life.report()
    due = incident.due_at
    life.do(services.take_on_incident, incident, life.clerk, at=life.at + HOUR)
    life.do(services.wait_incident, incident, life.clerk, at=life.at + 2 * HOUR, reason="等备件")
    counted(due + 5 * DAY)
    assert ratio("KPI-08") == Ratio(0, 1)
    assert ratio("KPI-06") == Ratio(0, 0)


def test_what_was_overdue_before_it_waited_stays_overdue(life, counted):
    incident = life.report()
    due = incident.due_at
    life.do(services.take_on_incident, incident, life.clerk, at=life.at + HOUR)
    life.do(services.wait_incident, incident, life.clerk, at=due + HOUR, reason="等备件")
    counted(due + 5 * DAY)
    assert ratio("KPI-08") == Ratio(1, 1)
    assert ratio("KPI-06") == Ratio(0, 1)


def test_withdrawn_matters_are_left_out_and_said_so(life, counted):
    life.do(services.withdraw_incident, life.report(), life.reporter, at=life.at + HOUR)
    counted(life.at + 40 * DAY)
    assert all(ratio(key) == Ratio(0, 0) for key in INDICATORS)
    assert left_out("WITHDRAWN") == 1


def test_a_split_matter_counts_as_a_whole(life, counted):
    incident = life.report()
    lead, other = people.unit("VC"), people.unit("TV", people.town())
    life.do(
        services.split_incident, incident, life.dispatcher, at=life.at + HOUR,
        lead=lead, units=[lead, other], note="各办各的",
    )  # fmt: skip
    counted(life.at + DAY)
    assert ratio("KPI-15") == Ratio(0, 1)
    assert left_out("PART") == 1


# --- how long ---------------------------------------------------------------------------------


def test_hours_are_working_hours_without_what_was_waited(life, counted):
    friday = life.at + 4 * DAY + timedelta(hours=8)  # 17:00, an hour before the office closes
    incident = life.report(at=friday)
    life.do(services.take_on_incident, incident, life.clerk, at=friday + timedelta(minutes=10))
    monday = friday + 3 * DAY
    life.do(services.wait_incident, incident, life.clerk, at=monday, reason="等备件")
    life.do(services.resume_incident, incident, life.clerk, at=monday + DAY)
    life.do(
        services.handle_incident, incident, life.clerk, at=monday + DAY,
        outcome="fixed", reply="已修好",
    )  # fmt: skip
    life.do(services.pass_incident, incident, life.dispatcher, at=monday + DAY + HOUR / 2)
    counted(monday + 2 * DAY)
    # Friday 17-18, Monday from the opening to 17:00, Tuesday half an hour: 1 + 6 + 0.5, begun.
    times = figures_of(people.county(), JUNE).times
    assert times.count == 1
    assert times.half == times.nine_tenths == times.mean == 8


def test_a_holiday_edited_later_does_not_rewrite_what_was_worked(life, counted):
    from xiangyue.calendars.services import set_holiday

    incident = life.answer(life.report(), at=life.at + 2 * DAY)
    counted(life.at + 3 * DAY)
    before = figures_of(people.county(), JUNE).times
    set_holiday(
        date=(life.at + DAY).date(), kind="holiday", name="停工", at=life.at + 3 * DAY,
        actor_id=None,
    )  # fmt: skip
    life.confirm(incident, at=life.at + 4 * DAY)
    counted(life.at + 5 * DAY)
    assert figures_of(people.county(), JUNE).times == before


# --- at which level (SY-16, SY-44) --------------------------------------------------------------


NEIGHBOURS = "0102"  # a quarrel of neighbours goes to the grid's team at once


def small_matter(life) -> tuple[Incident, Person]:
    group = Place.objects.filter(path__startswith=people.place().path, kind="group").first()
    worker = people.posted("grid_worker", at_place=group, organisation=people.unit("GW", group))
    incident = life.report(NEIGHBOURS, place=group)
    assert (incident.level, incident.state) == ("grid", "dispatched")
    return incident, worker


def test_a_small_matter_settled_in_the_grid(life, counted):
    incident, worker = small_matter(life)
    life.clerk = worker
    life.confirm(life.answer(incident, at=life.at + HOUR), at=life.at + DAY)
    counted(life.at + 2 * DAY)
    assert ratio("KPI-09") == Ratio(1, 1)
    assert ratio("KPI-10") == Ratio(0, 0)


def test_a_small_matter_that_rises_stays_small(life, counted):
    incident, worker = small_matter(life)
    life.do(
        services.escalate_incident, incident, worker, at=life.at + 2 * HOUR, reason="网格办不了"
    )
    life.confirm(life.answer(incident, at=life.at + 3 * HOUR), at=life.at + DAY)
    counted(life.at + 2 * DAY)
    assert ratio("KPI-09") == Ratio(0, 1)
    assert ratio("KPI-10") == Ratio(1, 1)
    assert figures(people.county(), JUNE)["SY-44"].parts == {"village": 1}


def test_a_matter_that_was_handed_on_was_not_with_the_right_unit_at_once(life, counted):
    direct, handed = life.report(), life.report()
    unit = people.unit("TV", people.town())
    life.do(
        services.hand_on_incident, handed, life.clerk, at=life.at + HOUR, unit=unit, reason="镇里"
    )
    life.do(
        services.dispatch_incident, handed, life.dispatcher, at=life.at + HOUR,
        unit=people.unit("VC"),
    )  # fmt: skip
    for incident in (direct, handed):
        life.confirm(life.answer(incident, at=life.at + 2 * HOUR), at=life.at + DAY)
    counted(life.at + 2 * DAY)
    assert ratio("SY-44") == Ratio(1, 2)


# --- what people said -------------------------------------------------------------------------


def test_silence_is_not_satisfaction(life, counted):
    life.answer(life.report(), at=life.at)
    services.act_on_what_is_due(at=life.at + 10 * DAY)
    counted(life.at + 11 * DAY)
    assert ratio("KPI-11") == Ratio(0, 0)
    assert ratio("KPI-11-RATED") == Ratio(0, 1)
    assert ratio("KPI-12-SOLVED") == Ratio(1, 1)


def test_not_fixed_is_counted_apart_and_never_as_fixed(life, counted):
    for outcome in ("fixed", "partly_fixed", "not_fixed", "explained"):
        life.confirm(life.answer(life.report(), at=life.at, outcome=outcome), at=life.at + DAY)
    counted(life.at + 30 * DAY)
    assert ratio("KPI-05") == Ratio(4, 4)
    assert ratio("N1") == Ratio(1, 4)
    assert ratio("KPI-12-SOLVED") == Ratio(1, 3)


def test_rework_is_counted_where_the_matter_first_ended(life, counted):
    good = life.confirm(life.answer(life.report(), at=life.at), at=life.at + DAY)
    bad = life.confirm(life.answer(life.report(), at=life.at), at=life.at + DAY)
    counted(life.at + 2 * DAY)
    assert ratio("KPI-13") == Ratio(0, 2)
    assert good.pk != bad.pk
    july = datetime(2026, 7, 6, 10, tzinfo=people.SHANGHAI)
    life.do(services.reopen_incident, bad, life.supervisor, at=july, reason="又坏了")
    counted(july)
    assert ratio("KPI-13") == Ratio(1, 2)
    assert ratio("KPI-13", JULY) == Ratio(0, 0)
    # It is open again: no longer closed in June, and due when its new clock says.
    assert ratio("N1") == Ratio(0, 1)


def test_a_matter_closed_in_silence_that_is_reopened_was_not_rated_before(life, counted):
    incident = life.answer(life.report(), at=life.at)
    services.act_on_what_is_due(at=life.at + 10 * DAY)
    life.do(
        services.reopen_incident, incident, life.supervisor, at=life.at + 11 * DAY, reason="又坏了"
    )
    counted(life.at + 12 * DAY)
    assert ratio("KPI-13") == Ratio(0, 1)


def test_reclassifying_corrects_the_deadline_and_its_month(life, counted):
    incident = life.report()
    before = incident.due_at
    life.do(
        services.reclassify_incident, incident, life.dispatcher, at=life.at + HOUR,
        category_key="0401", urgency=2, reason="影响出行",
    )  # fmt: skip
    incident.refresh_from_db()
    counted(before + DAY)
    assert ratio("KPI-06") == Ratio(0, 1)
    assert Finding.objects.get().due_day <= before.date()


# --- who found it -----------------------------------------------------------------------------


def test_channels_are_told_apart(life, counted):
    for channel in ("worker", "worker", "telephone", "resident"):
        life.report(channel=channel)
    counted(life.at + HOUR)
    figure = figures(people.county(), JUNE)["KPI-15"]
    assert figure.now == Ratio(2, 4)
    assert figure.parts == {"resident": 1, "worker": 2, "telephone": 1}


# --- safeguards -------------------------------------------------------------------------------


def test_figures_know_of_nobody():
    """KPI-28: no per-person score can be made of what holds no person."""
    for model in (Finding, MonthCount, BurdenMonth):
        for field in model._meta.get_fields():
            related = field.related_model
            assert related is None or related is Incident, field
            assert not any(
                word in field.name for word in ("person", "actor", "handler", "reporter")
            ), field


def test_no_indicator_makes_a_target_of_complaints():
    """PE03: none counts reports as better when fewer."""
    for one in INDICATORS.values():
        assert one.out_of_in_words
        assert one.what_in_words
        assert one.source
        if one.day == "accepted_day" and one.split_by == "channel":
            assert one.is_good is None
    assert not set(INDICATORS) & set(LEFT_OUT)


def test_a_confidential_matter_is_in_no_figure_but_the_countys_own(life, counted):
    from xiangyue.blueprints.queries import all_current

    key = next(
        row.key
        for row in all_current("incident_category")
        if row.body["audience"] == "confidential"
    )
    life.report(category=key)
    seal(at=life.at)
    counted(life.at + HOUR)
    for place in (people.county(), people.town(), people.place()):
        assert figures(place, JUNE)["KPI-15"].now == Ratio(0, 0)
    secret = figures(people.county(), JUNE, is_confidential=True)
    assert secret["KPI-15"].now == Ratio(0, 1)
    assert figures(people.town(), JUNE, is_confidential=True)["KPI-15"].now == Ratio(0, 0)
