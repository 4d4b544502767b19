"""What a phone asks of the site to be of use without network."""

import json
import re

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from tests import people
from xiangyue.access.offline import KEEP, LOCATION, OWNER, REFUSED
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def of_phone(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def worker() -> Person:
    return people.posted(
        "grid_worker", at_place=people.place(), organisation=people.unit("GW"), name="李四"
    )


def test_who_is_signed_in_is_told_with_the_time_and_a_fresh_token() -> None:
    answer = Client().get("/who.json")
    assert answer.json()["owner"] == "visitor"
    assert "csrftoken" in answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]
    person = worker()
    told = of_phone(person).get("/who.json").json()
    assert told["owner"] == str(person.account.pk)
    assert abs(told["now"] - int(timezone.now().timestamp() * 1000)) < 60_000


def test_the_service_worker_knows_its_county_and_its_files() -> None:
    script = Client().get("/service-worker.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    text = script.content.decode()
    assert 'const SCOPE = "/";' in text
    first = re.search(r"const FIRST = (\[.*\]);", text)
    assert first is not None
    assert "/static/bundle/phone.js" in json.loads(first[1])


@pytest.mark.django_db(databases=["default", "jinchang"])
def test_each_county_of_one_host_has_a_worker_of_its_own_path() -> None:
    answer = Client().get("/jinchang/service-worker.js", headers={"host": "elsewhere.test"})
    assert 'const SCOPE = "/jinchang/";' in answer.content.decode()
    assert 'const LAST_RESORT = "/jinchang/kept/";' in answer.content.decode()


def test_switched_off_it_takes_itself_off_every_phone() -> None:
    with override_settings(SERVICE_WORKER=False):
        text = Client().get("/service-worker.js").content.decode()
        assert "unregister" in text
        assert "fetch" not in text
        assert 'data-worker=""' in of_phone(worker()).get("/").content.decode()


@pytest.mark.parametrize(
    ("make", "has_one"),
    [(lambda: None, False), (worker, True), (people.somebody, True), (people.clerk, False)],
    ids=["visitor", "worker", "resident", "clerk"],
)
def test_only_signed_in_phones_have_a_worker(make, has_one) -> None:
    person = make()
    client = of_phone(person) if person is not None else Client()
    page = client.get("/kept/").content.decode()
    assert ('data-worker="/service-worker.js"' in page) is has_one


def test_every_page_says_whose_it_is_and_few_may_be_kept() -> None:
    person = worker()
    client = of_phone(person)
    for path, may_be_kept in (
        ("/", True),
        ("/kept/", True),
        ("/report/", True),
        ("/account/", False),
    ):
        answer = client.get(path)
        assert answer.headers[OWNER] == str(person.account.pk)
        assert (KEEP in answer.headers) is may_be_kept, path
    assert Client().get("/").headers[OWNER] == "visitor"


@pytest.mark.parametrize("path", ["/open311/v2/services.json", "/api/v1/openapi.json", "/who.json"])
def test_what_is_no_page_belongs_to_nobody(path: str) -> None:
    answer = of_phone(worker()).get(path)
    assert answer.status_code == 200
    assert OWNER not in answer.headers


def test_what_is_sent_from_an_outbox_is_answered_without_a_page() -> None:
    person = worker()
    client = of_phone(person)
    entered = {"description": "村口垃圾堆了三天没人清", "place": people.VILLAGE}
    answer = client.post("/report/", entered, headers={OWNER: str(person.account.pk)})
    assert (answer.status_code, answer.headers[LOCATION]) == (204, "/report/sent/")
    assert answer.content == b""
    assert client.get("/report/sent/").status_code == 200


@pytest.mark.parametrize("owner", ["visitor", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_was_written_by_somebody_else_is_not_taken_in(owner) -> None:
    entered = {"description": "村口垃圾堆了三天没人清", "place": people.VILLAGE}
    client = of_phone(worker())
    answer = client.post("/report/", entered, headers={OWNER: owner})
    assert (answer.status_code, answer.headers[REFUSED]) == (403, "owner")
    assert "我反映的" in client.get("/mine/").content.decode()
    assert "暴露垃圾" not in client.get("/mine/").content.decode()


def test_a_clerk_has_a_day_and_a_resident_has_none() -> None:
    assert of_phone(people.clerk()).get("/today/").status_code == 200
    assert of_phone(people.somebody()).get("/today/").status_code == 403
    assert Client().get("/today/").status_code == 302
