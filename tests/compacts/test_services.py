"""A compact from its first words to force, and everything that keeps it from there."""

from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from tests import people
from tests.compacts.conftest import DAY, FAIR, FINE, Village, sheet
from xiangyue.access.appointments import appoint
from xiangyue.activity.models import Entry
from xiangyue.ballots import services as ballots
from xiangyue.compacts import queries, services
from xiangyue.compacts.models import Asked, Clause, Opinion, Version
from xiangyue.compacts.wording import day_of, suspended_in_words
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound, Refused
from xiangyue.notifications.models import Message
from xiangyue.places.models import Post
from xiangyue.procedures.services import begin as begin_run
from xiangyue.publicity.models import Notice
from xiangyue.publicity.services import object_to

pytestmark = pytest.mark.django_db


class TestDrafting:
    def test_a_starter_gives_clauses_and_an_empty_draft_none(self, village: Village) -> None:
        assert village.begin(starter="five_topics").clauses.count() == 11
        other = village.begin(kind="charter", title="章程")
        assert other.clauses.count() == 0

    def test_a_next_version_keeps_the_lineage_of_its_clauses(self, village: Village) -> None:
        before = village.in_force()
        after = services.begin_version(
            compact=before.compact, made_from=before, by=village.clerk, at=village.after
        )
        assert after.number == 2
        assert list(after.clauses.values_list("lineage", "text")) == list(
            before.clauses.values_list("lineage", "text")
        )

    def test_one_version_is_under_way_at_a_time(self, village: Village) -> None:
        version = village.draft()
        with pytest.raises(services.NotNow):
            services.begin_version(compact=version.compact, by=village.clerk, at=village.at)

    def test_of_two_who_edit_one_clause_the_later_is_told_and_nothing_is_overwritten(
        self, village: Village
    ) -> None:
        clause = village.write(village.begin())
        facts = {"topic": village.topic, "heading": "", "seen": clause.revision, "at": village.at}
        services.save_clause(clause=clause, text="书记写的", by=village.secretary, **facts)
        with pytest.raises(services.EditedMeanwhile) as refused:
            services.save_clause(clause=clause, text="文书写的", by=village.clerk, **facts)
        assert village.secretary.name in str(refused.value)
        clause.refresh_from_db()
        assert clause.text == "书记写的"
        services.save_clause(
            clause=clause, text="文书写的", by=village.clerk, **facts | {"seen": clause.revision}
        )
        clause.refresh_from_db()
        assert clause.text == "文书写的"

    def test_the_same_words_again_change_nothing(self, village: Village) -> None:
        clause = village.write(village.begin())
        same = services.save_clause(
            clause=clause, topic=clause.topic, heading="", text=clause.text, seen=99,
            by=village.clerk, at=village.at,
        )  # fmt: skip
        assert same.revision == clause.revision

    def test_a_clause_moves_up_and_down_and_a_stale_move_is_told(self, village: Village) -> None:
        version = village.draft("甲说好", "乙说好", "丙说好")
        last = version.clauses.get(text="丙说好")
        seen = Version.objects.get(pk=version.pk).revision
        facts = {"clause": last, "by": village.clerk, "at": village.at}
        services.move_clause(up=True, seen=seen, **facts)
        assert [one.text[0] for one in version.clauses.all()] == ["甲", "丙", "乙"]
        with pytest.raises(services.EditedMeanwhile):
            services.move_clause(up=True, seen=seen, **facts)
        services.move_clause(up=False, seen=seen + 1, **facts)
        services.move_clause(up=False, seen=seen + 2, **facts)  # at the end already
        assert [one.text[0] for one in version.clauses.all()] == ["甲", "乙", "丙"]

    def test_a_removed_clause_leaves_no_gap_and_a_changed_one_is_not_removed_unread(
        self, village: Village
    ) -> None:
        version = village.draft("甲说好", "乙说好", "丙说好")
        first = version.clauses.first()
        with pytest.raises(services.EditedMeanwhile):
            services.remove_clause(clause=first, seen=7, by=village.clerk, at=village.at)
        services.remove_clause(clause=first, seen=1, by=village.clerk, at=village.at)
        assert list(version.clauses.values_list("position", flat=True)) == [1, 2]
        with pytest.raises(NotFound):
            services.remove_clause(clause=first, seen=1, by=village.clerk, at=village.at)

    def test_a_clause_sent_twice_is_added_once(self, village: Village) -> None:
        version, key = village.begin(), uuid4()
        village.write(version, clause_id=key)
        village.write(version, clause_id=key)
        assert version.clauses.count() == 1

    @pytest.mark.parametrize("text", ["", " ", "一", "好\x00好", "长" * 2001])
    def test_words_that_are_none_or_too_many_are_refused(self, village: Village, text: str) -> None:
        with pytest.raises(services.WordsMissing) as refused:
            village.write(village.begin(), text)
        assert "text" in refused.value.fields

    def test_nobody_without_the_post_drafts(self, village: Village) -> None:
        for who in (village.residents[0], village.town, village.worker, village.elsewhere):
            with pytest.raises(NotAllowed):
                village.begin(by=who)
        version = village.begin()
        other_clerk = people.clerk(people.OTHER_VILLAGE)
        with pytest.raises(NotAllowed):
            village.write(version, by=other_clerk)

    def test_a_village_compact_is_not_made_by_a_town(self, village: Village) -> None:
        with pytest.raises(Refused):
            village.begin(place=people.town())


class TestCP01:
    """What reads as unlawful keeps a draft from the board and from the vote."""

    def test_cp01_unlawful_words_block_the_first_notice_until_they_are_changed(
        self, village: Village
    ) -> None:
        version = village.draft(FAIR, FINE)
        with pytest.raises(services.NotReady):
            services.publish_first(version=version, by=village.clerk, at=village.at)
        assert not Notice.objects.exists()
        clause = version.clauses.get(text=FINE)
        services.save_clause(
            clause=clause, topic=clause.topic, heading="", text="不来的上门劝导。", seen=1,
            by=village.clerk, at=village.at,
        )  # fmt: skip
        services.publish_first(version=version, by=village.clerk, at=village.at)

    def test_cp01_the_town_may_let_it_stand_with_reasons_that_are_kept(
        self, village: Village
    ) -> None:
        version = village.draft(FINE)
        clause = version.clauses.get()
        facts = {"clause": clause, "check": "fine", "verdict": "stands", "at": village.at}
        with pytest.raises(services.WordsMissing):
            services.judge(reasons=" ", by=village.town, **facts)
        services.judge(reasons="此处是误报，引用旧约原文。", by=village.town, **facts)
        services.publish_first(version=version, by=village.clerk, at=village.at)
        assert version.judgements.get().reasons == "此处是误报，引用旧约原文。"

    def test_cp01_the_village_lets_nothing_unlawful_stand(self, village: Village) -> None:
        clause = village.draft(FINE).clauses.get()
        with pytest.raises(NotAllowed):
            services.judge(
                clause=clause, check="fine", verdict="stands", reasons="我们一直这样",
                by=village.secretary, at=village.at,
            )  # fmt: skip

    def test_cp01_other_words_are_read_anew(self, village: Village) -> None:
        version = village.draft(FINE)
        clause = version.clauses.get()
        services.judge(
            clause=clause, check="fine", verdict="stands", reasons="误报", by=village.town,
            at=village.at,
        )  # fmt: skip
        services.save_clause(
            clause=clause, topic=clause.topic, heading="", text="罚款一百元。", seen=1,
            by=village.clerk, at=village.at,
        )  # fmt: skip
        with pytest.raises(services.NotReady):
            services.publish_first(version=version, by=village.clerk, at=village.at)

    def test_cp01_what_must_be_put_otherwise_stays_blocked(self, village: Village) -> None:
        version = village.draft(FINE)
        facts = {"clause": version.clauses.get(), "check": "fine", "by": village.town}
        services.judge(verdict="stands", reasons="误报", at=village.at, **facts)
        services.judge(verdict="change", reasons="还是罚款", at=village.at + DAY, **facts)
        with pytest.raises(services.NotReady):
            services.publish_first(version=version, by=village.clerk, at=village.at + DAY)

    def test_cp01_unlawful_in_the_heading_is_found_too(self, village: Village) -> None:
        version = village.begin()
        village.write(version, "大家一起来。", heading="不来罚款五十元")
        with pytest.raises(services.NotReady):
            services.publish_first(version=version, by=village.clerk, at=village.at)

    def test_cp01_the_doubtful_is_decided_before_the_second_notice_by_somebody_else(
        self, village: Village
    ) -> None:
        doubtful = "乱砍林木的，由公安机关依法罚款。"
        version = village.first(FAIR, doubtful)  # may be read and talked about
        services.begin_revision(version=version, by=village.clerk, at=village.at + 12 * DAY)
        with pytest.raises(services.NotReady):
            services.publish_second(version=version, by=village.clerk, at=village.at + 12 * DAY)
        facts = {
            "clause": version.clauses.get(text=doubtful), "check": "fine", "verdict": "stands",
            "reasons": "只是说明谁依法处理", "at": village.at + 12 * DAY,
        }  # fmt: skip
        with pytest.raises(NotAllowed):  # SE01: wrote it
            services.judge(by=village.clerk, **facts)
        services.judge(by=village.secretary, **facts)
        services.publish_second(version=version, by=village.clerk, at=village.at + 12 * DAY)

    def test_cp01_what_a_new_check_finds_keeps_the_vote_closed(
        self, village: Village, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = village.second()
        ballot = village.ballot(version)
        from xiangyue.compacts import reading

        declared = reading.checks()["fine"]
        stricter = declared.model_copy(
            update={"patterns": (declared.patterns[0].model_copy(update={
                "near": (("打扫",),), "within": 8})), "unless": ()}
        )  # fmt: skip
        stricter = declared.model_copy(update={"patterns": (stricter.patterns,), "unless": ()})
        monkeypatch.setattr(reading, "checks", lambda: {"fine": stricter})
        with pytest.raises(services.NotReady):
            ballots.open_ballot(ballot=ballot, by=village.clerk, at=village.at + 30 * DAY)
        ballot.refresh_from_db()
        assert ballot.state == "planned"


class TestOpinions:
    def test_an_opinion_is_registered_answered_and_can_be_followed(self, village: Village) -> None:
        version = village.first()
        clause = version.clauses.first()
        made = village.say(version, lineage=clause.lineage, is_from_away=True)
        assert (made.position, len(made.receipt_code)) == (1, 10)
        answered = village.answer(made)
        assert answered.clock.stopped_at is not None
        (message,) = Message.objects.filter(recipient=village.residents[0])
        assert message.declaration.key == "compacts.opinion_answered.speaker"
        said = Entry.objects.filter(name__startswith="compacts.opinion_")
        assert village.residents[0].pk not in {entry.actor_id for entry in said}

    def test_what_is_sent_twice_is_taken_once(self, village: Village) -> None:
        version = village.first()
        key = version.clauses.first().lineage
        first, second = village.say(version, client_key=key), village.say(version, client_key=key)
        assert first.pk == second.pk
        assert first.receipt_code == second.receipt_code
        with pytest.raises(Conflict):
            village.say(version, "别的话", client_key=key)

    def test_whoever_does_not_live_there_is_told_the_other_ways(self, village: Village) -> None:
        version = village.first()
        with pytest.raises(NotAllowed):
            village.say(version, by=village.elsewhere)

    def test_at_the_counter_and_at_the_door_somebody_enters_it(self, village: Village) -> None:
        version = village.first()
        made = village.say(
            version, by=None, entered_by=village.worker, way="door", said_by="王奶奶",
            contact="隔壁李家", household=village.households[1],
        )  # fmt: skip
        assert (made.place, made.said_by) == (village.place, "王奶奶")
        with pytest.raises(services.WordsMissing):
            village.say(version, by=None, entered_by=village.worker, way="phone")
        with pytest.raises(NotAllowed):
            village.say(version, by=None, entered_by=village.residents[0], way="door")

    def test_whoever_enters_for_another_village_is_refused(self, village: Village) -> None:
        version = village.first()
        stranger = people.clerk(people.OTHER_VILLAGE)
        with pytest.raises(NotAllowed):
            village.say(version, by=None, entered_by=stranger, way="counter")
        with pytest.raises(NotAllowed):
            services.note_asked(
                version=version, household=village.households[0], way="door", by=stranger,
                at=village.at,
            )  # fmt: skip

    def test_se01_nobody_answers_what_they_said_or_entered(self, village: Village) -> None:
        version = village.first()
        made = village.say(version, by=None, entered_by=village.clerk, way="counter")
        with pytest.raises(NotAllowed):
            village.answer(made, by=village.clerk)
        with pytest.raises(NotAllowed):
            village.answer(made, by=village.town)
        village.answer(made)
        with pytest.raises(services.AlreadyAnswered):
            village.answer(made, text="第二次")

    def test_an_answer_says_whether_and_why(self, village: Village) -> None:
        made = village.say(village.first())
        with pytest.raises(services.WordsMissing):
            village.answer(made, answered="")
        with pytest.raises(services.WordsMissing):
            village.answer(made, text=" ")

    def test_coverage_counts_each_household_once_and_names_none(self, village: Village) -> None:
        version = village.first()
        village.say(version)
        village.say(version, "还有一条")
        services.note_asked(
            version=version, household=village.households[2], way="door", by=village.worker,
            at=village.at,
        )  # fmt: skip
        services.note_asked(
            version=version, household=village.households[2], way="door", by=village.worker,
            at=village.at,
        )  # fmt: skip
        coverage = queries.coverage_of(version)
        assert (coverage.asked_count, coverage.household_count, coverage.percent) == (2, 3, 66)
        (row,) = queries.coverage_by_unit(version)
        assert (row.place, row.coverage.asked_count) == (village.place, 2)
        facts = [one.facts for one in Entry.objects.filter(name="compacts.household_asked")]
        assert all("household" not in one for one in facts)
        assert len(facts) == 2

    def test_drafts_and_the_revision_hear_nobody(self, village: Village) -> None:
        with pytest.raises(services.NotHeard):
            village.say(village.draft())

    def test_who_said_it_is_forgotten_after_a_year_not_what(self, village: Village) -> None:
        made = village.answer(village.say(village.first()))
        assert services.forget_people(at=village.at + 364 * DAY) == 0
        assert services.forget_people(at=village.at + 366 * DAY) == 1
        made.refresh_from_db()
        assert (made.person, made.text) == (None, "第一条太严了")


class TestCP04:
    def test_cp04_an_unanswered_opinion_keeps_the_revision_closed(self, village: Village) -> None:
        version = village.first()
        made = village.say(version)
        later = village.at + 12 * DAY
        with pytest.raises(services.NotReady) as refused:
            services.begin_revision(version=version, by=village.clerk, at=later)
        assert any("1" in sentence for sentence in refused.value.missing)
        village.answer(made)
        services.begin_revision(version=version, by=village.clerk, at=later)

    def test_cp04_the_notice_runs_its_days_first(self, village: Village) -> None:
        version = village.first()
        with pytest.raises(services.NotReady):
            services.begin_revision(version=version, by=village.clerk, at=village.at + 6 * DAY)

    def test_an_objection_to_the_notice_counts_too(self, village: Village) -> None:
        version = village.first()
        object_to(notice=Notice.objects.get(), text="不同意第二条", by=None, at=village.at)
        with pytest.raises(services.NotReady):
            services.begin_revision(version=version, by=village.clerk, at=village.at + 12 * DAY)

    def test_cp04_an_opinion_on_the_second_text_keeps_the_vote_closed(
        self, village: Village
    ) -> None:
        version = village.second()
        ballot = village.ballot(version)
        made = village.say(version, at=village.at + 13 * DAY)
        opens = village.at + 30 * DAY
        with pytest.raises(services.NotReady):
            ballots.open_ballot(ballot=ballot, by=village.clerk, at=opens)
        village.answer(made, at=village.at + 14 * DAY)
        ballots.open_ballot(ballot=ballot, by=village.clerk, at=opens)
        with pytest.raises(services.NotHeard):  # nothing new once people vote
            village.say(version, at=opens)

    def test_cp04_the_guard_keeps_the_procedure_from_going_on(self, village: Village) -> None:
        from xiangyue.compacts.guards import opinions_answered

        version = village.draft()
        run = begin_run(
            template="nine_step_compact", place=village.place, title="修订村规民约",
            subject=version, by=village.clerk, at=village.at,
        )  # fmt: skip
        services.attach_run(version=version, run=run, by=village.clerk, at=village.at)
        with pytest.raises(services.NotReady):  # consulting and drafting come first
            services.publish_first(version=version, by=village.clerk, at=village.at)
        step = run.steps.get(key="opinions")
        assert opinions_answered(step, village.at) == []
        run.steps.filter(state="open").update(state="waiting", opened_at=None)
        run.steps.filter(key="opinions").update(state="open", opened_at=village.at)
        services.publish_first(version=version, by=village.clerk, at=village.at)
        village.say(version)
        assert len(opinions_answered(step, village.at)) == 1

    def test_the_procedure_names_the_guard(self) -> None:
        from xiangyue.procedures.reading import all_procedures

        _row, procedure = all_procedures()["nine_step_compact"]
        assert "opinions_answered" in {guard.name for guard in procedure.step("opinions").guards}


class TestVote:
    def test_cp03_a_clause_that_fails_is_not_in_the_text(self, village: Village) -> None:
        version = village.voted(None, 1, None)
        assert [one.is_left_out for one in version.clauses.all()] == [False, True, False]
        assert [one.number for one in queries.text_of(version)] == [1, 2]
        adopted = version.editions.get(stage="adopted")
        assert len(adopted.clauses) == 2
        assert adopted.digest == version.digest

    def test_cp02_too_few_women_decide_nothing(self, village: Village) -> None:
        version = village.second()
        village.count(village.ballot(version), women=0)
        version.refresh_from_db()
        assert version.state == "withdrawn"
        assert not version.clauses.exclude(is_left_out=True).exists()

    def test_cp02_numbers_that_do_not_add_up_make_no_text(
        self, village: Village, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from xiangyue.compacts.services import voting

        version = village.second()
        ballot = village.ballot(version)
        monkeypatch.setattr(voting, "faults_of", lambda _result: ["参加人数与名册不符"])
        with pytest.raises(services.NotReady):
            village.count(ballot)
        version.refresh_from_db()
        assert version.state == "second_notice"

    def test_the_power_cut_while_the_text_is_made_leaves_the_vote_to_be_counted(
        self, village: Village, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from xiangyue.compacts.services import voting

        def cut(*_args: object, **_facts: object) -> None:
            raise RuntimeError("no power")

        version = village.second()
        ballot = village.ballot(version)
        monkeypatch.setattr(voting, "recorded", cut)
        with pytest.raises(RuntimeError):
            village.count(ballot, None, 1, None)
        monkeypatch.undo()
        version.refresh_from_db()
        ballot.refresh_from_db()
        assert (version.state, ballot.state) == ("second_notice", "closed")
        assert not version.clauses.filter(is_left_out=True).exists()
        ballots.count_ballot(ballot=ballot, by=village.clerk, at=village.at + 30 * DAY)
        version.refresh_from_db()
        assert version.state == "voted"
        assert version.clauses.filter(is_left_out=True).count() == 1

    def test_the_vote_is_called_on_the_second_text_alone_and_once(self, village: Village) -> None:
        version = village.first()
        with pytest.raises(services.NotNow):
            village.ballot(version)
        village.second(version=version)
        village.ballot(version)
        with pytest.raises(services.NotNow):
            village.ballot(version)

    def test_a_roll_of_another_village_does_not_serve(self, village: Village) -> None:
        version, later = village.second(), village.at + 12 * DAY
        other, clerk = people.place(people.OTHER_VILLAGE), people.clerk(people.OTHER_VILLAGE)
        drawn = ballots.draw_roll(place=other, rule="compact_assembly", by=clerk, at=later)
        ballots.publish_roll(roll=drawn, by=clerk, at=later)
        ballots.confirm_entries(roll=drawn, entries=None, by=clerk, at=later)
        roll = ballots.fix_roll(roll=drawn, by=clerk, at=later + 4 * DAY)
        opens = village.at + 30 * DAY
        called = {
            "version": version, "roll": roll, "modes": ["hands"], "opens_at": opens,
            "closes_at": opens + timedelta(hours=3), "tellers": [village.secretary],
            "by": village.clerk, "at": later + 4 * DAY,
        }  # fmt: skip
        with pytest.raises(NotAllowed):
            services.plan_vote(**called)
        post = Post.objects.get(person=clerk)
        appoint(person=village.clerk, role=post.role, place=other, at=village.at)
        with pytest.raises(services.WordsMissing):
            services.plan_vote(**called)

    def test_the_vote_does_not_open_while_the_notice_hangs(self, village: Village) -> None:
        version = village.second()
        roll = ballots.draw_roll(
            place=village.place, rule="villagers_assembly", by=village.clerk, at=village.at
        )
        facts = {
            "version": version, "modes": ["hands"], "tellers": [village.secretary],
            "by": village.clerk, "at": village.at,
        }  # fmt: skip
        opens = village.at + 30 * DAY
        with pytest.raises(services.WordsMissing):  # another body's roll
            services.plan_vote(
                roll=roll, opens_at=opens, closes_at=opens + timedelta(hours=1), **facts
            )
        right = ballots.draw_roll(
            place=village.place, rule="compact_assembly", by=village.clerk, at=village.at
        )
        early = village.at + 15 * DAY
        with pytest.raises(services.WordsMissing) as refused:
            services.plan_vote(
                roll=right, opens_at=early, closes_at=early + timedelta(hours=1), **facts
            )
        assert "opens_at" in refused.value.fields


class TestForce:
    def test_everything_comes_first(self, village: Village) -> None:
        version = village.voted()
        at = village.at + 31 * DAY
        facts = {"version": version, "by": village.clerk, "at": at}
        with pytest.raises(services.NotReady) as refused:
            services.put_in_force(**facts)
        assert len(refused.value.missing) == 3  # sheet, town, board
        village.sign(version)
        services.file_with_town(**facts)
        with pytest.raises(services.NotReady):
            services.put_in_force(**facts)
        services.post_result(**facts)
        services.put_in_force(**facts)
        assert queries.in_force(village.place, on=at.date()).pk == version.pk
        assert queries.in_force(village.place, on=(at - DAY).date()) is None
        with pytest.raises(services.NotNow):
            services.put_in_force(**facts)

    def test_the_next_version_replaces_it_in_the_same_moment(self, village: Village) -> None:
        first = village.in_force()
        village.at += 40 * DAY
        second = services.begin_version(
            compact=first.compact, made_from=first, by=village.clerk, at=village.at
        )
        services.publish_first(version=second, by=village.clerk, at=village.at)
        village.in_force(version=second)
        first.refresh_from_db()
        assert first.state == "superseded"
        assert first.in_force_to == second.in_force_from
        assert queries.in_force(village.place, on=first.in_force_from).pk == first.pk

    def test_cp06_one_signature_is_enough_and_no_signer_is_listed(self, village: Village) -> None:
        version = village.in_force()
        signing = version.signings.get()
        assert signing.signer_count == 1
        assert not {"person", "name", "fingerprint"} & {
            field.name for field in type(signing)._meta.get_fields()
        }
        with pytest.raises(services.WordsMissing):
            village.sign(version, signer_count=0, upload=sheet("red"))
        again = village.sign(version)
        assert again.pk == signing.pk

    def test_cp05_ten_days_without_filing_are_said_to_be_late_once(self, village: Village) -> None:
        version = village.voted()
        counted = village.at + 30 * DAY
        assert services.announce_late_filings(at=counted + 9 * DAY) == 0
        assert services.announce_late_filings(at=counted + 14 * DAY) == 1
        assert services.announce_late_filings(at=counted + 15 * DAY) == 0
        filing = services.file_with_town(version=version, by=village.clerk, at=counted + 16 * DAY)
        assert filing.pk == version.pk
        version.refresh_from_db()
        assert version.filing_clock.stopped_at is not None

    def test_cp05_filed_in_time_is_never_late(self, village: Village) -> None:
        version = village.voted()
        counted = village.at + 30 * DAY
        services.file_with_town(version=version, by=village.clerk, at=counted + DAY)
        assert services.announce_late_filings(at=counted + 20 * DAY) == 0
        with pytest.raises(NotAllowed):
            services.acknowledge(
                version=version, text="收到", by=village.clerk, at=counted + 2 * DAY
            )
        services.acknowledge(version=version, text="收到", by=village.town, at=counted + 2 * DAY)
        with pytest.raises(services.NotNow):
            services.acknowledge(
                version=version, text="收到", by=village.town, at=counted + 2 * DAY
            )

    def test_what_was_agreed_on_paper_before_is_taken_over_once(self, village: Village) -> None:
        version = village.draft(FAIR)
        day = village.at.date() - 900 * DAY
        facts = {"how": "2023年12月村民会议通过", "by": village.clerk, "at": village.at}
        with pytest.raises(services.WordsMissing):
            services.take_over(version=version, in_force_from=village.at.date() + DAY, **facts)
        services.take_over(version=version, in_force_from=day, **facts)
        assert queries.in_force(village.place, on=village.at.date()).pk == version.pk
        later = services.begin_version(
            compact=version.compact, made_from=version, by=village.clerk, at=village.at
        )
        with pytest.raises(services.NotNow):
            services.take_over(version=later, in_force_from=day, **facts)

    def test_what_is_in_force_since_today_is_taken_over_early_in_the_morning(
        self, village: Village
    ) -> None:
        early = village.at.replace(hour=6)
        services.take_over(
            version=village.draft(FAIR), how="村民会议通过", in_force_from=early.date(),
            by=village.clerk, at=early.astimezone(UTC),
        )  # fmt: skip
        assert queries.in_force(village.place, on=early.date()) is not None

    def test_unlawful_words_are_not_taken_over(self, village: Village) -> None:
        with pytest.raises(services.NotReady):
            services.take_over(
                version=village.draft(FINE), how="老约", in_force_from=village.at.date(),
                by=village.clerk, at=village.at,
            )  # fmt: skip


class TestCP07:
    def order(self, village: Village, clause: Clause, **facts):
        return services.order_correction(
            **{
                "clause": clause, "law": "村民委员会组织法第二十七条", "reason": "限制了合法权利",
                "by": village.town, "at": village.after,
            }
            | facts
        )  # fmt: skip

    def test_cp07_an_order_suspends_the_clause_at_once(self, village: Village) -> None:
        version = village.in_force()
        clause = version.clauses.all()[1]
        order = self.order(village, clause)
        assert clause not in queries.clauses_in_force(version, at=village.after)
        assert clause in queries.clauses_in_force(version, at=village.after - DAY)
        assert queries.text_of(version)[1].order == order
        assert Entry.objects.filter(name="compacts.clause_suspended").count() == 1
        with pytest.raises(services.NotNow):
            self.order(village, clause)

    def test_cp07_the_day_of_an_order_is_the_day_where_it_was_given(self, village: Village) -> None:
        version = village.in_force()
        early = (village.after + DAY).replace(hour=6)
        order = self.order(village, version.clauses.all()[1], at=early)
        order.refresh_from_db()
        assert day_of(early.date()) in suspended_in_words(order)

    def test_only_the_town_orders_and_lifts(self, village: Village) -> None:
        version = village.in_force()
        clause = version.clauses.first()
        for who in (village.clerk, village.secretary, village.residents[0]):
            with pytest.raises(NotAllowed):
                self.order(village, clause, by=who)
        order = self.order(village, clause)
        with pytest.raises(NotAllowed):
            services.lift_order(order=order, how="改好了", by=village.clerk, at=village.after)
        services.lift_order(order=order, how="误会", by=village.town, at=village.after)
        assert clause in queries.clauses_in_force(version, at=village.after + DAY)
        with pytest.raises(Conflict):
            services.lift_order(order=order, how="误会", by=village.town, at=village.after)

    def test_cp07_the_next_draft_cannot_say_it_again_and_correcting_lifts_the_order(
        self, village: Village
    ) -> None:
        first = village.in_force()
        order = self.order(village, first.clauses.all()[1])
        village.at += 40 * DAY
        second = services.begin_version(
            compact=first.compact, made_from=first, by=village.clerk, at=village.at
        )
        with pytest.raises(services.NotReady):
            services.publish_first(version=second, by=village.clerk, at=village.at)
        clause = second.clauses.get(lineage=order.clause.lineage)
        services.save_clause(
            clause=clause, topic=clause.topic, heading="", text="红白喜事提倡从简。", seen=1,
            by=village.clerk, at=village.at,
        )  # fmt: skip
        services.publish_first(version=second, by=village.clerk, at=village.at)
        village.in_force(version=second)
        order.refresh_from_db()
        assert order.lifted_at is not None
        assert len(queries.clauses_in_force(second, at=village.after)) == 3

    def test_a_draft_is_not_ordered_to_be_corrected(self, village: Village) -> None:
        village.after = village.at
        with pytest.raises(services.NotNow):
            self.order(village, village.draft().clauses.first())


class TestFrozen:
    @pytest.fixture
    def version(self, village: Village) -> Version:
        return village.first()

    def refused(self, act) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    def test_the_database_refuses_other_words_once_they_hang(
        self, village: Village, version: Version
    ) -> None:
        rows = Clause.objects.filter(version=version)
        self.refused(lambda: rows.update(text="偷偷改"))
        self.refused(lambda: rows.update(position=9))
        self.refused(lambda: rows.first().delete())
        clause = rows.first()
        self.refused(
            lambda: Clause.objects.create(
                version=version, position=9, topic="roads", text="偷偷加", written_by=village.clerk,
                written_at=village.at,
            )
        )  # fmt: skip
        clause.refresh_from_db()
        assert clause.text == FAIR

    def test_the_database_refuses_another_edition_opinion_or_answer(
        self, village: Village, version: Version
    ) -> None:
        self.refused(lambda: version.editions.update(clauses=[]))
        self.refused(lambda: version.editions.all().delete())
        made = village.answer(village.say(version))
        rows = Opinion.objects.filter(pk=made.pk)
        self.refused(lambda: rows.update(text="别的"))
        self.refused(lambda: rows.update(answer="别的"))
        self.refused(lambda: rows.update(answered="not"))
        self.refused(lambda: rows.update(person=village.residents[1]))
        self.refused(rows.delete)
        rows.update(person=None, contact="")

    def test_the_database_lets_nothing_over_begin_again(self, village: Village) -> None:
        version = village.in_force()
        rows = Version.objects.filter(pk=version.pk)
        self.refused(lambda: rows.update(state="voted", in_force_from=None))
        self.refused(lambda: rows.update(digest="x" * 64))
        self.refused(lambda: rows.update(in_force_from="2020-01-01"))
        self.refused(lambda: version.signings.update(signer_count=300))
        self.refused(lambda: version.clauses.update(is_left_out=True))

    def test_nothing_is_missing(self) -> None:
        from xiangyue.compacts import freezing
        from xiangyue.compacts.invariants import INVARIANTS

        assert freezing.missing() == []
        assert all(check() == [] for check in INVARIANTS.values())


class TestSeveralVillages:
    """LP-27: each agrees by its own vote."""

    def shared(self, village: Village) -> tuple[Version, object]:
        other = people.place(people.OTHER_VILLAGE)
        people.somebody("外村二", at_place=other)
        version = village.begin(kind="inter_village", title="两村水源公约", with_places=[other])
        village.topic = "waters"
        for text in ("上游不截水。", "一起清渠。"):
            village.write(version, text)
        return version, other

    def test_a_clause_stands_where_every_village_accepted_it(self, village: Village) -> None:
        version, other = self.shared(village)
        services.publish_first(version=version, by=village.clerk, at=village.at)
        assert Notice.objects.count() == 2
        village.second(version=version)
        mine = village.ballot(version)
        clerk, village.clerk = village.clerk, people.clerk(people.OTHER_VILLAGE)
        theirs = village.ballot(version, place=other)
        village.count(theirs, None, 0)
        version.refresh_from_db()
        assert version.state == "second_notice"  # the other village has not voted yet
        village.clerk = clerk
        village.count(mine)
        version.refresh_from_db()
        assert [one.is_left_out for one in version.clauses.all()] == [False, True]

    def test_one_village_alone_shares_nothing(self, village: Village) -> None:
        with pytest.raises(services.WrongPlace):
            village.begin(kind="kuan", title="款约")
        with pytest.raises(services.WrongPlace):
            village.begin(with_places=[people.place(people.OTHER_VILLAGE)])


def test_a_withdrawn_version_says_why_and_another_may_begin_from_it(village: Village) -> None:
    version = village.first()
    with pytest.raises(services.WordsMissing):
        services.withdraw(version=version, reason="", by=village.clerk, at=village.at)
    services.withdraw(version=version, reason="明年再议", by=village.clerk, at=village.at)
    again = services.begin_version(
        compact=version.compact, made_from=version, by=village.clerk, at=village.at
    )
    assert again.clauses.count() == 3


def test_every_declared_starter_reads_as_lawful() -> None:
    from xiangyue.compacts.kinds import all_kinds
    from xiangyue.compacts.reading import found_in

    for kind in all_kinds().values():
        for starter in kind.starters:
            for clause in starter.clauses:
                assert found_in(clause.heading, clause.text) == [], clause.text


def test_the_board_carries_the_text_article_by_article(village: Village) -> None:
    with translation.override("zh-hans"):
        village.first(FAIR, "不堆柴。")
    notice = Notice.objects.get()
    assert "第一条　" + FAIR in notice.body
    assert "第二条　不堆柴。" in notice.body
    assert Asked.objects.count() == 0
