"""Whatever is sent, the answer is in the spec's form and nothing breaks."""

import json
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import people
from tests.open311.conftest import BASE, make_system
from xiangyue.blueprints.loading import load_county
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import bind
from xiangyue.open311.models import SystemKey
from xiangyue.places.models import Place

pytestmark = pytest.mark.django_db

odd = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "0401", "0308", "-1", "1e400", "NaN", "2026-06-08", "9999-12-31T23:59:59-14:00",
         "2026-06-08T09:00:00+08:00", "open,closed", "true", "' OR 1=1 --", "<a/>", "\ud800",
         "٣", "62072510120", people.VILLAGE, "38.7", "101.1", "x" * 3000, "13812345678"]
    ),
)  # fmt: skip
asked = st.dictionaries(
    st.sampled_from(
        ["service_request_id", "service_code", "start_date", "end_date", "status", "page", "cursor",
         "page_size", "updated_after", "updated_before", "jurisdiction_id", "extensions", "locale"]
    ),
    odd, max_size=5,
)  # fmt: skip
sent = st.dictionaries(
    st.one_of(
        st.sampled_from(
            ["service_code", "lat", "long", "address_string", "address_id", "description", "phone",
             "media_url", "client_key", "attribute[a]", "attribute[a][]", "attribute", "email",
             "first_name", "attribute[]", "attribute[[]]", "jurisdiction_id"]
        ),
        st.text(min_size=1, max_size=10),
    ),
    odd, max_size=8,
)  # fmt: skip
QUIETLY = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def checked(answer, form: str) -> None:
    assert answer.status_code in {200, 201, 400, 403, 404, 429}, answer.content
    if form == "json":
        content = json.loads(answer.content)
        failed = answer.status_code >= 400
        assert all(("code" in each) == failed for each in content)
    else:
        root = ElementTree.fromstring(answer.content)
        assert root.tag == ("errors" if answer.status_code >= 400 else "service_requests")


def encodable(values: dict[str, str]) -> dict[str, str]:
    return {k.encode("utf-8", "replace").decode(): v.encode("utf-8", "replace").decode()
            for k, v in values.items()}  # fmt: skip


@QUIETLY
@given(asked, st.sampled_from(["xml", "json"]))
def test_no_question_breaks_it(db, query, form):
    client = Client()
    checked(client.get(f"{BASE}/requests.{form}", encodable(query)), form)


@QUIETLY
@given(st.text(min_size=1, max_size=20), st.sampled_from(["services", "requests", "tokens"]))
def test_no_address_breaks_it(db, text, resource):
    text = text.encode("utf-8", "replace").decode()
    answer = Client().get(f"{BASE}/{resource}/{text}.json".replace("?", "%3F").replace("#", "%23"))
    assert answer.status_code in {200, 301, 400, 404, 429}


@QUIETLY
@given(sent)
def test_nothing_that_is_sent_breaks_it(db, fields):
    system = make_system() if not SystemKey.objects.exists() else None
    client = Client()
    secret = system.secret if system else "xyk_none"
    before = Incident.objects.count()
    answer = client.post(f"{BASE}/requests.json", {"api_key": secret} | encodable(fields))
    checked(answer, "json")
    assert Incident.objects.count() == before + (answer.status_code == 201)
    SystemKey.objects.all().delete()


@pytest.mark.django_db(databases=["default", "jinchang"])
def test_counties_keep_their_keys_and_requests_apart(system):
    incident_number = json.loads(system.post().content)[0]["service_request_id"]
    with bind("jinchang"):
        load_county(slug="jinchang", at=people.LONG_AGO)
        village = Place.objects.filter(kind="village").order_by("path").first()
    there = {"headers": {"host": "jinchang.test"}}
    assert system.client.get(f"{BASE}/services.json", **there).status_code == 200
    gone = system.client.get(f"{BASE}/requests/{incident_number}.json", **there)
    assert gone.status_code == 404
    fields = {
        "api_key": system.secret,
        "service_code": "0401",
        "description": "路灯不亮",
        "address_id": village.code,
    }
    assert system.client.post(f"{BASE}/requests.json", fields, **there).status_code == 403
    shandan = f"{BASE}/services.xml?jurisdiction_id=620725"
    assert system.client.get(shandan, **there).status_code == 404
    assert system.client.get(shandan).status_code == 200
