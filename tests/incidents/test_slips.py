"""A lost slip is replaced by somebody who enters reports for others, never by who answers."""

import re

import pytest
from django.test import Client

from tests import people
from xiangyue.activity.models import Entry
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import (
    dispatch_incident,
    incident_by_slip,
    reissue_slip,
    report_incident,
)
from xiangyue.kernel.refusals import NotAllowed
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def reported(category: str = "0401", **facts) -> tuple[Incident, str]:
    return report_incident(
        **{
            "category_key": category, "place": people.place(), "at": people.MONDAY,
            "channel": "resident", "description": "村口垃圾堆了三天没人清",
            "reporter": people.somebody(),
        } | facts
    )  # fmt: skip


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def test_the_new_slip_opens_the_matter_and_the_old_one_nothing():
    incident, old = reported()
    dispatcher = people.dispatcher()
    code = reissue_slip(incident=incident, actor=people.acting(dispatcher), at=people.MONDAY)
    assert incident_by_slip(code) == incident
    assert incident_by_slip(old) is None
    entry = Entry.objects.get(name="incidents.slip_reissued")
    assert entry.actor_id == dispatcher.pk
    assert code not in str(entry.facts)


def test_who_answers_for_a_matter_never_gets_its_slip():
    """SE01: the slip speaks as the reporter, who says whether it is done."""
    incident, old = reported()
    clerk = people.clerk()
    assert incident.unit == people.unit("VC")
    with pytest.raises(NotAllowed):
        reissue_slip(incident=incident, actor=people.acting(clerk), at=people.MONDAY)
    assert incident_by_slip(old) == incident
    dispatch_incident(
        incident=incident, unit=people.unit("TV", people.town()), note="",
        actor=people.acting(people.dispatcher()), at=people.MONDAY,
    )  # fmt: skip
    reissue_slip(incident=incident, actor=people.acting(clerk), at=people.MONDAY)


@pytest.mark.parametrize("category", ["0302", "0308"])
def test_where_the_reporter_is_hidden_there_is_no_new_slip(category):
    incident, _old = reported(category)
    with pytest.raises(NotAllowed):
        reissue_slip(incident=incident, actor=people.acting(people.dispatcher()), at=people.MONDAY)


def test_others_have_no_slips_to_give():
    incident, _old = reported()
    for person in (
        people.supervisor(), people.somebody(), people.dispatcher(people.OTHER_VILLAGE),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            reissue_slip(incident=incident, actor=people.acting(person), at=people.MONDAY)


class TestPage:
    def test_the_button_leads_to_a_slip_to_print(self):
        incident, _old = reported()
        client = signed_in(people.dispatcher())
        address = f"/incidents/{incident.number}/slip/"
        assert address in client.get(f"/incidents/{incident.number}/").content.decode()
        answer = client.post(address)
        page = answer.content.decode()
        shown = re.search(r'class="slip-code"[^>]*>([^<]+)<', page)
        assert shown is not None
        assert incident_by_slip(shown[1]) == incident
        assert "data-print" in page
        assert "no-store" in answer["Cache-Control"]

    def test_who_may_not_has_no_button_and_is_refused(self):
        incident, _old = reported()
        client = signed_in(people.clerk())
        address = f"/incidents/{incident.number}/slip/"
        assert address not in client.get(f"/incidents/{incident.number}/").content.decode()
        assert client.post(address).status_code == 403
        assert client.get(address).status_code == 405
        elsewhere = signed_in(people.clerk(people.OTHER_VILLAGE))
        assert elsewhere.post(address).status_code == 404


class TestApi:
    def test_gives_the_code_once(self):
        incident, _old = reported()
        answer = signed_in(people.dispatcher()).post(f"/api/v1/incidents/{incident.number}/slip")
        assert answer.status_code == 201
        assert incident_by_slip(answer.json()["slip_code"]) == incident

    def test_refuses_with_the_pages_words(self):
        incident, _old = reported()
        answer = signed_in(people.clerk()).post(f"/api/v1/incidents/{incident.number}/slip")
        assert (answer.status_code, answer.json()["source"]) == (403, "SE01")
        assert Client().post(f"/api/v1/incidents/{incident.number}/slip").status_code == 401
