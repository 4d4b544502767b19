"""A meeting from its call to its signed minutes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.assemblies.conftest import AGENDA, AT, DURING, STARTS, Village, fresh
from tests.incidents.drawings import photo
from xiangyue.activity.models import Entry
from xiangyue.assemblies import freezing, queries, rules, services
from xiangyue.assemblies.invariants import INVARIANTS
from xiangyue.assemblies.inviting import tell_invited
from xiangyue.assemblies.minutes_models import Signature
from xiangyue.assemblies.models import Attendance, Coming, Item
from xiangyue.assemblies.motion_models import Decision
from xiangyue.ballots.models import Ballot, Participation
from xiangyue.ballots.services import annul_ballot, open_ballot, plan_ballot
from xiangyue.kernel.refusals import NotAllowed, NotFound
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


def said(name: str) -> list[Entry]:
    return list(Entry.objects.filter(name=f"assemblies.{name}").order_by("pk"))


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


class TestCalling:
    def test_a_notice_goes_up_with_the_agenda(self, village: Village):
        sitting = village.announce()
        assert sitting.notice is not None
        assert all(title in sitting.notice.body for title in AGENDA)
        assert sitting.notice.kind == "meeting_call"
        assert [item.title for item in queries.agenda(sitting)] == list(AGENDA)
        assert sitting.invitations.count() >= 30
        assert len(said("sitting_announced")) == 1

    def test_ten_days_lie_between(self, village: Village):
        with pytest.raises(services.TooEarly, match="10"):
            village.announce(starts_at=AT + timedelta(days=9, hours=6))
        assert not Notice.objects.filter(kind="meeting_call").exists()
        assert village.announce(starts_at=AT + timedelta(days=10)).pk

    def test_who_does_not_call_such_meetings_is_refused(self, village: Village):
        for who in (village.villagers[0], village.stranger):
            with pytest.raises(NotAllowed):
                village.announce(by=who)

    def test_an_agenda_is_needed(self, village: Village):
        with pytest.raises(services.WordsMissing):
            village.announce(items=())
        with pytest.raises(services.WordsMissing):
            village.announce(items=("  ",))

    def test_what_comes_later_is_talked_about_and_put_off(self, village: Village):
        sitting = village.announce("courtyard", expected_count=4)
        opened = village.open(sitting)
        village.come(opened, 4)
        late = services.add_item(sitting=opened, title="临时加的", by=village.clerk, at=DURING)
        with pytest.raises(services.NotDecidable):
            village.decide(late)
        assert village.decide(late, "put_off").outcome == "put_off"
        assert Notice.objects.filter(body__contains="临时加的").count() == 1

    def test_a_change_begins_the_notice_anew(self, village: Village):
        sitting = village.announce("courtyard", expected_count=4)
        item = village.item(sitting)
        services.change_item(
            item=item, title="另外一件事", text="", by=village.clerk, at=STARTS - timedelta(hours=1)
        )
        opened = village.open(sitting)
        village.come(opened, 4)
        with pytest.raises(services.NotDecidable):
            village.decide(fresh(item))
        assert village.decide(village.item(opened, 2)).outcome == "accepted"

    def test_what_changes_nothing_announces_nothing(self, village: Village):
        sitting = village.announce()
        item = village.item(sitting)
        services.change_item(
            item=item, title=item.title, text="", by=village.clerk, at=AT + timedelta(days=9)
        )
        assert fresh(item).noticed_on == item.noticed_on
        assert said("item_changed") == []

    def test_moved_later_keeps_its_notice_and_all_are_told_anew(self, village: Village):
        sitting = village.announce()
        told = tell_invited(at=AT)
        assert told == sitting.invitations.count() > 0
        assert tell_invited(at=AT) == 0
        services.move_sitting(
            sitting=sitting, starts_at=STARTS + timedelta(days=1), where="小学", reason="下雨",
            by=village.clerk, at=STARTS - timedelta(days=1),
        )  # fmt: skip
        assert tell_invited(at=STARTS - timedelta(days=1)) == told
        assert len(said("invitation_announced")) == len(said("change_announced")) == told
        assert Notice.objects.filter(body__contains="下雨").exists()

    def test_moved_to_an_earlier_day_it_needs_its_notice_from_today(self, village: Village):
        sitting = village.announce(starts_at=AT + timedelta(days=20))
        with pytest.raises(services.TooEarly):
            services.move_sitting(
                sitting=sitting, starts_at=AT + timedelta(days=14), where="小学", reason="提前",
                by=village.clerk, at=AT + timedelta(days=5),
            )  # fmt: skip

    def test_called_off_with_a_reason_it_is_not_opened(self, village: Village):
        sitting = village.announce()
        with pytest.raises(services.WordsMissing):
            services.call_off(sitting=sitting, reason=" ", by=village.clerk, at=AT)
        services.call_off(sitting=sitting, reason="防汛", by=village.clerk, at=AT)
        services.call_off(sitting=sitting, reason="又说一遍", by=village.clerk, at=AT)
        assert len(said("sitting_called_off")) == 1
        with pytest.raises(services.WrongState):
            village.open(sitting)

    def test_sent_twice_it_is_called_once(self, village: Village):
        key = uuid4()
        assert village.announce(client_key=key) == village.announce(client_key=key)
        assert Notice.objects.filter(kind="meeting_call").count() == 1

    def test_whoever_asks_for_an_item_is_answered_once(self, village: Village):
        sitting = village.announce()
        wish = services.ask_for_item(
            sitting=sitting, text="路灯坏了", by=village.villagers[0], at=AT
        )
        again = services.ask_for_item(
            sitting=sitting, text="路灯坏了", by=village.villagers[0], at=AT
        )
        assert wish == again
        assert said("item_asked_for")[0].actor_id is None
        with pytest.raises(services.WordsMissing):
            services.answer_wish(wish=wish, is_taken=False, answer="", by=village.clerk, at=AT)
        answered = services.answer_wish(
            wish=wish, is_taken=True, answer="", by=village.clerk, at=AT
        )
        assert answered.item.title == "路灯坏了"
        with pytest.raises(services.Overtaken):
            services.answer_wish(wish=wish, is_taken=False, answer="不议", by=village.clerk, at=AT)

    def test_se05_a_clerk_enters_what_somebody_without_a_phone_asks_for(self, village: Village):
        wish = services.ask_for_item(
            sitting=village.announce(), text="修桥", said_by="老王", entered_by=village.clerk, at=AT
        )
        assert (wish.said_by, wish.person) == ("老王", None)


class TestBeingHere:
    def test_el02_the_quorum_is_reckoned_on_the_roll(self, village: Village):
        sitting = village.announce(roll=village.roll())
        opened = village.open(sitting)
        roll_count = village.roll().entry_count
        village.come(opened, 15)
        quorum = queries.quorum_of(opened)
        # Chair and writer stand on no roll here, and are guests.
        assert quorum.expected_count == roll_count
        assert quorum.needed_count == roll_count // 2 + 1
        assert (quorum.present_count, quorum.guest_count) == (15, 2)

    def test_nobody_is_counted_twice(self, village: Village):
        opened = village.open(village.announce(roll=village.roll()))
        person = village.villagers[0]
        first = services.mark_attendance(
            sitting=opened, person=person, how="list", by=village.clerk, at=DURING
        )
        code = rules.code_at(opened.screen_key.encode(), at=DURING)
        again = services.come_by_code(sitting=opened, person=person, code=code, at=DURING)
        entry = opened.roll.entries.get(person=person)
        third = services.mark_attendance(
            sitting=opened, entry=entry, how="list", by=village.clerk, at=DURING
        )
        _count, unclear = services.type_in_list(
            sitting=opened, names=[person.name], is_voice=True, by=village.clerk, at=DURING
        )
        assert first == again == third
        assert unclear == []
        assert opened.attendances.filter(person=person).count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            Attendance.objects.create(
                sitting=opened, entry=entry, name="别人", is_voice=True, how="desk", at=DURING
            )

    def test_a_code_marks_who_is_signed_in_and_is_no_use_later(self, village: Village):
        opened = village.open(village.announce(roll=village.roll()))
        code = rules.code_at(opened.screen_key.encode(), at=DURING)
        services.come_by_code(sitting=opened, person=village.villagers[0], code=code, at=DURING)
        with pytest.raises(services.WrongCode):  # passed on and used two minutes later
            services.come_by_code(
                sitting=opened, person=village.villagers[1], code=code,
                at=DURING + timedelta(minutes=2),
            )  # fmt: skip
        assert opened.attendances.filter(person=village.villagers[1]).count() == 0

    def test_a_code_works_only_while_the_meeting_is_open(self, village: Village):
        sitting = village.announce()
        code = rules.code_at(sitting.screen_key.encode(), at=AT)
        with pytest.raises(services.WrongState):
            services.come_by_code(sitting=sitting, person=village.villagers[0], code=code, at=AT)
        closed = village.close(village.open(sitting))
        code = rules.code_at(closed.screen_key.encode(), at=DURING)
        with pytest.raises(services.WrongState):
            services.come_by_code(sitting=closed, person=village.villagers[0], code=code, at=DURING)

    def test_after_the_close_only_the_paper_list_is_typed_in(self, village: Village):
        closed = village.close(village.courtyard())
        with pytest.raises(services.WrongState):
            services.mark_attendance(
                sitting=closed, person=village.villagers[0], how="list", by=village.clerk,
                at=DURING,
            )  # fmt: skip
        count, _unclear = services.type_in_list(
            sitting=closed, names=["老赵", "老赵", "老钱"], is_voice=True, by=village.clerk,
            at=DURING,
        )  # fmt: skip
        assert count == 2

    def test_a_household_that_is_on_the_roll_counts_once(self, village: Village):
        roll = village.voting.roll(basis="households")
        opened = village.open(village.announce(roll=roll))
        cousins = [
            one for one in village.villagers if one.household == village.villagers[0].household
        ]
        for one in cousins:
            services.mark_attendance(
                sitting=opened, person=one, how="list", by=village.clerk, at=DURING
            )
        mine = opened.attendances.filter(person__in=cousins)
        assert mine.count() == len(cousins) > 1
        assert mine.filter(is_voice=True).count() == 1

    def test_who_stayed_away_stands_nowhere(self, village: Village):
        sitting = village.announce("courtyard", expected_count=10)
        services.say_coming(sitting=sitting, person=village.villagers[5], is_coming=False, at=AT)
        services.say_coming(sitting=sitting, person=village.villagers[5], is_coming=True, at=AT)
        assert queries.coming_counts(sitting) == (1, 0)
        village.close(village.open(sitting))
        assert not Coming.objects.exists()
        assert sound() == []

    def test_who_is_here_counts_in_the_meetings_vote_by_hands(self, village: Village):
        sitting = village.announce()
        opened = village.open(sitting)
        ballot = village.vote(opened, village.item(opened), yes=15, no=5, present=20)
        assert Participation.objects.filter(ballot=ballot).count() == 20

    def test_who_came_before_the_vote_opened_is_in_it_too(self, village: Village):
        opened = village.open(village.announce(roll=village.roll()))
        village.come(opened, 7)
        ballot = plan_ballot(
            roll=village.roll(), title="修路", questions=["同意吗？"], modes=["hands"],
            tellers=village.voting.tellers, opens_at=STARTS, closes_at=STARTS + timedelta(hours=3),
            by=village.clerk, at=AT,
        )  # fmt: skip
        services.bind_ballot(item=village.item(opened), ballot=ballot, by=village.clerk, at=DURING)
        open_ballot(ballot=ballot, by=village.clerk, at=DURING)
        assert Participation.objects.filter(ballot=ballot).count() == 7

    def test_a_mark_made_in_error_is_taken_back_unless_something_hangs_on_it(
        self, village: Village
    ):
        opened = village.courtyard()
        first, second = village.come(opened, 2)
        village.move(village.item(opened), second)
        services.take_back_attendance(attendance=first, by=village.clerk, at=DURING)
        with pytest.raises(services.WrongPerson):
            services.take_back_attendance(attendance=second, by=village.clerk, at=DURING)
        assert opened.attendances.filter(pk=first.pk).count() == 0


class TestSpeaking:
    def test_who_has_not_spoken_speaks_first(self, village: Village):
        opened = village.courtyard()
        first, second = village.come(opened, 2)
        item = village.item(opened)
        for number, who in enumerate((first, first, second)):
            services.ask_to_speak(
                item=item, attendance=who, by=village.clerk, at=DURING + timedelta(minutes=number)
            )
        assert services.call_next(item=item, by=village.clerk, at=DURING).attendance == first
        services.ask_to_speak(item=item, attendance=first, by=village.clerk, at=DURING)
        assert services.call_next(item=item, by=village.clerk, at=DURING).attendance == second

    def test_everybody_asks_for_themselves(self, village: Village):
        opened = village.courtyard()
        first, second = village.come(opened, 2)
        with pytest.raises(NotAllowed):
            services.ask_to_speak(
                item=village.item(opened), attendance=first, by=second.person, at=DURING
            )

    def test_two_minute_takers_lose_nothing(self, village: Village):
        opened = village.courtyard()
        item = village.item(opened)
        for who in (village.writer, village.clerk, village.clerk):
            services.write_note(item=item, text="老王说先修桥。", by=who, at=DURING)
        assert item.notes.count() == 2


class TestMotions:
    def test_the_farthest_amendment_is_decided_first_and_adopted_ones_change_the_motion(
        self, village: Village
    ):
        opened = village.courtyard()
        mover, seconder, *_rest = village.come(opened, 8)
        motion = village.move(village.item(opened), mover, seconder=seconder)
        near = services.amend(
            motion=motion, text="每户出工五天。", mover=seconder, by=village.writer, at=DURING
        )
        far = services.amend(
            motion=motion, text="每户交一百元，不出工。", mover=mover, by=village.writer, at=DURING
        )
        with pytest.raises(services.WrongOrder):
            services.decide_amendment(amendment=near, is_adopted=True, by=village.clerk, at=DURING)
        rejected = services.decide_amendment(
            amendment=far, yes_count=4, no_count=4, by=village.clerk, at=DURING
        )
        assert rejected.state == "rejected"
        services.decide_amendment(amendment=near, is_adopted=True, by=village.clerk, at=DURING)
        assert fresh(motion).text_now == "每户出工五天。"
        assert fresh(motion).text == "每户出工三天。"

    def test_the_chair_may_put_them_in_another_order(self, village: Village):
        opened = village.courtyard()
        mover, *_rest = village.come(opened, 8)
        motion = village.move(village.item(opened), mover)
        texts = ("每户出工五天。", "每户交一百元，不出工。")
        near, _far = (
            services.amend(motion=motion, text=text, mover=mover, by=village.writer, at=DURING)
            for text in texts
        )
        services.order_amendments(motion=motion, positions=[1], by=village.clerk, at=DURING)
        assert queries.ordered_amendments(motion)[0] == near
        for wrong in ([1, 1], [9]):
            with pytest.raises(services.WrongOrder):
                services.order_amendments(
                    motion=motion, positions=wrong, by=village.clerk, at=DURING
                )

    def test_nothing_is_decided_while_an_amendment_is_open(self, village: Village):
        opened = village.courtyard()
        mover, *_rest = village.come(opened, 8)
        item = village.item(opened)
        motion = village.move(item, mover)
        amendment = services.amend(
            motion=motion, text="每户出工五天。", mover=mover, by=village.writer, at=DURING
        )
        with pytest.raises(services.NotDecidable):
            village.decide(item, motion=motion)
        with pytest.raises(services.NotDone):
            village.close(opened)
        services.withdraw_amendment(amendment=amendment, by=village.clerk, at=DURING)
        assert fresh(amendment).text == "每户出工五天。"  # it stays to be read
        assert village.decide(item, motion=motion).text == "每户出工三天。"

    def test_nobody_seconds_their_own_motion_nor_moves_from_outside(self, village: Village):
        opened = village.courtyard()
        mover, *_rest = village.come(opened, 3)
        motion = village.move(village.item(opened), mover)
        with pytest.raises(services.WrongPerson):
            services.second(motion=motion, seconder=mover, by=village.clerk, at=DURING)
        elsewhere = village.come(village.courtyard(title="另一个会"), 1)[0]
        with pytest.raises(services.WrongPerson):
            village.move(village.item(opened), elsewhere)

    def test_more_hands_than_people_are_refused(self, village: Village):
        opened = village.courtyard()
        mover, *_rest = village.come(opened, 8)
        motion = village.move(village.item(opened), mover)
        amendment = services.amend(
            motion=motion, text="不办了。", mover=mover, by=village.writer, at=DURING
        )
        with pytest.raises(services.WrongCount):
            services.decide_amendment(
                amendment=amendment, yes_count=99, no_count=0, by=village.clerk, at=DURING
            )


class TestDeciding:
    def test_el02_without_a_quorum_nothing_is_decided_but_put_off(self, village: Village):
        opened = village.courtyard(expected=20)
        village.come(opened, 7)
        item = village.item(opened)
        present = queries.quorum_of(opened).present_count
        with pytest.raises(services.NoQuorum) as refused:
            village.decide(item)
        assert str(present) in str(refused.value)
        assert village.decide(item, "put_off").outcome == "put_off"

    def test_el02_exactly_half_is_enough_where_the_number_itself_counts(self, village: Village):
        opened = village.courtyard(expected=20)
        village.come(opened, 10)
        assert queries.quorum_of(opened).needed_count == 10
        assert village.decide(village.item(opened)).outcome == "accepted"

    def test_without_a_number_of_who_belongs_nothing_is_decided(self, village: Village):
        opened = village.open(village.announce("courtyard"))
        village.come(opened, 9)
        with pytest.raises(services.NoQuorum):
            village.decide(village.item(opened))
        services.expect(sitting=opened, count=9, by=village.clerk, at=DURING)
        assert village.decide(village.item(opened)).outcome == "accepted"
        with pytest.raises(services.WrongRoll):  # the number does not follow the decision
            services.expect(sitting=opened, count=4, by=village.clerk, at=DURING)

    def test_a_vote_decides_what_it_came_to_and_nothing_else(self, village: Village):
        opened = village.open()
        item = village.item(opened)
        ballot = village.vote(opened, item, yes=10, no=10, present=20)
        with pytest.raises(services.NotDecidable):
            village.decide(fresh(item), "accepted")
        decision = village.decide(fresh(item), "rejected")
        assert (decision.how, decision.ballot) == ("ballot", ballot)

    def test_an_assembly_does_not_decide_by_consent(self, village: Village):
        opened = village.open(village.announce(roll=village.roll()))
        village.come(opened, 30)
        with pytest.raises(services.NotDecidable):
            village.decide(village.item(opened))

    def test_el05_a_reserved_matter_is_no_courtyards(self, village: Village):
        sitting = village.announce(
            "courtyard", expected_count=5,
            items=[services.Agendum("集体果园发包", matter="land_contracting")],
        )  # fmt: skip
        opened = village.open(sitting)
        village.come(opened, 5)
        with pytest.raises(services.NotTheirMatter):
            village.decide(village.item(opened))

    def test_a_hearing_decides_nothing(self, village: Village):
        opened = village.open(village.announce("hearing"))
        village.come(opened, 9)
        with pytest.raises(services.NotDecidable):
            village.decide(village.item(opened))

    def test_an_item_is_decided_once(self, village: Village):
        opened = village.courtyard()
        village.come(opened, 6)
        item = village.item(opened)
        first = village.decide(item)
        assert village.decide(item) == first
        with pytest.raises(services.Overtaken):
            village.decide(item, "rejected")
        assert len(said("item_decided")) == 1

    def test_what_was_decided_is_told_with_its_subject(self, village: Village):
        sitting = village.announce(
            "courtyard", expected_count=4,
            items=[services.Agendum("修桥", subject=village.place)],
        )  # fmt: skip
        opened = village.open(sitting)
        village.come(opened, 4)
        village.decide(village.item(opened))
        facts = said("item_decided")[0].facts
        assert facts["subject_id"] == str(village.place.pk)
        assert facts["outcome"] == "accepted"

    @pytest.mark.parametrize("verb", ["update", "delete"])
    def test_the_database_keeps_what_was_decided(self, village: Village, verb: str):
        opened = village.courtyard()
        village.come(opened, 6)
        rows = Decision.objects.filter(pk=village.decide(village.item(opened)).pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(outcome="rejected") if verb == "update" else rows.delete()

    def test_who_does_not_run_it_decides_nothing(self, village: Village):
        opened = village.courtyard()
        village.come(opened, 6)
        for who in (village.villagers[0], village.stranger):
            with pytest.raises(NotAllowed):
                village.decide(village.item(opened), by=who)


class TestMinutes:
    def test_se01_who_chairs_does_not_write(self, village: Village):
        with pytest.raises(services.WrongPerson):
            services.open_sitting(
                sitting=village.announce(), chair=village.writer, minute_taker=village.writer,
                by=village.clerk, at=STARTS,
            )  # fmt: skip

    def test_they_follow_from_what_happened(self, village: Village):
        minutes = village.settled()
        assert "大家出工修路。" in minutes.text
        assert village.villagers[0].name in minutes.text
        assert "大家出工修路。" in minutes.public_text

    def test_public_minutes_name_nobody_but_who_holds_an_office(self, village: Village):
        minutes = village.settled()
        assert not any(one.name in minutes.public_text for one in village.villagers)
        assert village.secretary.name in minutes.public_text

    def test_a_name_typed_into_the_public_minutes_is_found(self, village: Village):
        sitting = village.courtyard()
        village.come(sitting, 6)
        closed = village.close(sitting)
        minutes = services.draft_minutes(sitting=closed, by=village.writer, at=DURING)
        services.write_minutes(
            sitting=closed, text=minutes.text, by=village.writer, at=DURING,
            public_text=minutes.public_text + f"\n{village.villagers[0].name}反对。",
        )  # fmt: skip
        with pytest.raises(services.NamesSomebody, match=village.villagers[0].name):
            services.settle_minutes(sitting=closed, by=village.writer, at=DURING)

    def test_two_who_correct_them_at_once_lose_nothing(self, village: Village):
        closed = village.close(village.courtyard())
        minutes = services.draft_minutes(sitting=closed, by=village.writer, at=DURING)
        facts = {"sitting": closed, "at": DURING, "seen_version": minutes.version}
        services.write_minutes(text="甲写的", public_text="公开", by=village.writer, **facts)
        with pytest.raises(services.Overtaken):
            services.write_minutes(text="乙写的", public_text="公开", by=village.clerk, **facts)
        assert services.minutes_of(closed).text == "甲写的"

    def test_each_signs_for_themselves_and_twice_is_once(self, village: Village):
        minutes = village.settled()
        for who in (village.villagers[0], village.clerk, village.stranger):
            with pytest.raises(NotAllowed):
                village.sign(minutes, who)
        village.sign(minutes, village.secretary)
        village.sign(minutes, village.secretary)
        assert Signature.objects.count() == 1
        assert fresh(minutes).signed_at is None
        village.sign(minutes, village.writer)
        assert fresh(minutes.sitting).state == "signed"
        village.sign(minutes, village.writer)  # a late second tap
        assert len(said("minutes_signed")) == 1
        assert sound() == []

    def test_a_signature_stands_for_the_text_that_was_read(self, village: Village):
        minutes = village.settled()
        old = minutes.digest
        village.sign(minutes, village.secretary)
        sitting = minutes.sitting
        services.take_back_minutes(sitting=sitting, by=village.writer, at=DURING)
        services.write_minutes(
            sitting=sitting, text=minutes.text + "\n补一句。", public_text=minutes.public_text,
            by=village.writer, at=DURING,
        )  # fmt: skip
        changed = services.settle_minutes(sitting=sitting, by=village.writer, at=DURING)
        with pytest.raises(services.NotSettled):
            village.sign(changed, village.writer, seen_digest=old)
        village.sign(changed, village.writer)
        assert fresh(changed).signed_at is None  # the secretary has not signed this text
        village.sign(changed, village.secretary)
        assert fresh(changed).signed_at is not None

    def test_se05_a_signature_on_paper_needs_the_sheet(self, village: Village):
        minutes = village.settled()
        facts = {
            "sitting": minutes.sitting, "seat": "chair", "by": village.clerk, "at": DURING,
            "seen_digest": minutes.digest,
        }  # fmt: skip
        sheet = photo()
        with pytest.raises(NotFound):
            services.sign_on_paper(person=village.villagers[0], upload=sheet, **facts)
        signed = services.sign_on_paper(person=village.secretary, upload=sheet, **facts)
        row = signed.signatures.get()
        assert (row.is_on_paper, row.person, row.entered_by) == (
            True, village.secretary, village.clerk,
        )  # fmt: skip

    def test_signed_minutes_are_added_to_and_never_changed(self, village: Village):
        minutes = village.signed()
        sitting = minutes.sitting
        services.correct_minutes(sitting=sitting, text="应为四天。", by=village.writer, at=DURING)
        with pytest.raises(services.WrongState):
            services.write_minutes(
                sitting=sitting, text="改", public_text="改", by=village.writer, at=DURING
            )
        rows = [
            (type(minutes).objects.filter(pk=minutes.pk), {"text": "改了"}),
            (type(sitting).objects.filter(pk=sitting.pk), {"title": "改了"}),
            (minutes.corrections.all(), {"text": "改了"}),
            (minutes.signatures.all(), {"seat": "x"}),
            (sitting.items.all(), {"title": "改了"}),
            (sitting.attendances.all(), {"name": "改了"}),
        ]
        for row, facts in rows:
            with pytest.raises(DatabaseError), transaction.atomic():
                row.update(**facts)
        with pytest.raises(DatabaseError), transaction.atomic():
            Attendance.objects.create(sitting=sitting, name="后来的", how="desk", at=DURING)
        assert sound() == []

    def test_an_invariant_notices_a_missing_trigger(self, village: Village):
        with transaction.atomic():
            with connection.cursor() as cursor:
                on = " ON assemblies_minutes" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER assemblies_minutes_frozen_update{on}")
            assert freezing.missing() == ["assemblies_minutes_frozen_update"]
            transaction.set_rollback(True)


class TestVotesOfItems:
    def planned(self, village: Village, **facts) -> Ballot:
        return plan_ballot(
            **{
                "roll": village.roll(), "title": "修路", "questions": ["同意吗？"],
                "modes": ["hands"], "tellers": village.voting.tellers, "opens_at": STARTS,
                "closes_at": STARTS + timedelta(hours=3), "by": village.clerk, "at": AT,
            }
            | facts
        )  # fmt: skip

    def bind(self, village: Village, item: Item, ballot: Ballot) -> Item:
        return services.bind_ballot(item=item, ballot=ballot, by=village.clerk, at=DURING)

    def test_a_vote_that_failed_is_not_exchanged_for_another(self, village: Village):
        opened = village.open()
        item = village.item(opened)
        village.vote(opened, item, yes=10, no=10, present=20)
        with pytest.raises(services.WrongBallot):
            self.bind(village, fresh(item), self.planned(village))
        assert village.decide(fresh(item), "rejected").outcome == "rejected"

    def test_a_vote_that_has_not_begun_or_was_annulled_gives_way(self, village: Village):
        opened = village.open()
        item = village.item(opened)
        first, second, third = (self.planned(village) for _number in range(3))
        self.bind(village, item, first)
        assert self.bind(village, fresh(item), second).ballot == second
        open_ballot(ballot=second, by=village.clerk, at=DURING)
        with pytest.raises(services.WrongBallot):
            self.bind(village, fresh(item), third)
        annul_ballot(ballot=second, reason="名单有误", by=village.clerk, at=DURING)
        assert self.bind(village, fresh(item), third).ballot == third

    def test_el05_item_and_vote_name_the_same_reserved_matter(self, village: Village):
        matter = "land_compensation"
        agenda = [services.Agendum("土地补偿费", matter=matter), services.Agendum("修路")]
        opened = village.open(village.announce(items=agenda))
        reserved, plain = self.planned(village, matter=matter), self.planned(village)
        for position, ballot in ((1, plain), (2, reserved)):
            with pytest.raises(services.WrongBallot):
                self.bind(village, village.item(opened, position), ballot)
        assert self.bind(village, village.item(opened, 1), reserved).ballot == reserved

    def test_a_vote_on_one_thing_does_not_decide_another(self, village: Village):
        about, other = village.roll(), village.voting.roll()
        agendum = services.Agendum("修路", subject=about)
        opened = village.open(village.announce(items=[agendum]))
        with pytest.raises(services.WrongBallot):
            self.bind(village, village.item(opened), self.planned(village, subject=other))
        bound = self.bind(village, village.item(opened), self.planned(village, subject=about))
        assert bound.ballot is not None
