"""Pages and API of a secret vote: who sees what, and a cast that says nothing of who casts."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.ballots.conftest import Village
from tests.ballots.secret.box import Played
from tests.ballots.secret.voting import secret_of
from xiangyue.access.models import Account
from xiangyue.ballots import services as ballots
from xiangyue.ballots.secret import sealing, services
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def planned(village: Village, now: datetime) -> Played:
    keeper = village.keeper
    drawn = ballots.draw_roll(
        place=village.place, rule="villagers_assembly", by=keeper, at=now - timedelta(days=30)
    )
    ballots.publish_roll(roll=drawn, by=keeper, at=now - timedelta(days=30))
    ballots.confirm_entries(roll=drawn, entries=None, by=keeper, at=now - timedelta(days=30))
    ballot = village.plan(
        ballots.fix_roll(roll=drawn, by=keeper, at=now - timedelta(days=26)),
        modes=["paper", "secret_online"],
        is_secret=True,
        questions=["同意修村道吗？"],
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=2),
        at=now - timedelta(days=20),
    )
    return Played(village, ballot)


def running(village: Village) -> Played:
    now = timezone.now()
    played = planned(village, now)
    box = services.name_trustees(ballot=played.ballot, people=village.villagers[20:22], at=now)
    played.trustees = list(box.trustees.all())
    for trustee in played.trustees:
        played.deliver(trustee)
    played.ballot = ballots.open_ballot(ballot=played.ballot, at=now)
    return played


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def send(client: Client, name: str, played: Played, content: Any, verb: str = "post") -> Any:
    url = reverse(f"api:{name}", args=[played.ballot.pk])
    return getattr(client, verb)(url, json.dumps(content), content_type="application/json")


def take(client: Client, played: Played, name: str) -> Any:
    slip = sealing.slip_of(sealing.credential_of(secret_of(name)))
    return send(client, "take-slip", played, {"slip": slip})


def test_a_vote_is_cast_without_a_cookie_and_found_on_the_board(village: Village) -> None:
    played = running(village)
    voter = village.villagers[0]
    client = signed_in(voter)
    assert take(client, played, voter.name).status_code == 204
    content = played.sealed(voter.name, 0)
    answer = send(Client(), "cast-sealed", played, content)
    assert answer.status_code == 200
    receipt = answer.json()
    assert receipt["position"] == 1
    assert {dot for row in receipt["qr"] for dot in row} == {"0", "1"}
    assert not answer.cookies
    board = Client().get(reverse("secret-box", args=[played.ballot.pk])).content.decode()
    assert receipt["code"] in board
    assert voter.name not in board
    listed = Client().get(f"/api/v1/votes/{played.ballot.pk}/secret/board").json()
    assert listed["votes"] == [{"position": 1, "code": receipt["code"], "head": receipt["head"]}]
    assert send(Client(), "cast-sealed", played, content).json() == receipt


def test_el01_a_cast_that_says_who_casts_is_refused(village: Village) -> None:
    played = running(village)
    voter = village.villagers[0]
    client = signed_in(voter)
    take(client, played, voter.name)
    content = played.sealed(voter.name, 0)
    assert send(client, "cast-sealed", played, content).json()["code"] == "not_anonymous"
    url = reverse("api:cast-sealed", args=[played.ballot.pk])
    told = Client().post(
        url, json.dumps(content), content_type="application/json",
        headers={"Authorization": "Bearer xy_something"},
    )  # fmt: skip
    assert told.status_code == 400
    assert played.box.vote_count == 0


def test_el01_casting_reads_no_session_and_no_account(
    village: Village, django_assert_max_num_queries: Any
) -> None:
    played = running(village)
    voter = village.villagers[0]
    take(signed_in(voter), played, voter.name)
    content = played.sealed(voter.name, 0)
    with django_assert_max_num_queries(25) as asked:
        assert send(Client(), "cast-sealed", played, content).status_code == 200
    words = " ".join(query["sql"] for query in asked.captured_queries)
    for table in ("django_session", "access_account", "places_person", "activity_entry"):
        assert table not in words


@pytest.mark.parametrize("content", [{}, [], "x", None, {"format": "xiangyue.sealed-vote.1"}])
def test_nonsense_is_refused_in_words(village: Village, content: object) -> None:
    played = running(village)
    answer = send(Client(), "cast-sealed", played, content)
    assert answer.status_code == 422
    assert answer.json()["title"]


def test_who_is_not_signed_in_takes_no_slip(village: Village) -> None:
    played = running(village)
    assert take(Client(), played, "x").status_code == 401
    page = Client().get(reverse("secret-vote", args=[played.ballot.pk]))
    assert page.status_code == 302


def test_a_forged_form_takes_no_slip(village: Village) -> None:
    played = running(village)
    client = Client(enforce_csrf_checks=True)
    people.sign_in(client, village.villagers[0])
    assert take(client, played, "x").status_code == 403
    assert played.box.slips == []


def test_nobody_downloads_votes_before_the_close(village: Village) -> None:
    played = running(village)
    url = reverse("secret-recount", args=[played.ballot.pk])
    assert Client().get(url).status_code == 409
    assert Client().get(f"/api/v1/votes/{played.ballot.pk}/secret/recount").status_code == 409
    ballots.close_ballot(ballot=played.ballot, at=played.ballot.closes_at)
    assert Client().get(url).json()["votes"] == []


def test_the_check_is_explained_in_ten_lines(village: Village) -> None:
    played = running(village)
    html = Client().get(reverse("secret-check", args=[played.ballot.pk])).content.decode()
    assert html.partition('<ol class="prose">')[2].partition("</ol>")[0].count("<li>") == 10


def test_the_trustees_page_is_the_trustees_alone(village: Village) -> None:
    played = running(village)
    url = reverse("secret-trustee", args=[played.ballot.pk])
    assert Client().get(url).status_code == 302
    assert signed_in(village.villagers[0]).get(url).status_code == 403
    assert signed_in(village.villagers[20]).get(url).status_code == 200
    key = {"key": "0" * 512, "proof": ["0", "0"]}
    stranger = signed_in(village.villagers[0])
    assert send(stranger, "deliver-key", played, key, "put").status_code == 403
    assert send(stranger, "open-part", played, {"shares": []}).status_code == 403


def test_the_clerk_names_trustees_by_their_numbers(village: Village) -> None:
    played = planned(village, timezone.now())
    client = signed_in(village.keeper)
    url = reverse("secret-trustees", args=[played.ballot.pk])
    assert client.get(url).status_code == 200
    one, two = village.villagers[20:22]
    for wrong in ("", "13000000000", str(one.phone), f"{one.phone}\n{one.phone}"):
        answer = client.post(url, {"phones": wrong})
        assert answer.status_code == 422
        assert wrong in answer.content.decode()
    assert client.post(url, {"phones": f"{one.phone}\n{two.phone}"}).status_code == 302
    assert one.name in client.get(url).content.decode()
    assert signed_in(village.villagers[0]).get(url).status_code == 403
    assert Account.objects.filter(person=one).count() == 0


def test_an_ordinary_vote_has_no_box(village: Village) -> None:
    ballot = village.plan()
    for name in ("secret-box", "secret-check", "secret-recount"):
        assert Client().get(reverse(name, args=[ballot.pk])).status_code == 404
    url = reverse("secret-trustees", args=[ballot.pk])
    assert signed_in(village.keeper).get(url).status_code == 404


def test_the_script_is_loaded_on_the_pages_of_secret_votes_alone(village: Village) -> None:
    played = running(village)
    voter, trustee = signed_in(village.villagers[0]), signed_in(village.villagers[20])
    pages = ((voter, "secret-vote"), (Client(), "secret-box"), (trustee, "secret-trustee"))
    for client, name in pages:
        html = client.get(reverse(name, args=[played.ballot.pk])).content.decode()
        assert "bundle/secret.js" in html
    for url in ("/", reverse("vote", args=[played.ballot.pk])):
        assert "bundle/secret.js" not in voter.get(url).content.decode()
