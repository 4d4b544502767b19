"""PE02: nothing that is stored links a hidden reporter to the incident, not even by its time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from tests import people
from tests.notifications.conftest import told
from xiangyue.blueprints.models import Declaration
from xiangyue.incidents import services
from xiangyue.incidents.models import Incident, Step
from xiangyue.notifications.models import Delivery, Message
from xiangyue.notifications.wording import quiet_text, words_of
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db

HIDDEN = "0302"  # gambling: private, the reporter hidden
CONFIDENTIAL = "0304"  # organised crime


@pytest.fixture
def officer(db):
    return people.posted(
        "confidential_handler", at_place=people.county(),
        organisation=people.unit("PSB", people.county()),
    )  # fmt: skip


@pytest.fixture
def loop(scene, officer):
    """A confidential matter played through to the answer."""
    second = people.posted(
        "confidential_handler", at_place=people.county(),
        organisation=people.unit("PSB", people.county()),
    )  # fmt: skip
    incident = scene.report(CONFIDENTIAL, description="有人收保护费")
    scene.do(services.take_on_incident, incident, officer)
    scene.do(services.handle_incident, incident, officer, 2, outcome="referred", reply="已立案")
    return scene.do(services.pass_incident, incident, second, 3)


def rows_of(person: Person) -> Iterator[Model]:
    """Every stored row, of whatever table, that holds the person's identifier or phone."""
    for model in apps.get_models():
        for row in model._default_manager.all():
            text = " ".join(str(value) for value in vars(row).values())
            if str(person.pk) in text or str(person.phone) in text:
                yield row


def test_no_row_holds_the_person_and_the_incident(scene, loop):
    rows = list(rows_of(scene.reporter))
    assert {Message, Delivery, Person} <= {type(row) for row in rows}
    for row in rows:
        assert loop.number not in " ".join(str(value) for value in vars(row).values())
        related = [field.attname for field in row._meta.fields if field.related_model is Incident]
        assert loop.pk not in [getattr(row, name) for name in related]
        assert row != loop


def test_the_reporter_is_told_all_the_same_but_not_of_what(scene, loop):
    message = Message.objects.get(recipient=scene.reporter)
    title, body = words_of(message)
    assert (message.number, message.params, message.declaration) == ("", {}, None)
    assert title == "您反映的事项有新进展"
    for word in (loop.number, "保护费", "公安", "立案"):
        assert word not in title + body


def test_the_answer_comes_as_a_text_message_that_names_nothing(scene, loop):
    row = Delivery.objects.get(address=scene.reporter.phone)
    assert row.text == quiet_text() == "您有一条新消息，请登录查看。"


def test_times_and_identifiers_do_not_match_either(scene, loop):
    acts = {step.at for step in Step.objects.filter(incident=loop)}
    for row in [
        *Message.objects.filter(recipient=scene.reporter),
        *Delivery.objects.filter(address=scene.reporter.phone),
    ]:
        assert row.created_at not in acts
        local = timezone.localtime(row.created_at)
        assert (local.hour, local.minute, local.second) == (0, 0, 0)
        assert row.pk.version == 4  # version 7 would hold the millisecond


def test_a_text_message_leaves_at_another_time(scene, officer, settings):
    settings.CHANNELS = {**settings.CHANNELS, "sms": "http"}
    incident = scene.report(CONFIDENTIAL, channel="counter")
    row = Delivery.objects.get(address=scene.reporter.phone)
    assert row.next_attempt_at >= incident.created_at + timedelta(minutes=20)


def test_an_unread_message_is_enough(scene, loop):
    assert told(scene.reporter) == ["generic"]
    Message.objects.filter(recipient=scene.reporter).update(read_at=scene.at)
    services.act_on_what_is_due(at=loop.confirm_until_at)
    assert told(scene.reporter) == ["generic", "generic"]


def test_what_the_reporter_does_themselves_tells_them_nothing(scene, loop):
    Message.objects.filter(recipient=scene.reporter).delete()
    scene.do(services.confirm_incident, loop, scene.reporter, 5)
    assert told(scene.reporter) == []


def test_a_confidential_matter_reaches_its_officers_alone_and_without_a_word_of_it(
    scene, officer, loop
):
    boss = people.supervisor()
    county = people.posted("county_dispatcher", at_place=people.county())
    for person in (scene.clerk, scene.dispatcher, boss, county):
        assert told(person) == []
    assert told(officer)
    for message in Message.objects.filter(recipient=officer):
        text = " ".join(words_of(message))
        assert "保密事项" in text
        assert "北滩" not in text
        assert "涉黑" not in text


def test_who_entered_it_for_them_is_told_nothing(scene, officer):
    helper = people.posted("neighbour_helper", at_place=people.place())
    second = people.posted(
        "confidential_handler",
        at_place=people.county(),
        organisation=people.unit("PSB", people.county()),
    )
    incident = scene.report(CONFIDENTIAL, entered_by=helper, channel="counter")
    scene.do(services.take_on_incident, incident, officer)
    scene.do(services.handle_incident, incident, officer, 2, outcome="referred", reply="已立案")
    scene.do(services.pass_incident, incident, second, 3)
    assert told(helper) == []


def test_a_confidential_matter_that_nobody_handles_shows_without_its_number(scene, db):
    row = Declaration.objects.get(key="incidents.incident_reported.unit", is_current=True)
    said = {"zh": "新事项{number}{place}", "en": "{number} {place}"}
    Declaration.objects.filter(pk=row.pk).update(body=row.body | {"title": said}, digest="other")
    incident = scene.report(CONFIDENTIAL)
    held = Delivery.objects.get(state="held")
    assert held.text == "新事项——"
    assert incident.number not in f"{held.error} {held.address}"


def test_the_loudspeaker_is_silent_about_matters_with_hidden_reporters(scene):
    incident = scene.answered()
    Incident.objects.filter(pk=incident.pk).update(reporter=None, reporter_tag="x")
    services.act_on_what_is_due(at=incident.confirm_until_at)
    assert not Delivery.objects.filter(channel="loudspeaker").exists()


def test_a_hidden_reporter_of_a_merged_report_is_told_just_as_quietly(scene):
    neighbour = people.somebody("王五")
    desk = people.posted(
        "county_dispatcher", at_place=people.county(),
        organisation=people.unit("CV", people.county()),
    )  # fmt: skip
    main, repeat = scene.report(HIDDEN), scene.report(HIDDEN, reporter=neighbour)
    scene.do(services.merge_incident, repeat, desk, into=main)
    Message.objects.all().delete()
    Incident.objects.filter(pk=main.pk).update(
        state="answered", outcome="referred", reply="已移送", verified_by=desk,
        answered_at=scene.at, confirm_until_at=scene.at,
    )  # fmt: skip
    services.act_on_what_is_due(at=scene.at + timedelta(days=1))
    assert told(neighbour) == ["generic"]
    assert told(scene.reporter) == ["generic"]
