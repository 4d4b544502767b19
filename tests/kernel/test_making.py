"""Rows made with little ado are the rows that Django makes."""

import gc
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests import people
from xiangyue.activity.models import Entry
from xiangyue.blueprints.models import Declaration
from xiangyue.calendars.models import Clock
from xiangyue.incidents.models import Incident, Step
from xiangyue.kernel import making
from xiangyue.kernel.bulk import insert_row
from xiangyue.kernel.counties import CountyMixed
from xiangyue.kernel.making import made, nothing_thrown_away, own
from xiangyue.notifications.models import Delivery, Message

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 8, 9, tzinfo=UTC)


def values_of(row: Any) -> dict[str, Any]:
    """What a row holds, but for what is drawn or read off the clock anew for each."""
    drawn = {"id", "recorded_at"}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in drawn
    }


@pytest.mark.parametrize("model", [Incident, Step, Entry, Clock, Message, Delivery])
def test_a_row_has_the_same_defaults_as_djangos(model: Any) -> None:
    assert values_of(made(model)) == values_of(model())
    assert made(model)._state.adding


def test_no_two_rows_share_a_default_that_can_be_changed() -> None:
    assert made(Entry).facts is not made(Entry).facts
    assert made(Clock).pk != made(Clock).pk


def test_only_what_differs_each_time_is_made_anew_for_each_row() -> None:
    """A table of fifty columns has one such default, and rows are made by the million."""
    assert [name for name, _default in making._plan(Incident).drawn] == ["answers"]
    assert [name for name, _default in making._plan(Clock).drawn] == ["id"]


def test_nothing_is_thrown_away_while_rows_are_gathered_and_much_afterwards() -> None:
    def fail() -> None:
        with nothing_thrown_away():
            assert not gc.isenabled()
            with nothing_thrown_away():
                pass
            assert not gc.isenabled()
            raise RuntimeError

    assert gc.isenabled()
    with pytest.raises(RuntimeError):
        fail()
    assert gc.isenabled()


def test_what_a_row_points_to_stays_at_hand() -> None:
    place = people.place()
    incident = made(Incident, place=place, hub_id=uuid4(), handler=None)
    assert (incident.place, incident.place_id) == (place, place.pk)
    assert incident.handler is None
    assert incident.handler_id is None


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        made(Clock, colour="red")
    with pytest.raises(TypeError):
        made(Clock, pk=uuid4())  # by its name, `id`


def test_nothing_points_into_another_county() -> None:
    elsewhere = people.place()
    elsewhere._state.db = "jinchang"
    with pytest.raises(CountyMixed):
        made(Incident, place=elsewhere)


def test_a_row_that_was_written_can_be_read_and_saved() -> None:
    clock = made(Clock, limit="3wd", started_at=NOW, due_at=NOW)
    insert_row(clock)
    clock.refresh_from_db()
    clock.limit = "4wd"
    clock.save()
    assert Clock.objects.get(pk=clock.pk).limit == "4wd"


def test_a_copy_of_ones_own_changes_nothing_for_others() -> None:
    row = Declaration.objects.first()
    assert row is not None
    copied = own(row)
    assert copied == row
    copied.key, copied._state.db = "other", "elsewhere"
    assert row.key != "other"
    assert row._state.db != "elsewhere"
