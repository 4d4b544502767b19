"""What everybody may read: discovery, services, requests. In the spec's words, and no more."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.incidents.drawings import photo
from tests.open311.conftest import BASE
from xiangyue.access.queries import standing_of
from xiangyue.blueprints.queries import current, meaning
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.services import (
    dispatch_incident,
    handle_incident,
    merge_incident,
    note_incident,
    pass_incident,
    report_incident,
    take_on_incident,
)
from xiangyue.incidents.showing import show_photo

pytestmark = pytest.mark.django_db
DOCUMENTS = Path(__file__).with_name("documents")
SECRETS = ("张三", "村口垃圾堆了三天", "门口第三家", "13800001111")


def reported(*, at=None, category="0401", **facts) -> Incident:
    incident, _slip = report_incident(
        **{
            "category_key": category,
            "place": people.place(),
            "at": at or timezone.now() - timedelta(days=1),
            "channel": "resident",
            "description": "村口垃圾堆了三天没人清，找张三13800001111",
            "address": "门口第三家",
            "reporter": people.somebody("张三"),
        }
        | facts
    )
    return incident


def settled(incident: Incident) -> Incident:
    """Handled by the village, verified by the town; told publicly in one sentence."""
    at = incident.created_at
    clerk, dispatcher = (
        people.acting(people.clerk(), at=at),
        people.acting(people.dispatcher(), at=at),
    )
    dispatch_incident(incident=incident, unit=people.unit("VC"), actor=dispatcher,
                      at=at + timedelta(hours=1))  # fmt: skip
    take_on_incident(incident=incident, actor=clerk, at=at + timedelta(hours=2))
    handle_incident(incident=incident, actor=clerk, outcome="fixed", reply="已清运",
                    at=at + timedelta(hours=3))  # fmt: skip
    return pass_incident(incident=incident, actor=dispatcher, public_summary="垃圾已清运",
                         at=at + timedelta(hours=4))  # fmt: skip


def shape(element: ElementTree.Element) -> object:
    return [element.tag, [shape(child) for child in element]]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("services", "services.xml"),
        ("service_definition", "services/0401.xml"),
        ("discovery", "discovery.xml"),
    ],
)
def test_the_answers_have_the_shape_of_the_spec_s_documents(system, document, path):
    """The first element of each list is compared; the recorded documents hold one of each."""
    recorded = ElementTree.parse(DOCUMENTS / f"{document}.xml").getroot()
    answer = system.xml(path)
    assert answer.tag == recorded.tag
    assert [child.tag for child in (answer if document != "services" else answer[0])] == [
        child.tag for child in (recorded if document != "services" else recorded[0])
    ]


def test_a_request_has_the_shape_of_the_spec_s_document(system):
    reported()
    recorded = ElementTree.parse(DOCUMENTS / "service_requests.xml").getroot()
    assert shape(system.xml("requests.xml")) == shape(recorded)


def test_the_endpoint_is_found(system):
    answer = system.client.get("/open311/discovery.json")
    found = json.loads(answer.content)["discovery"]["endpoints"][0]
    assert found["url"].endswith("/open311/v2")
    assert found["formats"] == ["text/xml", "application/json"]


def test_confidential_kinds_are_not_offered(system):
    codes = {one["service_code"] for one in system.json("services.json")}
    assert "0401" in codes
    assert "0308" not in codes
    assert system.get("services/0308.json").status_code == 404
    audiences = {meaning(current("incident_category", c), IncidentCategory).audience for c in codes}
    assert audiences == {"public", "private"}


def test_services_are_named_in_both_languages(system):
    chinese = system.json("services.json")
    english = system.json("services.json", locale="en")
    assert [one["service_code"] for one in chinese] == [one["service_code"] for one in english]
    assert all(one["group"] and one["description"] for one in chinese)
    assert chinese[0]["service_name"] != english[0]["service_name"]


def test_the_questions_of_a_kind_are_its_attributes(system):
    with_questions = next(o for o in system.json("services.json") if o["metadata"])
    found = system.json(f"services/{with_questions['service_code']}.json")
    assert found["attributes"][0]["order"] == 1
    assert found["attributes"][0]["datatype"] in {"string", "number", "singlevaluelist"}
    without = next(o for o in system.json("services.json") if not o["metadata"])
    assert system.json(f"services/{without['service_code']}.json")["attributes"] == []


def test_nothing_personal_is_ever_published(system):
    incident = reported(latitude=Decimal("38.78412"), longitude=Decimal("101.08812"))
    settled(incident)
    for form in ("xml", "json"):
        for path in (f"requests.{form}", f"requests/{incident.number}.{form}"):
            said = system.get(path, extensions="true").content.decode()
            assert incident.number in said
            assert "垃圾已清运" in said
            assert not [secret for secret in SECRETS if secret in said]
    found = system.json("requests.json")[0]
    assert (found["lat"], found["long"]) == (38.784, 101.088)
    assert found["status"] == "open"  # answered, but the reporter has not had the last word
    assert found["address_id"] == people.VILLAGE
    assert found["updated_datetime"] > found["requested_datetime"]


def test_private_and_confidential_matters_are_not_there(system):
    public = reported()
    private = reported(category="0104")
    hidden = reported(category="0308")
    assert {private.audience, hidden.audience} == {"private", "confidential"}
    assert [one["service_request_id"] for one in system.json("requests.json")] == [public.number]
    for number in (private.number, hidden.number, "260101-XXXXX", "%00", "'"):
        assert system.get(f"requests/{number}.json").status_code in {400, 404}


def test_a_merged_request_says_where_it_went(system):
    main, repeat = reported(), reported()
    dispatcher = people.acting(people.dispatcher(), at=timezone.now())
    merge_incident(incident=repeat, into=main, actor=dispatcher, at=timezone.now())
    found = system.json(f"requests/{repeat.number}.json", extensions="true")[0]
    assert found["status"] == "closed"
    assert main.number in found["status_notes"]
    assert found["extended_attributes"]["merged_into"] == main.number


def test_several_ids_override_every_other_filter(system):
    first, second, _third = reported(), reported(), reported()
    asked = f"{first.number}, {second.number},{first.number}"
    found = system.json("requests.json", service_request_id=asked, status="closed", start_date="x")
    assert {one["service_request_id"] for one in found} == {first.number, second.number}
    assert len(system.json(f"requests/{first.number},{second.number}.json")) == 2


def test_requests_are_found_by_kind_status_and_time(system):
    now = timezone.now()
    old = reported(at=now - timedelta(days=100))
    lamp = reported(category="0402")
    bins = reported()

    def numbers(**query):
        return {one["service_request_id"] for one in system.json("requests.json", **query)}

    assert numbers() == {lamp.number, bins.number}
    assert numbers(service_code="0402") == {lamp.number}
    assert numbers(service_code="0401,0402", status="open,closed") == {lamp.number, bins.number}
    assert numbers(status="closed") == set()
    assert numbers(end_date=(now - timedelta(days=50)).isoformat()) == {old.number}
    assert numbers(start_date=(now - timedelta(days=120)).isoformat()) == {old.number}


def test_software_asks_for_what_is_new_since_it_asked(system):
    now = timezone.now()
    old = reported(at=now - timedelta(days=200))
    reported(at=now - timedelta(days=5))
    mark = now - timedelta(hours=5)
    actor = people.acting(people.dispatcher(), at=now)
    dispatch_incident(incident=old, unit=people.unit("VC"), actor=actor, at=now)
    found = system.json("requests.json", updated_after=mark.isoformat())
    assert [one["service_request_id"] for one in found] == [old.number]
    assert system.json("requests.json", updated_before=mark.isoformat(), service_code="0401")
    # A word among staff is no news.
    note_incident(incident=old, actor=actor, note="内部", at=now + timedelta(hours=1))
    assert not system.json("requests.json", updated_after=(now + timedelta(minutes=30)).isoformat())


def test_following_the_pages_misses_nothing_that_stays_and_repeats_nothing(system):
    at = timezone.now() - timedelta(days=2)
    wanted = {reported(at=at + timedelta(minutes=i // 2)).number for i in range(7)}
    path, seen = f"{BASE}/requests.json?page_size=3", []
    while path:
        answer = system.client.get(path)
        seen += [one["service_request_id"] for one in json.loads(answer.content)]
        reported()  # somebody reports meanwhile
        link = answer.headers.get("Link", "")
        path = link[1 : link.index(">")].removeprefix("http://testserver") if link else ""
    assert len(seen) == len(set(seen))
    assert set(seen) == wanted


def test_a_page_can_be_asked_for_by_number(system):
    at = timezone.now() - timedelta(days=2)
    numbers = [reported(at=at + timedelta(minutes=i)).number for i in range(5)][::-1]
    got = [o["service_request_id"]
           for page in (1, 2, 3, 4)
           for o in system.json("requests.json", page=page, page_size=2)]  # fmt: skip
    assert got == numbers


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "gestern"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"status": "pending"},
        {"page": "0"},
        {"page": "-1"},
        {"page_size": "1001"},
        {"page_size": "٣"},
        {"cursor": "'; drop table"},
        {"updated_after": "now"},
        {"service_request_id": ",".join(f"n{i}" for i in range(101))},
    ],
)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_what_is_asked_wrongly_is_refused_in_the_spec_s_form(system, query, form):
    answer = system.get(f"requests.{form}", **query)
    assert answer.status_code == 400
    if form == "json":
        (first, *_rest) = json.loads(answer.content)
        assert first["code"] == 400
        assert first["description"]
    else:
        root = ElementTree.fromstring(answer.content)
        assert [root.tag, root[0].tag] == ["errors", "error"]
        assert [child.tag for child in root[0]] == ["code", "description"]


def test_another_county_is_not_found_here(system):
    assert system.get("services.xml", jurisdiction_id="620725").status_code == 200
    assert system.get("services.xml", jurisdiction_id="620725000000").status_code == 200
    assert system.get("services.xml", jurisdiction_id="fixmystreet.com").status_code == 404
    assert system.get("requests.json", service_code="9999").status_code == 404
    assert system.get("nothing.json").status_code == 404
    assert system.client.delete(f"{BASE}/requests.json").status_code == 405


def test_an_answer_that_has_not_changed_is_not_sent_again(system):
    reported()
    first = system.get("requests.xml")
    assert first["Access-Control-Allow-Origin"] == "*"
    again = system.client.get(f"{BASE}/requests.xml", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    reported()
    again = system.client.get(f"{BASE}/requests.xml", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200


def test_a_list_costs_the_same_with_one_and_with_three(system):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            system.json("requests.json")
        return len(queries)

    reported()
    count()
    first = count()
    reported(place=people.place(people.OTHER_VILLAGE))
    reported()
    assert count() == first <= 4


def test_who_is_signed_in_sees_what_everybody_sees(system):
    incident = reported(category="0104", reporter=(who := people.somebody("李四")))
    people.sign_in(system.client, who)
    assert system.get(f"requests/{incident.number}.json").status_code == 404


def test_a_picture_is_given_once_somebody_has_released_it_for_everybody(system):
    incident = reported()
    (first,) = add_photos(
        incident=incident, uploads=[photo()], stage="report", at=incident.created_at, actor_id=None
    )
    path = f"requests/{incident.number}.json"
    assert system.json(path)[0]["media_url"] is None
    decider = people.posted(
        "county_dispatcher",
        at_place=people.county(),
        organisation=people.unit("CV", people.county()),
    )
    showing = show_photo(
        photo=first,
        marks=[],
        standing=standing_of(decider, at=timezone.now()),
        at=timezone.now(),
    )
    url = system.json(path)[0]["media_url"]
    assert str(showing.pk) in url
    assert system.client.get(url.removeprefix("http://testserver")).status_code == 200
