"""The API's twin of elections: the same acts, the same refusals."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.ballots.conftest import make_village
from tests.ballots.elections.conftest import AT, CLOSES, DURING, OPENS
from tests.ballots.elections.test_pages import signed_in
from tests.contracts.test_api_description import described
from xiangyue.ballots.elections.models import Election

pytestmark = pytest.mark.django_db
API = "/api/v1"


def send(client: Client, path: str, body: object = None, method: str = "post"):
    return getattr(client, method)(
        f"{API}{path}", json.dumps(body or {}), content_type="application/json"
    )


@pytest.fixture
def at(monkeypatch):
    def say(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return say


def test_an_election_is_announced_and_drawn(db, at):
    village = make_village()
    keeper = signed_in(village.keeper)
    at(AT)
    said = {
        "place": village.place.code, "kind": "villagers_committee",
        "opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat(),
        "committee": "\n".join(person.name for person in village.villagers[20:25]),
        "chosen_by": "村民会议", "seats": {"chair": 1, "member": 2},
    }  # fmt: skip
    near = send(
        keeper, "/kept-elections", said | {"opens_at": (AT + timedelta(days=3)).isoformat()}
    )
    assert near.status_code == 422
    key = send(keeper, "/kept-elections", said).json()["id"]
    assert send(keeper, "/kept-elections", said).json()["code"] == "election_stands"
    page = keeper.get(f"{API}/kept-elections/{key}").json()
    assert page["next"] == "draw"
    assert send(keeper, f"/kept-elections/{key}/draw").json()["next"] == "list"
    stranger = signed_in(village.villagers[3])
    assert send(stranger, f"/kept-elections/{key}/annul", {"reason": "x"}).status_code == 404
    assert Client().get(f"{API}/elections").json()[0]["id"] == key
    assert Client().get(f"{API}/elections/{key}").json()["stages"][0]["key"] == "committee"


def test_slips_and_counts_by_the_api(held, at):
    found = held.open()
    at(DURING)
    teller = signed_in(held.village.tellers[0])
    door = teller.get(f"{API}/election-rounds/{found.pk}/door").json()
    assert len(door) == 30
    path = f"/election-rounds/{found.pk}/door/{door[0]['number']}"
    assert send(teller, path, {"way": "booth"}).status_code == 204
    assert send(teller, path, {"way": "booth"}).json()["code"] == "slip_refused"
    assert send(teller, path, method="delete").status_code == 204
    assert send(teller, path, {"way": "phone"}).status_code == 422
    early = send(
        teller, f"/election-rounds/{found.pk}/counts",
        {"office": "chair", "returned": 0, "spoiled": 0, "votes": {}},
    )  # fmt: skip
    assert early.status_code == 409
    assert Client().get(f"{API}/election-rounds/{found.pk}/result").status_code == 404


def test_the_slips_to_print_are_the_tellers_by_the_api_too(held, at):
    found = held.ready()
    at(DURING)
    path = f"{API}/election-rounds/{found.pk}/slips.pdf"
    assert Client().get(path).status_code == 401
    assert signed_in(held.village.villagers[10]).get(path).status_code == 404
    assert signed_in(held.village.tellers[0]).get(path).content.startswith(b"%PDF")


def test_no_operation_of_the_api_votes_in_an_election():
    paths = [path for path in described()["paths"] if "election" in path]
    assert paths
    assert not [path for path in paths if path.endswith(("/cast", "/vote", "/votes", "/ballots"))]


def test_an_act_of_another_election_is_not_found(held, at):
    held.fix()
    at(AT)
    other = Election.objects.get()
    answer = send(
        signed_in(held.keeper), f"/kept-elections/{other.pk}/withdraw",
        {"candidate": "00000000-0000-7000-8000-000000000000"},
    )  # fmt: skip
    assert answer.status_code == 404
