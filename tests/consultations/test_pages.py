"""One statement at a time on the phone, the result, the desk; no page says who answered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.consultations.conftest import SENTENCES, House
from xiangyue.consultations import mapping, services
from xiangyue.consultations.models import Answer, Consultation, ShowOfHands

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now()


def get(client: Client, name: str, key: object, query: str = ""):
    return client.get(reverse(name, args=[key]) + query)


def post(client: Client, name: str, key: object, **entered: object):
    return client.post(reverse(name, args=[key]), entered)


def words(answer) -> str:
    return answer.content.decode()


class TestAnsweringOnThePhone:
    def test_three_buttons_lead_to_the_next_statement(self, client: Client, house: House) -> None:
        asked = house.begin()
        people.sign_in(client, house.residents[0])
        page = get(client, "answer-consultation", asked.pk)
        assert [SENTENCES[0] in words(page), 'value="pass"' in words(page)] == [True, True]
        first = house.statement(asked)
        gone = post(client, "give-answer", first.pk, value="disagree")
        assert gone.status_code == 302
        assert SENTENCES[1] in words(client.get(gone.url))
        assert Answer.objects.get().value == -1
        post(client, "give-answer", first.pk, value="agree")
        assert Answer.objects.get().value == 1

    def test_a_made_up_answer_is_refused(self, client: Client, house: House) -> None:
        asked = house.begin()
        people.sign_in(client, house.residents[0])
        for value in ("", "maybe", "1"):
            refused = post(client, "give-answer", house.statement(asked).pk, value=value)
            assert refused.status_code == 422
        assert not Answer.objects.exists()

    def test_strangers_read_but_do_not_answer(self, client: Client, house: House) -> None:
        asked = house.begin()
        assert get(client, "consultation", asked.pk).status_code == 200
        refused = post(client, "give-answer", house.statement(asked).pk, value="agree")
        assert refused.status_code == 302
        people.sign_in(client, house.elsewhere)
        refused = post(client, "give-answer", house.statement(asked).pk, value="agree")
        assert refused.status_code == 403
        assert not Answer.objects.exists()

    def test_my_answers_are_mine_alone_and_no_browser_keeps_them(
        self, client: Client, house: House
    ) -> None:
        asked = house.begin()
        house.answer(house.statement(asked))
        people.sign_in(client, house.residents[0])
        page = get(client, "my-answers", asked.pk)
        assert SENTENCES[0] in words(page)
        assert "no-store" in page.headers["Cache-Control"]
        people.sign_in(client, house.residents[1])
        assert SENTENCES[0] not in words(get(client, "my-answers", asked.pk))

    def test_what_was_typed_stays_when_refused(self, client: Client, house: House) -> None:
        asked = house.begin()
        people.sign_in(client, house.residents[0])
        page = post(client, "propose-statement", asked.pk, text="句" * 141)
        assert page.status_code == 422
        assert "句" * 141 in words(page)

    def test_hostile_words_are_shown_as_words(self, client: Client, house: House) -> None:
        asked = house.begin(title=HOSTILE, background=HOSTILE, statements=[HOSTILE])
        page = words(get(client, "consultation", asked.pk))
        assert "<script>alert" not in page
        assert "{{ 7|add:7 }}" in page

    def test_reasons_stand_without_names(self, client: Client, house: House) -> None:
        asked = house.begin()
        one = house.statement(asked)
        people.sign_in(client, house.residents[0])
        assert post(client, "give-reason", one.pk, is_for="yes", text="").status_code == 422
        gone = post(client, "give-reason", one.pk, is_for="yes", text="那段年年淤")
        page = words(client.get(gone.url))
        assert "那段年年淤" in page
        people.sign_in(client, house.residents[1])
        reason = one.reasons.get()
        page = words(client.get(post(client, "support-reason", reason.pk).url))
        assert house.residents[0].name not in page
        assert reason.supports.count() == 1


class TestResult:
    def test_it_is_kept_back_until_one_has_answered(self, client: Client, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        assert get(client, "consultation-result", asked.pk).status_code == 403
        people.sign_in(client, house.residents[0])
        assert get(client, "consultation-result", asked.pk).status_code == 403
        numbers = words(get(client, "statement", house.statement(asked).pk))
        assert "stat-value" not in numbers
        for position in (1, 2, 3):
            house.answer(house.statement(asked, position))
        assert get(client, "consultation-result", asked.pk).status_code == 200

    def test_what_unites_comes_first_and_the_map_is_in_words_too(
        self, client: Client, house: House
    ) -> None:
        asked = house.begin()
        house.camps(asked)
        house.hands(house.statement(asked))
        services.close(consultation=asked, by=house.clerk, at=house.at)
        page = words(get(client, "consultation-result", asked.pk))
        assert page.index('id="unites"') < page.index('id="groups"') < page.index('id="statements"')
        assert ">A</text>" in page
        assert ">B</text>" in page
        assert reverse("statement", args=[house.statement(asked).pk]) in page
        assert "7 / 5 / 0" in page

    def test_gd12_small_numbers_are_not_told(self, client: Client, house: House) -> None:
        asked = house.begin()
        for position in (1, 2, 3):
            house.answer(house.statement(asked, position))
        services.close(consultation=asked, by=house.clerk, at=house.at)
        asked.refresh_from_db()
        mapping.refresh(asked, at=house.at)
        page = words(get(client, "consultation-result", asked.pk))
        assert '<td class="number">1</td>' not in page
        assert "map-title" not in page

    def test_the_answers_are_taken_out_when_it_is_over(self, client: Client, house: House) -> None:
        asked = house.begin()
        house.camps(asked)
        assert get(client, "consultation-export", asked.pk).status_code == 403
        services.close(consultation=asked, by=house.clerk, at=house.at)
        page = get(client, "consultation-export", asked.pk)
        assert page.status_code == 200
        assert words(page).startswith("participant,group-id,n-votes,n-agree,n-disagree,1,2,3")


class TestDesk:
    def test_a_clerk_begins_one(self, client: Client, house: House) -> None:
        people.sign_in(client, house.clerk)
        facts = {
            "place": people.VILLAGE, "title": "怎么修路", "background": "今年修一段。",
            "statements": "先修东头\r\n\r\n先修西头", "closes_on": "2099-01-01",
        }  # fmt: skip
        page = client.post(reverse("begin-consultation"), facts)
        assert page.status_code == 422
        assert "先修西头" in words(page)

        near = timezone.localdate(house.at) + timedelta(days=5)
        done = client.post(reverse("begin-consultation"), facts | {"closes_on": f"{near:%F}"})
        assert done.status_code == 302
        assert Consultation.objects.get().statements.count() == 2

    def test_what_waits_is_looked_at(self, client: Client, house: House) -> None:
        asked = house.begin()
        made = house.propose(asked)
        people.sign_in(client, house.clerk)
        assert made.text in words(get(client, "kept-consultation", asked.pk))
        page = get(client, "moderate-statement", made.pk)
        assert house.residents[0].name not in words(page)
        assert post(client, "moderate-statement", made.pk, hidden_for="names").status_code == 422
        assert post(client, "moderate-statement", made.pk, open="1").status_code == 302
        made.refresh_from_db()
        assert made.state == "open"

    def test_a_head_enters_hands_statement_by_statement(self, client: Client, house: House) -> None:
        asked = house.begin()
        people.sign_in(client, house.head)
        facts = {"place": people.VILLAGE, "present": 9, "agree": 10, "disagree": 0}
        one = house.statement(asked)
        assert post(client, "enter-hands", one.pk, **facts).status_code == 422
        gone = post(client, "enter-hands", one.pk, **facts | {"agree": 9})
        assert SENTENCES[1] in words(client.get(gone.url))
        assert ShowOfHands.objects.get().agree_count == 9

    def test_the_head_moderates_nothing_and_others_see_nothing(
        self, client: Client, house: House
    ) -> None:
        asked = house.begin()
        made = house.propose(asked)
        people.sign_in(client, house.head)
        assert get(client, "moderate-statement", made.pk).status_code == 404
        assert post(client, "close-consultation", asked.pk).status_code == 403
        people.sign_in(client, people.clerk(people.OTHER_VILLAGE))
        assert get(client, "kept-consultation", asked.pk).status_code == 404
        people.sign_in(client, house.residents[0])
        assert client.get(reverse("kept-consultations")).status_code == 403

    def test_lists_say_when_they_are_empty(self, client: Client, house: House) -> None:
        people.sign_in(client, house.clerk)
        for name in ("consultations", "kept-consultations"):
            assert "empty-title" in words(client.get(reverse(name)))
        asked = house.begin()
        for name in ("consultations", "kept-consultations"):
            assert asked.title in words(client.get(reverse(name)))
            assert asked.title not in words(client.get(reverse(name) + "?which=past"))
            assert asked.title not in words(client.get(reverse(name) + "?words=别的"))

    def test_a_hidden_statement_is_logged_and_its_author_appeals(
        self, client: Client, house: House
    ) -> None:
        asked = house.begin()
        made = house.hide(house.propose(asked))
        public = words(get(client, "consultation", asked.pk))
        assert "指了具体的人家" in public
        assert made.text not in public
        people.sign_in(client, house.residents[1])
        assert get(client, "appeal-statement", made.pk).status_code == 404
        people.sign_in(client, house.residents[0])
        assert made.text in words(get(client, "consultation", asked.pk))
        assert post(client, "appeal-statement", made.pk, text="没有点名").status_code == 302
        people.sign_in(client, house.clerk)
        answer = {"is_upheld": "yes", "text": "可以"}
        assert post(client, "moderate-statement", made.pk, **answer).status_code == 403
        people.sign_in(client, house.secretary)
        assert post(client, "moderate-statement", made.pk, **answer).status_code == 302
        made.refresh_from_db()
        assert made.state == "open"


def test_the_home_page_says_what_is_asked(client: Client, house: House) -> None:
    asked = house.begin()
    house.propose(asked)
    people.sign_in(client, house.residents[0])
    assert asked.title in words(client.get(reverse("home")))
    people.sign_in(client, house.clerk)
    assert "垃圾车应该每天来" in words(client.get(reverse("today")))
