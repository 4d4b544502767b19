"""The API's twin: the same services, the same refusals."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.ballots.test_pages import counted, open_ballot, roll_of, signed_in
from xiangyue.ballots import services
from xiangyue.ballots.models import Ballot, Membership, Participation, Voice
from xiangyue.ballots.recomputing import verdicts_of

pytestmark = pytest.mark.django_db
API = "/api/v1"


def send(client: Client, path: str, body: object = None, method: str = "post"):
    return getattr(client, method)(
        f"{API}{path}", json.dumps(body or {}), content_type="application/json"
    )


def test_a_vote_from_the_roll_to_the_result(village):
    desk = signed_in(village.keeper)
    drawn = send(desk, "/kept-rolls", {"place": village.place.code, "rule": "group_meeting"})
    assert (drawn.status_code, drawn.json()["code"]) == (422, "not_its_rule")
    village.members("representatives_assembly", 6)
    roll = send(
        desk, "/kept-rolls", {"place": village.place.code, "rule": "representatives_assembly"}
    ).json()
    assert (roll["entry_count"], roll["state"]) == (6, "draft")
    early = send(desk, f"/kept-rolls/{roll['id']}/fix")
    assert early.json()["code"] == "roll_unsettled"
    send(desk, f"/kept-rolls/{roll['id']}/publish")
    assert send(desk, f"/kept-rolls/{roll['id']}/fix").json()["state"] == "fixed"
    now = timezone.now()
    ballot = send(
        desk,
        f"/kept-rolls/{roll['id']}/votes",
        {
            "title": "买垃圾车", "questions": [{"text": "买吗？"}], "modes": ["hands", "online"],
            "opens_at": now.isoformat(), "closes_at": (now + timedelta(hours=1)).isoformat(),
            "tellers": [str(village.tellers[0].pk)],
        },
    ).json()  # fmt: skip
    key = ballot["id"]
    send(desk, f"/kept-votes/{key}/open")
    voter = signed_in(village.villagers[0])
    assert voter.get(f"{API}/votes/mine").json()[0]["has_taken_part"] is False
    assert send(voter, f"/votes/{key}/cast", {"choices": {"1": "maybe"}}).status_code == 422
    assert send(voter, f"/votes/{key}/cast", {"choices": {"1": "yes"}}).status_code == 204
    assert voter.get(f"{API}/votes/mine").json()[0]["has_taken_part"] is True
    assert voter.get(f"{API}/votes/{key}/result").status_code == 404
    teller = signed_in(village.tellers[0])
    assert send(teller, f"/votes/{key}/room", {"mode": "hands"}).json() == {"count": 5}
    assert {row["mode"] for row in teller.get(f"{API}/votes/{key}/door").json()} == {
        "hands", "online",
    }  # fmt: skip
    said = {"question": 1, "mode": "hands", "counts": {"yes": 3, "no": 2}}
    assert send(teller, f"/votes/{key}/counts", said).json() == {"agreement": "agreed"}
    assert send(desk, f"/kept-votes/{key}/count").json()["code"] == "ballot_not_open"
    assert desk.get(f"{API}/kept-votes/{key}").json()["taken"] == {"hands": 5, "online": 1}
    assert send(desk, f"/kept-votes/{key}/close").json()["state"] == "closed"
    assert send(desk, f"/kept-votes/{key}/count").json()["state"] == "counted"
    result = Client().get(f"{API}/votes/{key}/result").json()
    assert verdicts_of(result["facts"])[0]["ground"] == "carried"
    assert Client().get(f"{API}/votes?state=counted").json()[0]["id"] == key


def test_one_looks_oneself_up_and_objects(village):
    roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=timezone.now())
    voter = signed_in(village.villagers[0])
    assert voter.get(f"{API}/rolls/{roll.pk}").status_code == 404
    services.publish_roll(roll=roll, at=timezone.now())
    seen = voter.get(f"{API}/rolls/{roll.pk}?q=王").json()
    assert seen["my_number"]
    assert {entry["name"] for entry in seen["entries"]} == {"王甲", "王乙", "王丙"}
    assert set(seen["entries"][0]) == {"number", "name", "group"}  # nothing else of anybody
    objected = send(voter, f"/rolls/{roll.pk}/objections", {"kind": "other", "text": "组写错了"})
    desk = signed_in(village.keeper)
    kept = desk.get(f"{API}/kept-rolls/{roll.pk}").json()
    assert kept["objections"][0]["text"] == "组写错了"
    assert len(kept["entries"]) == 30
    answered = send(
        desk, f"/roll-objections/{objected.json()['id']}/answer",
        {"is_upheld": True, "answer": "已改"},
    )  # fmt: skip
    assert answered.json()["is_upheld"] is True


def test_strangers_find_nothing(village):
    ballot = open_ballot(village)
    stranger = signed_in(people.clerk(people.OTHER_VILLAGE))
    for path in (
        f"/rolls/{ballot.roll_id}", f"/votes/{ballot.pk}/door", f"/kept-rolls/{ballot.roll_id}",
        f"/kept-votes/{ballot.pk}", f"/vote-members/{village.place.code}/party_member",
    ):  # fmt: skip
        assert stranger.get(f"{API}{path}").status_code == 404, path
        assert Client().get(f"{API}{path}").status_code == 401, path
    counts = {"question": 1, "mode": "hands", "counts": {"yes": 0}}
    for path, body in (
        (f"/votes/{ballot.pk}/room", {"mode": "hands"}),
        (f"/votes/{ballot.pk}/counts", counts),
        (f"/kept-votes/{ballot.pk}/close", {}),
        (f"/kept-rolls/{ballot.roll_id}/fix", {}),
    ):
        assert send(stranger, path, body).status_code == 404, path
    assert send(signed_in(village.keeper), f"/votes/{ballot.pk}/counts", counts).status_code == 404
    assert not Participation.objects.exists()


@pytest.mark.parametrize(
    "choices", [{"1": "yes", "2": "yes", "x": "no"}, {"1": 1}, {"²": "yes"}, {"1" * 50: "yes"}, {}]
)
def test_hostile_votes_are_refused_with_a_sentence(village, choices):
    ballot = open_ballot(village)
    voter = signed_in(village.villagers[0])
    answer = send(voter, f"/votes/{ballot.pk}/cast", {"choices": choices})
    if answer.status_code == 204:  # what is no number is no question
        assert Voice.objects.count() == 2
    else:
        assert answer.status_code == 422
        assert not Participation.objects.exists()


def test_the_rest_of_what_a_desk_does(village):
    desk = signed_in(village.keeper)
    code = village.place.code
    roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=timezone.now())
    assert send(desk, f"/kept-rolls/{roll.pk}/entries/1/strike", {"reason": "迁出"}).json() == {
        "number": 1
    }
    people.somebody("外来人", at_place=people.place(people.OTHER_VILLAGE))
    added = send(desk, f"/kept-rolls/{roll.pk}/entries", {"name": "外来人", "reason": "住满一年"})
    assert added.json() == {"number": 31}
    assert send(desk, f"/kept-rolls/{roll.pk}/confirm").json() == {"count": 0}
    assert [row["id"] for row in desk.get(f"{API}/kept-rolls").json()] == [str(roll.pk)]
    said = {"names": "王甲\n李甲", "on": "2026-01-01"}
    assert send(desk, f"/vote-members/{code}/party_member", said).json() == {"count": 2}
    assert send(desk, f"/vote-members/{code}/anything", said).status_code == 404
    rows = desk.get(f"{API}/vote-members/{code}/party_member").json()
    assert send(desk, f"/vote-members/{rows[0]['id']}", method="delete").status_code == 204
    assert Membership.objects.filter(active_to=None).count() == 1
    services.publish_roll(roll=roll, at=timezone.now())
    counter = {"kind": "missing", "text": "我娘", "said_by": "老王"}
    assert send(desk, f"/kept-rolls/{roll.pk}/objections", counter).status_code == 200
    ballot = counted(village)
    assert send(desk, f"/kept-votes/{ballot.pk}/annul", {"reason": " "}).status_code == 422
    annulled = send(desk, f"/kept-votes/{ballot.pk}/annul", {"reason": "法院撤销"}).json()
    assert annulled["state"] == "annulled"
    assert [row["id"] for row in desk.get(f"{API}/kept-votes").json()] == [str(ballot.pk)]


def test_at_the_door_with_a_proxy_and_back(village):
    for person in village.villagers[:2]:
        person.household = village.households[0]
        person.save()
    village.members("collective_member", 4)
    ballot = open_ballot(village, roll=roll_of(village, "collective_assembly"))
    teller = signed_in(village.tellers[0])
    one, two = (village.entry(ballot, each).number for each in village.villagers[:2])
    path = f"/votes/{ballot.pk}/door/{one}"
    assert send(teller, path, {"mode": "paper", "proxy": two}).status_code == 422
    said = {"mode": "paper", "proxy": two, "is_written": True}
    assert send(teller, path, said).status_code == 204
    assert send(teller, path, said).status_code == 409
    assert send(teller, path, method="delete").status_code == 204
    unknown = {"mode": "hands", "numbers": [one, 999]}
    assert send(teller, f"/votes/{ballot.pk}/room", unknown).status_code == 422
    assert send(teller, f"/votes/{ballot.pk}/room", unknown | {"numbers": [one]}).json() == {
        "count": 1
    }


def test_women_are_counted_where_the_rule_asks_for_a_share(village):
    ballot = open_ballot(village, roll=roll_of(village, "compact_assembly"), matter="compact")
    services.mark_many_present(ballot=ballot, mode="hands", at=timezone.now())
    desk = signed_in(village.keeper)
    assert send(desk, f"/kept-votes/{ballot.pk}/women", {"present": 31}).status_code == 422
    assert send(desk, f"/kept-votes/{ballot.pk}/women", {"present": 10}).status_code == 200
    assert Ballot.objects.get().women_present_count == 10


def test_who_sends_keys_of_people_elsewhere_is_told_nobodys_name(village):
    roll = roll_of(village, "villagers_assembly", basis="households")
    ballot = open_ballot(village, roll=roll)
    entry = ballot.roll.entries.get(household=village.households[0])
    teller, path = signed_in(village.tellers[0]), f"/votes/{ballot.pk}/door/{entry.number}"
    elsewhere = people.somebody("外村某", at_place=people.place(people.OTHER_VILLAGE))
    for other in (elsewhere, village.villagers[1]):
        refused = send(teller, path, {"mode": "hands", "delegate": str(other.pk)})
        assert refused.status_code == 404
        assert other.name not in refused.content.decode()
    own = {"mode": "hands", "delegate": str(village.villagers[0].pk)}
    assert send(teller, path, own).status_code == 204
