"""The three groups: opinions, judgements nobody is subjected to, errands."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests import people
from tests.councils.conftest import House
from xiangyue.access.limits import TooSoon
from xiangyue.activity.models import Entry
from xiangyue.councils import access, services
from xiangyue.councils.invariants import INVARIANTS
from xiangyue.councils.models import Concerned, GroupMatter
from xiangyue.incidents.services import report_incident
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.notifications.models import Message
from xiangyue.places.models import Household, Person

pytestmark = pytest.mark.django_db
WORDS = "两家都有道理：墙按老界退半米，修的时候互相搭把手。"


def holds_everywhere() -> bool:
    return [wrong for check in INVARIANTS.values() for wrong in check()] == []


class TestOpinions:
    def test_sd05_a_matter_is_asked_taken_and_done(self, house: House) -> None:
        council = house.group()
        matter = house.ask(council, subject=council.notice)
        one, other, _third = house.members(council)
        services.take(matter=matter, by=one, at=house.at)
        services.take(matter=matter, by=other, at=house.at)
        services.conclude(
            matter=matter, by=one, result="先修三组。", minutes="到场九人。", at=house.at
        )
        matter.refresh_from_db()
        assert (matter.state, matter.result, matter.takers.count()) == (
            "concluded",
            "先修三组。",
            2,
        )
        with pytest.raises(services.Decided):
            services.conclude(matter=matter, by=one, result="又变了", at=house.at)

    def test_a_group_that_does_not_sit_takes_up_nothing(self, house: House) -> None:
        council = house.form()
        with pytest.raises(services.NoGroup):
            house.ask(council)

    def test_those_who_live_there_ask_or_have_it_entered(self, house: House) -> None:
        council = house.group()
        with pytest.raises(NotAllowed):
            house.ask(council, by=house.elsewhere)
        with pytest.raises(NotAllowed):
            house.ask(council, by=None, entered_by=house.resident, said_by="孙大爷")
        member = house.members(council)[0]
        for entered_by in (house.clerk, member):
            assert house.ask(council, by=None, entered_by=entered_by, said_by="孙大爷")

    def test_what_is_sent_twice_is_taken_once_and_not_without_end(self, house: House) -> None:
        council = house.group()
        key = uuid4()
        assert house.ask(council, client_key=key) == house.ask(council, client_key=key)
        for _number in range(4):
            house.ask(council)
        with pytest.raises(TooSoon):
            house.ask(council)
        assert GroupMatter.objects.count() == 5

    def test_pe01_no_report_comes_before_a_group(self, house: House) -> None:
        incident, _slip = report_incident(
            category_key="0401", place=house.place, at=house.at, channel="resident",
            description="垃圾", reporter=house.resident,
        )  # fmt: skip
        council = house.group()
        with pytest.raises(services.NotForUs):
            house.ask(council, subject=incident)

    def test_no_member_takes_nothing(self, house: House) -> None:
        matter = house.ask(house.group())
        with pytest.raises(NotAllowed):
            services.take(matter=matter, by=house.clerk, at=house.at)
        one, other, _third = house.members(matter.council)
        services.take(matter=matter, by=one, at=house.at)
        with pytest.raises(services.TooClose):
            services.conclude(matter=matter, by=other, result="好的", at=house.at)


class TestJudging:
    def test_req_l_consent_then_hearing_then_words_all_agree_to(self, house: House) -> None:
        matter, (neighbour, judge, *_rest) = house.judged()
        one = Concerned.objects.get()
        with pytest.raises(services.NotConsented):
            services.hear(concerned=one, words="我没错", by=judge, at=house.at)
        with pytest.raises(services.NotWhole):
            services.propose_words(matter=matter, result=WORDS, by=judge, at=house.at)
        services.consent(concerned=one, consents=True, by=neighbour, at=house.at)
        with pytest.raises(services.NotWhole):
            services.propose_words(matter=matter, result=WORDS, by=judge, at=house.at)
        services.hear(concerned=one, words="墙是老界", by=judge, at=house.at)
        services.propose_words(matter=matter, result=WORDS, by=judge, at=house.at)
        with pytest.raises(services.NotWhole):
            services.conclude(matter=matter, by=judge, at=house.at)
        services.agree(concerned=one, agrees=False, by=neighbour, at=house.at)
        with pytest.raises(services.NotWhole):
            services.conclude(matter=matter, by=judge, at=house.at)
        services.propose_words(
            matter=matter, result=WORDS + "以后有事先商量。", by=judge, at=house.at
        )
        one.refresh_from_db()
        assert one.agrees is None  # new words are asked for anew
        services.agree(concerned=one, agrees=True, by=neighbour, at=house.at)
        assert holds_everywhere()
        services.conclude(matter=matter, by=judge, at=house.at)
        assert holds_everywhere()
        Concerned.objects.update(agrees=None)
        assert not holds_everywhere()

    def test_req_l05_a_no_ends_it_at_any_time(self, house: House) -> None:
        matter, (neighbour, *_judges) = house.judged()
        one = Concerned.objects.get()
        services.consent(concerned=one, consents=True, by=neighbour, at=house.at)
        services.consent(concerned=one, consents=False, by=neighbour, at=house.at)
        matter.refresh_from_db()
        assert matter.state == "ended"
        with pytest.raises(services.Decided):
            services.consent(concerned=one, consents=True, by=neighbour, at=house.at)

    def test_nobody_says_yes_for_another(self, house: House) -> None:
        _matter, (_neighbour, judge, *_rest) = house.judged()
        one = Concerned.objects.get()
        for who in (judge, house.resident):
            with pytest.raises(NotAllowed):
                services.consent(concerned=one, consents=True, by=who, at=house.at)
            with pytest.raises(NotAllowed):
                services.consent(concerned=one, consents=True, entered_by=who, at=house.at)
        services.consent(concerned=one, consents=True, entered_by=house.clerk, at=house.at)

    def test_req_l04_three_judge_with_a_woman_and_none_close(self, house: House) -> None:
        council = house.group("moral_judging_group", members=4)
        neighbour = people.somebody("邻居")
        home = Household.objects.create(code="h1", grid=house.place, place_path=house.place.path)
        matter = house.ask(council, title="两家的墙", text="请评评理")
        services.name_concerned(matter=matter, person=neighbour, by=house.resident, at=house.at)
        judges = house.members(council)
        Person.objects.filter(pk__in=[neighbour.pk, judges[0].pk]).update(household=home)
        judges[0].refresh_from_db()
        near = services.take(matter=matter, by=judges[0], is_woman=True, at=house.at)
        assert near.stepped_back_at is not None
        said = services.take(matter=matter, by=judges[1], is_close=True, at=house.at)
        assert said.stepped_back_why
        services.take(matter=matter, by=judges[2], at=house.at)
        services.take(matter=matter, by=judges[3], at=house.at)
        one = Concerned.objects.get()
        services.consent(concerned=one, consents=True, by=neighbour, at=house.at)
        services.hear(concerned=one, words="老界", by=judges[2], at=house.at)
        with pytest.raises(services.NotWhole) as refused:
            services.propose_words(matter=matter, result=WORDS, by=judges[2], at=house.at)
        assert len(refused.value.sentences) == 2  # too few, and no woman
        with pytest.raises(services.TooClose):
            services.propose_words(matter=matter, result=WORDS, by=judges[0], at=house.at)

    def test_who_asked_does_not_judge(self, house: House) -> None:
        council = house.group("moral_judging_group")
        member = house.members(council)[0]
        matter = house.ask(council, by=member, title="两家的墙", text="请评评理")
        assert services.take(matter=matter, by=member, at=house.at).stepped_back_at is not None
        matter.refresh_from_db()
        assert matter.state == "asked"

    @pytest.mark.parametrize(
        "text",
        [
            "他老去上访，请评评", "有人打 12345 投诉我家", "老王举 报过村干部", "他给村里打差评",
            "她丈夫家暴", "这家太懒惰", "她离婚了还争地", "他欠债不还", "他家信教",
        ],
    )  # fmt: skip
    def test_pe01_l10_me03_what_is_never_judged(self, house: House, text: str) -> None:
        council = house.group("moral_judging_group")
        with pytest.raises(services.NotForUs):
            house.ask(council, text=text)
        with pytest.raises(services.NotForUs):
            house.ask(council, title=text)
        assert not GroupMatter.objects.exists()

    @pytest.mark.parametrize("text", ["扣 分十分", "上黑榜一个月", "全村排名倒数", "罚款二百元"])
    def test_req_l_a_judgement_is_words_alone(self, house: House, text: str) -> None:
        matter, (neighbour, judge, *_rest) = house.judged()
        one = Concerned.objects.get()
        services.consent(concerned=one, consents=True, by=neighbour, at=house.at)
        services.hear(concerned=one, words="老界", by=judge, at=house.at)
        with pytest.raises(services.NotForUs):
            services.propose_words(matter=matter, result=text, by=judge, at=house.at)
        services.propose_words(matter=matter, result=WORDS, by=judge, at=house.at)
        services.agree(concerned=one, agrees=True, by=neighbour, at=house.at)
        with pytest.raises(services.NotForUs):
            services.conclude(matter=matter, by=judge, minutes=text, at=house.at)

    def test_req_l01_nobody_under_eighteen(self, house: House) -> None:
        matter, _cast = house.judged()
        young = people.somebody("小明")
        Person.objects.filter(pk=young.pk).update(birth_date=date(2010, 1, 1))
        young.refresh_from_db()
        with pytest.raises(services.NotForUs):
            services.name_concerned(matter=matter, person=young, by=house.resident, at=house.at)

    def test_the_database_ties_no_judgement_to_a_report(self, house: House) -> None:
        matter, _cast = house.judged()
        with pytest.raises(IntegrityError), transaction.atomic():
            GroupMatter.objects.filter(pk=matter.pk).update(
                subject_type="incidents.incident", subject_id="1"
            )

    def test_only_those_it_is_about_and_who_took_it_read_it(self, house: House) -> None:
        council = house.group("moral_judging_group", members=4)
        neighbour = people.somebody("邻居")
        matter = house.ask(council, title="两家的墙", text="请评评理")
        services.name_concerned(matter=matter, person=neighbour, by=house.resident, at=house.at)
        judges = house.members(council)
        for judge in judges[:3]:
            services.take(matter=matter, by=judge, at=house.at)
        for who in (neighbour, house.resident, judges[0]):
            assert access.group_matter_for(who, matter.pk, at=house.at)
        for who in (judges[3], house.clerk, house.secretary, people.somebody("旁人")):
            with pytest.raises(NotFound):
                access.group_matter_for(who, matter.pk, at=house.at)

    def test_whom_it_is_about_is_told_and_the_record_does_not_say_who(self, house: House) -> None:
        _matter, (neighbour, *_judges) = house.judged()
        assert Message.objects.filter(recipient=neighbour).count() == 1
        kept = str(list(Entry.objects.filter(name__startswith="councils.judged").values("facts")))
        assert str(neighbour.pk) not in kept

    def test_req_l06_words_are_forgotten_after_ninety_days(self, house: House) -> None:
        matter, (neighbour, *_judges) = house.judged()
        services.consent(
            concerned=Concerned.objects.get(), consents=False, by=neighbour, at=house.at
        )
        assert services.forget_words(at=house.at + timedelta(days=89)) == 0
        assert services.forget_words(at=house.at + timedelta(days=90)) == 1
        matter.refresh_from_db()
        assert (matter.title, matter.text, matter.asked_by) == ("", "", None)
        assert not Concerned.objects.exists()
        assert holds_everywhere()


class TestErrands:
    def test_sd05_an_errand_is_seen_by_the_group_and_whoever_asked(self, house: House) -> None:
        council = house.group("service_group")
        matter = house.ask(council, title="代买药", text="腿脚不便", contact="二组东头")
        member = house.members(council)[0]
        for who in (member, house.resident, house.clerk):
            assert access.group_matter_for(who, matter.pk, at=house.at)
        with pytest.raises(NotFound):
            access.group_matter_for(people.somebody("旁人"), matter.pk, at=house.at)
        services.take(matter=matter, by=member, at=house.at)
        services.step_back_from(matter=matter, by=member, why="今天要进城", at=house.at)
        with pytest.raises(services.TooClose):
            services.conclude(matter=matter, by=member, result="买到了", at=house.at)

    def test_whoever_asked_takes_it_back_a_member_says_why_not(self, house: House) -> None:
        council = house.group("service_group")
        own = house.ask(council)
        services.end_matter(matter=own, by=house.resident, why="", at=house.at)
        other = house.ask(council)
        member = house.members(council)[0]
        with pytest.raises(services.WordsMissing):
            services.end_matter(matter=other, by=member, why="", at=house.at)
        services.end_matter(matter=other, by=member, why="没有车", at=house.at)
        other.refresh_from_db()
        assert (other.state, other.ended_why) == ("turned_down", "没有车")
        with pytest.raises(NotAllowed):
            services.end_matter(matter=house.ask(council), by=house.elsewhere, why="x", at=house.at)
