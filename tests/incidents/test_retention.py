"""When its time is up, what was written of a matter is deleted and a tombstone stays (GD09)."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests import people
from tests.incidents.drawings import photo
from xiangyue.activity.models import Entry
from xiangyue.activity.sealing import seal
from xiangyue.activity.verification import verify_record
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident, PhotoStage, Step
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.retention import forget_what_is_due
from xiangyue.incidents.search import matching

pytestmark = pytest.mark.django_db

DAYS = 1095
END = people.MONDAY
TOO_EARLY = END + timedelta(days=DAYS - 1)
TIME_IS_UP = END + timedelta(days=DAYS + 1)


def closed(category: str = "0401", *, reporter=None) -> Incident:
    """A matter reported, handled, verified, rated and closed, with a photo and a note."""
    reporter = reporter or people.somebody("张三")
    clerk, dispatcher = people.acting(people.clerk()), people.acting(people.dispatcher())
    at = people.MONDAY
    incident, _slip = services.report_incident(
        category_key=category, place=people.place(), at=at, channel="resident",
        description="村口垃圾堆了三天，找张三", reporter=reporter, address="张三家门口",
    )  # fmt: skip
    add_photos(incident=incident, uploads=[photo()], stage=PhotoStage.REPORT, at=at, actor_id=None)
    services.take_on_incident(incident=incident, actor=clerk, at=at)
    services.note_incident(incident=incident, actor=clerk, note="给张三打了电话", at=at)
    services.handle_incident(
        incident=incident, actor=clerk, outcome="fixed", reply="张三您好，已清运", at=at
    )
    services.pass_incident(incident=incident, actor=dispatcher, at=at)
    services.confirm_incident(
        incident=incident, actor=people.acting(reporter), comment="谢谢，张三", at=at
    )
    incident.refresh_from_db()
    assert incident.state == "closed"
    return incident


def everything_written(incident: Incident) -> str:
    """Every text of every row that belongs to the incident, as the database holds it."""
    found = []
    with connection.cursor() as cursor:
        for table, column in (
            ("incidents_incident", "id"),
            ("incidents_step", "incident_id"),
            ("incidents_rating", "incident_id"),
            ("incidents_extension", "incident_id"),
            ("incidents_support", "incident_id"),
            ("incidents_photo", "incident_id"),
        ):
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [incident.pk])
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_only_the_tombstone_is_left_when_the_time_is_up():
    incident = closed()
    Incident.objects.update(written_at=incident.created_at - timedelta(hours=1))
    files = list(incident.photos.values_list("file", flat=True))
    assert "张三" in everything_written(incident)
    assert forget_what_is_due(at=TIME_IS_UP) == 1
    left = everything_written(incident)
    assert "张三" not in left
    assert str(incident.reporter_id).replace("-", "") not in left.replace("-", "")
    after = Incident.objects.get(pk=incident.pk)
    for kept in ("number", "category_key", "place_id", "unit_id", "outcome", "closed_at", "due_at"):
        assert getattr(after, kept) == getattr(incident, kept)
    assert (after.photos.count(), after.written_at) == (0, None)
    assert files
    assert Step.objects.filter(incident=after).count() == incident.steps.count()


@pytest.mark.django_db(transaction=True)
def test_the_pictures_files_go_too():
    incident = closed()
    name = incident.photos.get().file.name
    assert default_storage.exists(name)
    forget_what_is_due(at=TIME_IS_UP)
    assert not default_storage.exists(name)


def test_nothing_goes_before_its_time_and_nothing_that_is_open():
    closed()
    services.report_incident(
        category_key="0401", place=people.place(), at=people.MONDAY, channel="resident",
        description="还没办", reporter=people.somebody(),
    )  # fmt: skip
    assert forget_what_is_due(at=TOO_EARLY) == 0
    assert forget_what_is_due(at=TIME_IS_UP) == 1
    assert forget_what_is_due(at=TIME_IS_UP) == 0
    assert Incident.objects.filter(description="还没办").exists()


def test_the_deletion_is_recorded_and_can_be_proven():
    incident = closed()
    forget_what_is_due(at=TIME_IS_UP)
    entry = Entry.objects.get(name="incidents.incident_forgotten")
    assert entry.facts["number"] == incident.number
    assert entry.facts["photos"] == 1
    seal(at=TIME_IS_UP)
    assert verify_record(at=TIME_IS_UP) == []


def test_what_was_deleted_is_found_by_no_search():
    closed()
    assert matching(Incident.objects.all(), "垃圾堆").exists()
    forget_what_is_due(at=TIME_IS_UP)
    assert not matching(Incident.objects.all(), "垃圾堆").exists()


def test_a_hidden_reporter_can_no_longer_be_unsealed():
    incident = Incident.objects.get(pk=closed_confidential().pk)
    assert incident.sealed_reporter
    forget_what_is_due(at=TIME_IS_UP)
    incident.refresh_from_db()
    assert (incident.sealed_reporter, incident.reporter_tag) == ("", "")


def closed_confidential() -> Incident:
    reporter = people.somebody("张三")
    incident, _slip = services.report_incident(
        category_key="0308", place=people.place(), at=people.MONDAY, channel="resident",
        description="邻居家有打骂声", reporter=reporter,
    )  # fmt: skip
    return services.withdraw_incident(
        incident=incident, actor=people.acting(reporter), reason="弄错了", at=people.MONDAY
    )


def test_the_database_itself_refuses_a_tombstone_that_names_somebody():
    incident = closed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(forgotten_at=TIME_IS_UP)


def test_whoever_opens_it_reads_that_it_was_deleted_and_when():
    incident = closed()
    forget_what_is_due(at=TIME_IS_UP)
    client = Client()
    people.sign_in(client, people.dispatcher())
    page = client.get(f"/incidents/{incident.number}/").content.decode()
    assert "保存期满" in page
    assert "张三" not in page
