"""Recording: what is kept, who hears of it, and what the database refuses."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from tests.activity.conftest import AT, NAME
from xiangyue.activity import services, triggers
from xiangyue.activity.catalogue import UnknownActivity, hear
from xiangyue.activity.models import Entry, Leaf, TreeHead
from xiangyue.activity.queries import entries_about
from xiangyue.activity.rules import FactRefused
from xiangyue.activity.sealing import seal
from xiangyue.activity.services import Happening, record, record_many, unheard
from xiangyue.kernel.counties import CountyMixed

pytestmark = pytest.mark.django_db

ACTOR = UUID("0198c1f0-7c1e-7000-8000-000000000001")
Lay = Callable[..., list[Entry]]


def test_what_was_recorded_is_kept(subject: ContentType) -> None:
    made = record(
        name=NAME, subject=subject, at=AT, actor_id=ACTOR, place_path="0001", facts={"number": 3}
    )
    kept = Entry.objects.get(pk=made.pk)
    assert (kept.name, kept.at, kept.actor_id, kept.place_path) == (NAME, AT, ACTOR, "0001")
    assert (kept.subject_type, kept.subject_id) == ("contenttypes.contenttype", str(subject.pk))
    assert kept.facts == {"number": 3}
    assert list(entries_about(subject)) == [made]


def test_an_undeclared_activity_is_refused(subject: ContentType) -> None:
    with pytest.raises(UnknownActivity, match=r"activity\.stone_thrown"):
        record(name="activity.stone_thrown", subject=subject, at=AT)


def test_content_among_the_facts_is_refused_and_nothing_is_kept(subject: ContentType) -> None:
    with pytest.raises(FactRefused):
        record(name=NAME, subject=subject, at=AT, facts={"code": "张三 lives here"})
    assert not Entry.objects.exists()


def test_a_time_without_a_zone_is_refused(subject: ContentType) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - the very mistake
    with pytest.raises(ValueError, match="time zone"):
        record(name=NAME, subject=subject, at=naive)


def test_a_subject_must_have_been_saved(subject: ContentType) -> None:
    with pytest.raises(ValueError, match="save the subject"):
        record(name=NAME, subject=ContentType(), at=AT)


def test_a_subject_of_another_county_is_refused(subject: ContentType) -> None:
    subject._state.db = "jinchang"
    with pytest.raises(CountyMixed):
        record(name=NAME, subject=subject, at=AT)


def test_a_receiver_hears_the_entry(subject: ContentType) -> None:
    heard: list[Entry] = []
    hear(NAME)(heard.append)
    made = record(name=NAME, subject=subject, at=AT)
    assert heard == [made]


def test_a_receiver_that_fails_undoes_the_recording(subject: ContentType) -> None:
    @hear(NAME)
    def fail(entry: Entry) -> None:
        raise RuntimeError(entry.name)

    with pytest.raises(RuntimeError), transaction.atomic():
        record(name=NAME, subject=subject, at=AT)
    assert not Entry.objects.exists()


def test_recording_costs_one_statement(
    subject: ContentType, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(1):
        record(name=NAME, subject=subject, at=AT, facts={"number": 1})


def test_many_are_recorded_in_order_and_heard(
    subject: ContentType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    heard: list[Entry] = []
    hear(NAME)(heard.append)
    happenings = (
        Happening(name=NAME, subject=subject, at=AT, facts={"number": number})
        for number in range(5)
    )
    assert record_many(happenings) == 5
    assert [entry.facts["number"] for entry in Entry.objects.order_by("id")] == [0, 1, 2, 3, 4]
    assert heard == list(Entry.objects.order_by("id"))


def test_many_can_be_recorded_quietly_at_a_thousand_a_statement(
    subject: ContentType, django_assert_max_num_queries: Callable[..., object]
) -> None:
    heard: list[Entry] = []
    hear(NAME)(heard.append)
    happenings = [Happening(name=NAME, subject=subject, at=AT) for _ in range(1_000)]
    limit = 1 if connection.vendor == "postgresql" else 10  # SQLite takes 999 values at a time
    with django_assert_max_num_queries(limit):
        assert record_many(happenings, quietly=True) == 1_000
    assert heard == []


def test_many_are_recorded_all_or_none(
    subject: ContentType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    good = Happening(name=NAME, subject=subject, at=AT)
    bad = Happening(name=NAME, subject=subject, at=AT, facts={"phone": 1})
    with pytest.raises(FactRefused), transaction.atomic():
        record_many([good, bad])
    assert not Entry.objects.exists()


# --- the database's own refusal ----------------------------------------------------------------


CHANGES = {
    "update": 'UPDATE {table} SET "{key}" = "{key}"',
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
}


@pytest.mark.parametrize("table", triggers.TABLES)
@pytest.mark.parametrize(
    "change",
    [
        "update",
        "delete",
        pytest.param("truncate", marks=pytest.mark.only_on("postgresql")),
        pytest.param("replace", marks=pytest.mark.only_on("sqlite")),
    ],
)
def test_the_database_refuses_to_change_the_record(table: str, change: str, lay: Lay) -> None:
    lay(3)
    seal(at=AT)
    statement = CHANGES[change].format(table=table, key=triggers.TABLES[table][0])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (Entry.objects.count(), Leaf.objects.count(), TreeHead.objects.count()) == (3, 3, 1)


@pytest.mark.only_on("sqlite")
def test_another_leaf_cannot_replace_the_one_of_its_entry(lay: Lay) -> None:
    lay(1)
    seal(at=AT)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT OR REPLACE INTO activity_leaf"
            ' SELECT "index" + 1, leaf_hash, completed, entry_id FROM activity_leaf'
        )


def test_the_model_layer_is_refused_too(lay: Lay) -> None:
    [entry] = lay(1)
    entry.place_path = "0001"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


def test_every_trigger_stands_again_after_a_lift(lay: Lay) -> None:
    lay(1)
    with triggers.lifted(connection):
        assert triggers.missing(connection)
    assert triggers.missing(connection) == []


@pytest.mark.only_on("postgresql")
def test_a_disabled_trigger_counts_as_missing(subject: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE activity_entry DISABLE TRIGGER activity_entry_append_only")
    assert triggers.missing(connection) == ["activity_entry_append_only"]


def test_a_past_that_is_played_is_recorded_and_told_to_nobody(subject: ContentType) -> None:
    heard: list[Entry] = []
    hear(NAME)(heard.append)
    with unheard():
        record(name=NAME, subject=subject, at=AT)
        record_many([Happening(name=NAME, subject=subject, at=AT)])
    assert Entry.objects.count() == 2
    assert heard == []
    record(name=NAME, subject=subject, at=AT)
    assert len(heard) == 1
