"""Votes on their four fronts: everybody, the voter's phone, the teller's tablet, the desk."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from tests.ballots.conftest import Village
from xiangyue.ballots import services
from xiangyue.ballots.models import Ballot, Membership, Participation, Roll, RollObjection, Voice
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    people.sign_in(client, person)
    return client


def roll_of(village: Village, rule: str = "villagers_assembly", **facts) -> Roll:
    """A roll that was fixed yesterday."""
    at = timezone.now() - timedelta(days=20)
    roll = services.draw_roll(place=village.place, rule=rule, by=village.keeper, at=at, **facts)
    services.publish_roll(roll=roll, by=village.keeper, at=at)
    return services.fix_roll(roll=roll, by=village.keeper, at=at + timedelta(days=3))


def open_ballot(village: Village, **facts) -> Ballot:
    """A vote that has been running for an hour."""
    now = timezone.now()
    known = {
        "roll": roll_of(village), "title": "修村道", "questions": ["同意修村道吗？", "哪天开工？"],
        "modes": ["hands", "paper", "online"], "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(hours=1), "tellers": village.tellers, "by": village.keeper,
        "at": now - timedelta(days=12),
    }  # fmt: skip
    ballot = services.plan_ballot(**(known | facts))
    return services.open_ballot(ballot=ballot, by=village.keeper, at=now)


def counted(village: Village) -> Ballot:
    ballot = open_ballot(village, modes=["hands"], questions=["修吗？"])
    now = timezone.now()
    services.mark_many_present(ballot=ballot, mode="hands", at=now)
    services.close_ballot(ballot=ballot, at=now)
    services.record_count(
        ballot=ballot, question=ballot.questions.get(), mode="hands", teller=village.tellers[0],
        counts={"yes": 20, "no": 10}, at=now,
    )  # fmt: skip
    services.count_ballot(ballot=ballot, at=now)
    return ballot


class TestVoting:
    def test_a_resident_answers_looks_again_and_votes(self, village):
        ballot = open_ballot(village)
        client = signed_in(village.villagers[0])
        page = client.get(f"/votes/{ballot.pk}/").content.decode()
        assert "现在投票" in page
        said = {"question-1": "yes", "question-2": "no"}
        sure = client.post(f"/votes/{ballot.pk}/cast/", said)
        assert "对，就投这一票" in sure.content.decode()
        assert not Participation.objects.exists()  # nothing is cast before the second look
        done = client.post(f"/votes/{ballot.pk}/cast/", said | {"sure": "1"}, follow=True)
        assert "您的票已投入票箱" in done.content.decode()
        assert "您已参加这次表决" in done.content.decode()
        assert Voice.objects.count() == 2
        again = client.post(f"/votes/{ballot.pk}/cast/", {**said, "question-1": "no", "sure": "1"})
        assert again.status_code == 409
        assert "您已参加过这次表决" in again.content.decode()

    def test_changing_ones_mind_keeps_what_was_chosen(self, village):
        ballot = open_ballot(village)
        said = {"question-1": "no", "question-2": "abstain", "change": "1"}
        page = signed_in(village.villagers[0]).post(f"/votes/{ballot.pk}/cast/", said)
        assert page.status_code == 200
        assert page.content.decode().count("checked") == 2

    def test_an_answer_left_out_is_asked_for_and_the_others_stay(self, village):
        ballot = open_ballot(village)
        answer = signed_in(village.villagers[0]).post(
            f"/votes/{ballot.pk}/cast/", {"question-1": "yes"}
        )
        assert answer.status_code == 422
        assert "请选一个答案" in answer.content.decode()
        assert answer.content.decode().count("checked") == 1

    def test_who_is_not_on_the_roll_is_told_where_to_go(self, village):
        ballot = open_ballot(village)
        answer = signed_in(people.somebody("路人")).get(f"/votes/{ballot.pk}/cast/")
        assert answer.status_code == 422
        assert "请找村（社区）文书" in answer.content.decode()

    def test_no_result_shows_before_the_close(self, village):
        ballot = open_ballot(village)
        client = signed_in(village.villagers[0])
        client.post(
            f"/votes/{ballot.pk}/cast/", {"question-1": "yes", "question-2": "yes", "sure": "1"}
        )
        for who in (Client(), client, signed_in(village.keeper), signed_in(village.tellers[0])):
            for path in ("", "screen/"):
                page = who.get(f"/votes/{ballot.pk}/{path}").content.decode()
                assert "票，以" not in page
                assert "通过</span>" not in page
            assert who.get(f"/votes/{ballot.pk}/result.json").status_code == 404
            assert who.get(f"/votes/{ballot.pk}/result.csv").status_code == 404
        kept = signed_in(village.keeper).get(f"/desk/votes/{ballot.pk}/").content.decode()
        assert "结束前谁也不知道结果" in kept

    def test_a_signed_out_visitor_signs_in_and_comes_back(self, village):
        ballot = open_ballot(village)
        answer = Client().get(f"/votes/{ballot.pk}/cast/")
        assert answer.status_code == 302
        assert "cast" in answer["Location"]


class TestResult:
    def test_everybody_sees_the_result_and_reckons_it_again(self, village):
        ballot = counted(village)
        page = Client().get(f"/votes/{ballot.pk}/").content.decode()
        assert "“同意”20票，以到会人数30为基数；需要过半数，即16票。通过。" in page
        assert "30 × 2 = 60 &gt; 30 × 1 = 30" in page
        assert "20 × 2 = 40 &gt; 30 × 1 = 30" in page

    def test_the_download_is_what_was_sealed_and_names_nobody(self, village):
        ballot = counted(village)
        answer = Client().get(f"/votes/{ballot.pk}/result.json")
        facts = json.loads(answer.content)
        from xiangyue.ballots.recomputing import verdicts_of
        from xiangyue.ballots.services.counting import digest_of_facts

        assert facts["digest"] == digest_of_facts(facts["facts"])
        assert verdicts_of(facts["facts"])[0]["ground"] == "carried"
        table = Client().get(f"/votes/{ballot.pk}/result.csv").content.decode()
        assert "1,yes,hands,20" in table
        for person in village.villagers:
            assert person.name not in table + answer.content.decode()
            assert str(person.pk) not in answer.content.decode()

    def test_the_list_is_filtered_and_says_when_it_is_empty(self, village):
        counted(village)
        assert "这里目前没有表决" in Client().get("/votes/").content.decode()
        assert "修村道" in Client().get("/votes/?which=past").content.decode()
        assert "修村道" in Client().get("/votes/?which=past&place=620725101000").content.decode()
        elsewhere = Client().get("/votes/?which=past&place=620725102000").content.decode()
        assert "修村道" not in elsewhere
        assert (
            "修村道" in signed_in(village.villagers[0]).get("/votes/?which=mine").content.decode()
        )


class TestRoll:
    def test_am_i_on_the_roll(self, village):
        roll = roll_of(village)
        page = signed_in(village.villagers[0]).get(f"/rolls/{roll.pk}/").content.decode()
        assert "您在名册上" in page
        newcomer = signed_in(people.somebody("新来的")).get(f"/rolls/{roll.pk}/")
        assert "您不在名册上" in newcomer.content.decode()

    def test_the_list_is_for_those_who_live_there(self, village):
        roll = roll_of(village)
        outsider = people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE))
        assert signed_in(outsider).get(f"/rolls/{roll.pk}/").status_code == 404
        assert Client().get(f"/rolls/{roll.pk}/").status_code == 302
        draft = services.draw_roll(
            place=village.place, rule="villagers_assembly", at=timezone.now()
        )
        assert signed_in(village.villagers[0]).get(f"/rolls/{draft.pk}/").status_code == 404

    def test_somebody_objects_and_the_clerk_answers(self, village):
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=timezone.now())
        services.publish_roll(roll=roll, at=timezone.now())
        voter, desk = signed_in(village.villagers[0]), signed_in(village.keeper)
        empty = voter.post(f"/rolls/{roll.pk}/", {"kind": "missing", "text": " "})
        assert empty.status_code == 422
        voter.post(f"/rolls/{roll.pk}/", {"kind": "missing", "text": "我爱人没在册"})
        objection = RollObjection.objects.get()
        assert "我爱人没在册" in desk.get(f"/desk/rolls/{roll.pk}/").content.decode()
        desk.post(
            f"/desk/roll-objections/{objection.pk}/", {"is_upheld": "no", "answer": "户口不在本村"}
        )
        assert "户口不在本村" in voter.get(f"/rolls/{roll.pk}/").content.decode()
        fixed = desk.post(f"/desk/rolls/{roll.pk}/fix/", follow=True).content.decode()
        assert "大家可以提异议到" in fixed


class TestTelling:
    def test_a_teller_finds_a_name_and_marks_it_once(self, village):
        ballot = open_ballot(village)
        teller = signed_in(village.tellers[0])
        entry = village.entry(ballot, village.villagers[0])
        door = f"/votes/{ballot.pk}/door/"
        assert village.villagers[0].name in teller.get(f"{door}?q=王甲").content.decode()
        teller.post(f"{door}{entry.number}/here/", {"mode": "paper"})
        again = teller.post(f"{door}{entry.number}/here/", {"mode": "hands"}, follow=True)
        assert "每一票只算一次" in again.content.decode()
        assert Participation.objects.get().mode == "paper"
        teller.post(f"{door}{entry.number}/undo/")
        assert not Participation.objects.exists()

    def test_two_tellers_count_and_neither_sees_the_others_number(self, village):
        ballot = open_ballot(village, modes=["paper"], questions=["修吗？"])
        services.mark_many_present(ballot=ballot, mode="paper", at=timezone.now())
        services.close_ballot(ballot=ballot, at=timezone.now())
        one, two = (signed_in(each) for each in village.tellers)
        page = f"/votes/{ballot.pk}/counts/"
        said = {
            "count": "paper-1", "paper-1-yes": "17", "paper-1-no": "9", "paper-1-abstain": "3",
            "paper-1-invalid": "1",
        }  # fmt: skip
        assert "等另一名计票员" in one.post(page, said, follow=True).content.decode()
        assert "17" not in two.get(page).content.decode().split("</header>")[-1].replace(
            str(ballot.pk), ""
        )
        differ = two.post(page, said | {"paper-1-yes": "16"}, follow=True).content.decode()
        assert "都不算数" in differ
        one.post(page, said)
        assert "清点一致" in two.post(page, said, follow=True).content.decode()
        desk = signed_in(village.keeper)
        done = desk.post(f"/desk/votes/{ballot.pk}/count/", follow=True).content.decode()
        assert "结果已作出" in done

    def test_a_wrong_count_is_refused_beside_its_field_and_stays(self, village):
        ballot = open_ballot(village, modes=["hands"], questions=["修吗？"])
        teller = signed_in(village.tellers[0])
        answer = teller.post(
            f"/votes/{ballot.pk}/counts/",
            {"count": "hands-1", "hands-1-yes": "5", "hands-1-no": "0", "hands-1-abstain": ""},
        )
        assert answer.status_code == 422
        assert 'value="5"' in answer.content.decode()

    def test_a_proxy_is_entered_at_the_door(self, village):
        for person in village.villagers[:2]:
            person.household = village.households[0]
            person.save()
        village.members("collective_member", 4)
        ballot = open_ballot(village, roll=roll_of(village, "collective_assembly"))
        entry = village.entry(ballot, village.villagers[0])
        proxy = village.entry(ballot, village.villagers[1])
        page = f"/votes/{ballot.pk}/door/{entry.number}/"
        teller = signed_in(village.tellers[0])
        said = {"mode": "paper", "proxy": str(proxy.number)}
        assert teller.post(page, said).status_code == 422  # nothing in writing
        assert teller.post(page, said | {"proxy": "x", "is_written": "on"}).status_code == 422
        assert teller.post(page, said | {"is_written": "on"}).status_code == 302
        shown = Client().get(f"/votes/{ballot.pk}/").content.decode()
        assert "谁代谁投票" in shown  # EL04: both names are published
        assert f"{proxy.name}代{entry.name}" in shown

    def test_nobody_else_stands_at_the_door_or_counts(self, village):
        ballot = open_ballot(village)
        for who in (village.villagers[0], people.clerk(people.OTHER_VILLAGE)):
            client = signed_in(who)
            for path in ("door/", "door/1/", "counts/"):
                assert client.get(f"/votes/{ballot.pk}/{path}").status_code == 404
            for path in ("door/all/", "door/1/here/", "door/1/undo/"):
                assert client.post(f"/votes/{ballot.pk}/{path}").status_code == 404
        # SE01: who keeps the vote stands at the door, but counts only when chosen as a teller.
        keeper = signed_in(village.keeper)
        assert keeper.get(f"/votes/{ballot.pk}/door/").status_code == 200
        assert keeper.get(f"/votes/{ballot.pk}/counts/").status_code == 404


class TestDesk:
    def test_from_the_roll_to_the_announcement(self, village):
        desk = signed_in(village.keeper)
        assert "还没有表决" in desk.get("/desk/votes/").content.decode()
        drawn = desk.post(
            f"/desk/draw/{village.place.code}/", {"rule": "villagers_assembly:households"}
        )
        roll = Roll.objects.get()
        assert drawn["Location"].endswith(f"/desk/rolls/{roll.pk}/")
        assert roll.basis == "households"
        desk.post(f"/desk/rolls/{roll.pk}/publish/")
        begins = timezone.localtime() + timedelta(days=11)
        said = {
            "title": "修村道", "questions": "修吗？\n建在哪？| 东头 | 西头", "modes": ["hands"],
            "opens_at": f"{begins:%Y-%m-%dT%H:%M}", "tellers": "计一\n票二",
            "closes_at": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        }  # fmt: skip
        page = f"/desk/rolls/{roll.pk}/plan/"
        unknown = desk.post(page, said | {"tellers": "没有这个人"})
        assert unknown.status_code == 422
        assert "这里没有叫没有这个人的人" in unknown.content.decode()
        early = timezone.localtime() + timedelta(days=2)
        soon = desk.post(page, said | {"opens_at": f"{early:%Y-%m-%dT%H:%M}"})
        assert soon.status_code == 422
        assert "须提前10天通知" in soon.content.decode()
        assert "修村道" in soon.content.decode()
        assert desk.post(page, said).status_code == 302
        ballot = Ballot.objects.get()
        assert [len(question.choices) for question in ballot.questions.all()] == [3, 3]
        assert ballot.tellers.count() == 2

    def test_el05_the_committee_is_told_which_article_keeps_the_matter_from_it(self, village):
        village.members("villagers_committee", 5)
        roll = roll_of(village, "villagers_committee")
        now = timezone.localtime()
        answer = signed_in(village.keeper).post(
            f"/desk/rolls/{roll.pk}/plan/",
            {
                "title": "分征地款", "questions": "同意吗？", "modes": ["hands"],
                "matter": "land_compensation", "opens_at": f"{now:%Y-%m-%dT%H:%M}",
                "closes_at": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M}", "tellers": "计一",
            },
        )  # fmt: skip
        assert answer.status_code == 422
        assert "法律规定须由村民会议等决定" in answer.content.decode()

    def test_a_list_is_pasted_and_namesakes_are_chosen(self, village):
        desk = signed_in(village.keeper)
        twin = people.somebody("王甲")
        page = f"/desk/vote-members/{village.place.code}/party_member/"
        said = {"names": "王甲\n李乙", "on": "2026-01-01"}
        unclear = desk.post(page, said)
        assert unclear.status_code == 422
        assert str(twin.pk) in unclear.content.decode()
        assert desk.post(page, said | {"who": [str(twin.pk)]}).status_code == 302
        assert Membership.objects.count() == 2
        row = Membership.objects.get(person=twin)
        desk.post(f"/desk/vote-members/{row.pk}/end/", follow=True)
        assert "王甲" not in desk.get(page).content.decode()

    def test_somebody_is_struck_and_added_with_a_reason(self, village):
        desk = signed_in(village.keeper)
        roll = services.draw_roll(place=village.place, rule="villagers_assembly", at=timezone.now())
        assert desk.post(f"/desk/rolls/{roll.pk}/strike/1/", {"reason": " "}).status_code == 422
        desk.post(f"/desk/rolls/{roll.pk}/strike/1/", {"reason": "已迁出"})
        people.somebody("外来人", at_place=people.place(people.OTHER_VILLAGE))
        said = {"add-name": "外来人", "add-reason": "住满一年"}
        assert desk.post(f"/desk/rolls/{roll.pk}/add/", said).status_code == 302
        again = desk.post(f"/desk/rolls/{roll.pk}/add/", said)
        assert again.status_code == 422
        assert "已经在册" in again.content.decode()
        page = desk.get(f"/desk/rolls/{roll.pk}/?which=changed").content.decode()
        assert "已迁出" in page
        assert "住满一年" in page

    def test_another_villages_clerk_finds_nothing_here(self, village):
        ballot = open_ballot(village)
        stranger = signed_in(people.clerk(people.OTHER_VILLAGE))
        roll = ballot.roll
        for path in (
            f"votes/{ballot.pk}/", f"rolls/{roll.pk}/", f"rolls/{roll.pk}/plan/",
            f"rolls/{roll.pk}/strike/1/", f"draw/{village.place.code}/",
            f"vote-members/{village.place.code}/party_member/",
        ):  # fmt: skip
            assert stranger.get(f"/desk/{path}").status_code == 404, path
        for path in (
            f"votes/{ballot.pk}/open/", f"votes/{ballot.pk}/close/", f"votes/{ballot.pk}/count/",
            f"votes/{ballot.pk}/annul/", f"votes/{ballot.pk}/women/", f"rolls/{roll.pk}/publish/",
            f"rolls/{roll.pk}/fix/", f"rolls/{roll.pk}/confirm/", f"rolls/{roll.pk}/add/",
        ):  # fmt: skip
            assert stranger.post(f"/desk/{path}").status_code == 404, path

    def test_an_annulled_vote_says_why(self, village):
        ballot = counted(village)
        desk = signed_in(village.keeper)
        assert desk.post(f"/desk/votes/{ballot.pk}/annul/", {}).status_code == 422
        desk.post(f"/desk/votes/{ballot.pk}/annul/", {"annul-reason": "法院撤销"})
        assert "法院撤销" in Client().get(f"/votes/{ballot.pk}/").content.decode()


def test_a_vote_waits_on_the_first_page_of_who_may_vote(village):
    open_ballot(village)
    assert "请您投票" in signed_in(village.villagers[0]).get("/").content.decode()
    assert "您是计票员" in signed_in(village.tellers[0]).get("/").content.decode()
    assert "修村道" in signed_in(village.keeper).get("/today/").content.decode()
