"""From a report's own page to the issue that concerns everyone, for those who write issues down."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.deliberation.conftest import House
from xiangyue.deliberation.models import Issue, Source
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import report_incident

pytestmark = pytest.mark.django_db


def reported(house: House, category: str = "0401") -> Incident:
    incident, _slip = report_incident(
        category_key=category, place=house.place, at=timezone.now(), channel="resident",
        description="村口垃圾堆了三天", reporter=house.residents[0],
    )  # fmt: skip
    return incident


def way(incident: Incident) -> str:
    return f"{reverse('enter-issue')}?incident={incident.number}"


def page(client: Client, incident: Incident) -> str:
    return client.get(reverse("incident", args=[incident.number])).content.decode()


def test_who_keeps_issues_makes_one_of_a_report_and_then_finds_it(client: Client, house: House):
    incident = reported(house)
    people.sign_in(client, house.clerk)
    assert way(incident) in page(client, incident)
    form = client.get(way(incident)).context["form"]
    entered = {name: form[name].value() or "" for name in ("place", "title", "client_key")}
    client.post(way(incident), entered | {"text": "大家都说垃圾没地方放。"})
    issue = Issue.objects.get()
    assert (issue.source, issue.origin_id) == (Source.INCIDENT, str(incident.pk))
    again = page(client, incident)
    assert way(incident) not in again
    assert reverse("kept-issue", args=[issue.number]) in again


def test_who_writes_down_no_issues_there_is_shown_no_way(client: Client, house: House):
    incident = reported(house)
    for who in (house.residents[0], people.dispatcher()):
        people.sign_in(client, who)
        assert "enter/?incident" not in page(client, incident)


def test_pe02_of_a_confidential_report_nothing_is_made(client: Client, house: House):
    incident = reported(house, "0308")
    assert incident.audience != "public"
    people.sign_in(client, people.posted(
        "confidential_handler", at_place=people.county(),
        organisation=people.unit("PSB", people.county()),
    ))  # fmt: skip
    assert "enter/?incident" not in page(client, incident)
