"""Issues from a sentence to the work done: who counts once, who decides, who checks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import people
from tests.deliberation.conftest import TEXT, TITLE, House, fresh
from xiangyue.access.limits import TooSoon
from xiangyue.activity.models import Entry
from xiangyue.deliberation import invariants, services
from xiangyue.deliberation.models import Issue, IssueStep, Support, Task
from xiangyue.deliberation.services import supporting
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.notifications.models import Message
from xiangyue.places.models import Person
from xiangyue.procedures.services import NotReady
from xiangyue.publicity.services import publish_notice

pytestmark = pytest.mark.django_db


def told(person: Person) -> list[str]:
    rows = Message.objects.filter(recipient=person).order_by("pk")
    return [row.declaration.key.split(".")[1] for row in rows.select_related("declaration")]


class TestRaising:
    def test_a_residents_issue_waits_to_be_looked_at_and_has_their_voice(
        self, house: House
    ) -> None:
        issue = house.raised(is_shown=False)
        assert (issue.is_shown, issue.support_count, issue.state) == (False, 1, "collected")
        assert issue.clock is not None
        assert issue.clock.due_at is not None

    def test_the_record_names_no_resident(self, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        entries = Entry.objects.filter(name__startswith="deliberation.", subject_id=str(issue.pk))
        names = {str(one.pk) for one in house.residents}
        assert entries.count() == 3
        assert not any(str(entry.actor_id) in names for entry in entries)
        assert not any(names & set(map(str, entry.facts.values())) for entry in entries)

    def test_strangers_raise_nothing(self, house: House) -> None:
        with pytest.raises(NotAllowed):
            house.raised(by=house.elsewhere)

    @pytest.mark.parametrize(
        "facts",
        [{"title": " "}, {"text": ""}, {"title": "长" * 61}, {"text": "a\x00b"}, {"asks": "x"}],
    )
    def test_nothing_without_words(self, house: House, facts: dict[str, str]) -> None:
        with pytest.raises(services.WordsMissing):
            house.raised(**facts)
        assert not Issue.objects.exists()

    def test_no_telephone_number_is_published(self, house: House) -> None:
        with pytest.raises(services.PersonalData):
            house.raised(text="找我 13912345678 商量")

    def test_sent_twice_it_is_raised_once(self, house: House) -> None:
        key = "0197b0c0-0000-7000-8000-000000000001"
        first = house.raised(client_key=key)
        again = services.raise_issue(
            place=house.place, title=TITLE, text=TEXT, by=house.residents[0], at=house.at,
            client_key=first.client_key,
        )  # fmt: skip
        assert again.pk == first.pk
        with pytest.raises(NotAllowed):
            house.raised(1, client_key=first.client_key)

    def test_a_day_has_its_limit(self, house: House) -> None:
        for _number in range(5):
            house.raised(is_shown=False)
        with pytest.raises(TooSoon):
            house.raised(is_shown=False)

    def test_a_grid_worker_writes_down_for_somebody_without_a_phone(self, house: House) -> None:
        issue = house.raised(by=house.worker, is_for_others=True, said_by="马奶奶", is_shown=False)
        assert (issue.source, issue.raised_by_id, issue.said_by) == ("grid", None, "马奶奶")
        assert (issue.support_count, issue.is_shown) == (1, False)
        with pytest.raises(NotAllowed):
            house.raised(by=house.residents[1], is_for_others=True)

    def test_what_the_clerk_writes_down_is_shown_at_once(self, house: House) -> None:
        issue = house.raised(by=house.clerk, is_for_others=True, is_shown=False, is_courtyard=True)
        assert (issue.is_shown, issue.support_count, issue.source) == (True, 0, "courtyard")

    def test_one_takes_back_only_ones_own_that_nobody_else_supports(self, house: House) -> None:
        issue = house.raised()
        with pytest.raises(NotAllowed):
            services.withdraw(issue=issue, by=house.residents[1], at=house.at)
        house.support(issue, 1)
        with pytest.raises(services.NotNow):
            services.withdraw(issue=issue, by=house.residents[0], at=house.at)
        alone = house.raised()
        assert services.withdraw(issue=alone, by=house.residents[0], at=house.at).state == (
            "withdrawn"
        )


class TestSupporting:
    def test_a_voice_counts_once(self, house: House) -> None:
        issue = house.raised()
        for who in (1, 1, 0, 2):
            house.support(issue, who)
        assert fresh(issue).support_count == 3
        assert Support.objects.count() == 3

    def test_whoever_lives_elsewhere_supports_nothing(self, house: House) -> None:
        issue = house.raised()
        with pytest.raises(NotAllowed):
            services.support_issue(issue=issue, by=house.elsewhere, at=house.at)

    def test_what_is_not_shown_cannot_be_supported(self, house: House) -> None:
        issue = house.raised(is_shown=False)
        with pytest.raises(NotFound):
            house.support(issue, 1)

    def test_a_list_entered_by_the_clerk_counts_nobody_twice(self, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        names = "居民1\n居民2\n 马奶奶 \n马奶奶\n馬奶奶"
        _issue, new = services.enter_voices(issue=issue, names=names, by=house.worker, at=house.at)
        assert new == 2
        assert fresh(issue).support_count == 4
        house.support(issue, 2)
        assert fresh(issue).support_count == 4

    def test_two_of_one_name_are_told_apart_by_their_phone(self, house: House) -> None:
        issue = house.raised()
        one, other = people.somebody("王秀英"), people.somebody("王秀英")
        with pytest.raises(services.WordsMissing) as refused:
            services.enter_voices(issue=issue, names="王秀英", by=house.clerk, at=house.at)
        assert "names" in refused.value.fields
        names = f"王秀英 {one.phone}\n王秀英 {other.phone}"
        assert services.enter_voices(issue=issue, names=names, by=house.clerk, at=house.at)[1] == 2

    def test_a_resident_enters_nobody(self, house: House) -> None:
        issue = house.raised()
        with pytest.raises(NotAllowed):
            services.enter_voices(issue=issue, names="甲乙", by=house.residents[0], at=house.at)

    def test_a_voice_can_be_taken_back_but_not_the_raisers(self, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        services.take_back_support(issue=issue, by=house.residents[1], at=house.at)
        assert fresh(issue).support_count == 1
        with pytest.raises(NotAllowed):
            services.take_back_support(issue=issue, by=house.residents[0], at=house.at)

    def test_the_database_takes_no_voice_twice(self, house: House) -> None:
        issue = house.raised()
        row = Support.objects.get(issue=issue)
        with pytest.raises(IntegrityError), transaction.atomic():
            Support.objects.create(
                issue=issue, voice=row.voice, person=row.person, given_at=house.at
            )


class TestJoining:
    def pair(self, house: House) -> tuple[Issue, Issue]:
        one, other = house.raised(0), house.raised(1)
        house.support(one, 2)
        house.support(other, 2)
        house.support(other, 3)
        return fresh(one), fresh(other)

    def test_voices_are_carried_over_and_nobody_counts_twice(self, house: House) -> None:
        one, other = self.pair(house)
        whole = house.merge(one, other)
        assert (one.support_count, other.support_count, whole.support_count) == (2, 3, 4)
        assert invariants.every_voice_counts_once() == []

    def test_old_links_lead_on_and_support_follows(self, house: House) -> None:
        one, other = self.pair(house)
        house.merge(one, other)
        late = people.somebody("后来的")
        services.support_issue(issue=one, by=late, at=house.at)
        assert fresh(other).support_count == 5
        assert supporting.has_supported(fresh(one), late)

    def test_undone_everything_is_as_it_was(self, house: House) -> None:
        one, other = self.pair(house)
        house.merge(one, other)
        house.support(one, 2)
        back = services.undo_merge(issue=one, by=house.clerk, at=house.at)
        assert (back.state, back.support_count) == ("collected", 2)
        assert fresh(other).support_count == 3
        assert back.clock is not None
        assert back.clock.stopped_at is None

    def test_only_who_joined_them_undoes_it(self, house: House) -> None:
        one, other = self.pair(house)
        house.merge(one, other)
        with pytest.raises(NotAllowed):
            services.undo_merge(issue=one, by=people.clerk(), at=house.at)

    def test_no_circle(self, house: House) -> None:
        one, other = self.pair(house)
        third = house.raised(2)
        house.merge(one, other)
        house.merge(other, third)
        for part, into in ((third, one), (third, other), (third, third)):
            with pytest.raises(services.WrongIssue):
                house.merge(part, into)
        assert invariants.joined_issues_lead_to_one() == []

    def test_of_a_chain_the_middle_can_be_parted(self, house: House) -> None:
        one, other = self.pair(house)
        third = house.raised(2)
        house.merge(one, other)
        house.merge(other, third)
        assert fresh(third).support_count == 4
        services.undo_merge(issue=one, by=house.clerk, at=house.at)
        assert fresh(third).support_count == 3
        assert invariants.every_voice_counts_once() == []

    def test_the_second_of_two_keepers_is_told(self, house: House) -> None:
        one, other = self.pair(house)
        seen = one.version
        house.merge(one, other, seen=seen)
        with pytest.raises(services.Moved):
            services.hide_issue(issue=one, why="重复了", by=house.clerk, at=house.at, seen=seen)

    def test_petitions_and_issues_stay_apart(self, house: House) -> None:
        issue, petition = house.raised(), house.raised(1, asks="disclosed")
        with pytest.raises(services.WrongIssue):
            house.merge(issue, petition)

    def test_another_villages_keeper_joins_nothing(self, house: House) -> None:
        one, other = self.pair(house)
        with pytest.raises(NotAllowed):
            house.merge(one, other, by=people.clerk(people.OTHER_VILLAGE))

    def test_decided_ones_are_not_joined_any_more(self, house: House) -> None:
        one, other = self.pair(house)
        house.merge(one, other)
        house.resolved(house.accepted(fresh(other)))
        with pytest.raises(services.NotNow):
            services.undo_merge(issue=one, by=house.clerk, at=house.at)

    def test_a_part_takes_its_supporters_along(self, house: House) -> None:
        one, _other = self.pair(house)
        part = services.split_issue(
            issue=one,
            title="校车停靠点",
            text="校车要有固定的停靠点。",
            by=house.clerk,
            at=house.at,
        )
        assert (part.support_count, fresh(one).support_count) == (2, 2)
        assert part.split_from_id == one.pk
        house.merge(part, one)
        assert fresh(one).support_count == 2


class TestDeciding:
    def test_jc35_the_party_organisation_takes_it_up_with_reasons(self, house: House) -> None:
        issue = house.raised()
        with pytest.raises(NotAllowed):
            services.accept_issue(
                issue=issue, form="consultation", reason="好", by=house.clerk, at=house.at
            )
        with pytest.raises(services.WordsMissing):
            services.accept_issue(
                issue=issue, form="consultation", reason=" ", by=house.secretary, at=house.at
            )
        done = house.accepted(issue)
        assert (done.state, done.run.template_key) == ("accepted", "six_step_deliberation")
        assert (done.run.subject_type, done.run.subject_id) == ("deliberation.issue", str(done.pk))
        assert house.open_step(done) == "research"
        assert done.clock is not None
        assert done.clock.stopped_at is not None

    def test_of_two_who_decide_one_is_told(self, house: House) -> None:
        issue = house.raised()
        house.accepted(issue)
        with pytest.raises(services.NotNow):
            services.decline_issue(issue=issue, reason="不议", by=house.secretary, at=house.at)

    def test_declined_it_can_be_asked_once_more_with_more_support(self, house: House) -> None:
        issue = house.raised()
        services.decline_issue(
            issue=issue, reason="今年没有这笔钱", by=house.secretary, at=house.at
        )
        ask = {"issue": issue, "text": "支持的人多了", "by": house.residents[0], "at": house.at}
        for number in range(4):
            services.support_issue(issue=issue, by=people.somebody(f"甲{number}"), at=house.at)
        with pytest.raises(services.NotNow):
            services.ask_again(**ask)
        services.support_issue(issue=issue, by=people.somebody("甲五"), at=house.at)
        with pytest.raises(NotAllowed):
            services.ask_again(**ask | {"by": house.residents[3]})
        assert services.ask_again(**ask).state == "collected"
        services.decline_issue(issue=issue, reason="还是没有", by=house.secretary, at=house.at)
        for number in range(9):
            services.support_issue(issue=issue, by=people.somebody(f"乙{number}"), at=house.at)
        with pytest.raises(services.NotNow):
            services.ask_again(**ask)

    def test_sy26_a_petition_with_enough_voices_is_owed_an_answer(self, house: House) -> None:
        petition = house.raised(asks="disclosed", title="公开低保名单怎么评的")
        assert petition.clock is None
        for number in range(8):
            services.support_issue(issue=petition, by=people.somebody(f"甲{number}"), at=house.at)
        assert fresh(petition).reached_at is None
        services.support_issue(issue=petition, by=people.somebody("第十个"), at=house.at)
        reached = fresh(petition)
        assert reached.reached_at is not None
        assert reached.clock is not None
        with pytest.raises(services.NotNow):
            services.decline_issue(issue=petition, reason="不公开", by=house.secretary, at=house.at)
        with pytest.raises(services.NotNow):  # taking it up would end the clock without an answer
            house.accepted(reached)
        assert fresh(petition).clock.stopped_at is None
        done = services.answer_petition(
            issue=petition, text="评议会记录下周一上墙。", is_granted=True, by=house.secretary,
            at=house.at,
        )  # fmt: skip
        assert (done.state, done.answer) == ("answered", "评议会记录下周一上墙。")

    def test_hidden_words_say_why_to_their_author(self, house: House) -> None:
        issue = house.raised()
        hidden = services.hide_issue(
            issue=issue, why="点了人名，请改一改", by=house.clerk, at=house.at
        )
        assert (hidden.is_shown, hidden.hidden_why) == (False, "点了人名，请改一改")
        with pytest.raises(services.NotNow):
            house.accepted(fresh(issue))

    def test_an_ended_procedure_lets_the_issue_wait_again(self, house: House) -> None:
        from xiangyue.access.queries import standing_of
        from xiangyue.procedures.services import end_early

        issue = house.accepted()
        assert issue.run is not None
        end_early(
            run=issue.run, actor=standing_of(house.secretary, at=house.at), at=house.at,
            reason="换一种办法",
        )  # fmt: skip
        assert (fresh(issue).state, fresh(issue).run) == ("collected", None)
        assert house.accepted(fresh(issue)).run is not None


class TestPreparing:
    def test_jc15_nothing_is_settled_before_research(self, house: House) -> None:
        issue = house.accepted()
        with pytest.raises(services.TooEarly):
            services.resolve_issue(
                issue=issue, text="划线", outcome="accepted", settled_in="会", by=house.clerk,
                at=house.at,
            )  # fmt: skip
        assert house.resolved(issue).issue.state == "resolved"

    def test_sy29_deliberation_by_law_needs_the_lawyers_note(self, house: House) -> None:
        issue = house.accepted(form="by_law")
        with pytest.raises(NotReady):
            house.step(issue, "research", house.clerk)
        note = {"issue": issue, "lawyer": "周律师", "by": house.clerk, "at": house.at}
        services.add_lawyers_note(**note, finding="unlawful", text="道路交通安全法第三十三条。")
        with pytest.raises(NotReady):
            house.step(issue, "research", house.clerk)
        with pytest.raises(services.TooEarly):
            services.resolve_issue(
                issue=issue, text="划线", outcome="accepted", settled_in="会", by=house.clerk,
                at=house.at,
            )  # fmt: skip
        services.add_lawyers_note(
            **note | {"at": house.at + timedelta(hours=1)}, finding="lawful", text="改后可以。"
        )
        assert house.resolved(issue).issue.state == "resolved"

    def test_research_keeps_words_and_a_document_once(self, house: House) -> None:
        issue = house.accepted()
        pdf = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF"
        for _again in range(2):
            services.add_research(
                issue=issue, text="数了三天，平均停二十辆。", by=house.clerk, at=house.at,
                upload=pdf, file_name="../../表.pdf",
            )  # fmt: skip
        note = issue.research.get()
        assert (note.file_name, note.content_type) == ("表.pdf", "application/pdf")
        assert note.file.name.startswith("deliberation/")

    def test_put_off_stays_in_deliberation(self, house: House) -> None:
        issue = house.accepted()
        house.resolved(issue, outcome="put_off")
        assert fresh(issue).state == "accepted"

    def test_what_is_settled_is_settled_once(self, house: House) -> None:
        issue = house.resolved().issue
        with pytest.raises(services.NotNow):
            services.resolve_issue(
                issue=issue, text="又议", outcome="rejected", settled_in="会", by=house.clerk,
                at=house.at,
            )  # fmt: skip


class TestFollowing:
    def test_when_all_is_checked_the_issue_is_settled(self, house: House) -> None:
        first = house.task()
        issue = first.issue
        second = house.task(issue, text="买四块牌子", kind="spending", amount_cents=80_000)
        house.checked(house.done(first))
        assert fresh(issue).state == "resolved"
        house.checked(house.done(second))
        assert fresh(issue).state == "settled"
        assert invariants.settled_issues_are_checked() == []

    def test_se01_whoever_had_a_part_does_not_check(self, house: House) -> None:
        task = house.task(doer=house.checker)
        house.done(task, by=house.checker)
        with pytest.raises(NotAllowed):
            house.checked(task)
        with pytest.raises(NotAllowed):
            house.checked(task, by=house.clerk)
        other = people.posted("supervision_member", at_place=house.place, name="另一个监督")
        assert house.checked(task, by=other).state == "checked"

    def test_se01_the_database_lets_nobody_check_their_own(self, house: House) -> None:
        task = house.done(house.task())
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(
                state="checked", checked_by=task.done_by, checked_at=house.at
            )

    def test_what_is_not_right_is_done_again(self, house: House) -> None:
        task = house.done(house.task())
        back = services.return_task(task=task, note="少划了两个", by=house.checker, at=house.at)
        assert (back.state, back.done_by, back.check_note) == ("open", None, "少划了两个")

    def test_money_goes_with_spending_alone(self, house: House) -> None:
        issue = house.resolved().issue
        for facts in (
            {"kind": "spending"},
            {"amount_cents": 5},
            {"kind": "spending", "amount_cents": -1},
        ):
            with pytest.raises(services.WordsMissing):
                house.task(issue, **facts)

    def test_the_last_task_is_not_dropped(self, house: House) -> None:
        task = house.task()
        drop = {"note": "不用了", "by": house.clerk, "at": house.at}
        with pytest.raises(services.NotNow):
            services.drop_task(task=task, **drop)
        second = house.task(task.issue, text="立牌子")
        house.checked(house.done(task))
        services.drop_task(task=second, **drop)
        assert fresh(task.issue).state == "settled"

    def test_a_task_becomes_a_report_that_lives_its_own_life(self, house: House) -> None:
        from xiangyue.incidents.models import Incident

        task = house.task()
        key = "2101"
        from xiangyue.blueprints.queries import all_current

        key = next(
            row.key
            for row in all_current("incident_category")
            if row.body.get("audience", "public") == "public"
        )
        incident, _code = services.report_for_task(
            task=task, category_key=key, by=house.clerk, at=house.at
        )
        task.refresh_from_db()
        assert (task.kind, task.reference_id) == ("incident", str(incident.pk))
        assert Incident.objects.filter(pk=incident.pk, place=house.place).exists()
        with pytest.raises(services.NotNow):
            services.report_for_task(task=task, category_key=key, by=house.clerk, at=house.at)

    def test_a_notice_of_another_village_does_not_serve(self, house: House) -> None:
        hung = publish_notice(
            kind="general", place=people.place(people.OTHER_VILLAGE), title="停水", body="明天。",
            by=people.clerk(people.OTHER_VILLAGE), at=house.at,
        )  # fmt: skip
        task = house.task()
        for number in (hung.number, "G000000-NONE"):
            with pytest.raises(NotFound):
                services.refer_to_notice(task=task, number=number, by=house.clerk, at=house.at)


class TestTelling:
    def test_n9_everyone_is_told_at_each_turn(self, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        issue = house.accepted(fresh(issue))
        task = house.task(house.resolved(issue).issue)
        house.checked(house.done(task))
        turns = ["accepted_announced", "resolved_announced", "settled_announced"]
        assert told(house.residents[0]) == turns
        assert told(house.residents[1]) == turns
        assert told(house.residents[2]) == []

    def test_n9_who_voted_is_told_too(self, house: House) -> None:
        from xiangyue.ballots import services as votes

        issue = house.accepted()
        before = house.at - timedelta(days=30)
        roll = votes.draw_roll(
            place=house.place, rule="villagers_assembly", by=house.clerk, at=before
        )
        votes.publish_roll(roll=roll, by=house.clerk, at=before)
        votes.confirm_entries(roll=roll, entries=None, by=house.clerk, at=before)
        ballot = votes.plan_ballot(
            roll=votes.fix_roll(roll=roll, by=house.clerk, at=house.at - timedelta(days=26)),
            title="停车", questions=["同意吗？"], modes=["online"], opens_at=house.at,
            closes_at=house.at + timedelta(days=1), subject=issue, by=house.clerk,
            at=house.at - timedelta(days=20), tellers=[],
        )  # fmt: skip
        votes.open_ballot(ballot=ballot, by=house.clerk, at=house.at)
        votes.cast(ballot=ballot, voter=house.residents[3], choices={1: "yes"}, at=house.at)
        house.resolved(issue)
        assert told(house.residents[3]) == ["resolved_announced"]

    def test_those_without_a_phone_stand_on_the_list(self, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        services.enter_voices(issue=issue, names="马奶奶", by=house.worker, at=house.at)
        assert services.mark_told(issue=issue, by=house.worker, at=house.at) == 1
        assert Support.objects.get(said_by="马奶奶").told_at == house.at
        with pytest.raises(NotAllowed):
            services.mark_told(issue=issue, by=house.residents[0], at=house.at)

    def test_the_record_says_how_many_are_told_not_who(self, house: House) -> None:
        house.accepted()
        entry = Entry.objects.get(name="deliberation.accepted_announced")
        assert set(entry.facts) == {"number", "concerned_count"}
        assert (entry.facts["concerned_count"], entry.actor_id) == (1, None)

    def test_the_history_names_no_resident(self, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        assert not IssueStep.objects.filter(by__in=house.residents).exists()
