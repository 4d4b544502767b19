"""The API gives the whole matter, to each as the pages do."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import people
from tests.incidents.drawings import photo
from xiangyue.incidents.models import Incident
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.services import (
    handle_incident,
    merge_incident,
    request_extension,
    take_on_incident,
)

pytestmark = pytest.mark.django_db
JSON = "application/json"


def signed_in(who) -> Client:
    client = Client()
    people.sign_in(client, who)
    return client


def shown(who, incident) -> dict:
    answer = signed_in(who).get(f"/api/v1/incidents/{incident.number}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_staff_see_the_whole_matter_and_its_reporter_what_was_told(scene):
    incident = scene.report()
    add_photos(
        incident=incident, uploads=[photo("red")], stage="report", at=scene.at, actor_id=None
    )
    incident = scene.do(take_on_incident, incident, scene.clerk)
    add_photos(
        incident=incident, uploads=[photo("blue")], stage="handling", at=scene.at, actor_id=None
    )
    scene.do(request_extension, incident, scene.clerk, limit="3wd", reason="等配件")
    staff = shown(scene.dispatcher, incident)
    assert staff["explanation"]
    assert [one["stage"] for one in staff["photos"]] == ["report", "handling"]
    assert staff["extension"]["reason"] == "等配件"
    assert staff["steps"][1]["by"] == scene.clerk.name
    own = shown(scene.reporter, incident)
    assert [one["stage"] for one in own["photos"]] == ["report"]
    assert own["extension"] is None
    assert {step["by"] for step in own["steps"]} == {""}
    assert scene.reporter.name not in str(staff["steps"])
    assert Client().get(own["photos"][0]["url"]).status_code == 200


def test_an_unverified_answer_is_not_the_reporters_yet(scene):
    incident = scene.do(take_on_incident, scene.report(), scene.clerk)
    incident = scene.do(handle_incident, incident, scene.clerk, outcome="fixed", reply="已清运")
    assert shown(scene.clerk, incident)["reply"] == "已清运"
    assert shown(scene.reporter, incident)["reply"] == ""


def test_a_merged_matter_says_into_which(scene):
    main, repeat = scene.report(), scene.report()
    scene.do(merge_incident, repeat, scene.dispatcher, into=main)
    assert shown(scene.dispatcher, repeat)["merged_into"] == main.number


def test_everybody_sees_a_public_matter_and_no_other(scene):
    public, private = scene.report(), scene.report("0104")
    found = Client().get(f"/api/v1/public/incidents/{public.number}")
    assert found.status_code == 200
    assert set(found.json()) >= {"unit", "support_count", "summary"}
    assert "description" not in found.json()
    assert Client().get(f"/api/v1/public/incidents/{private.number}").status_code == 404


def test_public_matters_are_narrowed_as_on_the_page(scene):
    scene.at = timezone.now() - timedelta(days=1)
    scene.report()
    assert Client().get("/api/v1/public/incidents?state=open").json()["count"] == 1
    assert Client().get("/api/v1/public/incidents?state=fixed").json()["items"] == []


def test_a_clerk_enters_what_came_by_telephone(scene):
    body = {"category": "0401", "place": people.VILLAGE, "description": "路灯不亮"}
    clerk = signed_in(scene.clerk)
    by_phone = clerk.post("/api/v1/incidents", body | {"came_by": "telephone"}, content_type=JSON)
    at_counter = clerk.post("/api/v1/incidents", body | {"came_by": "counter"}, content_type=JSON)
    assert [by_phone.status_code, at_counter.status_code] == [201, 201]
    rows = Incident.objects.order_by("pk").values_list("channel", "reporter", "entered_by")
    assert list(rows) == [
        ("telephone", None, scene.clerk.pk),
        ("counter", None, scene.clerk.pk),
    ]
    stranger = signed_in(scene.reporter)
    refused = stranger.post("/api/v1/incidents", body | {"came_by": "counter"}, content_type=JSON)
    assert refused.status_code == 403


def test_who_wishes_stays_unnamed(scene):
    body = {"category": "0401", "place": people.VILLAGE, "description": "x路", "is_anonymous": True}
    answer = signed_in(scene.reporter).post("/api/v1/incidents", body, content_type=JSON)
    assert answer.status_code == 201
    assert Incident.objects.get().reporter is None


def test_an_answer_to_no_question_is_refused(scene):
    body = {"category": "0401", "place": people.VILLAGE, "description": "路", "answers": {"x": "1"}}
    answer = Client().post("/api/v1/incidents", body, content_type=JSON)
    assert answer.status_code == 422
    assert "x" in answer.json()["fields"]


def test_whoever_holds_the_slip_adds_photos(scene):
    incident = scene.report()
    upload = SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")
    answer = Client().post(f"/api/v1/slips/{scene.slip}/photos", {"files": upload})
    assert (answer.status_code, answer.json()) == (201, 1)
    assert incident.photos.count() == 1
    again = SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")
    assert Client().post("/api/v1/slips/0000000000/photos", {"files": again}).status_code == 404


def test_the_desk_counts_and_takes_its_list_away(scene):
    scene.report()
    desk = signed_in(scene.dispatcher)
    assert desk.get("/api/v1/incident-counts").json()["open"] == 1
    assert desk.get("/api/v1/me/place").json()["code"] == people.town().code
    assert desk.get("/api/v1/incidents-export.xlsx").status_code == 403
    taken = signed_in(scene.supervisor).get("/api/v1/incidents-export.xlsx")
    assert taken.content[:2] == b"PK"
