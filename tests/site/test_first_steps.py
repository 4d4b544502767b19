"""The first administrator of a real installation, and a code handed over in person."""

import re

import pytest
from click.testing import CliRunner

from tests import people
from xiangyue.access.codes import CodeRefused, check_code
from xiangyue.access.models import Purpose
from xiangyue.access.queries import standing_of
from xiangyue.places.models import Person, Post
from xiangyue.site.first_steps import appoint, sign_in_code

pytestmark = pytest.mark.django_db

PHONE = "13800000000"
IN_SHANDAN = ["--county", "shandan"]
AS_ADMINISTRATOR = ["--role", "administrator", "--place", "620725000000"]


def run(command, *words: str):
    return CliRunner().invoke(command, [*IN_SHANDAN, *words])


def test_the_first_administrator_may_give_posts():
    said = run(appoint, "--phone", PHONE, "--name", "张三", *AS_ADMINISTRATOR)
    assert said.exit_code == 0, said.output
    from django.utils import timezone

    person = Person.objects.get(phone=PHONE)
    assert standing_of(person, at=timezone.now()).may("posts.keep", place_path=people.county().path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--phone", PHONE, *AS_ADMINISTRATOR], "--name"),
        (["--phone", PHONE, "--name", "x", "--role", "administrator", "--place", "0"], "place"),
        (
            ["--phone", PHONE, "--name", "x", *AS_ADMINISTRATOR, "--unit", "nowhere"],
            "unit",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_appointed(words, told):
    said = run(appoint, *words)
    assert said.exit_code == 1
    assert told in said.output
    assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_code_that_is_shown_signs_in_once():
    said = run(sign_in_code, "--phone", PHONE)
    code = re.match(r"\d{6}", said.output)[0]
    from django.utils import timezone

    now = timezone.now()
    assert check_code(phone=PHONE, code=code, purpose=Purpose.SIGN_IN, at=now) == PHONE
    with pytest.raises(CodeRefused):
        check_code(phone=PHONE, code=code, purpose=Purpose.SIGN_IN, at=now)
