"""Excel takes 0012 for 12: nobody and no household is doubled for that, nor merged in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import lists
from tests.registry.lists import confirm, counts, faults, imported, resident, upload
from xiangyue.places.models import Household, Person
from xiangyue.registry.importing.models import State
from xiangyue.registry.importing.rules import without_zeros

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Person:
    return lists.keeper()


FAMILY = [
    resident("张三", 户号="0012", 编号="007"),
    resident("李四", 户号="0012", 手机号="13800000005"),
]


def test_a_household_whose_zeros_are_gone_is_asked_about(clerk):
    imported(clerk, FAMILY)
    batch = upload(clerk, [resident("张三", 户号=12), resident("李四", 户号=12.0)])
    assert (batch.state, faults(batch)) == (
        State.FAULTY,
        [(2, "household", "household_zeros"), (3, "household", "household_zeros")],
    )
    assert batch.faults.first().facts == {"other": "0012"}
    assert Household.objects.count() == 1


def test_so_is_a_number_of_the_village_s_own(clerk):
    imported(clerk, FAMILY)
    batch = upload(clerk, [resident("张三", 编号=7)])
    assert faults(batch) == [(2, "number", "number_zeros")]
    assert batch.faults.get().facts == {"other": "007"}


def test_written_as_it_is_registered_it_is_the_same(clerk):
    imported(clerk, FAMILY)
    assert counts(upload(clerk, FAMILY)) == (0, 0, 2, 0)


def test_within_one_list_too(clerk):
    batch = upload(clerk, [resident("张三", 户号="0012"), resident("李四", 户号=12)])
    assert faults(batch) == [(3, "household", "household_zeros")]
    batch = upload(clerk, [resident("张三", 编号="007"), resident("李四", 编号=7)])
    assert faults(batch) == [(3, "number", "number_twice")]


def test_the_same_number_in_another_grid_is_another_household(clerk):
    imported(clerk, FAMILY)
    batch = upload(clerk, [resident("王五", 网格=lists.OTHER_GRID, 户号=12)])
    assert (batch.state, faults(batch)) == (State.READY, [])
    assert confirm(batch).state == State.DONE


def test_letters_and_what_is_only_alike_are_left_alone(clerk):
    imported(clerk, [resident("张三", 户号="0A2", 编号="A-07"), resident("李四", 户号="120")])
    batch = upload(clerk, [resident("王五", 户号="A2", 编号="A-7"), resident("赵六", 户号="12")])
    assert faults(batch) == []


@given(st.text(alphabet="0123456789AB-", max_size=6))
def test_zeros_alone_are_taken_off_and_something_stays(text):
    short = without_zeros(text)
    assert text.endswith(short)
    assert set(text.removesuffix(short)) <= {"0"}
    assert bool(short) == bool(text)
    if text.isdigit():
        assert int(short) == int(text)
        assert short == "0" or not short.startswith("0")
    else:
        assert short == text
