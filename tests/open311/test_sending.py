"""What another system sends in: whole or not at all, once, and never personal without a word."""

import json
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import people
from tests.incidents.drawings import photo
from tests.open311.conftest import make_system
from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.incidents.blueprint import IncidentCategory
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services.reporting import incident_by_slip
from xiangyue.open311.services import revoke_key
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def taken_in(answer) -> Incident:
    assert answer.status_code == 201, answer.content.decode()
    return Incident.objects.get(number=json.loads(answer.content)[0]["service_request_id"])


def slip_in(answer) -> str:
    return json.loads(answer.content)[0]["service_notice"].rstrip("/").rpartition("/")[2]


def why(answer) -> str:
    return " ".join(each["description"] for each in json.loads(answer.content))


def test_a_request_becomes_a_report_that_its_slip_follows(system):
    answer = system.post()
    incident = taken_in(answer)
    assert (incident.channel, incident.place.code) == ("api", people.VILLAGE)
    assert incident.reporter is None
    assert incident_by_slip(slip_in(answer)) == incident
    system.key.refresh_from_db()
    assert system.key.last_used_at is not None


def test_the_answer_has_the_spec_s_words_in_xml(system):
    answer = system.post(form="xml")
    root = ElementTree.fromstring(answer.content)
    assert [root.tag, root[0].tag] == ["service_requests", "request"]
    assert [child.tag for child in root[0]] == [
        "service_request_id",
        "service_notice",
        "account_id",
    ]


def test_the_slip_s_code_is_the_token(system):
    answer = system.post()
    code = slip_in(answer)
    (found,) = system.json(f"tokens/{code}.json")
    assert found == {"service_request_id": taken_in(answer).number, "token": code}
    assert system.get("tokens/0000000000.json").status_code == 404


@pytest.mark.parametrize("secret", ["", "xyk_wrong", "x" * 5000, None])
def test_without_a_valid_key_nothing_is_taken_in(system, secret):
    answer = system.post(api_key=secret)
    assert answer.status_code == 403
    assert json.loads(answer.content)[0]["code"] == 403
    assert Incident.objects.count() == 0


def test_a_revoked_key_lets_nothing_in(system):
    revoke_key(key=system.key, revoked_by=system.key.issued_by, at=timezone.now())
    assert system.post().status_code == 403


def test_a_session_is_no_key(system):
    people.sign_in(system.client, people.dispatcher())
    assert system.post(api_key=None).status_code == 403


def test_sent_twice_under_one_key_it_is_one_report(system):
    headers = {"Idempotency-Key": "order-77"}
    first, second = system.post(headers=headers), system.post(headers=headers)
    assert taken_in(first) == taken_in(second)
    assert slip_in(first) == slip_in(second)
    assert Incident.objects.count() == 1
    assert taken_in(system.post(client_key="order-77")) == taken_in(first)
    other = make_system()
    assert taken_in(other.post(headers=headers)) != taken_in(first)


def test_a_system_sends_no_more_than_its_key_allows():
    system = make_system(daily_limit=2)
    assert [system.post(client_key=f"k{i}").status_code for i in range(3)] == [201, 201, 429]
    assert system.post(client_key="k0").status_code == 201  # said again, not sent again
    answer = system.post()
    assert "Retry-After" in answer.headers
    assert Incident.objects.count() == 2


def test_a_refused_request_costs_nothing():
    system = make_system(daily_limit=1)
    assert system.post(description="").status_code == 400
    assert system.post().status_code == 201


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"service_code": None}, 400),
        ({"service_code": "9999"}, 404),
        ({"service_code": "0308"}, 404),  # confidential: not offered
        ({"address_id": None}, 400),
        ({"address_id": "620000000000"}, 404),
        ({"address_id": "nowhere"}, 404),
        ({"address_id": None, "lat": "38.7"}, 400),
        ({"lat": "NaN", "long": "1"}, 400),
        ({"lat": "91", "long": "1"}, 400),
        ({"lat": "1e999999", "long": "1"}, 400),
        ({"lat": "Infinity", "long": "-Infinity"}, 400),
        ({"description": "长" * 2001}, 400),
        ({"attribute[": "x"}, 400),
        ({"attribute[nothing_asked]": "x"}, 400),
        ({"attribute[a][b]": "x"}, 400),
        ({"client_key": "k" * 201}, 400),
        ({"media_url": "file:///etc/passwd"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"jurisdiction_id": "elsewhere"}, 404),
        ({"description": "a\x00b"}, 400),
    ],
)
def test_what_will_not_do_is_refused_with_a_sentence_and_nothing_done(system, fields, status):
    answer = system.post(**fields)
    assert answer.status_code == status, answer.content.decode()
    assert why(answer)
    assert Incident.objects.count() == 0


def test_where_it_is_follows_from_address_position_or_the_county(system):
    def place_of(**fields):
        return taken_in(system.post(**({"address_id": None} | fields))).place

    assert place_of(address_string="清泉镇北滩村二社路口").code == people.VILLAGE
    assert place_of(address_string="清泉镇人民路").code == people.town().code
    assert place_of(address_string="某处").code == people.county().code
    assert place_of(lat="38.78", long="101.08").code == people.county().code
    village = people.place(people.OTHER_VILLAGE)
    village.latitude, village.longitude = Decimal("38.78"), Decimal("101.08")
    village.save()
    assert place_of(lat="38.781", long="101.081").code == people.OTHER_VILLAGE
    assert place_of(lat="39.9", long="116.4").code == people.county().code


def test_pictures_come_with_it(system):
    upload = SimpleUploadedFile("a.jpg", photo(), content_type="image/jpeg")
    incident = taken_in(system.post(media=upload, description=""))
    assert incident.photos.count() == 1
    assert system.json("requests.json")[0]["media_url"] is None


def test_what_is_no_picture_is_refused(system):
    upload = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    assert system.post(media=upload).status_code == 400
    assert Incident.objects.count() == 0


def test_an_address_of_a_picture_is_noted_and_never_opened(system, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("something was fetched")

    monkeypatch.setattr("socket.socket.connect", refuse) if not _is_postgres() else None
    url = "http://169.254.169.254/latest/meta-data/"
    incident = taken_in(system.post(media_url=url))
    assert url in incident.description
    assert url not in system.get("requests.json").content.decode()


def _is_postgres() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def test_nobody_s_number_is_kept_unless_the_system_answers_for_it(system):
    before = Person.objects.count()
    incident = taken_in(
        system.post(phone="13812345678", first_name="三", last_name="张", email="z@example.cn")
    )
    assert (incident.reporter, Person.objects.count()) == (None, before)


def test_a_system_that_checked_the_number_names_the_reporter():
    system = make_system(vouches=True)
    incident = taken_in(system.post(phone="138 1234 5678", first_name="三", last_name="张"))
    assert (incident.reporter.phone, incident.reporter.name) == ("13812345678", "张三")
    again = taken_in(system.post(phone="13812345678", first_name="别名"))
    assert again.reporter == incident.reporter
    assert again.reporter.name == "张三"
    assert system.post(phone="12345").status_code == 400


def test_a_kind_that_needs_a_reporter_says_so(system):
    needing = next(
        row.key
        for row in all_current("incident_category")
        if not meaning(row, IncidentCategory).allows_anonymous
        and meaning(row, IncidentCategory).audience != "confidential"
        and not any(q.is_required for q in meaning(row, IncidentCategory).questions)
    )
    answer = system.post(service_code=needing)
    assert answer.status_code == 400
    assert (
        make_system(vouches=True).post(service_code=needing, phone="13812345678").status_code == 201
    )


def with_choice() -> IncidentCategory:
    return next(
        meaning(row, IncidentCategory)
        for row in all_current("incident_category")
        if meaning(row, IncidentCategory).questions
        and meaning(row, IncidentCategory).audience != "confidential"
        and meaning(row, IncidentCategory).allows_anonymous
    )


def good(question) -> str:
    if question.kind == "choice":
        return question.choices[0].key
    return {"yes_no": "yes", "number": "3", "text": "三天"}[question.kind]


def bad(question) -> str:
    return {"number": "-1", "text": "长" * 201}.get(question.kind, "<script>")


def test_attributes_are_the_answers(system):
    category = with_choice()
    answers = {question.key: good(question) for question in category.questions}
    single = {f"attribute[{key}]": value for key, value in answers.items()}
    assert taken_in(system.post(service_code=category.key, **single)).answers == answers
    several = {f"attribute[{key}][]": value for key, value in answers.items()}
    assert taken_in(system.post(service_code=category.key, **several)).answers == answers


def test_an_answer_that_was_not_asked_for_is_refused(system):
    category = with_choice()
    question = category.questions[0]
    wrong = {f"attribute[{question.key}]": bad(question)}
    answer = system.post(service_code=category.key, **wrong)
    assert answer.status_code == 400
    assert question.key in why(answer)
    twice = {f"attribute[{question.key}][]": [good(question), good(question)]}
    assert system.post(service_code=category.key, **twice).status_code == 400


def test_a_form_too_large_or_broken_is_refused(system):
    broken = system.client.post(
        "/open311/v2/requests.xml", data=b"--x\r\nnonsense", content_type="multipart/form-data"
    )
    assert broken.status_code in {400, 403}
    as_json = system.client.post(
        "/open311/v2/requests.json", data=b'{"api_key": "x"}', content_type="application/json"
    )
    assert as_json.status_code == 403


def test_a_page_elsewhere_needs_the_key_too(system):
    strict = Client(enforce_csrf_checks=True)
    people.sign_in(strict, people.clerk())
    answer = strict.post("/open311/v2/requests.json", {"service_code": "0401"})
    assert answer.status_code == 403


def test_a_key_ends(system):
    system.key.issued_at -= timedelta(days=400)
    system.key.expires_at = timezone.now() - timedelta(seconds=1)
    system.key.save()
    assert system.post().status_code == 403
