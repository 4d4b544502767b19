"""What a process keeps of the declarations and the calendar is never older than the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from xiangyue.blueprints.editions import kept, missing_triggers, steady
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import all_current, current
from xiangyue.calendars.models import Holiday
from xiangyue.calendars.queries import current_calendar
from xiangyue.calendars.services import set_holiday
from xiangyue.kernel.counties import bind
from xiangyue.kernel.refusals import NotFound

pytestmark = pytest.mark.django_db(databases=["default", "jinchang"])

NOW = datetime(2026, 6, 8, 9, tzinfo=UTC)
DAY = date(2026, 6, 10)


def test_every_watched_table_has_its_triggers() -> None:
    assert missing_triggers() == []


def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", "blueprints", check=True, dry_run=True, verbosity=0)


def test_unchanged_declarations_cost_one_query_and_no_reading(
    django_assert_num_queries: Callable[..., object],
) -> None:
    all_current("role")
    with django_assert_num_queries(1):
        assert len(all_current("incident_category")) > 50


@pytest.mark.parametrize("change", ["update", "create", "delete", "by hand"])
def test_any_change_of_a_declaration_is_seen_at_once(change: str) -> None:
    row = current("incident_policy", "loop")
    rows = Declaration.objects.filter(pk=row.pk)
    if change == "update":
        rows.update(body=row.body | {"confirm_within": "9d"}, digest="other")
    elif change == "create":
        rows.update(is_current=False)
        row.pk, row.version, row.digest = None, row.version + 1, "other"
        row.save()
    elif change == "delete":
        rows.delete()
        with pytest.raises(NotFound):
            current("incident_policy", "loop")
        return
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE blueprints_declaration SET digest = 'other' WHERE key = 'loop'")
    assert current("incident_policy", "loop").digest == "other"


def test_an_edited_holiday_is_in_the_calendar_at_once() -> None:
    assert current_calendar().is_working_day(DAY)
    set_holiday(date=DAY, kind="holiday", name="祭祖日", actor_id=None, at=NOW)
    assert not current_calendar().is_working_day(DAY)
    Holiday.objects.filter(date=DAY).delete()
    assert current_calendar().is_working_day(DAY)


def test_what_was_undone_is_forgotten() -> None:
    before = current("incident_policy", "loop").digest
    with transaction.atomic():
        Declaration.objects.filter(key="loop").update(digest="never came to be")
        assert current("incident_policy", "loop").digest == "never came to be"
        transaction.set_rollback(True)
    assert current("incident_policy", "loop").digest == before


def test_counties_keep_apart() -> None:
    ours = {row.key for row in all_current("role")}
    with bind("jinchang"):
        assert all_current("role") == []
    assert {row.key for row in all_current("role")} == ours != set()


def test_a_row_of_ones_own_changes_nothing_for_others() -> None:
    mine = current("incident_policy", "loop")
    mine.pk, mine.version = None, 99
    assert current("incident_policy", "loop").version == 1


def test_a_steady_block_asks_once_and_stays_with_what_it_found(
    django_assert_num_queries: Callable[..., object],
) -> None:
    all_current("role")
    current_calendar()
    with django_assert_num_queries(1), steady():
        all_current("role")
        with steady():
            current_calendar()
        current("incident_policy", "loop")
    with steady():
        before = current("incident_policy", "loop").digest
        Declaration.objects.filter(key="loop").update(digest="other")
        assert current("incident_policy", "loop").digest == before
    assert current("incident_policy", "loop").digest == "other"


def test_what_is_kept_is_the_same_object_until_something_changes() -> None:
    first = kept("a test's own", list[int])
    assert kept("a test's own", list[int]) is first
    Declaration.objects.filter(key="loop").update(digest="other")
    assert kept("a test's own", list[int]) is not first
