"""What people say fits the county's declarations."""

import re

import pytest

from xiangyue.blueprints.queries import all_current, meaning
from xiangyue.demo.speech import all_matters, centre_of, common
from xiangyue.incidents.blueprint import IncidentCategory

PLACEHOLDERS = {"at", "days"}


@pytest.mark.django_db
def test_there_are_words_for_every_category_and_for_no_other() -> None:
    categories = {row.key for row in all_current("incident_category")}
    assert {matter.category for matter in all_matters()} == categories


@pytest.mark.django_db
def test_questions_that_must_be_answered_are() -> None:
    declared = {row.key: meaning(row, IncidentCategory) for row in all_current("incident_category")}
    for matter in all_matters():
        questions = {question.key: question for question in declared[matter.category].questions}
        assert set(matter.answers) <= set(questions)
        for key, question in questions.items():
            assert key in matter.answers or not question.is_required, matter
            if question.choices and key in matter.answers:
                assert matter.answers[key] in {choice.key for choice in question.choices}


def test_words_are_chinese_with_chinese_punctuation_and_known_placeholders() -> None:
    for matter in all_matters():
        assert matter.weight > 0
        assert matter.replies
        for text in (*matter.texts, *matter.replies):
            assert set(re.findall(r"{(\w*)}", text)) <= PLACEHOLDERS, text
            assert not re.search(r"[,;!?]|[一-鿿]\.", text), text


def test_every_step_has_something_to_say() -> None:
    assert all(choices for choices in common()["steps"].values())


def test_five_counties_have_a_centre_and_an_unknown_one_has_none() -> None:
    for code in ("620725101201", "620302001000", "370285001000", "320924100000", "522631001000"):
        assert centre_of(code) is not None
    assert centre_of("110000000000") is None
