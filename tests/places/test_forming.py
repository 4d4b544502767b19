"""Streets, stockades and joint household units, which no county's list names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests import worlds
from tests.people import MONDAY
from xiangyue.activity.models import Entry
from xiangyue.blueprints.loading import load_county
from xiangyue.kernel.counties import bind
from xiangyue.places.forming import NotFormed, form_place, form_units
from xiangyue.places.models import Household, Place, PlaceKind
from xiangyue.places.rules import even_parts, in_chinese
from xiangyue.places.services import register_many

VILLAGE = "522631111200"


class TestRules:
    @given(count=st.integers(0, 2000), about=st.integers(2, 60))
    def test_parts_are_even_lose_nobody_and_are_about_as_many_as_wanted(
        self, count: int, about: int
    ) -> None:
        parts = even_parts(count, about=about)
        assert sum(parts) == count
        assert all(parts)
        if parts:
            assert max(parts) - min(parts) <= 1
            assert parts == sorted(parts, reverse=True)
        if count >= about:
            assert all(about / 2 <= part <= about * 1.5 for part in parts)

    @pytest.mark.parametrize(
        ("count", "parts"), [(0, []), (1, [1]), (14, [14]), (15, [8, 7]), (42, [11, 11, 10, 10])]
    )
    def test_ten_household_units(self, count: int, parts: list[int]) -> None:
        assert even_parts(count, about=10) == parts

    @pytest.mark.parametrize(
        ("number", "said"),
        [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100"), (0, "0")],
    )
    def test_numbers_as_people_write_them(self, number: int, said: str) -> None:
        assert in_chinese(number) == said


@worlds.standing_in("jinchang")
def liping() -> None:
    load_county(slug="liping", at=MONDAY, folder=Path(settings.COUNTIES_FOLDER))


@pytest.mark.django_db(databases=["default", "jinchang"])
class TestLiping:
    @pytest.fixture(autouse=True)
    def _bound(self, liping: None) -> Iterator[None]:
        with bind("jinchang"):
            yield

    def village(self) -> Place:
        found: Place = Place.objects.get(code=VILLAGE)
        return found

    def settle(self, count: int, first: int = 1) -> None:
        village = self.village()
        homes = [
            Household(code=f"{VILLAGE}-{number:04}", grid=village, place_path=village.path)
            for number in range(first, first + count)
        ]
        register_many(households=homes, at=MONDAY)

    def test_units_are_formed_of_about_ten_households_each_in_the_order_of_numbers(self) -> None:
        """LP-30, LP-31"""
        self.settle(23)
        units = form_units(grid=self.village(), at=MONDAY)
        assert [unit.name for unit in units] == ["第一联户", "第二联户"]
        assert [unit.unit_households.count() for unit in units] == [12, 11]
        first = Household.objects.order_by("code").first()
        assert first is not None
        assert (first.unit, first.place_path) == (units[0], units[0].path)
        assert first.grid.code == VILLAGE
        assert all(unit.grid_kind == "" for unit in units)

    def test_who_comes_later_goes_into_new_units_and_nobody_is_moved(self) -> None:
        self.settle(10)
        [old] = form_units(grid=self.village(), at=MONDAY)
        self.settle(9, first=11)
        [new] = form_units(grid=self.village(), at=MONDAY)
        assert (old.unit_households.count(), new.unit_households.count()) == (10, 9)
        assert new.name == "第二联户"
        assert form_units(grid=self.village(), at=MONDAY) == []

    def test_units_lie_in_stockades_in_turn(self) -> None:
        stockades = [
            form_place(parent=self.village(), kind=PlaceKind.GROUP, name=name, at=MONDAY)
            for name in ("上寨", "下寨")
        ]
        self.settle(30)
        units = form_units(grid=self.village(), stockades=stockades, at=MONDAY)
        assert [unit.path[: -Place.steplen] for unit in units] == [
            stockades[0].path, stockades[1].path, stockades[0].path,
        ]  # fmt: skip
        assert len({unit.code for unit in units}) == 3

    def test_the_same_name_is_entered_once_and_recorded_once(self) -> None:
        one, again = (
            form_place(parent=self.village(), kind=PlaceKind.GROUP, name=" 上寨 ", at=MONDAY)
            for _time in range(2)
        )
        assert one == again
        assert one.name == "上寨"
        assert Entry.objects.filter(name="places.place_formed").count() == 1

    @pytest.mark.parametrize(
        ("kind", "name"),
        [(PlaceKind.VILLAGE, "新村"), (PlaceKind.GROUP, " "), (PlaceKind.UNIT, "长" * 101)],
    )
    def test_divisions_and_what_has_no_name_are_refused(self, kind: PlaceKind, name: str) -> None:
        with pytest.raises(NotFormed):
            form_place(parent=self.village(), kind=kind, name=name, at=MONDAY)


@pytest.mark.django_db
def test_a_county_that_declares_no_units_forms_none() -> None:
    with pytest.raises(NotFormed):
        form_units(grid=Place.objects.filter(grid_level=3).order_by("path")[0], at=MONDAY)
