"""The desk and the API say who outside is told of what."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.webhooks.conftest import NAMES, keeper, registered, reported, told
from xiangyue.webhooks.events import offered
from xiangyue.webhooks.forms import EndpointForm
from xiangyue.webhooks.models import Endpoint, Sending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]


@pytest.fixture
def desk(db) -> Client:
    client = Client()
    people.sign_in(client, keeper())
    return client


def form(url: str) -> dict[str, object]:
    return {"name": "县大数据中心", "url": url, "names": list(NAMES)}


def test_a_webhook_is_registered_and_its_secret_shown_once(desk, receiver):
    shown = desk.post("/desk/webhooks/", form(receiver.url)).content.decode()
    secret = shown.partition('id="webhook-secret">')[2].partition("<")[0]
    assert secret.startswith("whsec_")
    endpoint = Endpoint.objects.get()
    assert endpoint.source == "http://testserver/"
    for path in ("/desk/webhooks/", f"/desk/webhooks/{endpoint.pk}/"):
        assert secret not in desk.get(path).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"url": "https://127.1.2.3.4.5/"}, {"url": "https://10.1.1.1/"}, {"names": []},
     {"names": ["access.signed_in"]}, {"name": ""}],
)  # fmt: skip
def test_what_was_typed_stays_when_it_is_refused(desk, receiver, wrong):
    answer = desk.post("/desk/webhooks/", form(receiver.url) | wrong)
    assert answer.status_code == 422
    if "name" not in wrong:
        assert "县大数据中心" in answer.content.decode()
    assert Endpoint.objects.count() == 0


def test_modules_are_folded_up_but_for_matters_and_those_with_something_chosen():
    groups = {group.title: group for group in EndpointForm().groups()}
    assert next(iter(groups)) == "事项"
    assert [title for title, group in groups.items() if group.is_open] == ["事项"]
    chosen = {"name": "x", "url": "https://a.example/", "names": ["meetings.meeting_closed"]}
    bound = [group for group in EndpointForm(chosen).groups() if group.is_open]
    assert [group.chosen_count for group in bound] == [0, 1]
    assert "中选了 1 项" in bound[1].heading
    assert sum(len(group.boxes) for group in groups.values()) == len(offered())


def test_what_became_of_each_event_is_seen_and_sent_again(desk, receiver):
    endpoint, _secret = registered(receiver.url)
    reported()
    told()
    page = f"/desk/webhooks/{endpoint.pk}/"
    assert "HTTP 204" in desk.get(page).content.decode()
    assert "HTTP 204" not in desk.get(f"{page}?state=waiting").content.decode()
    sending = Sending.objects.get()
    assert desk.post(f"/desk/webhooks/events/{sending.pk}/again/").status_code == 302
    told(minutes=2)
    assert len(receiver.got) == 2
    # What is not waiting cannot be left out.
    assert desk.post(f"/desk/webhooks/events/{sending.pk}/leave/").status_code == 409


def test_it_is_changed_paused_resumed_given_a_new_secret_and_ended(desk, receiver):
    endpoint, secret = registered(receiver.url)
    page = f"/desk/webhooks/{endpoint.pk}/"
    assert desk.post(page, form(receiver.url) | {"name": "别名"}).status_code == 302
    assert desk.post(page, form("https://10.1.1.1/")).status_code == 422
    assert desk.post(f"{page}pause/").status_code == 302
    assert "已手动暂停" in desk.get(page).content.decode()
    assert desk.post(f"{page}resume/").status_code == 302
    renewed = desk.post(f"{page}secret/").content.decode()
    assert "whsec_" in renewed
    assert secret not in renewed
    assert desk.post(f"{page}end/").status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.ended_at is None) == ("别名", False)
    assert desk.post(f"{page}pause/").status_code == 409
    assert "别名" in desk.get("/desk/webhooks/?ended=1").content.decode()
    assert desk.get(page).status_code == 200


def test_nobody_else_comes_near(desk, receiver):
    endpoint, _secret = registered(receiver.url)
    reported()
    told()
    sending = Sending.objects.get()
    paths = [
        "/desk/webhooks/",
        *(f"/desk/webhooks/{endpoint.pk}/{verb}" for verb in ("", "secret/", "pause/", "end/")),
        f"/desk/webhooks/events/{sending.pk}/again/",
        f"/api/v1/webhooks/{endpoint.pk}/secret",
        f"/api/v1/webhook-events/{sending.pk}/again",
    ]
    other = Client()
    town = people.posted("administrator", at_place=people.town(),
                         organisation=people.unit("TV", people.town()))  # fmt: skip
    for who in (people.dispatcher(), people.somebody(), town):
        people.sign_in(other, who)
        assert {other.post(path).status_code for path in paths} == {403}
    assert other.get("/api/v1/webhooks").status_code == 403
    assert desk.get("/desk/webhooks/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_api_does_what_the_pages_do(desk, receiver):
    def post(path, body=None):
        return desk.post(f"/api/v1/{path}", body or {}, content_type="application/json")

    made = post("webhooks", form(receiver.url))
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    one = f"webhooks/{made.json()['id']}"
    assert "secret" not in desk.get(f"/api/v1/{one}").json()
    changed = desk.put(f"/api/v1/{one}", form(receiver.url) | {"name": "别名"},
                       content_type="application/json")  # fmt: skip
    assert changed.json()["name"] == "别名"
    reported()
    told(since=timezone.now())
    events = desk.get(f"/api/v1/{one}/events").json()
    assert (events["count"], events["counts"]) == (1, {"delivered": 1})
    event = f"webhook-events/{events['items'][0]['id']}"
    assert post(f"{event}/again").json()["state"] == "waiting"
    assert post(f"{event}/leave-out").json()["state"] == "left_out"
    assert post(f"{one}/pause").json()["pause"] == "by_hand"
    assert post(f"{one}/resume", {"from_now": True}).json()["paused_at"] is None
    assert post(f"{one}/secret").json()["secret"].startswith("whsec_")
    assert post("webhooks", form("https://10.0.0.1/")).status_code == 422
    names = {each["name"] for each in desk.get("/api/v1/happenings").json()}
    assert set(NAMES) <= names
    assert desk.delete(f"/api/v1/{one}").status_code == 204
    assert post(f"{one}/pause").status_code == 409
    assert desk.get("/api/v1/webhooks").json()["count"] == 0
