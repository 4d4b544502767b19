"""Duty on its pages and in the API: who keeps it, who has it, what everybody sees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.rosters.conftest import KIND
from xiangyue.places.models import Organisation, Person
from xiangyue.rosters.exchanges import propose_exchange
from xiangyue.rosters.models import DutyTurn, Exchange
from xiangyue.rosters.services import add_turn, plan_turns, publish_turns

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


@pytest.fixture
def keeper(platform) -> Client:
    return signed_in(platform.keeper)


def page_of(unit: Organisation) -> str:
    return f"/desk/duty/{unit.code}/"


def planned(platform, days: int = 3, *, is_published: bool = True) -> list[DutyTurn]:
    now = timezone.now()
    begins = timezone.localdate(now)
    turns = plan_turns(
        unit=platform.unit, kind=KIND, people=platform.members, begins=begins,
        ends=begins + timedelta(days=days + 1), at=now,
    )  # fmt: skip
    if is_published:
        publish_turns(unit=platform.unit, begins=begins, ends=begins + timedelta(days=9), at=now)
    return turns


def entered(platform, **facts) -> dict:
    begins = timezone.localdate() + timedelta(days=1)
    return {
        "plan-kind": KIND,
        "plan-begins": f"{begins:%F}",
        "plan-ends": f"{begins + timedelta(days=2):%F}",
        "plan-people": [str(each.pk) for each in platform.members],
    } | facts


def test_a_plan_is_entered_once_for_many_days(platform, keeper):
    answer = keeper.post(page_of(platform.unit) + "plan/", entered(platform), follow=True)
    assert DutyTurn.objects.count() == 3
    assert "已排3个班次" in answer.content.decode()


def test_what_was_entered_stays_when_it_is_refused(platform, keeper):
    answer = keeper.post(page_of(platform.unit) + "plan/", entered(platform, **{"plan-people": []}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请选择参加轮班的人" in page
    assert entered(platform)["plan-ends"] in page


def test_a_turn_elsewhere_at_the_time_is_said_beside_the_field(platform, keeper):
    begins = timezone.now() + timedelta(days=1)
    add_turn(
        unit=platform.unit, kind=KIND, person=platform.members[0], at=timezone.now(),
        begins_at=begins, ends_at=begins + timedelta(hours=2),
    )  # fmt: skip
    local = timezone.localtime(begins)
    answer = keeper.post(
        page_of(platform.unit) + "add/",
        {
            "add-kind": KIND,
            "add-person": str(platform.members[0].pk),
            "add-begins_at": f"{local:%Y-%m-%dT%H:%M}",
            "add-ends_at": f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        },
    )
    assert answer.status_code == 422
    assert "一个人不能同时值两处班" in answer.content.decode()


def test_gaps_lead_to_the_form_that_fills_them(platform, keeper):
    page = keeper.get(page_of(platform.unit)).content.decode()
    assert "没人值班的时段" in page
    assert "begins=" in page
    filled = keeper.get(
        page_of(platform.unit), {"kind": KIND, "begins": "2026-06-13T20:00", "ends": "rubbish"}
    ).content.decode()
    assert 'value="2026-06-13T20:00"' in filled


@pytest.mark.parametrize("month", ["", "2026-06", "9999-99", "0001-01", "<script>", "2026-06-01"])
def test_any_month_in_the_address_shows_a_month(platform, keeper, month):
    assert keeper.get(page_of(platform.unit), {"month": month}).status_code == 200


def test_the_roster_of_another_town_is_not_found(platform):
    stranger = signed_in(people.dispatcher(people.OTHER_VILLAGE))
    assert stranger.get(page_of(platform.unit)).status_code == 404
    assert stranger.post(page_of(platform.unit) + "plan/", entered(platform)).status_code == 404
    turn = planned(platform)[0]
    assert stranger.get(f"/duty/turns/{turn.pk}/").status_code == 404
    assert stranger.post(f"/desk/duty/turns/{turn.pk}/cancel/").status_code == 404


def test_who_keeps_no_roster_is_turned_away(platform):
    client = signed_in(people.somebody())
    assert client.get("/desk/duty/").status_code == 403
    assert Client().get("/desk/duty/").status_code == 302


def test_publishing_shows_everybody_the_platform_and_no_name(platform, keeper):
    platform.unit.phone = "0936-2721234"
    platform.unit.save()
    now = timezone.now()
    add_turn(
        unit=platform.unit, kind=KIND, person=platform.members[0], at=now,
        begins_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=5),
    )  # fmt: skip
    page = f"/public/duty/?town={people.town().code}"
    assert "值班中" not in Client().get(page).content.decode()
    begins = timezone.localdate(now - timedelta(hours=1))
    keeper.post(page_of(platform.unit) + "publish/", {"month": f"{begins:%Y-%m}"})
    shown = Client().get(page).content.decode()
    assert "值班中" in shown
    assert "0936-2721234" in shown
    assert platform.members[0].name not in shown
    assert platform.members[0].phone not in shown
    told = Client().get("/api/v1/duty/now", {"town": people.town().code})
    assert platform.members[0].name not in told.content.decode()
    assert [row["phone"] for row in told.json() if row["until"]] == ["0936-2721234"]


def test_my_duty_is_mine_alone(platform):
    turn = planned(platform)[0]
    holder, other = signed_in(turn.person), signed_in(people.somebody())
    assert platform.unit.name in holder.get("/duty/").content.decode()
    assert str(turn.pk) not in other.get("/duty/").content.decode()
    assert other.get(f"/duty/turns/{turn.pk}/").status_code == 404


def test_a_turn_is_handed_over_on_the_phone(platform):
    turn = planned(platform)[0]
    taker = next(each for each in platform.members if each.pk != turn.person_id)
    holder = signed_in(turn.person)
    answer = holder.post(f"/duty/turns/{turn.pk}/", {"with_whom": f"take:{taker.pk}"}, follow=True)
    assert f"已请{taker.name}确认" in answer.content.decode()
    exchange = Exchange.objects.get()
    phone = signed_in(taker)
    assert "请您确认" in phone.get("/duty/").content.decode()
    phone.post(f"/duty/exchanges/{exchange.pk}/agree/")
    turn.refresh_from_db()
    assert turn.person == taker


def test_others_can_neither_ask_nor_agree(platform):
    turn, second, *_ = planned(platform)
    exchange = propose_exchange(
        turn=turn, taker=second.person, actor=turn.person, at=timezone.now()
    )
    stranger = signed_in(people.somebody())
    assert stranger.post(f"/duty/exchanges/{exchange.pk}/agree/").status_code == 404
    asked = signed_in(second.person)
    answer = asked.post(f"/duty/turns/{turn.pk}/", {"with_whom": f"take:{second.person_id}"})
    assert answer.status_code == 422
    keeper = signed_in(platform.keeper)
    assert keeper.post(f"/duty/exchanges/{exchange.pk}/agree/").status_code == 404


@pytest.mark.parametrize("with_whom", ["", "take:", "take:nobody", "swap:1", "x" * 5000])
def test_hostile_choices_are_refused_in_place(platform, with_whom):
    turn = planned(platform)[0]
    answer = signed_in(turn.person).post(f"/duty/turns/{turn.pk}/", {"with_whom": with_whom})
    assert answer.status_code == 422
    assert not Exchange.objects.exists()


def test_an_unpublished_turn_is_unknown_to_its_holder(platform, keeper):
    turn = planned(platform, is_published=False)[0]
    assert signed_in(turn.person).get(f"/duty/turns/{turn.pk}/").status_code == 404
    assert keeper.get(f"/duty/turns/{turn.pk}/").status_code == 200


def test_the_api_refuses_with_the_same_words(platform, keeper):
    planned(platform)
    begins = timezone.localdate() + timedelta(days=1)
    answer = keeper.post(
        f"/api/v1/duty/units/{platform.unit.code}/plan",
        {
            "kind": "county_centre",
            "begins": f"{begins:%F}",
            "ends": f"{begins + timedelta(days=1):%F}",
            "people": [str(platform.members[0].pk)],
        },
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "not_its_duty"
    assert "没有这种值班" in answer.json()["title"]


def test_the_api_plans_publishes_and_shows_gaps(platform, keeper):
    begins = timezone.localdate() + timedelta(days=1)
    days = {"begins": f"{begins:%F}", "ends": f"{begins + timedelta(days=3):%F}"}
    base = f"/api/v1/duty/units/{platform.unit.code}"
    asked = {"kind": KIND, **days, "people": [str(each.pk) for each in platform.members]}
    made = keeper.post(f"{base}/plan", asked, content_type="application/json").json()
    assert len(made) == 3
    keeper.delete(f"/api/v1/duty/turns/{made[1]['id']}")
    shown = keeper.get(base, days).json()
    assert (len(shown["turns"]), len(shown["gaps"])) == (2, 1)
    done = keeper.post(f"{base}/publish", days, content_type="application/json")
    assert done.json() == {"count": 2}


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_pages_ask_as_many_questions_for_three_turns_as_for_one(platform, keeper):
    planned(platform, 1)
    holder = signed_in(platform.members[0])
    pages = [(keeper, page_of(platform.unit)), (holder, "/duty/"), (Client(), "/public/duty/")]
    before = [queries(client, path) for client, path in pages]
    planned(platform, 8)
    assert [queries(client, path) for client, path in pages] == before


def test_the_day_says_when_duty_comes(platform):
    turn = planned(platform, 1)[0]
    page = signed_in(turn.person).get("/duty/").content.decode()
    assert f"/duty/turns/{turn.pk}/" in page
