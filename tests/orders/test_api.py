"""The API's twin: the same services, the same refusals, nobody's name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.orders.conftest import AT as MONDAY
from tests.orders.conftest import CLOSES, OPENS, House
from xiangyue.orders.models import Slip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now() - (OPENS - MONDAY) - timedelta(hours=3)


def send(client: Client, method: str, path: str, body: object = None):
    return getattr(client, method)(f"/api/v1{path}", body, content_type="application/json")


class TestResidents:
    def test_order_support_and_follow(self, client: Client, house: House) -> None:
        house.at = timezone.now()
        key = house.begin().pk
        people.sign_in(client, house.residents[0])
        said = send(client, "post", f"/budgets/{key}/needs", {"text": "装路灯", "spot": "三组"})
        assert (said.status_code, said.json()["number"]) == (200, 1)
        people.sign_in(client, house.residents[1])
        need = said.json()["id"]
        assert send(client, "put", f"/budget-needs/{need}/support").json()["support_count"] == 1
        assert client.get("/api/v1/me/budget-needs").json()["count"] == 1
        assert send(client, "delete", f"/budget-needs/{need}/support").json()["support_count"] == 0
        assert client.get(f"/api/v1/budgets/{key}/alike?text=路灯").json()[0]["id"] == need

    def test_a_slip_is_cast_once_and_nothing_is_told_of_it(
        self, client: Client, house: House
    ) -> None:
        key = house.voting().pk
        people.sign_in(client, house.residents[0])
        over = send(client, "post", f"/budgets/{key}/slip", {"projects": [1, 2, 3]})
        assert (over.status_code, over.json()["code"]) == (422, "slip_refused")
        done = send(client, "post", f"/budgets/{key}/slip", {"projects": [1]})
        assert (done.status_code, done.content) == (204, b"")
        again = send(client, "post", f"/budgets/{key}/slip", {"projects": [2]})
        assert again.status_code == 409
        assert Slip.objects.get().projects == [1]
        assert client.get(f"/api/v1/budgets/{key}/result").status_code == 404

    def test_the_result_says_why_of_each(self, client: Client, house: House) -> None:
        house.at -= timedelta(days=5)
        outcome = house.decided([1, 4], [1], [2])
        told = client.get(f"/api/v1/budgets/{house.now.pk}/result").json()
        assert told["digest"] == outcome.digest
        assert set(told["sentences"]) == {"1", "2", "3", "4"}
        lamp = client.get(f"/api/v1/budget-projects/{house.named('路灯').pk}").json()
        assert (lamp["building"], lamp["verdict"]["votes"]) == ("waiting", 2)
        listed = client.get("/api/v1/budgets?which=all").json()
        assert (listed["count"], listed["page_count"]) == (1, 1)


class TestStaff:
    def test_the_keeper_takes_a_round_from_step_to_step(self, client: Client, house: House) -> None:
        people.sign_in(client, house.keeper)
        entered = {
            "place": people.VILLAGE, "kind": "service_fund", "title": "办哪几件",
            "budget": 10_000_000, "money_from": "专项经费",
        }  # fmt: skip
        made = send(client, "post", "/kept-budgets", entered)
        assert (made.status_code, made.json()["next_step"]) == (201, "")
        key = made.json()["id"]
        early = send(client, "post", f"/kept-budgets/{key}/steps", {"step": "count"})
        assert early.status_code == 409
        stopped = send(client, "post", f"/kept-budgets/{key}/stop", {"why": "经费没有到位"})
        assert stopped.json()["state"] == "stopped"
        bad = send(client, "post", "/kept-budgets", entered | {"budget": 0})
        assert (bad.status_code, bad.json()["code"]) == (422, "money_wrong")

    def test_projects_are_costed_refused_and_taken_up(self, client: Client, house: House) -> None:
        house.costed()
        people.sign_in(client, house.keeper)
        entered = {
            "title": "长椅", "what": "六把", "costed_by": "项目办",
            "lines": [{"what": "木头", "amount": 5_000}],
        }  # fmt: skip
        made = send(client, "post", f"/kept-budgets/{house.now.pk}/projects", entered)
        path = f"/kept-budget-projects/{made.json()['id']}"
        assert send(client, "put", path, entered | {"title": "长凳"}).json()["title"] == "长凳"
        refused = send(client, "post", f"{path}/refuse", {"refused_for": "planned", "why": "有了"})
        assert refused.json()["state"] == "refused"
        assert send(client, "delete", f"{path}/refuse").json()["state"] == "draft"

    def test_two_tellers_type_papers_and_a_tablet_takes_slips(
        self, client: Client, house: House
    ) -> None:
        key = house.voting().pk
        people.sign_in(client, house.village.tellers[0])
        (door,) = client.get(f"/api/v1/budgets/{key}/tablet?q={house.residents[3].name}").json()
        path = f"/budgets/{key}/tablet/{door['number']}"
        assert send(client, "post", path, {"projects": [4]}).status_code == 204
        papers = send(client, "post", f"/budgets/{key}/papers", {"first": 1, "lines": ["1"]})
        assert papers.status_code == 409

    def test_papers_after_the_close(self, client: Client, house: House) -> None:
        house.at -= CLOSES - OPENS
        key = house.voting().pk
        house.hand_out(0, 1)
        house.close()
        for teller in house.village.tellers:
            people.sign_in(client, teller)
            told = send(
                client, "post", f"/budgets/{key}/papers", {"first": 1, "lines": ["1", "-"]}
            ).json()
        assert (told["agreed"], told["differing"], told["handed_out"]) == ([1, 2], [], 2)

    def test_strangers_keep_nothing(self, client: Client, house: House) -> None:
        key = house.voting().pk
        assert client.get(f"/api/v1/kept-budgets/{key}").status_code in {401, 403}
        for stranger in (people.clerk(people.OTHER_VILLAGE), house.residents[0]):
            people.sign_in(client, stranger)
            assert client.get(f"/api/v1/kept-budgets/{key}").status_code in {403, 404}
            assert client.get(f"/api/v1/budgets/{key}/papers").status_code == 404
            step = send(client, "post", f"/kept-budgets/{key}/steps", {"step": "close"})
            assert step.status_code in {403, 404}
