"""A budget on the resident's phone, the teller's tablet and the clerk's desk, without scripts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.orders.conftest import AT as MONDAY
from tests.orders.conftest import CLOSES, OPENS, House
from xiangyue.ballots.models import Participation
from xiangyue.orders import services
from xiangyue.orders.models import Need, Project, Round, Slip, TypedSlip

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    """The vote is open at this moment, or the round as old as it takes."""
    house.at = timezone.now() - (OPENS - MONDAY) - timedelta(hours=3)


def get(client: Client, name: str, *keys: object, query: str = ""):
    return client.get(reverse(name, args=keys) + query)


def post(client: Client, name: str, *keys: object, **entered: object):
    return client.post(reverse(name, args=keys), entered)


def words(answer) -> str:
    return answer.content.decode()


class TestOrdering:
    @pytest.fixture(autouse=True)
    def today(self, house: House) -> None:
        house.at = timezone.now() - timedelta(hours=3)
        house.begin()

    def test_a_resident_orders_and_reads_it_among_all(self, client: Client, house: House) -> None:
        people.sign_in(client, house.residents[0])
        assert get(client, "order-need", house.now.pk).status_code == 200
        gone = post(client, "order-need", house.now.pk, text=f"装路灯{HOSTILE}", spot="三组")
        page = words(client.get(gone.url))
        assert "装路灯&lt;script&gt;" in page
        assert house.residents[0].name not in page

    def test_what_sounds_alike_is_offered_before_it_is_kept(
        self, client: Client, house: House
    ) -> None:
        house.order("三组巷口装一盏路灯")
        people.sign_in(client, house.residents[1])
        offered = post(client, "order-need", house.now.pk, text="巷口装路灯", spot="三组")
        assert "三组巷口装一盏路灯" in words(offered)
        assert 'value="三组"' in words(offered)
        assert Need.objects.count() == 1
        post(client, "order-need", house.now.pk, text="巷口装路灯", spot="三组", sure="1")
        assert Need.objects.count() == 2

    def test_wanting_the_same_is_a_press_of_a_button(self, client: Client, house: House) -> None:
        need = house.order()
        people.sign_in(client, house.residents[1])
        post(client, "order-support", need.pk, next="https://evil.example/")
        need.refresh_from_db()
        assert need.support_count == 1
        post(client, "order-support", need.pk, back="1")
        need.refresh_from_db()
        assert need.support_count == 0

    def test_the_way_back_stays_on_this_site(self, client: Client, house: House) -> None:
        people.sign_in(client, house.residents[1])
        gone = post(client, "order-support", house.order().pk, next="https://evil.example/")
        assert gone.url == reverse("order-needs", args=[house.now.pk])

    def test_a_refused_order_keeps_what_was_typed(self, client: Client, house: House) -> None:
        people.sign_in(client, house.residents[0])
        refused = post(client, "order-need", house.now.pk, text="长" * 141, spot="三组")
        assert refused.status_code == 422
        assert "长" * 141 in words(refused)

    def test_strangers_read_but_do_not_order(self, client: Client, house: House) -> None:
        assert get(client, "order-round", house.now.pk).status_code == 200
        assert get(client, "order-need", house.now.pk).status_code == 302
        people.sign_in(client, people.somebody(at_place=people.place(people.OTHER_VILLAGE)))
        assert post(client, "order-need", house.now.pk, text="我也要路灯").status_code == 403
        assert not Need.objects.exists()

    def test_lists_filter_page_and_say_when_they_are_empty(
        self, client: Client, house: House
    ) -> None:
        for number in range(25):
            house.order(f"第{number:02}件事", who=number)
        people.sign_in(client, house.residents[3])
        page = words(get(client, "order-needs", house.now.pk))
        assert page.count("item-title") == 20
        assert "第24件事" in words(get(client, "order-needs", house.now.pk, query="?page=2"))
        found = words(get(client, "order-needs", house.now.pk, query="?words=第07"))
        assert found.count("item-title") == 1
        mine = words(get(client, "order-needs", house.now.pk, query="?which=mine"))
        assert mine.count("item-title") == 1
        nothing = words(get(client, "order-needs", house.now.pk, query="?words=没有的"))
        assert 'class="empty"' in nothing

    def test_i_follow_what_became_of_my_orders(self, client: Client, house: House) -> None:
        house.order("要办路灯")
        people.sign_in(client, house.residents[0])
        assert "要办路灯" in words(get(client, "my-orders"))
        people.sign_in(client, house.residents[1])
        assert "要办路灯" not in words(get(client, "my-orders"))


class TestVotingOnThePhone:
    def slip(self, client: Client, house: House, *numbers: int, **entered: str):
        return client.post(
            reverse("order-slip", args=[house.now.pk]), {"projects": numbers, **entered}
        )

    def test_mark_look_once_more_and_send(self, client: Client, house: House) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        page = words(get(client, "order-slip", house.now.pk))
        assert page.count('type="checkbox"') == 4
        sure = self.slip(client, house, 1, 4)
        assert "38,000" in words(sure)
        assert not Slip.objects.exists()
        gone = self.slip(client, house, 1, 4, sure="1")
        assert gone.url == reverse("order-round", args=[house.now.pk])
        assert Slip.objects.get().projects == [1, 4]

    def test_what_is_left_is_reckoned_without_a_script(self, client: Client, house: House) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        page = words(self.slip(client, house, 2, look="1"))
        assert "40,000" in page  # left of 100,000
        assert page.count(" checked") == 1
        assert not Slip.objects.exists()

    def test_a_script_gets_the_sums_alone(self, client: Client, house: House) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        answer = client.post(
            reverse("order-slip", args=[house.now.pk]), {"projects": [2], "look": "1"},
            headers={"HX-Request": "true"},
        )  # fmt: skip
        assert words(answer).lstrip().startswith('<div id="slip-sums"')

    def test_too_much_is_explained_and_the_marks_stay(self, client: Client, house: House) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        for entered in ({}, {"sure": "1"}):
            refused = self.slip(client, house, 1, 2, 3, **entered)
            assert refused.status_code == 422
            assert "30,000" in words(refused)
            assert words(refused).count(" checked") == 3
        assert not Participation.objects.exists()

    def test_sent_twice_it_counts_once(self, client: Client, house: House) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        for _time in range(2):
            assert self.slip(client, house, 1, sure="1").status_code == 302
        assert Slip.objects.count() == 1

    def test_after_the_bell_the_page_says_so(self, client: Client, house: House) -> None:
        house.at -= timedelta(days=4)
        house.voting()
        people.sign_in(client, house.residents[0])
        refused = self.slip(client, house, 1, sure="1")
        assert refused.status_code == 409
        assert not Slip.objects.exists()

    def test_a_stranger_has_no_slip(self, client: Client, house: House) -> None:
        house.voting()
        assert get(client, "order-slip", house.now.pk).status_code == 302
        people.sign_in(client, people.somebody(at_place=people.place(people.OTHER_VILLAGE)))
        assert get(client, "order-slip", house.now.pk).status_code == 302
        assert self.slip(client, house, 1, sure="1").status_code == 422
        assert not Slip.objects.exists()

    def test_nobody_sees_how_it_stands_before_the_close(self, client: Client, house: House) -> None:
        house.voting()
        house.cast(0, 1)
        for who in (house.keeper, house.village.tellers[0], house.residents[1]):
            people.sign_in(client, who)
            page = words(get(client, "order-round", house.now.pk))
            assert "result.pb" not in page
            for name in ("order-json", "order-csv", "order-pb"):
                assert get(client, name, house.now.pk).status_code == 404

    def test_the_pages_of_votes_lead_here(self, client: Client, house: House) -> None:
        ballot = house.voting().ballot
        assert ballot is not None
        people.sign_in(client, house.residents[0])
        assert get(client, "cast-vote", ballot.pk).url == reverse("order-slip", args=[house.now.pk])
        assert get(client, "vote", ballot.pk).url == reverse("order-round", args=[house.now.pk])
        people.sign_in(client, house.keeper)
        assert get(client, "keep-vote", ballot.pk).url == reverse("kept-round", args=[house.now.pk])


class TestTelling:
    def test_on_the_tablet_somebody_votes_at_the_teller(self, client: Client, house: House) -> None:
        ballot = house.voting().ballot
        assert ballot is not None
        entry = house.village.entry(ballot, house.residents[4])
        people.sign_in(client, house.village.tellers[0])
        assert entry.name in words(
            get(client, "order-tablet", house.now.pk, query=f"?q={entry.name}")
        )
        key = (house.now.pk, entry.number)
        assert get(client, "order-tablet-slip", *key).status_code == 200
        post(client, "order-tablet-slip", *key, projects=[3], sure="1")
        assert Slip.objects.get().projects == [3]
        assert get(client, "order-tablet-slip", *key).status_code == 302

    def test_who_is_no_teller_sees_neither_the_roll_nor_the_papers(
        self, client: Client, house: House
    ) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        assert get(client, "order-tablet", house.now.pk).status_code == 404
        assert get(client, "order-tablet-slip", house.now.pk, 1).status_code == 404
        assert get(client, "order-papers", house.now.pk).status_code == 404

    def test_papers_are_typed_and_differences_shown_to_each(
        self, client: Client, house: House
    ) -> None:
        house.at = timezone.now() - (CLOSES - MONDAY) - timedelta(hours=3)
        house.voting()
        house.hand_out(0, 1, 2)
        house.close()
        people.sign_in(client, house.village.tellers[0])
        post(client, "order-papers", house.now.pk, first=1, lines="1 4\n3\n-")
        people.sign_in(client, house.village.tellers[1])
        post(client, "order-papers", house.now.pk, first=1, lines="1 4\n2\n-")
        page = words(get(client, "order-papers", house.now.pk))
        assert "?paper=2" in page
        assert "?paper=1" not in page
        refused = post(client, "order-papers", house.now.pk, first=2, lines="九")
        assert (refused.status_code, "九" in words(refused)) == (422, True)
        post(client, "order-papers", house.now.pk, first=2, lines="3")
        assert TypedSlip.objects.filter(number=2, projects=[3]).count() == 2


class TestTheResult:
    def test_everybody_reads_for_each_project_why(self, client: Client, house: House) -> None:
        house.at -= timedelta(days=5)
        house.decided([1, 4], [1], [2, 3], [2, 3])
        page = words(get(client, "order-round", house.now.pk))
        assert page.count("<tr>") == 5
        lamp = words(get(client, "order-project", house.named("路灯").pk))
        assert "2票" in lamp
        for name in ("order-json", "order-csv", "order-pb"):
            assert get(client, name, house.now.pk).status_code == 200

    def test_the_desk_reports_and_somebody_else_checks(self, client: Client, house: House) -> None:
        house.at -= timedelta(days=5)
        house.decided([1], [1], [1])
        key = house.named("路灯").pk
        people.sign_in(client, house.keeper)
        post(client, "order-progress", key, kind="begun", text="施工队进场")
        refused = post(client, "order-progress", key, kind="built", text="建好了")
        assert (refused.status_code, "建好了" in words(refused)) == (422, True)
        post(client, "order-progress", key, kind="built", text="建好了", cost="29,800.5")
        assert get(client, "order-check", key).status_code == 404
        people.sign_in(client, house.checker)
        assert "路灯" in words(get(client, "kept-rounds"))
        post(client, "order-check", key, is_right="yes", text="都亮")
        lamp = Project.objects.get(pk=key)
        assert (lamp.building, lamp.final_cost) == ("checked", 2_980_050)
        assert "29,800.50" in words(get(client, "order-project", key))


class TestTheDesk:
    def test_a_round_from_beginning_to_list(self, client: Client, house: House) -> None:
        people.sign_in(client, house.keeper)
        said = {
            "kind": f"{people.VILLAGE}:service_fund", "title": "办哪几件", "budget": "100,000",
            "money_from": "专项经费",
        }  # fmt: skip
        refused = post(client, "begin-round", **said | {"budget": "很多"})
        assert (refused.status_code, "很多" in words(refused)) == (422, True)
        gone = post(client, "begin-round", **said)
        house.round = Round.objects.get()
        assert gone.url == reverse("kept-round", args=[house.round.pk])
        assert (house.round.budget, house.round.place) == (10_000_000, house.village.place)
        assert get(client, "kept-round", house.round.pk).status_code == 200

    def test_costing_with_lines_and_setting_aside(self, client: Client, house: House) -> None:
        house.costed()
        people.sign_in(client, house.keeper)
        assert get(client, "order-cost", house.now.pk).status_code == 200
        said = {"title": "长椅", "what": "六把长椅", "costed_by": "镇项目办"}
        refused = post(client, "order-cost", house.now.pk, **said, lines="木头 三百")
        assert (refused.status_code, "木头 三百" in words(refused)) == (422, True)
        post(client, "order-cost", house.now.pk, **said, lines="木头 | 3,000\n安装 500")
        bench = house.named("长椅")
        assert (bench.cost, bench.lines.count()) == (350_000, 2)
        assert "木头 | 3,000" in words(get(client, "order-edit", bench.pk))
        post(client, "order-refuse", bench.pk, **{
            "refuse-refused_for": "planned", "refuse-why": "广场已经有了",
        })  # fmt: skip
        assert "广场已经有了" in words(get(client, "order-project", bench.pk))
        post(client, "order-refuse", bench.pk, again="1")
        assert house.named("长椅").state == "draft"

    @pytest.mark.parametrize("verb", ["end-needs", "publish", "draw", "open", "close", "count"])
    def test_a_step_that_has_not_come_is_said_and_not_done(
        self, client: Client, house: House, verb: str
    ) -> None:
        house.at = timezone.now() - timedelta(hours=1)
        house.begin()
        people.sign_in(client, house.keeper)
        post(client, f"order-step-{verb}", house.now.pk)
        assert house.now.state == "needs"
        assert (house.now.roll is not None) == (verb == "draw")

    def test_the_vote_is_announced_opened_and_stopped(self, client: Client, house: House) -> None:
        house.announced()
        people.sign_in(client, house.keeper)
        assert get(client, "kept-round", house.now.pk).status_code == 200
        post(client, "order-step-open", house.now.pk)
        assert house.now.ballot.state == "open"  # type: ignore[union-attr]
        refused = post(client, "order-stop", house.now.pk, stop="1")
        assert refused.status_code == 422
        post(client, "order-stop", house.now.pk, **{"why-why": "经费没有到位", "stop": "1"})
        assert house.now.state == "stopped"
        assert "经费没有到位" in words(get(client, "order-round", house.now.pk))

    def test_announcing_by_the_form(self, client: Client, house: House) -> None:
        house.on_board()
        people.sign_in(client, house.keeper)
        refused = post(
            client, "order-announce", house.now.pk, opens_at="2030-01-01T08:00",
            closes_at="2030-01-05T08:00", tellers="计一\n票二", meets_at="村委会",
        )  # fmt: skip
        assert (refused.status_code, "计一" in words(refused)) == (422, True)
        assert house.now.ballot is None

    def test_other_villages_rounds_are_not_kept_here(self, client: Client, house: House) -> None:
        house.voting()
        lamp, need = house.named("路灯"), Need.objects.first()
        assert need is not None
        for stranger in (people.clerk(people.OTHER_VILLAGE), house.checker):
            people.sign_in(client, stranger)
            for name, key in (
                ("order-announce", house.now.pk), ("order-cost", house.now.pk),
                ("order-edit", lamp.pk), ("order-progress", lamp.pk), ("order-aside", need.pk),
            ):  # fmt: skip
                assert get(client, name, key).status_code in {403, 404}
            for verb in ("open", "count"):
                assert post(client, f"order-step-{verb}", house.now.pk).status_code in {403, 404}

    def test_the_days_panel_says_what_waits(self, client: Client, house: House) -> None:
        house.costed()
        people.sign_in(client, house.keeper)
        assert "今年办哪几件" in words(client.get(reverse("today")))

    def test_residents_find_it_at_home_and_among_decisions(
        self, client: Client, house: House
    ) -> None:
        house.voting()
        people.sign_in(client, house.residents[0])
        assert "今年办哪几件" in words(client.get(reverse("home")))
        from xiangyue.orders.deciding import lines_for

        (line,) = lines_for(place=house.village.place, person=house.residents[0], at=timezone.now())
        assert line.needs_me
        page = words(get(client, "decisions", query=f"?place={house.village.place.code}"))
        assert reverse("order-round", args=[house.now.pk]) in page
        assert house.now.ballot is not None
        assert reverse("vote", args=[house.now.ballot.pk]) not in page
        services.stop_round(round_=house.now, why="不办了吧", by=house.keeper, at=timezone.now())
        (line,) = lines_for(place=house.village.place, person=None, at=timezone.now())
        assert "不办了吧" in (line.outcome or "")
