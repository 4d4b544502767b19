"""The API does what the pages do, and refuses with the same words."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.procedures.conftest import PDF, Village
from xiangyue.procedures.models import Evidence, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(village: Village) -> Village:
    village.at = timezone.now()
    return village


def client(person) -> Client:
    made = Client(headers={"accept-language": "en"})
    people.sign_in(made, person)
    return made


def post(who: Client, path: str, body=None, method: str = "post"):
    return getattr(who, method)(
        f"/api/v1{path}", json.dumps(body or {}), content_type="application/json"
    )


def test_a_run_from_beginning_to_end(now: Village):
    mine, secretary = client(now.clerk), client(now.secretary)
    begun = post(mine, "/procedure-runs", {
        "template": "courtyard_consultation", "place": people.VILLAGE, "title": "路灯",
    })  # fmt: skip
    assert begun.status_code == 201, begun.content
    base = f"/procedure-runs/{begun.json()['id']}"
    assert begun.json()["steps"][0]["missing"]
    refused = post(mine, f"{base}/steps/ideas/complete")
    assert refused.status_code == 422
    assert refused.json()["code"] == "step_not_ready"
    post(mine, f"{base}/steps/ideas/evidence/ideas/text", {"text": "装在树下"})
    assert post(mine, f"{base}/steps/ideas/complete").status_code == 200
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = mine.post(
        f"/api/v1{base}/steps/gather/evidence/record/file",
        {"file": SimpleUploadedFile("a.pdf", PDF, "application/pdf")},
    )
    assert sent.status_code == 200, sent.content
    kept = Evidence.objects.get(key="record")
    assert mine.get(f"/api/v1{base}/evidence/{kept.pk}/file").content == PDF
    post(mine, f"{base}/steps/gather/complete")
    post(mine, f"{base}/steps/agree/evidence/agreed/text", {"text": "装两盏"})
    post(mine, f"{base}/steps/agree/complete")
    post(secretary, f"{base}/steps/hand_on/evidence/reply/text", {"text": "照办"})
    assert post(secretary, f"{base}/steps/hand_on/complete").json()["state"] == "done"
    public = Client().get(f"/api/v1/public{base}").json()
    assert [step["words"] for step in public["steps"]][2][0][1] == ["装两盏"]
    assert now.clerk.name not in json.dumps(public, ensure_ascii=False)


def test_who_is_of_elsewhere_finds_nothing(now: Village):
    run = now.begin()
    away = client(now.stranger)
    assert away.get(f"/api/v1/procedure-runs/{run.pk}").status_code == 404
    for path in ("steps/collect/complete", "end"):
        assert post(away, f"/procedure-runs/{run.pk}/{path}", {"reason": "不办"}).status_code == 404
    assert Client().get(f"/api/v1/procedure-runs/{run.pk}").status_code == 401
    assert away.get("/api/v1/procedure-runs").json()["count"] == 0
    assert Run.objects.get().state == "running"


def test_a_design_is_saved_looked_at_and_approved_by_another(now: Village):
    mine, secretary = client(now.clerk), client(now.secretary)
    begun = post(mine, "/procedure-designs", {
        "procedure": "villagers_assembly", "place": people.VILLAGE,
    })  # fmt: skip
    assert begun.status_code == 201, begun.content
    path, body = f"/procedure-designs/{begun.json()['id']}", begun.json()["body"]
    step = {
        "key": "own_1", "name": {"zh": "鸣锣", "en": "Gong"}, "kind": "invite",
        "who": ["village_clerk"], "is_optional": False,
    }  # fmt: skip
    body["steps"] = [{"after": "call", "step": step}]
    assert post(mine, path, {"body": body}, "put").json()["faults"]
    assert post(mine, f"{path}/submit", {"words": "老规矩"}).status_code == 422
    step["is_optional"] = True
    saved = post(mine, path, {"body": body}, "put").json()
    assert saved["faults"] == []
    assert [fault for _says, fault in saved["scenarios"]] == ["", ""]
    assert post(mine, f"{path}/submit", {"words": "老规矩"}).status_code == 200
    assert post(mine, f"{path}/approve").status_code == 403
    assert post(secretary, f"{path}/approve").json()["state"] == "in_force"


def test_procedures_are_read_by_everybody(now: Village):
    found = Client().get("/api/v1/procedures").json()
    assert {one["key"] for one in found} >= {"six_step_deliberation", "childrens_council"}
    assert Client().get("/api/v1/procedures/nine_step_compact/chart.pdf").content[:5] == b"%PDF-"
    assert Client().get("/api/v1/procedures/none").status_code == 404
