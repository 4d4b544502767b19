"""Requests about data are answered in 15 working days, by somebody else than who asks (GD05)."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people, worlds
from xiangyue.access.models import DataRequest, PersonalRead, Wish
from xiangyue.access.services import OwnRequest, answer_data_request, request_about_data
from xiangyue.calendars.services import set_holiday
from xiangyue.places.models import Person
from xiangyue.site.data_requests import queries

pytestmark = pytest.mark.django_db
PAGE = "/desk/data-requests/"
API = "/api/v1/data-requests"


def asked(person: Person | None = None, *, at: datetime = people.MONDAY) -> DataRequest:
    person = person or people.somebody("王小二")
    return request_about_data(person=person, wish=Wish.CORRECTION, text="名字写错了", at=at)


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


@worlds.standing
def keeper() -> Person:
    return people.posted("administrator", at_place=people.county(), name="吕爱萍")


@pytest.fixture
def desk(keeper) -> Client:
    return signed_in(keeper)


class TestClock:
    def test_15_working_days_count_and_a_new_holiday_moves_the_end(self):
        request = asked()
        before = queries.timed(request, at=people.MONDAY).due_at
        assert before.date() == date(2026, 6, 30)  # the dragon boat festival is 19 June
        set_holiday(date=date(2026, 6, 24), kind="holiday", name="停电", actor_id=None,
                    at=people.MONDAY)  # fmt: skip
        assert queries.timed(request, at=people.MONDAY).due_at.date() == date(2026, 7, 1)

    def test_late_is_after_the_end_and_an_answer_in_time_stays_in_time(self, keeper):
        request = asked()
        due = queries.timed(request, at=people.MONDAY).due_at
        assert not queries.timed(request, at=due).is_late
        later = due.replace(minute=due.minute + 1)
        assert queries.timed(request, at=later).is_late
        answered = answer_data_request(request=request, answered_by=keeper, answer="已改", at=due)
        assert not queries.timed(answered, at=later).is_late


class TestPages:
    def test_the_list_names_nobody_and_says_what_is_late(self, desk):
        asked()
        page = desk.get(PAGE).content.decode()
        assert "已超期" in page
        assert "王小二" not in page

    def test_who_asks_is_shown_and_the_look_is_noted(self, desk, keeper):
        request = asked()
        page = desk.get(f"{PAGE}{request.pk}/").content.decode()
        assert "王小二" in page
        assert "名字写错了" in page
        read = PersonalRead.objects.get(subject=request.person)
        assert (read.reader, read.purpose) == (keeper, "答复个人信息申请")

    def test_an_answer_closes_it_and_reaches_the_person(self, desk):
        request = asked(at=timezone.now())
        answer = desk.post(f"{PAGE}{request.pk}/", {"answer": "名字已更正"}, follow=True)
        assert "没有等待答复的申请" in answer.content.decode()
        assert "按期答复" in desk.get(f"{PAGE}?answered=1").content.decode()
        assert "名字已更正" in desk.get(f"{PAGE}{request.pk}/").content.decode()
        assert "名字已更正" in signed_in(request.person).get("/account/").content.decode()

    def test_an_empty_answer_and_a_second_one_are_refused_in_place(self, desk):
        request = asked()
        assert desk.post(f"{PAGE}{request.pk}/", {"answer": " "}).status_code == 422
        desk.post(f"{PAGE}{request.pk}/", {"answer": "已改"})
        again = desk.post(f"{PAGE}{request.pk}/", {"answer": "又改"})
        assert again.status_code == 409
        request.refresh_from_db()
        assert request.answer == "已改"

    def test_nobody_answers_their_own(self, desk, keeper):
        request = asked(keeper)
        assert str(request.pk) not in desk.get(PAGE).content.decode()
        assert desk.post(f"{PAGE}{request.pk}/", {"answer": "好"}).status_code == 404
        with pytest.raises(OwnRequest):
            answer_data_request(request=request, answered_by=keeper, answer="好", at=people.MONDAY)

    def test_each_answers_for_their_own_area_and_the_county_for_those_without_home(self, desk):
        request = asked(people.somebody(at_place=people.place(people.OTHER_VILLAGE)))
        homeless = asked(Person.objects.create(name="路人"))
        town = signed_in(people.posted("administrator", at_place=people.town()))
        for each in (request, homeless):
            assert town.get(f"{PAGE}{each.pk}/").status_code == 404
            assert desk.get(f"{PAGE}{each.pk}/").status_code == 200

    def test_others_do_not_get_in(self):
        request = asked()
        for person in (people.clerk(), people.somebody()):
            client = signed_in(person)
            assert client.get(PAGE).status_code == 403
            assert client.post(f"{PAGE}{request.pk}/", {"answer": "好"}).status_code == 403
        assert Client().get(PAGE).status_code == 302

    def test_three_requests_ask_no_more_queries_than_one(self, desk):
        def count() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert desk.get(PAGE).status_code == 200
            return len(seen)

        asked()
        count()
        one = count()
        asked()
        asked()
        assert count() == one


class TestApi:
    def test_lists_shows_and_answers(self, desk):
        request = asked()
        page = desk.get(API).json()
        assert (page["count"], page["items"][0]["is_late"]) == (1, True)
        assert desk.get(f"{API}/{request.pk}").json()["person_name"] == "王小二"
        assert PersonalRead.objects.filter(subject=request.person).exists()
        answer = {"answer": "已改"}
        sent = desk.post(f"{API}/{request.pk}/answer", answer, content_type="application/json")
        assert sent.json()["answered_at"]
        again = desk.post(f"{API}/{request.pk}/answer", answer, content_type="application/json")
        assert (again.status_code, again.json()["code"]) == (409, "conflict")
        assert desk.get(API).json()["count"] == 0

    def test_refuses_others(self):
        request = asked()
        clerk = signed_in(people.clerk())
        assert clerk.get(API).status_code == 403
        assert clerk.get(f"{API}/{request.pk}").status_code == 403
        assert Client().get(API).status_code == 401
