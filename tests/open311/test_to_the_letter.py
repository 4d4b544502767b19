"""Clients that know the specification and nothing of us lose nothing and learn no secret."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import people
from tests.incidents.drawings import photo
from tests.open311.conftest import BASE, make_system
from tests.open311.test_reading import reported
from tests.open311.test_sending import slip_in, taken_in, why
from xiangyue.access.queries import standing_of
from xiangyue.incidents.models import Incident
from xiangyue.incidents.photos import add_photos
from xiangyue.incidents.services import dispatch_incident, merge_incident, split_incident
from xiangyue.incidents.showing import show_photo, withdraw_photo
from xiangyue.open311 import asking

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SAID = "村口垃圾堆了三天没人清"


def encoded(system, text: bytes) -> bytes:
    known = f"api_key={system.secret}&service_code=0401&address_id={people.VILLAGE}&description="
    return known.encode() + b"".join(b"%%%02X" % byte for byte in text)


def test_text_in_utf_8_is_taken(system):
    body = encoded(system, SAID.encode())
    answer = system.client.post(f"{BASE}/requests.json", data=body, content_type=FORM)
    assert taken_in(answer).description == SAID


@pytest.mark.parametrize("bytes_sent", [SAID.encode("gb18030"), b"\xed\xa0\x80", b"ok \xff"])
def test_text_in_another_encoding_is_refused_and_no_report_of_question_marks_kept(
    system, bytes_sent
):
    body = encoded(system, bytes_sent)
    answer = system.client.post(f"{BASE}/requests.json", data=body, content_type=FORM)
    assert answer.status_code == 400
    assert "description 不是 UTF-8" in why(answer)
    assert not Incident.objects.exists()


def test_neither_is_it_in_a_form_of_parts(system):
    body = (
        f'--x\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n{system.secret}\r\n'
        '--x\r\nContent-Disposition: form-data; name="service_code"\r\n\r\n0401\r\n'
        '--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
    ).encode() + SAID.encode("gbk") + b"\r\n--x--\r\n"  # fmt: skip
    answer = system.client.post(
        f"{BASE}/requests.json", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
    assert "description" in why(answer)


def test_a_token_s_answer_is_kept_by_nobody_on_the_way(system):
    answer = system.get(f"tokens/{slip_in(system.post())}.json")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer
    assert "ETag" not in answer
    assert system.get("services.json")["Cache-Control"] == "public, max-age=30"


def test_who_knows_no_pages_gets_as_many_as_the_specification_says(system, monkeypatch):
    at = timezone.now() - timedelta(days=2)
    monkeypatch.setattr(asking, "PAGE_SIZE", 2)
    monkeypatch.setattr(asking, "PAGE_MOST", 4)
    for number in range(5):
        reported(at=at + timedelta(minutes=number))
    answer = system.get("requests.json")
    assert len(json.loads(answer.content)) == 4
    link = answer["Link"]
    rest = system.client.get(link[1 : link.index(">")].removeprefix("http://testserver"))
    assert (len(json.loads(rest.content)), "Link" in rest) == (1, False)
    assert len(system.json("requests.json", page=1)) == 2
    assert len(system.json("requests.json", page=1, page_size=3)) == 3


@pytest.mark.parametrize("name", ["media_url", "media_url[]"])
def test_each_of_several_pictures_addresses_is_kept(system, name):
    urls = ["https://a.example/1.jpg", "https://a.example/2.jpg", "https://a.example/1.jpg", ""]
    said = taken_in(system.post(**{name: urls})).description
    assert said.startswith(SAID)
    assert [said.count(url) for url in urls[:2]] == [1, 1]
    assert said.count("\n") == 2


def test_one_bad_address_of_a_picture_or_very_many_refuse_it_whole(system):
    good = "https://a.example/1.jpg"
    assert system.post(media_url=[good, "file:///etc/passwd"]).status_code == 400
    many = [f"https://a.example/{number}.jpg" for number in range(10)]
    assert system.post(media_url=many).status_code == 400
    assert not Incident.objects.exists()
    assert system.post(media_url=many[:9]).status_code == 201


def test_a_name_that_a_system_sends_holds_nothing_that_cannot_be_seen():
    """A right-to-left mark in a name would turn round whatever stands behind it on a page."""
    system = make_system(vouches=True)
    system.post(phone="13812345678", last_name="张\u202e三\u200b\x07", first_name="\n李 四")
    incident = taken_in(system.post(phone="13812345678"))
    assert incident.reporter.name == "张三李 四"
    answer = system.post(phone="13812345679", last_name="\u202e\u200b")
    assert taken_in(answer).reporter.name == "来电群众"


def test_a_report_holds_nothing_that_cannot_be_seen(system):
    incident = taken_in(system.post(description="村\u202e口\x07垃圾\u200b\r\n堆\x0b了\t三天"))
    assert incident.description == "村口垃圾\n堆了\t三天"


# --- what a search leaves out, and where a report belongs --------------------------------------


def test_a_state_is_asked_for_in_any_case_and_closed_is_not_open(system):
    still, done = reported(), reported()
    dispatcher = people.acting(people.dispatcher(), at=timezone.now())
    merge_incident(incident=done, into=still, actor=dispatcher, at=timezone.now())

    def numbers(**query):
        return {one["service_request_id"] for one in system.json("requests.json", **query)}

    assert numbers(status="Closed") == {done.number}
    assert numbers(status="OPEN") == {still.number}
    assert numbers(status="open, CLOSED") == {still.number, done.number}


@pytest.mark.parametrize("name", ["updated_before", "updated_datetime_before"])
def test_what_was_told_before_a_moment_is_found_under_both_names(system, name):
    incident = reported(at=timezone.now() - timedelta(days=3))
    dispatch_incident(
        incident=incident, unit=people.unit("VC"), at=timezone.now() - timedelta(days=2),
        actor=people.acting(people.dispatcher(), at=timezone.now()),
    )  # fmt: skip
    for days, found in ((1, 1), (2.5, 0)):
        at = timezone.now() - timedelta(days=days)
        assert len(system.json("requests.json", **{name: at.isoformat()})) == found


def test_the_parts_of_a_divided_matter_are_not_told_beside_the_whole(system):
    incident = reported()
    dispatcher = people.acting(people.dispatcher(), at=timezone.now())
    lead, other = people.unit("VC"), people.unit("TV", people.town())
    split_incident(
        incident=incident, lead=lead, units=[other], note="分头办",
        actor=dispatcher, at=timezone.now(),
    )  # fmt: skip
    assert Incident.objects.filter(parent=incident, audience="public").exists()
    found = system.json("requests.json")
    assert [one["service_request_id"] for one in found] == [incident.number]


@pytest.mark.parametrize("half", [{"lat": "38.7"}, {"long": "101.1"}])
def test_half_a_position_is_refused_even_beside_a_place(system, half):
    assert system.post(**half).status_code == 400


def test_no_more_attributes_are_read_than_any_service_has(system):
    sent = {f"attribute[a{number}]": "" for number in range(61)}
    answer = system.post(**sent)
    assert answer.status_code == 400
    assert "attribute[" in why(answer)
    sent.popitem()
    assert system.post(**sent).status_code == 201


def test_of_villages_of_one_name_the_town_decides_and_without_it_nobody_guesses(system):
    other = people.place(people.OTHER_VILLAGE)
    other.name = people.place().name
    other.save()

    def place_of(address):
        return taken_in(system.post(address_id=None, address_string=address)).place.code

    town = people.town(people.OTHER_VILLAGE).name
    assert place_of(f"{town}{other.name}二社") == people.OTHER_VILLAGE
    assert place_of(f"{people.town().name}{other.name}二社") == people.VILLAGE
    assert place_of(f"{other.name}二社") == people.county().code


def test_a_place_that_is_no_more_takes_nothing_in(system):
    place = people.place()
    place.is_active = False
    place.save()
    assert system.post().status_code == 404


def test_a_picture_that_was_taken_back_or_is_a_repeat_s_is_told_no_more(system):
    incident, main = reported(), reported()
    (first,) = add_photos(
        incident=incident, uploads=[photo()], stage="report", at=incident.created_at, actor_id=None
    )
    county = people.county()
    decider = standing_of(
        people.posted("county_dispatcher", at_place=county, organisation=people.unit("CV", county)),
        at=timezone.now(),
    )
    show_photo(photo=first, marks=[], standing=decider, at=timezone.now())
    path = f"requests/{incident.number}.json"
    assert system.json(path)[0]["media_url"]
    as_it_was = Incident.objects.filter(pk=incident.pk)
    as_it_was.update(state="merged", merged_into=main)
    assert system.json(path)[0]["media_url"] is None
    as_it_was.update(state=incident.state, merged_into=None)
    withdraw_photo(photo=first, standing=decider, at=timezone.now())
    assert system.json(path)[0]["media_url"] is None
