"""The API does what the pages do, and tells no more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.deliberation.conftest import TEXT, TITLE, House, fresh
from xiangyue.deliberation.models import Issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now()


def call(client: Client, method: str, path: str, entered: object = None):
    return getattr(client, method)(f"/api/v1{path}", entered, content_type="application/json")


def test_a_resident_raises_is_offered_what_neighbours_say_and_supports(
    client: Client, house: House
) -> None:
    there = house.raised()
    people.sign_in(client, house.residents[1])
    facts = {"place": people.VILLAGE, "title": TITLE, "text": TEXT}
    offered = call(client, "post", "/issues", facts)
    assert (offered.status_code, offered.json()["issue"]) == (200, None)
    (like,) = offered.json()["similar"]
    told = call(client, "post", f"/issues/{like['number']}/support").json()
    assert (told["support_count"], told["has_voice"]) == (2, True)
    assert call(client, "post", "/issues", facts | {"is_new": True}).status_code == 201
    assert call(client, "get", "/me/issues").json()["count"] == 2
    assert call(client, "delete", f"/issues/{there.number}/support").status_code == 204
    assert fresh(there).support_count == 1


def test_what_is_not_shown_is_not_told(client: Client, house: House) -> None:
    issue = house.raised(is_shown=False)
    assert call(client, "get", f"/issues/{issue.number}").status_code == 404
    assert call(client, "get", "/issues?which=look").json()["count"] == 0
    assert call(client, "get", "/issues?which=all").json()["count"] == 0


def test_no_answer_names_a_voice(client: Client, house: House) -> None:
    issue = house.raised()
    house.support(issue, 1)
    people.sign_in(client, house.clerk)
    for path in (f"/issues/{issue.number}", f"/kept-issues/{issue.number}", "/kept-issues"):
        answer = call(client, "get", path)
        assert answer.status_code == 200
        assert "居民" not in answer.content.decode()


def test_the_desk_acts_by_one_address_and_is_refused_in_the_pages_words(
    client: Client, house: House
) -> None:
    issue = house.raised(is_shown=False)
    path = f"/kept-issues/{issue.number}"
    people.sign_in(client, house.clerk)
    assert "show" in call(client, "get", path).json()["acts"]
    assert call(client, "post", f"{path}/acts/show", {"seen": issue.version}).status_code == 200
    late = call(client, "post", f"{path}/acts/hide", {"why": "不合适", "seen": issue.version})
    assert (late.status_code, late.json()["code"]) == (409, "moved")
    assert call(client, "post", f"{path}/acts/accept", {"form": "consultation"}).status_code == 403
    people.sign_in(client, house.secretary)
    refused = call(client, "post", f"{path}/acts/accept", {"form": "consultation"})
    assert (refused.status_code, refused.json()["code"]) == (422, "words_missing")
    refused = call(client, "post", f"{path}/acts/accept", {"form": "no", "reason": "好的"})
    assert refused.status_code == 422
    facts = {"form": "consultation", "reason": "大家有意见"}
    assert call(client, "post", f"{path}/acts/accept", facts).json()["state"] == "accepted"
    assert call(client, "post", f"{path}/acts/explode", {}).status_code == 404


def test_tasks_are_done_and_checked(client: Client, house: House) -> None:
    issue = house.resolved().issue
    people.sign_in(client, house.clerk)
    due = f"{timezone.localdate() + timedelta(days=3):%F}"
    facts = {"kind": "spending", "text": "买牌子", "who": "村委会", "due_on": due, "amount": "12.5"}
    path = f"/kept-issues/{issue.number}/acts/plan"
    assert call(client, "post", path, facts | {"due_on": None}).status_code == 422
    assert call(client, "post", path, facts).status_code == 200
    (task,) = call(client, "get", "/issue-tasks?which=open").json()["tasks"]
    assert task["amount_cents"] == 1250
    act = f"/issue-tasks/{task['id']}"
    assert call(client, "post", f"{act}/done", {"note": "买好了"}).json()["state"] == "done"
    assert call(client, "post", f"{act}/check", {"note": "好"}).status_code == 403
    people.sign_in(client, house.checker)
    assert call(client, "post", f"{act}/check", {"note": "看了"}).json()["state"] == "checked"
    told = call(client, "get", f"/issues/figures?place={people.VILLAGE}").json()
    assert (told["collected"], told["settled"], told["rate"]) == (1, 1, "100.0")
    assert sum(told["counts"].values()) == told["collected"]


def test_a_worker_writes_down_and_reads_whom_to_tell(client: Client, house: House) -> None:
    people.sign_in(client, house.worker)
    facts = {"place": people.VILLAGE, "title": "路灯", "text": "东头不亮", "said_by": "马奶奶"}
    made = call(client, "post", "/kept-issues", facts)
    assert made.status_code == 201, made.content
    issue = Issue.objects.get()
    assert call(client, "get", f"/kept-issues/{issue.number}/telling").status_code == 404
    Issue.objects.update(is_shown=True)
    (row,) = call(client, "get", f"/kept-issues/{issue.number}/telling").json()
    assert row["name"] == "马奶奶"
    people.sign_in(client, house.residents[0])
    assert call(client, "post", "/kept-issues", facts).status_code == 403


def test_the_page_of_decisions_has_its_twin(client: Client, house: House) -> None:
    house.raised()
    told = call(client, "get", f"/decisions?place={people.VILLAGE}").json()
    assert [line["title"] for line in told["lines"]] == [TITLE]
    assert call(client, "get", "/decisions?place=none").status_code == 404
