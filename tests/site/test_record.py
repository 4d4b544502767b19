"""Auditors see the extent of the record and take away what proves it (SE02)."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import people
from xiangyue.activity.models import Entry
from xiangyue.activity.proofs import check_proof, is_signed
from xiangyue.activity.sealing import seal
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db
PAGE = "/desk/record/"


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


@pytest.fixture
def auditor() -> Client:
    return signed_in(people.posted("auditor", at_place=people.county()))


def sealed() -> Entry:
    people.clerk()
    seal(at=people.MONDAY)
    return Entry.objects.filter(name="access.post_given").latest("id")


def test_the_page_says_how_much_is_sealed_and_signed(auditor):
    entry = sealed()
    people.clerk(people.OTHER_VILLAGE)
    page = auditor.get(PAGE).content.decode()
    assert "已封存条数" in page
    assert f"/desk/record/{entry.pk}/proof.json" in page
    assert "任命了岗位" in page


def test_a_proof_and_a_head_are_checked_with_the_key_alone(auditor):
    entry = sealed()
    key = auditor.get(f"{PAGE}key.pub").content.decode()
    answer = auditor.get(f"{PAGE}{entry.pk}/proof.json")
    assert f'filename="proof-{entry.pk}.json"' in answer["Content-Disposition"]
    proof = json.loads(answer.content)
    assert proof["entry"]["id"] == entry.pk
    assert check_proof(proof, key)
    assert is_signed(json.loads(auditor.get(f"{PAGE}head.json").content), key)
    assert not check_proof({**proof, "entry": {**proof["entry"], "name": "x"}}, key)


def test_entries_are_narrowed_by_what_happened_and_paged(auditor, monkeypatch):
    monkeypatch.setattr("xiangyue.site.record.queries.PAGE_SIZE", 2)
    sealed()
    first, second, third = Entry.objects.order_by("-id")[:3]
    page = auditor.get(PAGE).content.decode()
    assert f"/{second.pk}/proof.json" in page
    assert f"/{third.pk}/proof.json" not in page
    earlier = auditor.get(f"{PAGE}?before={second.pk}").content.decode()
    assert f"/{third.pk}/proof.json" in earlier
    assert f"/{first.pk}/proof.json" not in earlier
    assert "没有这样的记录" in auditor.get(f"{PAGE}?name=x").content.decode()
    assert auditor.get(f"{PAGE}?before=x").status_code == 200


def test_what_is_not_there_or_not_sealed_has_no_proof(auditor):
    sealed()
    for nothing in (0, 999_999_999, 10**30):
        assert auditor.get(f"{PAGE}{nothing}/proof.json").status_code == 404
    people.clerk(people.OTHER_VILLAGE)
    latest = Entry.objects.latest("id")
    answer = auditor.get(f"{PAGE}{latest.pk}/proof.json")
    assert (answer.status_code, "还没有封存" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("rest", ["", "head.json", "key.pub", "1/proof.json"])
def test_only_who_audits_the_whole_county_gets_in(rest):
    assert Client().get(PAGE + rest).status_code == 302
    administrator = people.posted("administrator", at_place=people.county())
    below = people.posted("auditor", at_place=people.town())
    for person in (people.clerk(), administrator, below):
        assert signed_in(person).get(PAGE + rest).status_code == 403


def test_three_entries_ask_no_more_queries_than_one(auditor):
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert auditor.get(f"{PAGE}?name=access.post_given").status_code == 200
        return len(seen)

    sealed()
    count()
    one = count()
    people.dispatcher()
    sealed()
    assert count() == one


def test_the_api_hands_out_the_same(auditor):
    entry = sealed()
    found = auditor.get("/api/v1/record?name=access.post_given").json()
    assert found["sealed_count"] == found["heads"][0]["head"]["tree_size"]
    assert found["entries"][0]["id"] == entry.pk
    key = auditor.get(f"{PAGE}key.pub").content.decode()
    proof = auditor.get(f"/api/v1/record/entries/{entry.pk}/proof").json()
    assert check_proof(proof, key)
    assert auditor.get("/api/v1/record/entries/999999999/proof").status_code == 404
    assert signed_in(people.clerk()).get("/api/v1/record").status_code == 403
    assert Client().get("/api/v1/record").status_code == 401
