"""The API of notices refuses and does as the pages, in the same words."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.publicity.conftest import Village, fresh
from xiangyue.publicity import services
from xiangyue.publicity.models import Notice, NoticeDraft, Objection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(village: Village) -> None:
    village.at = timezone.now()


def send(client: Client, method: str, path: str, **entered):
    call = getattr(client, method)
    return call(f"/api/v1{path}", entered, content_type="application/json")


def test_everybody_reads_boards_and_notices(client: Client, village: Village):
    notice = village.publish()
    village.answer(village.object(notice, "不说的话"))
    board = client.get(f"/api/v1/boards/{people.VILLAGE}/notices").json()
    assert [one["number"] for one in board["notices"]] == [notice.number]
    detail = client.get(f"/api/v1/notices/{notice.number}").json()
    assert detail["body"] == notice.body
    assert detail["unsettled"] != []
    (objection,) = detail["objections"]
    assert (objection["text"], objection["answer"] != "") == ("", True)
    assert client.get("/api/v1/notices/G1").status_code == 404
    kinds = client.get("/api/v1/notice-kinds").json()
    assert {"voter_list", "general"} <= {kind["key"] for kind in kinds}


def test_a_visitor_objects_and_follows_over_the_api(client: Client, village: Village):
    notice, key = village.publish(), str(uuid4())
    path = f"/notices/{notice.number}/objections"
    made = send(client, "post", path, text="占了我家的地", said_by="王大妈", client_key=key)
    assert made.status_code == 201
    again = send(client, "post", path, text="占了我家的地", client_key=key)
    assert again.json()["code"] == made.json()["code"]
    receipt = client.get(f"/api/v1/objections/{made.json()['code']}").json()
    assert receipt["text"] == "占了我家的地"
    assert receipt["due_at"] is not None
    assert Objection.objects.count() == 1
    assert client.get("/api/v1/objections/AAAAAAAAAA").status_code == 404


@pytest.mark.parametrize(
    "entered",
    [
        {"text": ""},
        {"text": "长" * 100_000},
        {"text": "长" * 5_001},
        {"text": "有字", "shown": "everything"},
        {"text": "有字", "client_key": "no key"},
        {"text": "有字", "is_removal": True},
    ],
)
def test_what_cannot_be_taken_is_refused_with_nothing_done(
    client: Client, village: Village, entered: dict
):
    notice = village.publish()
    answer = send(client, "post", f"/notices/{notice.number}/objections", **entered)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert not Objection.objects.exists()


def test_page_and_api_refuse_in_the_same_words(client: Client, village: Village):
    notice = village.publish()
    services.take_down(notice=notice, by=village.clerk, reason="重新公示", at=village.at)
    answer = send(client, "post", f"/notices/{notice.number}/objections", text="有意见")
    assert answer.status_code == 409
    assert (
        answer.json()["title"]
        in client.get(reverse("notice", args=[notice.number])).content.decode()
    )


def test_the_clerk_writes_publishes_and_takes_down(client: Client, village: Village):
    people.sign_in(client, village.clerk)
    facts = {"kind": "general", "place": people.VILLAGE, "title": "停水", "body": "周三停水"}
    made = send(client, "post", "/notice-drafts", **facts)
    assert made.status_code == 201
    path = f"/notice-drafts/{made.json()['id']}"
    assert (
        send(client, "put", path, **facts | {"body": "周四停水", "version": 1}).json()["version"]
        == 2
    )
    assert send(client, "put", path, **facts | {"version": 1}).status_code == 409
    assert send(client, "post", f"{path}/publish", version=1).status_code == 409
    published = send(client, "post", f"{path}/publish", version=2)
    assert published.status_code == 201
    number = published.json()["number"]
    assert not NoticeDraft.objects.exists()
    kept = client.get("/api/v1/kept-notices").json()
    assert [one["number"] for one in kept["notices"]] == [number]
    down = send(client, "post", f"/kept-notices/{number}/take-down", reason="写错了")
    assert (down.json()["state"], down.json()["body"]) == ("taken_down", "")
    assert send(client, "post", f"/kept-notices/{number}/again").status_code == 409


def test_whoever_answers_sees_who_said_it_and_answers_once(client: Client, village: Village):
    notice = village.publish()
    objection = village.object(notice, said_by="王大妈", contact="13900001111")
    people.sign_in(client, village.secretary)
    (kept,) = client.get(f"/api/v1/kept-notices/{notice.number}").json()["kept_objections"]
    assert (kept["said_by"], kept["contact"]) == ("王大妈", "13900001111")
    path = f"/kept-objections/{objection.pk}/answer"
    assert send(client, "post", path, text="改线", is_upheld=True).status_code == 200
    assert send(client, "post", path, text="改线", is_upheld=True).status_code == 409
    people.sign_in(client, people.dispatcher())
    (kept,) = client.get(f"/api/v1/kept-notices/{notice.number}").json()["kept_objections"]
    assert (kept["said_by"], kept["contact"]) == ("", "")


def test_another_villages_clerk_and_a_stranger_do_nothing_here(client: Client, village: Village):
    notice = village.publish()
    objection = village.object(notice)
    draft = services.write_draft(
        kind="general", place=village.place, by=village.clerk, at=village.at
    )
    facts = {"kind": "general", "place": people.VILLAGE, "title": "假公示", "body": "假的"}
    tries = (
        ("get", f"/kept-notices/{notice.number}", {}),
        ("post", f"/kept-notices/{notice.number}/take-down", {"reason": "不要"}),
        ("post", f"/kept-notices/{notice.number}/again", {}),
        ("post", f"/kept-objections/{objection.pk}/answer", {"text": "好", "is_upheld": True}),
        ("get", f"/notice-drafts/{draft.pk}", {}),
        ("put", f"/notice-drafts/{draft.pk}", facts),
        ("delete", f"/notice-drafts/{draft.pk}", {}),
        ("post", f"/notice-drafts/{draft.pk}/publish", {}),
        ("post", "/notice-drafts", facts),
        ("post", f"/notices/{notice.number}/objections-for-others", {"text": "有意见"}),
    )
    for method, path, entered in tries:
        assert send(client, method, path, **entered).status_code == 401, path
    for who in (village.elsewhere, village.resident):
        people.sign_in(client, who)
        for method, path, entered in tries:
            assert send(client, method, path, **entered).status_code in {403, 404}, path
    assert (Notice.objects.count(), NoticeDraft.objects.count()) == (1, 1)
    assert fresh(notice).state == "up"


def test_own_objections_come_without_their_codes(client: Client, village: Village):
    village.object(village.publish(), by=village.resident)
    assert client.get("/api/v1/me/objections").status_code == 401
    people.sign_in(client, village.resident)
    (one,) = client.get("/api/v1/me/objections").json()
    assert one["code"] == ""
    assert one["text"] == "水渠占了我家的地"


def test_a_clerk_enters_for_somebody(client: Client, village: Village):
    notice = village.publish()
    people.sign_in(client, village.worker)
    path = f"/notices/{notice.number}/objections-for-others"
    made = send(client, "post", path, text="电话里说的", said_by="李大爷")
    assert made.status_code == 201
    assert Objection.objects.get().entered_by == village.worker


def test_paper_and_feed_are_served_over_the_api(client: Client, village: Village):
    notice = village.publish()
    paper = client.get(f"/api/v1/notices/{notice.number}/poster.pdf?paper=a4&red=true")
    assert paper.content.startswith(b"%PDF")
    feed = client.get(f"/api/v1/boards/{people.VILLAGE}/feed.atom")
    assert notice.title in feed.content.decode()
