"""The API does what the pages do, and tells no more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.councils.conftest import Community, House
from xiangyue.councils import services
from xiangyue.councils.models import Concerned, Council, Seat, Stakeholder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now() - timedelta(days=20)


def call(client: Client, method: str, path: str, entered: object = None):
    if method == "get":
        return client.get(f"/api/v1{path}")
    return getattr(client, method)(
        f"/api/v1{path}", entered if entered is not None else {}, content_type="application/json"
    )


def test_everybody_reads_roles_residents_names(client: Client, community: Community) -> None:
    council = community.sitting()
    told = call(client, "get", f"/councils/{council.pk}").json()
    names = {seat["key"]: [one["name"] for one in seat["people"]] for seat in told["seats"]}
    assert (names["party_secretary"], names["respected_resident"]) == (["周书记"], [""])
    assert told["missing"] == []
    (one,) = call(client, "get", f"/places/{community.place.code}/councils").json()["councils"]
    assert one["id"] == str(council.pk)
    assert call(client, "get", f"/councils/{council.pk}/roster.pdf").status_code == 200
    before = call(client, "get", f"/councils/{council.pk}?on=2020-01-01").json()
    assert all(not seat["people"] for seat in before["seats"])


def test_a_clerk_does_over_the_api_what_the_desk_does(client: Client, house: House) -> None:
    people.sign_in(client, house.clerk)
    facts = {"kind": "participation_group", "place": people.VILLAGE}
    made = call(client, "post", "/kept-councils", facts)
    assert made.status_code == 201
    again = call(client, "post", "/kept-councils", facts)
    assert (again.status_code, again.json()["code"]) == (409, "there_already")
    path = f"/kept-councils/{made.json()['id']}"
    seat = {"seat_key": "head", "way": "election", "chosen_how": "推选", "name": "张三"}
    assert call(client, "post", f"{path}/seats", seat).status_code == 201
    for name in ("纸上一", "纸上二"):
        call(client, "post", f"{path}/seats", seat | {"seat_key": "member", "name": name})
    assert call(client, "post", f"{path}/publish").json()["code"] == "not_whole"
    for one in Seat.objects.all():
        said = call(client, "post", f"/kept-council-seats/{one.pk}/answer", {"said": "yes"})
        assert said.status_code == 200
    assert call(client, "post", f"{path}/publish").status_code == 200
    assert call(client, "post", f"{path}/begin").json()["code"] == "not_whole"
    old = Seat.objects.get(name="纸上一")
    new = {"why": "搬走", "way": "election", "chosen_how": "补选", "name": "纸上三"}
    assert call(client, "post", f"/kept-council-seats/{old.pk}/replace", new).status_code == 200
    other = Seat.objects.get(name="纸上二")
    ended = call(client, "post", f"/kept-council-seats/{other.pk}/end", {"why": "搬走"})
    assert ended.status_code == 200
    assert call(client, "get", "/kept-councils").json()["count"] == 1
    assert call(client, "get", "/council-coverage?kind=participation_group&how=forming").json()[
        "places"
    ]
    gone = call(client, "post", f"{path}/dissolve", {"reason": "改选"})
    assert gone.json()["state"] == "dissolved"


def test_x_over_the_api(client: Client, community: Community) -> None:
    council = community.sitting()
    people.sign_in(client, community.clerk)
    matter = call(client, "post", f"/kept-councils/{council.pk}/matters", {"title": "停车"}).json()
    desk = f"/kept-council-matters/{matter['id']}"
    asked = {"name": "某人", "stake": "车位在门前"}
    stake = call(client, "post", f"{desk}/stakes", asked).json()
    told = call(client, "post", f"/kept-stakes/{stake['id']}/answer", {"accepts": True}).json()
    assert told["state"] == "accepts"
    people.sign_in(client, community.house.elsewhere)
    path = f"/council-matters/{matter['id']}"
    assert call(client, "post", f"{path}/concerned", {"stake": "开店"}).status_code == 201
    mine = Stakeholder.objects.get(person=community.house.elsewhere)
    assert call(client, "post", f"/stakes/{mine.pk}/answer", {"accepts": True}).status_code == 409
    assert call(client, "post", f"{path}/step-back", {"why": "无"}).status_code == 404
    people.sign_in(client, community.clerk)
    decided = call(client, "post", f"/kept-stakes/{mine.pk}/decide", {"is_welcome": True})
    assert decided.json()["state"] == "accepts"
    people.sign_in(client, community.house.elsewhere)
    left = call(client, "post", f"/stakes/{mine.pk}/step-back", {"why": "店关了"})
    assert left.json()["state"] == "stepped_back"
    told = call(client, "get", path).json()
    assert [one["how"] for one in told["concerned"]] == ["车位在门前"]
    assert [one["name"] for one in told["concerned"]] == [""]
    people.sign_in(client, community.clerk)
    assert call(client, "post", f"{desk}/close").json()["closed_at"]


def test_who_is_asked_answers_and_leaves(client: Client, house: House) -> None:
    asked = house.seat(house.form(), "head", person=house.resident)
    path = f"/council-seats/{asked.pk}"
    people.sign_in(client, house.elsewhere)
    assert call(client, "post", f"{path}/answer", {"accepts": True}).status_code == 404
    people.sign_in(client, house.resident)
    assert call(client, "post", f"{path}/answer", {"accepts": True}).json()["state"] == "accepted"
    assert len(call(client, "get", "/me/councils").json()["seats"]) == 1
    assert call(client, "post", f"{path}/leave").json()["state"] == "ended"


def test_groups_over_the_api(client: Client, house: House) -> None:
    people.sign_in(client, house.resident)
    begun = call(client, "post", f"/places/{people.VILLAGE}/groups/service_group")
    assert begun.status_code == 201
    own = Council.objects.get()
    assert call(client, "post", f"/councils/{own.pk}/join").status_code == 409
    matter, (neighbour, judge, *_rest) = house.judged()
    path = f"/group-matters/{matter.pk}"
    people.sign_in(client, house.clerk)
    assert call(client, "get", path).status_code == 404
    people.sign_in(client, neighbour)
    assert call(client, "post", f"{path}/consent").status_code == 422
    told = call(client, "post", f"{path}/consent", {"consents": True}).json()
    assert told["concerned"][0]["consents"]
    people.sign_in(client, judge)
    one = Concerned.objects.get()
    call(client, "post", f"{path}/hear", {"who": str(one.pk), "words": "老界"})
    bad = call(client, "post", f"{path}/propose", {"result": "罚款二百"})
    assert (bad.status_code, bad.json()["code"]) == (422, "not_for_us")
    call(client, "post", f"{path}/propose", {"result": "各让一步"})
    people.sign_in(client, neighbour)
    call(client, "post", f"{path}/agree", {"agrees": True})
    people.sign_in(client, judge)
    assert call(client, "post", f"{path}/conclude").json()["state"] == "concluded"
    assert call(client, "get", f"{path}/minutes.pdf").status_code == 200
    assert call(client, "post", f"{path}/nonsense").status_code == 404
    group = f"/groups/{matter.council_id}/matters"
    assert call(client, "get", group).json()["count"] == 1
    people.sign_in(client, neighbour)
    assert call(client, "get", group).status_code == 404


def test_asking_a_group(client: Client, house: House) -> None:
    council = house.group("moral_judging_group")
    people.sign_in(client, house.resident)
    path = f"/councils/{council.pk}/group-matters"
    facts = {"title": "两家的墙", "text": "请评评理", "about": ["张三"]}
    made = call(client, "post", path, facts)
    assert made.status_code == 201
    assert len(made.json()["concerned"]) == 1
    refused = call(client, "post", path, facts | {"text": "他老上访"})
    assert refused.json()["code"] == "not_for_us"


def test_nobody_signed_out_does_anything(client: Client, house: House) -> None:
    council = house.group()
    for path in (
        f"/councils/{council.pk}/join", f"/councils/{council.pk}/group-matters", "/kept-councils",
    ):  # fmt: skip
        assert call(client, "post", path).status_code == 401
    services.dissolve(council=council, by=house.clerk, reason="改选", at=house.at)
    assert call(client, "get", f"/councils/{council.pk}").json()["state"] == "dissolved"
