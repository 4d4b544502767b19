"""Patrols on the phone and at the desk, and in the API."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.patrols.conftest import Round, a_grid
from xiangyue.access.appointments import end_post
from xiangyue.incidents.models import Incident
from xiangyue.patrols.forms import opened
from xiangyue.patrols.models import Patrol, Sending, Visit
from xiangyue.patrols.queries import today_of
from xiangyue.places.models import Person
from xiangyue.places.services import register_household

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


@pytest.fixture
def phone(patrol) -> Client:
    return signed_in(patrol.worker)


def page_of(patrol: Round) -> str:
    return f"/patrol/{patrol.grid.code}/"


def entered(patrol: Round, **facts: str) -> dict[str, str]:
    return {
        "client_key": str(uuid4()),
        "opened": opened(patrol.grid, at=timezone.now()),
        "item_fire": "fine",
    } | facts


def test_nothing_found_is_one_tap(patrol, phone):
    page = phone.get("/today/").content.decode()
    assert "今日巡查" in page
    assert f"{page_of(patrol)}nil/" in page
    answer = phone.post(f"{page_of(patrol)}nil/", {"client_key": str(uuid4())}, follow=True)
    assert "今天的巡查已上报" in answer.content.decode()
    assert Patrol.objects.get().is_nil
    assert f"{page_of(patrol)}nil/" not in phone.get("/today/").content.decode()


def test_two_taps_are_one_patrol(patrol, phone):
    key = str(uuid4())
    for _tap in range(2):
        assert phone.post(f"{page_of(patrol)}nil/", {"client_key": key}).status_code == 302
    assert (Patrol.objects.count(), Sending.objects.count()) == (1, 1)


def test_the_form_opts_into_the_phones_outbox(patrol, phone):
    answer = phone.get(page_of(patrol))
    page = answer.content.decode()
    assert "data-outbox=" in page
    assert answer.headers["Keep-Offline"] == "1"
    assert "巷子1号" in page


def test_a_round_is_walked_looked_at_and_visited_in_one_form(patrol, phone):
    answer = phone.post(
        page_of(patrol),
        entered(
            patrol,
            words_gas_power="灶房胶管老化",
            answer_gas_power_which="gas",
            **{
                f"visit_{patrol.houses[0].pk}": "visited",
                f"visit_{patrol.houses[1].pk}": "inconvenient",
            },
        ),
        follow=True,
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert Incident.objects.get().number in page
    assert sorted(Visit.objects.values_list("outcome", flat=True)) == ["inconvenient", "visited"]


def test_a_visit_counts_though_its_household_has_left_the_list_meanwhile(
    patrol, phone, monkeypatch
):
    """The list shows so many; while a form waits in a phone a colleague's visits reorder it."""
    monkeypatch.setattr("xiangyue.patrols.pages.MOST_HOUSEHOLDS", 2)
    stranger = register_household(
        code="0", grid=people.place(people.OTHER_VILLAGE), address="别村", at=people.LONG_AGO
    )
    sent = entered(
        patrol,
        visit_rubbish="visited",
        **{f"visit_{house.pk}": "visited" for house in (*patrol.houses, stranger)},
    )
    assert phone.post(page_of(patrol), sent).status_code == 302
    assert set(Visit.objects.values_list("household", flat=True)) == {
        house.pk for house in patrol.houses
    }


def test_what_was_entered_stays_when_it_is_refused(patrol, phone):
    answer = phone.post(
        page_of(patrol),
        entered(
            patrol,
            item_fire="found",
            words_gas_power="胶管老化",
            **{f"visit_{patrol.houses[0].pk}": "visited"},
        ),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "胶管老化" in page
    assert not Patrol.objects.exists()


def test_a_finding_without_words_is_asked_for_beside_its_item(patrol, phone):
    answer = phone.post(page_of(patrol), entered(patrol, item_fire="found"))
    assert answer.status_code == 422
    assert "请用一句话写明发现了什么" in answer.content.decode()


@pytest.mark.parametrize(
    "facts",
    [
        {"item_fire": "burning"},
        {"visit_x": "visited"},
        {"latitude": "NaN"},
        {"latitude": "91"},
        {"client_key": "rubbish"},
        {"opened": "rubbish" * 20},
        {"phone_recorded": "-1"},
        {"phone_recorded": "9" * 40},
        {"words_fire": "x" * 2001},
    ],
)
def test_hostile_values_are_refused_or_ignored(patrol, phone, facts):
    answer = phone.post(page_of(patrol), entered(patrol, **facts))
    assert answer.status_code in {302, 422}
    assert Patrol.objects.count() == (1 if answer.status_code == 302 else 0)


def test_what_waited_in_the_phone_overnight_counts_for_the_day_before(patrol, phone):
    now = timezone.now()
    shown = now - timedelta(hours=20)
    written = shown + timedelta(minutes=5)
    day = today_of(shown)
    if today_of(written) != day:
        written = shown
    answer = phone.post(
        page_of(patrol),
        entered(
            patrol,
            opened=opened(patrol.grid, at=shown),
            phone_recorded=str(int((written.timestamp() - 3600) * 1000)),
            phone_offset_then="3600000",
        ),
    )
    assert answer.status_code == 302
    assert Patrol.objects.get().date == day


def test_the_seal_of_one_grids_form_is_none_for_another(patrol, phone):
    other = people.place(people.OTHER_VILLAGE)
    phone.post(page_of(patrol), entered(patrol, opened=opened(other, at=timezone.now())))
    assert Patrol.objects.get().started_at is None


def test_a_worker_sees_only_their_own_grids(patrol, phone, round_of):
    other = round_of(people.OTHER_VILLAGE)
    assert phone.get(page_of(other)).status_code == 404
    assert phone.post(f"{page_of(other)}nil/").status_code == 404
    assert phone.get(f"/desk/patrols/{other.grid.code}/days/").status_code == 404
    done = other.walk(at=timezone.now())
    assert phone.get(f"/patrol/done/{done.pk}/").status_code == 404
    assert signed_in(other.worker).get(f"/patrol/done/{done.pk}/").status_code == 200


def test_a_worker_sees_them_only_while_they_hold_the_post(patrol, phone):
    end_post(post=patrol.worker.posts.get(), at=timezone.now())
    assert phone.get(page_of(patrol)).status_code == 403
    assert phone.get("/patrol/").status_code == 403


def test_others_are_turned_away(patrol):
    for client in (signed_in(people.somebody()), signed_in(patrol.lead)):
        assert client.get("/patrol/").status_code == 403
        assert client.get(page_of(patrol)).status_code == 403
        assert send(client, patrol).status_code == 403
    assert Client().get("/patrol/").status_code == 302
    assert signed_in(people.somebody()).get("/desk/patrols/").status_code == 403


# --- the desk ------------------------------------------------------------------------------------


def test_the_lead_sees_grids_and_no_names(patrol):
    patrol.walk(at=timezone.now(), visits={patrol.houses[0].pk: "visited"})
    desk = signed_in(patrol.lead)
    days = f"begins={timezone.localdate():%F}&ends={timezone.localdate():%F}"
    page = desk.get(f"/desk/patrols/?{days}").content.decode()
    assert "1 / 1" in page
    assert "1 / 3" in page
    assert patrol.worker.name not in page
    for address in ("days", "households"):
        behind = desk.get(f"/desk/patrols/{patrol.grid.code}/{address}/?{days}").content.decode()
        assert patrol.worker.name not in behind
        assert timezone.localdate().strftime("%F") in behind


def test_who_found_a_visit_not_convenient_is_shown_to_nobody(patrol):
    patrol.walk(at=timezone.now(), visits={patrol.houses[0].pk: "inconvenient"})
    desk = signed_in(patrol.lead)
    rows = desk.get(f"/desk/patrols/{patrol.grid.code}/households/").content.decode()
    assert "不便" not in rows
    assert patrol.houses[0].code in rows
    visited = desk.get(
        f"/desk/patrols/{patrol.grid.code}/households/?which=visited"
    ).content.decode()
    assert patrol.houses[0].code not in visited


@pytest.mark.parametrize(
    "query",
    ["begins=x&ends=y", "begins=2999-01-01", "ends=0001-01-01", "begins=2026-06-09&ends=2026-06-01",
     "page=999", "page=x", "only=rubbish", "which=rubbish", "begins=1999-01-01&ends=2026-06-01"],
)  # fmt: skip
def test_any_period_in_the_address_shows_a_page(patrol, query):
    desk = signed_in(patrol.lead)
    for address in ("", f"{patrol.grid.code}/days/", f"{patrol.grid.code}/households/"):
        assert desk.get(f"/desk/patrols/{address}?{query}").status_code == 200


def test_a_place_out_of_reach_is_not_found(patrol):
    desk = signed_in(patrol.lead)
    other = a_grid(people.OTHER_VILLAGE)
    assert desk.get(f"/desk/patrols/?place={other.code}").status_code == 404
    assert desk.get(f"/api/v1/patrols/coverage/{other.code}?begins=2026-06-01&ends=2026-06-02"
                    ).status_code == 404  # fmt: skip


def test_the_town_sees_its_villages_and_each_leads_to_its_grids(patrol):
    desk = signed_in(people.dispatcher())
    page = desk.get("/desk/patrols/").content.decode()
    assert f"?place={people.place().code}" in page


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_ask_as_much_for_three_as_for_one(db, round_of):
    patrol = round_of(houses=1)
    lead, phone = signed_in(patrol.lead), signed_in(patrol.worker)
    now = timezone.now()
    done = patrol.walk(at=now, visits={patrol.houses[0].pk: "visited"})
    pages = [
        (phone, "/patrol/"),
        (phone, page_of(patrol)),
        (phone, f"/patrol/done/{done.pk}/"),
        (lead, "/desk/patrols/"),
        (lead, f"/desk/patrols/{patrol.grid.code}/days/"),
        (lead, f"/desk/patrols/{patrol.grid.code}/households/"),
    ]
    before = [asked(*page) for page in pages]
    for number, name in enumerate(("甲", "乙")):
        people.posted("grid_worker", at_place=patrol.grid, name=name)
        register_household(code=f"more-{number}", grid=patrol.grid, at=people.LONG_AGO)
        patrol.walk(at=now - timedelta(days=number + 1))
    assert [asked(*page) for page in pages] == before


# --- the API -------------------------------------------------------------------------------------


def send(client: Client, patrol: Round, **facts):
    return client.post(
        f"/api/v1/patrols/grids/{patrol.grid.code}", facts, content_type="application/json"
    )


def test_the_api_takes_a_round_once_under_its_key(patrol, phone):
    facts = {
        "client_key": str(uuid4()),
        "made_at": "1970-01-01T00:00:00",
        "found": {"roads": {"words": "井盖没了"}},
        "visits": {str(patrol.houses[0].pk): "visited"},
    }
    first, again = send(phone, patrol, **facts), send(phone, patrol, **facts)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["incidents"] == [Incident.objects.get().number]
    assert first.json()["date"] == f"{timezone.localdate():%F}"
    assert phone.get("/api/v1/patrols/grids").json()[0]["is_done"]


def test_the_api_refuses_with_the_same_words(patrol, phone):
    answer = send(phone, patrol, found={"roads": {"words": " "}})
    assert answer.status_code == 422
    assert answer.json()["code"] == "patrol_incomplete"
    assert "请用一句话写明发现了什么" in answer.json()["title"]
    assert send(phone, patrol, visits={"x": "visited"}).status_code == 422


def test_days_to_come_are_due_to_nobody_yet(patrol):
    today = today_of(timezone.now())
    period = {"begins": f"{today:%F}", "ends": f"{today + timedelta(days=90):%F}"}
    client = signed_in(patrol.lead)
    rows = client.get(f"/api/v1/patrols/coverage/{people.VILLAGE}", period).json()
    row = next(row for row in rows if row["grid"] == patrol.grid.code)
    assert row["due_day_count"] <= 1


def test_the_api_gives_the_same_coverage(patrol):
    patrol.walk(at=timezone.now())
    day = timezone.localdate()
    path = f"/api/v1/patrols/coverage/{people.place().code}"
    desk = signed_in(patrol.lead)
    rows = desk.get(f"{path}?begins={day:%F}&ends={day + timedelta(days=1):%F}").json()
    row = next(row for row in rows if row["grid"] == patrol.grid.code)
    assert (row["patrolled_day_count"], row["household_count"]) == (1, 3)
    assert desk.get(f"{path}?begins={day:%F}&ends={day:%F}").status_code == 422
