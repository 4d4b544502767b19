"""The API's own doings: what it lets programs do beyond the acts, and how it refuses."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from xiangyue.access.models import Account, PersonalRead
from xiangyue.access.services import create_token
from xiangyue.incidents.models import Incident, SentAct
from xiangyue.incidents.services import report_incident

pytestmark = pytest.mark.django_db


def program_of(person) -> Client:
    """A client that bears the person's token, as other software does."""
    now = timezone.now()
    account = Account.objects.create(
        phone=person.phone, person=person, is_phone_verified=True, created_at=now
    )
    _token, secret = create_token(account=account, name="test", at=now)
    return Client(headers={"authorization": f"Bearer {secret}"})


def post(client: Client, path: str, **body):
    return client.post(f"/api/v1{path}", body, content_type="application/json")


@pytest.fixture
def reporter():
    return people.somebody()


def reported(reporter=None) -> Incident:
    return report_incident(
        category_key="0401", place=people.place(), at=timezone.now(), channel="resident",
        description="村口垃圾堆了三天", reporter=reporter,
    )[0]  # fmt: skip


REPORT = {"category": "0401", "place": people.VILLAGE, "description": "村口垃圾堆了三天"}


def test_a_program_reports_and_a_lost_answer_is_heard_by_sending_again(reporter):
    program = program_of(reporter)
    body = REPORT | {"client_key": str(uuid4())}
    first, again = (post(program, "/incidents", **body) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Incident.objects.get().channel == "api"


def test_without_a_token_a_report_has_no_name_and_the_slip_follows_it():
    sent = post(Client(), "/incidents", **REPORT).json()
    shown = Client().get(f"/api/v1/slips/{sent['slip_code']}").json()
    assert (shown["number"], Incident.objects.get().reporter) == (sent["number"], None)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"description": ""}, 422, "report_incomplete"),
        ({"place": "000"}, 404, "not_found"),
        ({"category": "nothing"}, 404, "not_found"),
        ({"latitude": 91}, 422, "not_understood"),
        ({"client_key": "x"}, 422, "not_understood"),
        ({"for_name": "别人"}, 403, "not_allowed"),
    ],
)
def test_what_is_wrong_is_refused_as_a_problem_and_nothing_is_kept(change, status, code):
    answer = post(Client(), "/incidents", **(REPORT | change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]
    assert not Incident.objects.exists()


def test_a_body_that_is_no_json_is_refused_in_the_same_form():
    answer = Client().post("/api/v1/incidents", "{", content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_the_filter_is_that_of_the_inbox(reporter):
    incident = reported(reporter)
    program = program_of(people.dispatcher())

    def found(query: str) -> list[str]:
        items = program.get(f"/api/v1/incidents?{query}").json()["items"]
        return [item["number"] for item in items]

    assert found("category=04") == found("") == [incident.number]
    assert found("category=05") == found("closed_since=2020-01-01&state=closed") == []
    assert program.get("/api/v1/incidents?limit=0&offset=-5").status_code == 200


def test_showing_the_reporter_is_logged_like_on_the_page(reporter):
    clerk, incident = people.clerk(), reported(reporter)
    program = program_of(clerk)
    shown = post(program, f"/incidents/{incident.number}/reporter").json()
    assert shown == {"name": reporter.name, "phone": reporter.phone}
    assert PersonalRead.objects.get().reader == clerk
    assert post(program_of(reporter), f"/incidents/{incident.number}/reporter").status_code == 403


def test_many_are_dispatched_and_each_refusal_is_named(reporter):
    incident = reported(reporter)
    unit = people.unit("TV", people.town())
    program = program_of(people.dispatcher())
    answer = post(program, "/dispatches", numbers=[incident.number, "NONE"], unit=unit.code).json()
    assert answer["dispatched"] == [incident.number]
    assert list(answer["refused"]) == ["NONE"]
    assert post(program_of(reporter), "/dispatches", numbers=["x"], unit="x").status_code == 403


def test_views_are_ones_own(reporter):
    program, other = program_of(people.clerk()), program_of(people.dispatcher())
    view = post(program, "/me/views", name="路灯", query="category=05").json()
    assert [row["id"] for row in program.get("/api/v1/me/views").json()] == [view["id"]]
    assert other.get("/api/v1/me/views").json() == []
    assert other.delete(f"/api/v1/me/views/{view['id']}").status_code == 404
    assert program.delete(f"/api/v1/me/views/{view['id']}").status_code == 204


def test_a_sentence_is_given_likely_categories_and_points_a_form():
    assert post(Client(), "/suggested-categories", text="路灯不亮").json()[0] == "0501"
    points = program_of(people.dispatcher()).get("/api/v1/incident-points").json()
    assert points == {"type": "FeatureCollection", "features": []}


def test_by_slip_the_reporter_urges_and_cannot_do_what_is_not_theirs():
    sent = post(Client(), "/incidents", **REPORT).json()
    code = sent["slip_code"]
    assert post(Client(), f"/slips/{code}/urge", note="").status_code == 200
    assert post(Client(), f"/slips/{code}/urge", note="").status_code == 429
    assert post(Client(), f"/slips/{code}/handle", note="").status_code == 404
    assert post(Client(), "/slips/0000000000/urge", note="").status_code == 404


# --- sent again, because no answer was heard ----------------------------------------------------


def resend(program: Client, path: str, key: object, **body):
    return program.post(
        f"/api/v1{path}", body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_an_act_sent_again_under_its_key_is_done_once_and_answered_alike():
    incident, program, key = reported(), program_of(people.clerk()), str(uuid4())
    path = f"/incidents/{incident.number}/note"
    first = resend(program, path, key, note="看过了", version=incident.version)
    again = resend(program, path, key, note="看过了", version=incident.version)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert incident.steps.filter(verb="note").count() == 1
    assert SentAct.objects.get().step == incident.steps.get(verb="note")


@pytest.mark.parametrize(
    ("path", "body"), [("note", {"note": "又看了一遍"}), ("take-on", {"note": "看过了"})]
)
def test_the_same_key_with_other_words_or_for_another_act_is_refused(path, body):
    incident, program, key = reported(), program_of(people.clerk()), str(uuid4())
    resend(program, f"/incidents/{incident.number}/note", key, note="看过了")
    answer = resend(program, f"/incidents/{incident.number}/{path}", key, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "sent_differently")
    assert incident.steps.exclude(verb="note").filter(at__gt=incident.created_at).count() == 0


def test_somebody_elses_key_is_refused():
    incident, key = reported(), str(uuid4())
    path = f"/incidents/{incident.number}/note"
    resend(program_of(people.clerk()), path, key, note="看过了")
    answer = resend(program_of(people.clerk()), path, key, note="看过了")
    assert (answer.status_code, answer.json()["code"]) == (403, "sent_by_another")


def test_a_refused_act_uses_up_no_key_and_a_key_is_a_uuid():
    incident, program, key = reported(), program_of(people.clerk()), str(uuid4())
    path = f"/incidents/{incident.number}/hand-on"
    assert resend(program, path, key, unit="nothing", note="不归我们").status_code == 404
    assert not SentAct.objects.exists()
    path = f"/incidents/{incident.number}/note"
    assert resend(program, path, key, note="看过了").status_code == 200
    answer = resend(program, path, "x", note="看过了")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_not_understood")


def test_who_no_longer_sees_it_hears_that_it_was_done():
    incident, program, key = reported(), program_of(people.clerk()), str(uuid4())
    unit = people.unit("TV", people.town())
    path, body = f"/incidents/{incident.number}/hand-on", {"unit": unit.code, "note": "要派车"}
    assert resend(program, path, key, **body).status_code == 200
    Incident.objects.filter(pk=incident.pk).update(
        audience="private", is_kept_from_village=True, unit=unit
    )
    assert program.get(f"/api/v1/incidents/{incident.number}").status_code == 404
    assert resend(program, path, key, **body).status_code == 204
    assert incident.steps.filter(verb="hand_on").count() == 1


def test_a_report_and_the_word_of_who_holds_its_slip_have_keys_too():
    key = str(uuid4())
    first, again = (resend(Client(), "/incidents", key, **REPORT) for _ in range(2))
    assert first.json() == again.json()
    incident, slip = Incident.objects.get(), first.json()["slip_code"]
    key = str(uuid4())
    path = f"/slips/{slip}/urge"
    statuses = [resend(Client(), path, key, note="还没来").status_code for _ in range(2)]
    assert statuses == [200, 200]
    assert incident.steps.filter(verb="urge").count() == 1
    assert resend(Client(), path, key, note="快点").status_code == 409


def test_a_program_says_when_a_report_was_written_and_staff_alone_see_it(reporter):
    written = timezone.now() - timedelta(hours=3)
    answer = post(program_of(reporter), "/incidents", **REPORT, written_at=written.isoformat())
    path = f"/api/v1/incidents/{answer.json()['number']}"
    shown = program_of(people.dispatcher()).get(path).json()["written_at"]
    assert datetime.fromisoformat(shown) - written < timedelta(seconds=1)
    assert Client().get(f"/api/v1/slips/{answer.json()['slip_code']}").json()["written_at"] is None
    naive = written.replace(tzinfo=None).isoformat()
    assert post(Client(), "/incidents", **REPORT, written_at=naive).status_code == 422


def test_the_description_names_the_key_of_every_act():
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    for path in ("incidents", "incidents/{number}/pass", "slips/{code}/{verb}"):
        parameters = paths[f"/api/v1/{path}"]["post"]["parameters"]
        assert "Idempotency-Key" in [each["name"] for each in parameters], path
