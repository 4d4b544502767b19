"""What everybody may see: ended quarters, small numbers hidden, the same wherever it stands."""

from datetime import date

import pytest

from tests import people
from xiangyue.insight.models import MonthCount
from xiangyue.insight.publishing import is_published, published, quarter_ended
from xiangyue.insight.rules import period_named
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db

SPRING = period_named("2026-Q2")


def count(place: Place, numerator: int, denominator: int, *, key: str = "KPI-06") -> None:
    """Count so many at a place and at all that it lies in."""
    top = people.county().path
    for length in range(len(top), len(place.path) + 1, Place.steplen):
        row, _is_new = MonthCount.objects.get_or_create(
            place_path=place.path[:length], month=date(2026, 5, 1), is_confidential=False
        )
        old = row.ratios.get(key, [0, 0])
        row.ratios[key] = [old[0] + numerator, old[1] + denominator]
        row.save()


def shown(place: Place, key: str = "KPI-06"):
    figure = next(one for one in published(place, SPRING) if one.indicator.key == key)
    areas = {
        one.place.code if one.place else "": (one.numerator, one.denominator)
        for one in figure.areas
    }
    return (figure.whole.numerator, figure.whole.denominator), areas


def test_large_numbers_are_published():
    count(people.place(), 20, 40)
    count(people.place(people.OTHER_VILLAGE), 10, 30)
    whole, towns = shown(people.county())
    assert whole == (30, 70)
    # The other towns have none, which tells nothing of anybody.
    assert towns[people.town().code] == (20, 40)


def test_a_small_number_is_hidden_with_a_neighbour():
    count(people.place(), 20, 40)
    count(people.place(people.OTHER_VILLAGE), 1, 3)
    whole, towns = shown(people.county())
    assert whole == (21, 43)
    assert [numbers for numbers in towns.values() if numbers != (0, 0)] == [(None, None)] * 2
    assert towns[people.town(people.OTHER_VILLAGE).code] == (None, None)
    assert towns[people.town().code] == (None, None)


def test_a_place_reads_the_same_in_its_list_and_on_its_own_page():
    for code, numbers in (
        (people.VILLAGE, (20, 40)),
        (people.OTHER_VILLAGE, (1, 3)),
        ("620725101202", (2, 6)),
        ("620725101203", (9, 18)),
    ):
        count(people.place(code), *numbers)
    _whole, towns = shown(people.county())
    for town in Place.objects.filter(kind="town"):
        own, villages = shown(town)
        assert own == towns[town.code]
        for code, numbers in villages.items():
            if code:
                assert shown(people.place(code))[0] == numbers
            if own == (None, None):
                assert numbers == (None, None)
    assert shown(people.town())[1]["620725101202"] == (None, None)


def test_what_is_located_in_the_town_alone_is_not_lost():
    count(people.place(), 20, 40)
    count(people.town(), 8, 16)
    _own, villages = shown(people.town())
    assert villages[""] in {(8, 16), (None, None)}
    assert sum(1 for numbers in villages.values() if numbers[1] is None) != 1


def test_confidential_matters_are_not_published():
    count(people.place(), 20, 40)
    MonthCount.objects.create(
        place_path=people.county().path,
        month=date(2026, 5, 1),
        is_confidential=True,
        ratios={"KPI-06": [50, 50]},
    )
    assert shown(people.county())[0] == (20, 40)


@pytest.mark.parametrize(
    ("on", "key"),
    [
        (date(2026, 6, 30), "2026-Q1"),
        (date(2026, 7, 1), "2026-Q2"),
        (date(2026, 1, 1), "2025-Q4"),
        (date(2026, 12, 31), "2026-Q3"),
    ],
)
def test_the_last_quarter_that_ended_is_published(on, key):
    assert quarter_ended(on) == period_named(key)
    assert is_published(period_named(key), on=on)
    assert not is_published(period_named(key).after(), on=on)


@pytest.mark.parametrize(
    "key", ["2026-05", "2025", "2026-04-01..2026-05-31", "2026-05-03..2026-05-09"]
)
def test_nothing_but_quarters_is_published(key):
    """Whatever overlaps could be subtracted."""
    assert not is_published(period_named(key), on=date(2027, 1, 1))
