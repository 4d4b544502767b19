"""A compact with its nine-step procedure: what is done with the text is the evidence (LP-12)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from tests.compacts.conftest import DAY, FAIR, FINE, Village, sheet
from xiangyue.access.queries import standing_of
from xiangyue.ballots import services as ballots
from xiangyue.compacts import services
from xiangyue.compacts.gates import ballots_of
from xiangyue.compacts.guards import opinions as opinions_drawn
from xiangyue.compacts.invariants import INVARIANTS
from xiangyue.compacts.models import Version
from xiangyue.documents.files import prepare_file
from xiangyue.kernel.refusals import Refused
from xiangyue.places.models import Person
from xiangyue.procedures import services as procedures
from xiangyue.procedures.models import Evidence, Run, StepRun
from xiangyue.procedures.services.evidence import WrongEvidence
from xiangyue.procedures.sources import Awaited
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def open_row(run: Run) -> StepRun:
    return StepRun.objects.select_related("run").get(run=run, state="open")


def step(run: Run) -> str:
    return open_row(run).key


def lay(village: Village, run: Run, key: str, by: Person, at) -> None:
    procedures.add_evidence(
        step_run=open_row(run), key=key, text="通过。", actor=standing_of(by, at=at), at=at
    )


def complete(village: Village, run: Run, by: Person, at) -> StepRun:
    return procedures.complete_step(step_run=open_row(run), actor=standing_of(by, at=at), at=at)


def accompanied(village: Village, *texts: str) -> tuple[Version, Run]:
    """A draft whose procedure has come to the step of drafting, forty days ago by `early`."""
    version = village.draft(*texts)
    run = services.accompany(
        version=version, actor=standing_of(village.clerk, at=village.at), by=village.clerk,
        at=village.at,
    )  # fmt: skip
    version.refresh_from_db()
    lay(village, run, "minutes", village.secretary, village.at)
    complete(village, run, village.secretary, village.at)
    procedures.add_evidence(
        step_run=open_row(run), key="letter", upload=prepare_file(sheet(), name="letter"),
        actor=standing_of(village.clerk, at=village.at), at=village.at,
    )  # fmt: skip
    complete(village, run, village.clerk, village.at)
    early = village.at
    procedures.publish_for_step(
        step_run=open_row(run), title="执委会公示", body="名单在村公示栏。",
        actor=standing_of(village.clerk, at=early), at=early,
    )  # fmt: skip
    village.at = early + 12 * DAY
    lay(village, run, "vetting", village.town, village.at)
    complete(village, run, village.town, village.at)
    assert step(run) == "draft"
    return version, run


def hung(village: Village, *texts: str) -> tuple[Version, Run]:
    version, run = accompanied(village, *texts)
    services.publish_first(version=version, by=village.clerk, at=village.at)
    version.refresh_from_db()
    return version, run


def revised(village: Village) -> tuple[Version, Run]:
    version, run = hung(village)
    services.begin_revision(version=version, by=village.clerk, at=village.at + 12 * DAY)
    version.refresh_from_db()
    return version, run


def reviewed(village: Village, run: Run, at) -> None:
    lay(village, run, "review", village.town, at)
    complete(village, run, village.town, at)


def hung_again(village: Village) -> tuple[Version, Run]:
    version, run = revised(village)
    later = village.at + 12 * DAY
    reviewed(village, run, later)
    services.publish_second(version=version, by=village.clerk, at=later)
    version.refresh_from_db()
    return version, run


def voted(village: Village, *yes: int | None) -> tuple[Version, Run]:
    version, run = hung_again(village)
    village.count(village.ballot(version), *yes)
    version.refresh_from_db()
    return version, run


def done(run: Run) -> list[str]:
    return list(run.steps.filter(state="done").values_list("key", flat=True))


def drawn(run: Run, key: str) -> list[Evidence]:
    return list(Evidence.objects.filter(step_run__run=run, step_run__key=key, is_drawn=True))


def sound() -> list[str]:
    return [fault for check in INVARIANTS.values() for fault in check()]


class TestActsAreEvidence:
    def test_the_way_from_draft_to_force_asks_nothing_twice(self, village: Village) -> None:
        version, run = voted(village, None, 1)
        assert step(run) == "file_and_post"
        at = village.at + 31 * DAY
        village.sign(version, at=at)
        services.post_result(version=version, by=village.clerk, at=at)
        assert step(run) == "file_and_post"
        services.file_with_town(version=version, by=village.clerk, at=at)
        version.refresh_from_db()
        run.refresh_from_db()
        assert (version.state, run.state) == ("in_force", "done")
        assert len(done(run)) == 9
        laid = Evidence.objects.filter(step_run__run=run)
        by_hand = {(one.step_run.key, one.key) for one in laid.exclude(is_drawn=True)}
        assert by_hand == {
            ("consult", "minutes"), ("invite", "letter"), ("committee", "vetting"),
            ("committee", "notice"), ("revise", "review"),
        }  # fmt: skip
        assert sound() == []

    def test_the_first_notice_is_the_evidence_and_completes_the_draft(
        self, village: Village
    ) -> None:
        version, run = hung(village)
        assert step(run) == "opinions"
        [draft] = drawn(run, "draft")
        assert draft.reference_id == str(version.editions.get(stage="first").pk)
        [notice] = drawn(run, "opinions")
        assert notice.reference_id == str(Notice.objects.get(kind="compact_draft_first").pk)
        assert run.steps.get(key="draft").done_by == village.clerk

    def test_the_revision_draws_the_answered_opinions_and_closes_the_hearing(
        self, village: Village
    ) -> None:
        version, run = hung(village)
        for opinion in (village.say(version), village.say(version, "第二条好")):
            village.answer(opinion)
        services.begin_revision(version=version, by=village.clerk, at=village.at + 12 * DAY)
        register = next(one for one in drawn(run, "opinions") if one.key == "register")
        assert register.text.startswith("2 opinions were registered and answered: 2 taken up")
        assert step(run) == "revise"

    def test_an_opinion_without_answer_keeps_both_where_they_are(self, village: Village) -> None:
        version, run = hung(village)
        village.say(version)
        later = village.at + 12 * DAY
        with pytest.raises(services.NotReady, match="1 opinion is not answered"):
            services.begin_revision(version=version, by=village.clerk, at=later)
        with pytest.raises(procedures.NotReady, match="1 opinion is not answered"):
            complete(village, run, village.clerk, later)
        version.refresh_from_db()
        assert (version.state, step(run)) == ("first_notice", "opinions")

    def test_a_step_completed_at_the_procedures_desk_draws_all_the_same(
        self, village: Village
    ) -> None:
        """Where a village's own step stands between, a clerk completes step by step."""
        version, run = accompanied(village)
        complete(village, run, village.clerk, village.at)
        [draft] = drawn(run, "draft")
        assert FAIR in draft.text
        services.publish_first(version=version, by=village.clerk, at=village.at)
        later = village.at + 12 * DAY
        complete(village, run, village.clerk, later)
        assert {one.key for one in drawn(run, "opinions")} == {"notice", "register"}
        with pytest.raises(services.NotHeard):  # what is registered is what was said
            village.say(version, at=later)

    def test_whoever_does_not_do_the_step_takes_neither_on(self, village: Village) -> None:
        from tests import people

        version, run = hung(village)
        helper = people.posted("first_secretary", at_place=village.place, name="杨书记")
        later = village.at + 12 * DAY
        with pytest.raises(services.NotReady, match="It is completed by"):
            services.begin_revision(version=version, by=helper, at=later)
        version.refresh_from_db()
        assert (version.state, step(run)) == ("first_notice", "opinions")

    def test_the_town_looks_at_the_words_as_they_are_and_they_then_stand(
        self, village: Village
    ) -> None:
        version, run = revised(village)
        later = village.at + 12 * DAY
        clause = version.clauses.first()
        services.save_clause(
            clause=clause, topic=clause.topic, heading="", text="改过的话，大家都同意。",
            seen=clause.revision, by=village.clerk, at=later,
        )  # fmt: skip
        reviewed(village, run, later)
        [looked_at] = drawn(run, "revise")
        assert "改过的话" in looked_at.text
        clause.refresh_from_db()
        with pytest.raises(services.NotNow, match="The town has looked at these words"):
            services.save_clause(
                clause=clause, topic=clause.topic, heading="", text="又改了",
                seen=clause.revision, by=village.clerk, at=later,
            )  # fmt: skip
        services.publish_second(version=version, by=village.clerk, at=later)

    def test_the_town_does_not_complete_its_look_at_unlawful_words(self, village: Village) -> None:
        version, run = revised(village)
        later = village.at + 12 * DAY
        clause = village.write(version, FINE, at=later)
        with pytest.raises(procedures.NotReady, match="reads as unlawful"):
            reviewed(village, run, later)
        services.save_clause(
            clause=clause, topic=clause.topic, heading="", text="大家自愿参加。", seen=1,
            by=village.secretary, at=later,
        )  # fmt: skip
        complete(village, run, village.town, later)
        assert step(run) == "publish_again"

    def test_the_second_notice_waits_for_the_town(self, village: Village) -> None:
        version, run = revised(village)
        with pytest.raises(services.NotReady, match="“Revise” comes first"):
            services.publish_second(version=version, by=village.clerk, at=village.at + 12 * DAY)
        assert step(run) == "revise"

    def test_the_opened_vote_completes_the_second_notice_and_the_count_the_vote(
        self, village: Village
    ) -> None:
        version, run = hung_again(village)
        assert step(run) == "publish_again"
        ballot = village.ballot(version)
        ballots.open_ballot(ballot=ballot, by=village.clerk, at=village.at + 30 * DAY)
        assert step(run) == "vote"

    def test_the_count_completes_the_vote(self, village: Village) -> None:
        version, run = voted(village)
        [vote] = drawn(run, "vote")
        assert vote.reference_id == str(ballots_of(version)[0].pk)
        assert step(run) == "file_and_post"

    def test_a_notice_taken_down_is_evidence_no_more(self, village: Village) -> None:
        from xiangyue.publicity.services import take_down

        version, run = hung(village)
        old = Notice.objects.get(kind="compact_draft_first")
        take_down(notice=old, reason="贴错了", by=village.clerk, at=village.at)
        services.publish_first(version=version, by=village.clerk, at=village.at)
        [notice] = drawn(run, "opinions")
        assert notice.reference_id != str(old.pk)


class TestNothingIsChosenByHand:
    def test_another_notice_is_refused_and_says_what_to_do(self, village: Village) -> None:
        _version, run = accompanied(village)
        complete(village, run, village.clerk, village.at)
        with pytest.raises(WrongEvidence, match="comes by itself"):
            procedures.publish_for_step(
                step_run=open_row(run), title="初稿公示", body="另一张", actor=standing_of(
                    village.clerk, at=village.at
                ), at=village.at,
            )  # fmt: skip
        assert not Notice.objects.filter(kind="compact_draft_first").exists()

    def test_what_came_by_itself_is_not_taken_away(self, village: Village) -> None:
        _version, run = hung(village)
        [notice] = drawn(run, "opinions")
        with pytest.raises(WrongEvidence, match="came by itself"):
            procedures.remove_evidence(
                evidence=notice, actor=standing_of(village.clerk, at=village.at), at=village.at
            )

    def test_words_laid_by_hand_do_not_stand_for_what_comes_by_itself(
        self, village: Village
    ) -> None:
        version, run = hung(village)
        village.say(version)
        lay(village, run, "register", village.clerk, village.at)
        with pytest.raises(procedures.NotReady, match="not answered"):
            complete(village, run, village.clerk, village.at + 12 * DAY)

    def test_without_a_text_kept_here_people_lay_it_down(self, village: Village) -> None:
        run = procedures.begin_here(
            template="nine_step_compact", place=village.place, title="纸上的约定",
            actor=standing_of(village.clerk, at=village.at), at=village.at,
        )  # fmt: skip
        assert opinions_drawn(run, village.at) is None


class TestNeitherContradictsTheOther:
    def test_the_last_step_waits_for_what_the_law_asks(self, village: Village) -> None:
        version, run = voted(village)
        at = village.at + 31 * DAY
        services.post_result(version=version, by=village.clerk, at=at)
        services.file_with_town(version=version, by=village.clerk, at=at)
        with pytest.raises(procedures.NotReady, match="sheet of signatures"):
            complete(village, run, village.clerk, at)
        village.sign(version, at=at)
        version.refresh_from_db()
        assert version.state == "in_force"

    def test_the_end_at_the_procedures_desk_puts_the_text_in_force(self, village: Village) -> None:
        from tests import people

        version, run = voted(village)
        at = village.at + 31 * DAY
        helper = people.posted("first_secretary", at_place=village.place, name="杨书记")
        village.sign(version, at=at)
        services.post_result(version=version, by=helper, at=at)
        services.file_with_town(version=version, by=helper, at=at)
        version.refresh_from_db()
        assert version.state == "voted"  # the first secretary does not do the last step
        with pytest.raises(services.NotReady, match="with its last step"):
            services.put_in_force(version=version, by=village.clerk, at=at)
        complete(village, run, village.clerk, at)
        version.refresh_from_db()
        assert version.state == "in_force"

    def test_a_text_withdrawn_ends_its_procedure(self, village: Village) -> None:
        version, run = hung(village)
        services.withdraw(version=version, reason="先不定了", by=village.clerk, at=village.at)
        run.refresh_from_db()
        assert (run.state, run.end_reason) == ("ended_early", "先不定了")
        assert sound() == []

    def test_a_procedure_ended_early_withdraws_its_text(self, village: Village) -> None:
        version, run = hung(village)
        procedures.end_early(
            run=run, actor=standing_of(village.clerk, at=village.at), at=village.at,
            reason="村里先不定了",
        )  # fmt: skip
        version.refresh_from_db()
        assert (version.state, version.withdrawn_reason) == ("withdrawn", "村里先不定了")
        assert sound() == []

    def test_nobody_ends_the_procedure_of_what_the_assembly_adopted(self, village: Village) -> None:
        _version, run = voted(village)
        at = village.at + 31 * DAY
        with pytest.raises(services.NotNow, match="The assembly has adopted"):
            procedures.end_early(
                run=run, actor=standing_of(village.clerk, at=at), at=at, reason="算了吧"
            )
        run.refresh_from_db()
        assert run.state == "running"

    def test_a_vote_that_accepts_nothing_ends_the_procedure(self, village: Village) -> None:
        version, run = voted(village, 0, 0, 0)
        run.refresh_from_db()
        assert (version.state, run.state) == ("withdrawn", "ended_early")
        assert sound() == []

    def test_a_procedure_accompanies_one_text(self, village: Village) -> None:
        _version, run = accompanied(village)
        other = village.begin(title="另一个约定")
        with pytest.raises(services.NotNow, match="belongs to another text"):
            services.attach_run(version=other, run=run, by=village.clerk, at=village.at)

    def test_a_procedure_that_has_come_further_does_not_join(self, village: Village) -> None:
        run = procedures.begin_here(
            template="nine_step_compact", place=village.place, title="纸上的约定",
            actor=standing_of(village.clerk, at=village.at), at=village.at,
        )  # fmt: skip
        run.steps.filter(key="opinions").update(
            state="done", opened_at=village.at, done_at=village.at, done_by=village.clerk
        )
        with pytest.raises(services.NotNow, match="has come further"):
            services.attach_run(version=village.draft(), run=run, by=village.clerk, at=village.at)

    def test_what_a_procedure_accompanies_is_not_taken_over_from_paper(
        self, village: Village
    ) -> None:
        version, _run = accompanied(village)
        with pytest.raises(services.NotNow, match="is not taken over"):
            services.take_over(
                version=version, how="去年大会通过", in_force_from=village.at.date(),
                by=village.clerk, at=village.at,
            )  # fmt: skip

    def test_the_invariant_sees_a_contradiction(self, village: Village) -> None:
        version, _run = voted(village)
        assert sound() == []
        Version.objects.filter(pk=version.pk).update(
            state="withdrawn", withdrawn_at=village.at, withdrawn_reason="x"
        )
        assert len(sound()) == 1


def test_a_source_says_what_comes_first(village: Village) -> None:
    _version, run = accompanied(village)
    said = opinions_drawn(run, village.at)
    assert isinstance(said, Awaited)
    assert "Put up the draft" in said.says


def test_a_refusal_of_the_draft_undoes_both(village: Village) -> None:
    version = village.draft()
    run = services.accompany(
        version=version, actor=standing_of(village.clerk, at=village.at), by=village.clerk,
        at=village.at,
    )  # fmt: skip
    with pytest.raises(Refused):
        services.publish_first(version=version, by=village.clerk, at=village.at + timedelta(1))
    version.refresh_from_db()
    assert (version.state, step(run)) == ("draft", "consult")
    assert not Notice.objects.exists()
