"""Who sits for what on every front; private names are for residents alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests import people
from tests.councils.conftest import Community, House
from xiangyue.councils import services
from xiangyue.councils.models import Concerned, Council, GroupMatter, Seat, Stakeholder

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now() - timedelta(days=20)


def get(client: Client, name: str, /, *keys: object, query: str = ""):
    return client.get(reverse(name, args=keys) + query)


def post(client: Client, name: str, /, *keys: object, **entered: object):
    return client.post(reverse(name, args=keys), entered)


def words(answer) -> str:
    return answer.content.decode()


def pdf_text(answer) -> str:
    from io import BytesIO

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    return "".join(text.split())


class TestEverybody:
    def test_roles_for_everybody_names_for_residents(
        self, client: Client, community: Community
    ) -> None:
        council = community.sitting()
        for url in (
            reverse("councils-at", args=[community.place.code]),
            reverse("council", args=[council.pk]),
        ):
            shown = words(client.get(url))
            assert "周书记" in shown  # in office
            assert "某respected_resident" not in shown
        people.sign_in(client, community.house.resident)  # lives elsewhere
        assert "某respected_resident" not in words(get(client, "council", council.pk))
        people.sign_in(client, people.somebody("居民", at_place=community.place))
        assert "某respected_resident" in words(get(client, "council", council.pk))

    def test_whoever_agrees_is_named(self, client: Client, house: House) -> None:
        council = house.form()
        asked = house.seat(council, "head", person=house.resident)
        services.answer_seat(
            seat=asked, accepts=True, by=house.resident, is_named=True, at=house.at
        )
        house.seated(council, "member")
        shown = words(get(client, "council", council.pk))
        assert "张三" in shown
        assert "某member" not in shown

    def test_a_past_day_shows_who_sat_then(self, client: Client, house: House) -> None:
        council = house.group()
        people.sign_in(client, house.resident)
        before = f"{house.at.date() - timedelta(days=40):%F}"
        assert "某head" in words(get(client, "council", council.pk))
        assert "某head" not in words(get(client, "council", council.pk, query=f"?on={before}"))
        assert get(client, "council", council.pk, query="?on=2026-99-99").status_code == 200

    def test_the_roster_on_paper_keeps_private_names_too(
        self, client: Client, house: House
    ) -> None:
        council = house.group()
        assert "某head" not in pdf_text(get(client, "council-roster", council.pk))
        people.sign_in(client, house.resident)
        answer = get(client, "council-roster", council.pk)
        assert "某head" in pdf_text(answer)
        assert "no-store" in answer.headers["Cache-Control"]

    def test_a_town_and_the_county_list_what_lies_in_them(
        self, client: Client, house: House
    ) -> None:
        council = house.group()
        for url in (reverse("councils"), reverse("councils-at", args=[people.town().code])):
            assert council.name in words(client.get(url))
        assert get(client, "councils-at", "620799999999").status_code == 404

    def test_whoever_lives_in_a_village_finds_its_own_first(
        self, client: Client, house: House
    ) -> None:
        house.group()
        people.sign_in(client, house.resident)
        assert get(client, "councils").context["place"] == people.place()

    def test_what_people_wrote_is_no_markup(self, client: Client, community: Community) -> None:
        council = community.sitting()
        at = community.house.at
        matter = services.take_up(council=council, title=HOSTILE, by=community.clerk, at=at)
        x = services.invite_stakeholder(
            council=council, matter=matter, name="某人", stake=HOSTILE, by=community.clerk, at=at
        )
        services.answer_invitation(stakeholder=x, accepts=True, entered_by=community.clerk, at=at)
        shown = words(get(client, "council-matter", matter.pk))
        assert "<script>alert" not in shown
        assert "{{ 7|add:7 }}" in shown


class TestWhoeverIsAsked:
    def test_yes_on_the_phone(self, client: Client, house: House) -> None:
        council = house.form()
        asked = house.seat(council, "head", person=house.resident)
        people.sign_in(client, house.resident)
        assert council.name in words(get(client, "my-councils"))
        empty = post(client, "answer-council-seat", asked.pk)
        assert empty.status_code == 422
        done = post(client, "answer-council-seat", asked.pk, accepts="yes")
        assert done.status_code == 302
        assert post(client, "answer-council-seat", asked.pk, accepts="no").status_code == 409
        post(client, "leave-council-seat", asked.pk)
        asked.refresh_from_db()
        assert asked.state == "ended"

    def test_nobody_answers_for_another(self, client: Client, house: House) -> None:
        asked = house.seat(house.form(), "head", person=house.resident)
        assert get(client, "answer-council-seat", asked.pk).status_code == 302
        people.sign_in(client, house.elsewhere)
        assert post(client, "answer-council-seat", asked.pk, accepts="yes").status_code == 404

    def test_i_am_concerned(self, client: Client, community: Community) -> None:
        council = community.sitting()
        matter = services.take_up(
            council=council, title="停车", by=community.clerk, at=community.house.at
        )
        people.sign_in(client, community.house.elsewhere)
        refused = post(client, "council-concerned", matter.pk, stake=" ")
        assert refused.status_code == 422
        assert post(client, "council-concerned", matter.pk, stake="门口开店").status_code == 302
        stake = Stakeholder.objects.get()
        assert "门口开店" in words(get(client, "council-matter", matter.pk))  # one's own
        client.logout()
        assert "门口开店" not in words(get(client, "council-matter", matter.pk))
        people.sign_in(client, community.clerk)
        assert "门口开店" in words(get(client, "kept-council-matter", matter.pk))
        decided = post(client, "kept-stake", stake.pk, is_welcome="no", reason="")
        assert decided.status_code == 422
        assert post(client, "kept-stake", stake.pk, is_welcome="yes").status_code == 302
        client.logout()
        shown = words(get(client, "council-matter", matter.pk))
        assert "门口开店" in shown
        assert "外村人" not in shown

    def test_a_member_steps_back_for_all_to_read(
        self, client: Client, community: Community
    ) -> None:
        council = community.sitting()
        matter = services.take_up(
            council=council, title="停车", by=community.clerk, at=community.house.at
        )
        people.sign_in(client, community.house.resident)
        assert get(client, "recuse-from-matter", matter.pk).status_code == 404
        lawyer = council.seats.get(seat_key="legal_worker").person
        assert lawyer is not None
        people.sign_in(client, lawyer)
        assert post(client, "recuse-from-matter", matter.pk, why="").status_code == 422
        post(client, "recuse-from-matter", matter.pk, why="代理了其中一方")
        client.logout()
        assert "代理了其中一方" in words(get(client, "council-matter", matter.pk))


class TestTheDesk:
    def test_a_clerk_forms_seats_publishes(self, client: Client, house: House) -> None:
        people.sign_in(client, house.clerk)
        made = post(
            client,
            "form-council",
            what=f"{people.VILLAGE}:participation_group",
            came_about="村民提议",
        )
        council = Council.objects.get()
        assert made.url == reverse("kept-council", args=[council.pk])
        again = post(client, "form-council", what=f"{people.VILLAGE}:participation_group")
        assert again.status_code == 409
        kept = post(
            client, "seat-somebody", council.pk, seat_key="head", name="张三", way="election",
            chosen_how="",
        )  # fmt: skip
        assert kept.status_code == 422
        assert "张三" in words(kept)  # what was typed
        for key, name in (("head", "张三"), ("member", "纸上一"), ("member", "纸上二")):
            post(
                client, "seat-somebody", council.pk, seat_key=key, name=name, way="election",
                chosen_how="推选",
            )  # fmt: skip
        assert Seat.objects.get(seat_key="head").person == house.resident
        for seat in Seat.objects.all():
            assert post(client, "answer-on-paper", seat.pk, said="maybe").status_code == 422
            assert post(client, "answer-on-paper", seat.pk, said="yes").status_code == 302
        assert post(client, "begin-council", council.pk).status_code == 422
        assert post(client, "publish-roster", council.pk).status_code == 302
        council.refresh_from_db()
        assert council.notice is not None
        assert get(client, "kept-council", council.pk).status_code == 200
        seat = Seat.objects.get(name="纸上一")
        post(
            client, "replace-council-seat", seat.pk, why="搬走", name="纸上三", way="election",
            chosen_how="补选",
        )  # fmt: skip
        assert Seat.objects.get(name="纸上三").succeeds == seat
        post(client, "end-council-seat", Seat.objects.get(name="纸上二").pk, why="搬走")
        assert post(client, "dissolve-council", council.pk, reason="").status_code == 422
        post(client, "dissolve-council", council.pk, reason="改选")
        assert "改选" in words(get(client, "kept-council", council.pk))

    def test_several_of_one_name_are_told_apart(self, client: Client, house: House) -> None:
        council, twin = house.form(), people.somebody("张三")
        people.sign_in(client, house.clerk)
        entered = {
            "seat_key": "head", "name": "张三", "way": "election", "chosen_how": "推选",
        }  # fmt: skip
        assert post(client, "seat-somebody", council.pk, **entered).status_code == 422
        wrong = entered | {"phone": house.elsewhere.phone}
        assert post(client, "seat-somebody", council.pk, **wrong).status_code == 422
        post(client, "seat-somebody", council.pk, **entered, phone=twin.phone)
        assert Seat.objects.get().person == twin

    def test_others_desks_are_closed(self, client: Client, house: House) -> None:
        council = house.group()
        seat = council.seats.filter(seat_key="head").get()
        for who, status in ((house.resident, 403), (people.clerk(people.OTHER_VILLAGE), 404)):
            people.sign_in(client, who)
            for name, key in (
                ("kept-council", council.pk), ("seat-somebody", council.pk),
                ("dissolve-council", council.pk), ("end-council-seat", seat.pk),
            ):  # fmt: skip
                assert get(client, name, key).status_code == status, name
            assert post(client, "publish-roster", council.pk).status_code == status

    def test_who_only_sees_changes_nothing(self, client: Client, house: House) -> None:
        council = house.group()
        people.sign_in(client, people.supervisor())
        assert "某head" not in words(get(client, "kept-council", council.pk))
        assert get(client, "seat-somebody", council.pk).status_code == 403

    def test_coverage_leads_to_the_villages(self, client: Client, house: House) -> None:
        house.group()
        house.form("service_group")
        seer = people.posted("county_supervisor", at_place=people.county())
        people.sign_in(client, seer)
        page = get(client, "council-coverage", query="?kind=participation_group&how=whole")
        row = next(one for one in page.context["rows"] if one.key == "participation_group")
        assert (row.whole, row.lacking, row.forming) == (1, 0, 0)
        assert row.none == row.place_count - 1
        assert [one.place.code for one in page.context["page"]] == [people.VILLAGE]
        page = get(client, "council-coverage", query="?kind=service_group&how=forming")
        assert [one.place.code for one in page.context["page"]] == [people.VILLAGE]
        assert get(client, "council-coverage", query="?kind=none&page=x").status_code == 200

    def test_as_many_queries_for_three_as_for_one(self, client: Client, house: House) -> None:
        people.sign_in(client, house.clerk)
        house.form()
        names = ("council-coverage", "kept-councils")
        for name in names:
            get(client, name)  # what is kept between requests is read

        def counts() -> list[int]:
            found = []
            for name in names:
                with CaptureQueriesContext(connection) as caught:
                    get(client, name)
                found.append(len(caught))
            return found

        one = counts()
        for kind in ("service_group", "moral_judging_group"):
            house.form(kind)
        assert counts() == one


class TestGroupsOnThePhone:
    def test_a_resident_begins_a_group_and_others_join(self, client: Client, house: House) -> None:
        people.sign_in(client, house.resident)
        assert get(client, "councils-at", people.VILLAGE).context["may_begin"]
        begun = post(client, "begin-group", people.VILLAGE, kind="service_group")
        council = Council.objects.get()
        assert begun.url == reverse("council", args=[council.pk])
        people.sign_in(client, people.somebody("邻居"))
        assert post(client, "join-council", council.pk).status_code == 302
        assert post(client, "join-council", council.pk).status_code == 409
        people.sign_in(client, house.elsewhere)
        assert post(client, "join-council", council.pk).status_code == 403

    def test_an_errand_from_asking_to_done(self, client: Client, house: House) -> None:
        council = house.group("service_group")
        people.sign_in(client, house.resident)
        assert post(client, "ask-group", council.pk, title="买药", text="").status_code == 422
        page = get(client, "ask-group", council.pk)
        key = str(page.context["form"]["client_key"].value())
        for _twice in range(2):
            post(client, "ask-group", council.pk, title="买药", text="腿疼", client_key=key)
        matter = GroupMatter.objects.get()
        assert "/report/" in words(get(client, "group-matter", matter.pk))
        member = house.members(council)[0]
        people.sign_in(client, member)
        assert "买药" in words(get(client, "group", council.pk))
        assert post(client, "group-act", matter.pk, "take").status_code == 302
        post(client, "group-act", matter.pk, "conclude", result="买到了", minutes="往返一小时")
        people.sign_in(client, house.resident)
        assert "买到了" in words(get(client, "group-matter", matter.pk))
        assert "往返一小时" in pdf_text(get(client, "group-minutes", matter.pk))
        assert get(client, "group-act", matter.pk, "no-such").status_code == 404

    def test_a_judgement_waits_for_whom_it_is_about(self, client: Client, house: House) -> None:
        matter, (neighbour, judge, *_rest) = house.judged()
        people.sign_in(client, neighbour)
        assert matter.title in words(get(client, "my-councils"))
        assert "/consent/" in words(get(client, "group-matter", matter.pk))
        post(client, "group-act", matter.pk, "consent", consents="yes")
        one = Concerned.objects.get()
        people.sign_in(client, judge)
        hear = reverse("group-act", args=[matter.pk, "hear"]) + f"?who={one.pk}"
        assert client.post(hear, {"words": "墙是老界"}).status_code == 302
        bad = post(client, "group-act", matter.pk, "propose", result="扣十分，上黑榜")
        assert bad.status_code in {302, 422}
        refused = post(client, "group-act", matter.pk, "propose", result="罚款二百")
        assert refused.status_code == 422
        assert "罚款二百" in words(refused)
        post(client, "group-act", matter.pk, "propose", result="各让一步")
        people.sign_in(client, neighbour)
        assert "各让一步" in words(get(client, "group-matter", matter.pk))
        post(client, "group-act", matter.pk, "agree", agrees="yes")
        people.sign_in(client, judge)
        assert post(client, "group-act", matter.pk, "conclude").status_code == 302
        people.sign_in(client, house.resident)
        shown = pdf_text(get(client, "group-minutes", matter.pk))
        assert "各让一步" in shown
        assert "邻居" not in shown
        people.sign_in(client, house.clerk)
        assert get(client, "group-matter", matter.pk).status_code == 404
        assert get(client, "group-minutes", matter.pk).status_code == 404

    def test_what_waits_stands_on_the_first_page(self, client: Client, house: House) -> None:
        council = house.group("service_group")
        matter = house.ask(council, title="买药")
        people.sign_in(client, house.members(council)[0])
        assert reverse("group-matter", args=[matter.pk]) in words(client.get(reverse("home")))
        house.form("participation_group")
        people.sign_in(client, house.clerk)
        assert council.name not in words(client.get(reverse("home")))
