"""The API does what the pages do, masks what they mask and refuses in the same words."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from tests import people
from tests.registry.living import (
    ID_NUMBER,
    approver,
    household,
    hydrant,
    keeper,
    resident,
    service_need,
    worker,
)
from tests.registry.test_pages import signed_in
from xiangyue.access.models import PersonalRead
from xiangyue.places.models import Person
from xiangyue.registry.models import BulkRead, Element, ElementRead

pytestmark = pytest.mark.django_db
API = "/api/v1"


class Caller:
    def __init__(self, person: Person | None) -> None:
        self.client = signed_in(person) if person is not None else Client()

    def get(self, address, **query):
        return self.client.get(f"{API}{address}", query)

    def post(self, address, /, **body):
        return self.client.post(f"{API}{address}", json.dumps(body), "application/json")


@pytest.fixture
def clerk() -> Person:
    return keeper()


@pytest.fixture
def api(clerk) -> Caller:
    return Caller(clerk)


class TestFinding:
    def test_the_catalogue_is_for_everybody(self):
        kinds = {kind["key"]: kind for kind in Caller(None).get("/register/kinds").json()}
        number = next(f for f in kinds["person"]["fields"] if f["key"] == "id_number")
        assert (number["keep"], number["needs_consent"]) == ("90d", True)
        assert all(field["purpose"] and field["basis"] for kind in kinds.values()
                   for field in kind["fields"])  # fmt: skip

    def test_hits_are_masked_and_of_ones_own_area(self, clerk, api):
        resident("王秀英", phone="13936004321", home=household(address="幸福巷18号院"))
        resident("王大山", home=household(people.OTHER_VILLAGE))
        service_need(clerk, resident("王小花"))
        hydrant(clerk)
        for what in ("people", "households", "thing", "circumstance"):
            answer = api.get("/register", what=what)
            for secret in ("王秀英", "王大山", "13936004321", "幸福巷18号院", "meals"):
                assert secret not in answer.content.decode()
            assert answer.json()["count"] == len(answer.json()["items"])
        found = api.get("/register", what="people", q="王").json()
        assert {hit["title"] for hit in found["items"]} == {"王**"}
        assert found["count"] == 2
        assert Caller(resident()).get("/register").status_code == 403

    def test_villages_are_asked_within_the_quota(self, api):
        found = api.get("/register/burden").json()
        assert found["item_count"] <= found["item_quota"]


class TestReading:
    def test_masked_until_a_purpose_is_given_and_then_logged(self, clerk, api):
        element = service_need(clerk, resident("王秀英"))
        address = f"/register/records/{element.code}"
        assert "送餐助餐" not in api.get(address).content.decode()
        refused = api.post(f"{address}/read", purpose=" ")
        assert refused.status_code == 422
        assert refused.json()["code"] == "not_filled_in"
        shown = api.post(f"{address}/read", purpose="安排送餐").json()
        lines = {line["key"]: line["shown"] for line in shown["lines"]}
        assert lines == {"service": "送餐助餐", "service_time": "中午十二点"}
        assert PersonalRead.objects.get().purpose == "安排送餐"

    def test_strangers_get_nothing_by_any_verb(self, clerk):
        person = resident("王秀英", phone="13936004321")
        need, thing = service_need(clerk, person), hydrant(clerk)
        targets = [
            f"/register/people/{person.pk}",
            f"/register/households/{person.household_id}",
            f"/register/records/{need.code}",
            f"/register/records/{thing.code}",
        ]
        verbs = {
            "read": {"purpose": "看看"},
            "supplement": {"values": {"nickname": "坏"}},
            "correct": {"values": {"name": "坏"}, "reason": "就是"},
            "confirm": {},
            "delete": {"reason": "就是"},
        }
        strangers = [
            keeper(people.OTHER_VILLAGE), worker(people.OTHER_VILLAGE), approver(),
            resident("路人", home=household(people.OTHER_VILLAGE)),
        ]  # fmt: skip
        for stranger in strangers:
            caller = Caller(stranger)
            for target in targets:
                assert caller.get(target).status_code == 404
                for verb, body in verbs.items():
                    assert caller.post(f"{target}/{verb}", **body).status_code == 404
            entered = caller.post("/register", kind="away_for_work", person=str(person.pk),
                                  values={"away_to": "兰州"})  # fmt: skip
            assert entered.status_code == 404
            address = f"/register/households/{person.household_id}/people"
            assert caller.post(address, name="坏").status_code == 404
        for target in targets:
            assert Caller(None).get(target).status_code == 401
        assert Element.objects.count() == 2
        assert not ElementRead.objects.exists()

    def test_ones_own_household_is_no_way_into_the_keepers_register(self, clerk):
        person = resident("王秀英")
        need = service_need(clerk, person)
        assert Caller(person).get(f"/register/records/{need.code}").status_code == 404


class TestKeeping:
    def test_entered_supplemented_corrected_confirmed_deleted(self, api):
        made = api.post("/register", kind="well", place=people.VILLAGE, values={"where": "东头"},
                        latitude=38.78, longitude=101.08)  # fmt: skip
        assert made.status_code == 201
        address = f"/register/records/{made.json()['id']}"
        assert made.json()["missing"] == ["well_use", "has_cover", "keeper_phone"]
        filled = api.post(f"{address}/supplement", version=1,
                          values={"has_cover": True, "keeper_phone": "13936004321"})  # fmt: skip
        assert "13936004321" not in filled.content.decode()
        assert "139****21" in filled.content.decode()
        stale = api.post(f"{address}/correct", version=1, values={"where": "西头"}, reason="写错")
        assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
        assert api.post(f"{address}/correct", version=2, values={"where": "西头"},
                        reason="写错").status_code == 200  # fmt: skip
        assert api.post(f"{address}/confirm").json()["version"] == 4
        certificate = api.post(f"{address}/delete", reason="填埋了").json()
        assert certificate["items"][0]["fields"].keys() == {"where", "has_cover", "keeper_phone"}
        assert "13936004321" not in json.dumps(certificate)
        assert api.get(address).json()["is_deleted"]

    def test_a_household_and_its_people(self, api):
        home = api.post("/register/households", grid=people.VILLAGE, address="幸福巷1号").json()
        person = api.post(f"/register/households/{home['id']}/people", name="王秀英",
                          birth_date="1950-03-05")  # fmt: skip
        assert person.status_code == 201
        assert Person.objects.get(pk=person.json()["id"]).birth_date == date(1950, 3, 5)

    def test_consent_is_asked_for_and_a_number_shown_masked(self, api):
        person = resident("王秀英")
        address = f"/register/people/{person.pk}"
        refused = api.post(f"{address}/supplement", values={"id_number": ID_NUMBER})
        assert (refused.status_code, refused.json()["code"]) == (422, "consent_missing")
        api.post(f"{address}/supplement", values={"id_number": ID_NUMBER}, agreed=["id_number"])
        assert ID_NUMBER not in api.get(address).content.decode()

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"kind": "well"},
            {"kind": "well", "place": people.VILLAGE, "values": {"where": {"a": 1}}},
            {"kind": "well", "place": people.VILLAGE, "values": []},
            {"kind": "well", "place": "\x00", "values": {"where": "x"}},
            {"kind": "x" * 99, "place": people.VILLAGE, "values": {}},
            {"kind": "well", "place": people.VILLAGE, "values": {"where": "x" * 100_000}},
            {"kind": "well", "place": people.VILLAGE, "values": {"where": "x"}, "latitude": 1e9},
            {"kind": "well", "place": people.VILLAGE, "values": {"where": "a\x00"}, "agreed": [1]},
            {"kind": "service_need", "person": str(uuid4()), "values": {}},
            {"kind": "hydrant", "place": people.OTHER_VILLAGE, "values": {"where": "x"}},
        ],
    )
    def test_hostile_input_is_refused_with_a_sentence_and_nothing_is_entered(self, api, body):
        answer = api.post("/register", **body)
        assert answer.status_code in {400, 404, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert not Element.objects.exists()


class TestOwnRecord:
    def test_one_sees_changes_and_withdraws_ones_own(self, clerk):
        person = resident("王秀英")
        need = service_need(clerk, person)
        mine, other = Caller(person), Caller(resident("李四"))
        held = {entry["kind"]: entry for entry in mine.get("/me/record").json()}
        assert held["service_need"]["lines"][0]["shown"] == "送餐助餐"
        assert "service_need" not in {entry["kind"] for entry in other.get("/me/record").json()}
        assert mine.post("/me/record", values={"nickname": "英子"}).status_code == 204
        refused = mine.post("/me/record", values={"name": "大王"})
        assert refused.status_code == 403
        address = f"/me/record/{need.code}/service/withdraw"
        assert other.post(address).status_code == 404
        assert mine.post(address).json()["cause"] == "consent"
        need.refresh_from_db()
        assert "service" not in need.sealed
        assert Caller(None).get("/me/record").status_code == 401


class TestManyAtOnce:
    def test_asked_and_decided_by_two(self, clerk, api):
        asked = api.post("/register/bulk-reads", kind="person", place=people.VILLAGE,
                         purpose="核对应急名册")  # fmt: skip
        assert asked.status_code == 201
        address = f"/register/bulk-reads/{asked.json()['id']}/decision"
        assert api.post(address, is_approved=True).status_code == 403
        assert Caller(worker()).post(address, is_approved=True).status_code == 404
        elsewhere = Caller(approver(people.OTHER_VILLAGE))
        assert elsewhere.post(address, is_approved=True).status_code == 404
        assert Caller(approver()).post(address, is_approved=True).json()["usable_until"]
        assert BulkRead.objects.get().is_approved
        use = f"/register/bulk-reads/{asked.json()['id']}/use"
        assert Caller(keeper()).post(use).status_code == 404
        taken = api.post(use).json()
        assert {"name", "phone"} <= set(taken[0]["values"])
        assert api.post(use).status_code == 403
        assert Caller(worker()).get("/register/bulk-reads").json() == []

    def test_certificates_are_for_those_of_the_area(self, clerk, api):
        api.post(f"/register/records/{hydrant(clerk).code}/delete", reason="拆除了")
        listed = Caller(approver()).get("/register/deletions").json()
        assert len(listed) == 1
        address = f"/register/deletions/{listed[0]['id']}"
        assert Caller(approver()).get(address).json()["digest"] == listed[0]["digest"]
        assert Caller(approver(people.OTHER_VILLAGE)).get(address).status_code == 404
        assert api.get("/register/deletions").json() == []
