"""The figures follow what happens to incidents, in whatever order and however late."""

from datetime import date, timedelta

import pytest

from tests import people
from xiangyue.activity.services import unheard
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident
from xiangyue.insight.counting import count_on, forget_counts
from xiangyue.insight.invariants import INVARIANTS
from xiangyue.insight.models import Finding, MonthCount, Progress
from xiangyue.insight.queries import PARTS, areas_below, figures, figures_of_areas, rows_behind
from xiangyue.insight.rules import Period, Ratio, period_named

pytestmark = pytest.mark.django_db

JUNE = period_named("2026-06")
JULY = period_named("2026-07")
DAY = timedelta(days=1)


def ratio(key: str, period: Period = JUNE, place=None) -> Ratio:
    return figures(place or people.county(), period)[key].now


def test_a_matter_is_counted_in_its_grid_village_town_and_county(life, counted):
    incident = life.report()
    counted(life.at + DAY)
    for path in (incident.place_path[:12], incident.place_path[:16], incident.place_path[:20]):
        place = people.county().__class__.objects.get(path=path)
        assert ratio("KPI-15", place=place) == Ratio(0, 1)
    assert ratio("KPI-15", place=people.place(people.OTHER_VILLAGE)) == Ratio(0, 0)


def test_what_was_recorded_unheard_is_counted_too(life, counted):
    with unheard():
        life.report()
    counted(life.at + DAY)
    assert ratio("KPI-15") == Ratio(0, 1)


def test_what_is_not_sealed_yet_is_counted_already(life, counted):
    life.report()
    counted(life.at + DAY, is_sealed=False)
    incident = life.report()
    counted(life.at + DAY, is_sealed=False)
    assert ratio("KPI-15") == Ratio(0, 2)
    life.answer(incident, at=life.at + timedelta(hours=1))
    counted(life.at + 30 * DAY, is_sealed=False)
    assert ratio("KPI-07") == Ratio(1, 2)
    counted(life.at + 30 * DAY)
    assert ratio("KPI-07") == Ratio(1, 2)


def test_counting_twice_changes_nothing(life, counted):
    life.answer(life.report(), at=life.at)
    counted(life.at + 3 * DAY)
    before = list(MonthCount.objects.order_by("pk").values())
    counted(life.at + 3 * DAY)
    assert list(MonthCount.objects.order_by("pk").values()) == before


def test_counting_from_the_beginning_gives_the_same(life, counted):
    for hours in range(3):
        life.answer(life.report(), at=life.at + timedelta(hours=hours))
    counted(life.at + 3 * DAY)
    cells = [("place_path", "month"), "ratios", "hours"]
    before = list(MonthCount.objects.order_by("place_path", "month").values_list(*cells[1:]))
    forget_counts()
    assert not Finding.objects.exists()
    counted(life.at + 3 * DAY)
    assert before == list(
        MonthCount.objects.order_by("place_path", "month").values_list(*cells[1:])
    )


def test_the_first_walk_goes_on_where_it_stopped(life, monkeypatch):
    monkeypatch.setattr("xiangyue.insight.counting.WALKED", 1)
    for _ in range(3):
        life.report()
    assert not count_on(at=life.at + DAY, most=1)
    assert Finding.objects.count() == 1
    assert Progress.objects.get().walked_to
    assert count_on(at=life.at + DAY)
    assert Finding.objects.count() == 3


def test_a_deadline_passes_without_anybody_doing_anything(life, counted):
    incident = life.report()
    counted(life.at)
    assert ratio("KPI-06") == Ratio(0, 0)
    assert ratio("KPI-08") == Ratio(0, 1)
    counted(incident.due_at)
    assert ratio("KPI-08") == Ratio(0, 1)  # at the due time it is still in time
    counted(incident.due_at + timedelta(seconds=1))
    assert ratio("KPI-06") == Ratio(0, 1)
    assert ratio("KPI-08") == Ratio(1, 1)


def test_a_changed_calendar_moves_deadlines_without_an_act(life, counted):
    """Moved earlier, a deadline may pass before the one that was known."""
    from xiangyue.calendars.services import remove_holiday, set_holiday

    days = [(life.at + days * DAY).date() for days in range(1, 5)]
    for day in days:
        set_holiday(date=day, kind="holiday", name="停工", at=life.at - DAY, actor_id=None)
    incident = life.report()
    later = incident.due_at
    counted(life.at)
    for day in days:
        remove_holiday(date=day, at=life.at + timedelta(hours=1), actor_id=None)
    incident.refresh_from_db()
    assert incident.due_at < later
    counted(life.at + timedelta(hours=2))
    counted(incident.due_at + timedelta(seconds=1))
    assert incident.due_at + timedelta(seconds=1) < later
    assert ratio("KPI-08") == Ratio(1, 1)


def test_figures_and_rows_that_disagree_are_found(life, counted):
    life.report()
    counted(life.at + DAY)
    Finding.objects.update(is_closed=True)
    assert len(INVARIANTS["findings_are_those_of_their_incidents"]()) == 1
    cell = MonthCount.objects.get(place_path=people.county().path)
    cell.ratios["KPI-15"] = [1, 1]
    cell.save()
    assert len(INVARIANTS["month_counts_add_up"]()) == 1


def some_life(life) -> None:
    """A bit of everything that can happen, over two months and two villages."""
    at = life.at
    other = people.place(people.OTHER_VILLAGE)
    closed = life.confirm(life.answer(life.report(), at=at), at=at + DAY)
    life.confirm(life.answer(life.report(), at=at, outcome="not_fixed"), at=at + DAY)
    life.object(life.answer(life.report(), at=at + DAY), at=at + 2 * DAY)
    main, repeat = life.report(), life.report()
    life.do(services.merge_incident, repeat, life.dispatcher, at=at + DAY, into=main)
    life.do(services.withdraw_incident, life.report(), life.reporter, at=at + DAY)
    life.report(place=other, channel="telephone")
    life.report(at=at + 20 * DAY, channel="worker")
    life.do(services.reopen_incident, closed, life.supervisor, at=at + 30 * DAY, reason="又坏了")


def test_every_number_of_every_place_is_as_long_as_its_list(life, counted):
    some_life(life)
    counted(life.at + 40 * DAY)
    assert Incident.objects.count() == 8
    seen = set()
    county = people.county()
    for period in (JUNE, JULY, period_named("2026"), period_named("2026-06-05..2026-06-20"),
                   period_named("2026-05-20..2026-07-10")):  # fmt: skip
        for place in (county, people.town(), people.place(), people.town(people.OTHER_VILLAGE)):
            for counts in figures_of_areas(place, areas_below(place), period):
                for key, figure in counts.figures.items():
                    numbers = (figure.now.numerator, figure.now.denominator)
                    for part, number in zip(PARTS, numbers, strict=True):
                        rows = rows_behind(counts.place, period, key, part)
                        assert rows.count() == number, (period, counts.place, key, part)
                        seen.add((key, number))
                    for value, number in figure.parts.items():
                        rows = rows_behind(counts.place, period, key, "out_of", value=value)
                        assert rows.count() == number
                    before = rows_behind(counts.place, period.before(), key, "out_of").count()
                    assert figure.before.denominator == before
                for key, number in counts.left_out.items():
                    rows = rows_behind(counts.place, period, key, "out_of")
                    assert rows.count() == number, (period, counts.place, key)
    assert len({key for key, number in seen if number}) >= 12


def test_days_add_up_to_their_months(life, counted):
    some_life(life)
    counted(life.at + 40 * DAY)
    place = people.town()
    by_days = [Period(date(2026, 6, day), date(2026, 6, day) + DAY) for day in range(1, 31)]
    for key, figure in figures(place, JUNE).items():
        days = [figures(place, day)[key].now for day in by_days]
        assert sum(days, Ratio()) == figure.now
