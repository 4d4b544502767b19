"""What cannot be read is refused in the sender's own medium, in words that say what to do."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
LARGE = b"description=" + b"a" * 3_000_000
MANY = "&".join(f"f{number}=1" for number in range(2_001)).encode()


def many_files():
    return {f"f{number}": SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(11)}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"data": LARGE, "content_type": FORM}, "内容太多"),
        ({"data": MANY, "content_type": FORM}, "分几次"),
        ({"data": many_files()}, "一次最多发 10 个文件"),
        ({"data": b"--x\r\nnonsense", "content_type": "multipart/form-data"}, "再试一次"),
    ],
    ids=["large", "fields", "files", "broken"],
)
def test_a_page_says_what_to_do_in_chinese(sent, words):
    answer = Client().post("/report/", **sent)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert words in html
    assert "Bad Request" not in html
    assert "回首页" in html


def test_a_program_is_told_in_its_form():
    answer = Client().post("/api/v1/incidents", data=LARGE, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert json.loads(answer.content)["code"] == "unreadable"


def test_a_client_of_open311_is_told_in_its_form_and_nothing_of_our_settings():
    for sent in ({"data": LARGE, "content_type": FORM}, {"data": MANY, "content_type": FORM},
                 {"data": many_files()}):  # fmt: skip
        answer = Client().post("/open311/v2/requests.json", **sent)
        (error,) = json.loads(answer.content)
        assert (answer.status_code, error["code"]) == (400, 400)
        assert "settings" not in error["description"]
    answer = Client().post("/open311/v2/requests.xml", data=LARGE, content_type=FORM)
    assert b"<errors><error><code>400<" in answer.content


def test_a_host_that_is_not_ours_gets_no_page(settings):
    settings.ALLOWED_HOSTS = ["county.example.cn"]
    answer = Client().get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
