"""Runs through the services: gates, who may do what, what is recorded and what stays frozen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from tests import people
from tests.procedures.conftest import PDF, Village, picture
from xiangyue.activity.models import Entry
from xiangyue.blueprints.models import Declaration
from xiangyue.blueprints.queries import current
from xiangyue.documents.files import FileRefused, prepare_file
from xiangyue.kernel.refusals import Conflict, NotAllowed, NotFound
from xiangyue.notifications.models import Message
from xiangyue.procedures import freezing, services
from xiangyue.procedures.invariants import INVARIANTS
from xiangyue.procedures.models import Evidence, PanelSeat, Run, StepRun
from xiangyue.procedures.reading import step_of
from xiangyue.procedures.services.evidence import WrongEvidence
from xiangyue.procedures.services.running import WrongPlace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def names(run: Run) -> list[str]:
    rows = Entry.objects.filter(subject_type="procedures.run", subject_id=str(run.pk))
    return [name.removeprefix("procedures.") for name in rows.values_list("name", flat=True)]


class TestBeginning:
    def test_a_run_opens_its_first_step_with_a_due_time(self, village: Village):
        run = village.begin()
        row = village.open(run)
        assert row.key == "collect"
        # ten working days, the Dragon Boat Festival on the way
        assert row.clock.due_at == people.MONDAY.replace(hour=18) + timedelta(days=15)
        assert [one.state for one in row.run.steps.all()] == ["open", *["waiting"] * 5]
        assert names(run) == ["run_began", "step_opened"]

    def test_it_keeps_the_template_as_it_stood(self, village: Village):
        run = village.begin()
        Declaration.objects.filter(pk=run.template_id).update(is_current=False)
        row = Declaration.objects.get(pk=run.template_id)
        Declaration.objects.create(
            kind="procedure", key=row.key, version=row.version + 1, digest="x",
            body=row.body | {"steps": row.body["steps"][:1]}, source=row.source,
            effective_from_date=row.effective_from_date, loaded_at=village.at,
        )  # fmt: skip
        village.do(run, village.clerk)
        assert village.open(run).key == "choose"  # the new version has one step only

    def test_sent_twice_under_one_key_it_begins_once(self, village: Village):
        key = uuid4()
        assert village.begin(client_key=key).pk == village.begin(client_key=key).pk
        assert Run.objects.count() == 1

    def test_somebody_elses_key_begins_nothing(self, village: Village):
        key = uuid4()
        village.begin(client_key=key)
        with pytest.raises(NotAllowed):
            village.begin(client_key=key, actor=village.standing(village.secretary))

    def test_who_is_of_elsewhere_begins_nothing_here(self, village: Village):
        with pytest.raises(NotAllowed):
            village.begin(actor=village.standing(village.stranger))

    def test_a_title_with_a_telephone_number_is_refused(self, village: Village):
        with pytest.raises(services.PersonalData):
            village.begin(title="找王大爷13912345678问停车")
        with pytest.raises(services.WordsMissing):
            village.begin(title=" \n ")
        assert not Run.objects.exists()

    def test_it_is_only_for_places_of_its_levels(self, village: Village):
        dispatcher = people.dispatcher()
        with pytest.raises(WrongPlace):
            village.begin(place=people.town(), actor=village.standing(dispatcher))
        with pytest.raises(NotFound):
            village.begin(template="no_such")


class TestGates:
    def test_nothing_is_done_without_its_evidence_and_the_words_say_what(self, village: Village):
        run = village.begin()
        with pytest.raises(services.NotReady) as refused:
            village.complete(run, village.clerk)
        assert refused.value.codes == ["evidence"]
        assert str(refused.value) == "Write “Issues that residents brought up”."
        assert village.open(run).key == "collect"

    def test_a_step_that_is_not_open_cannot_be_completed(self, village: Village):
        run = village.begin()
        last = StepRun.objects.get(run=run, key="follow_up")
        with pytest.raises(services.StepSettled):
            services.complete_step(
                step_run=last, actor=village.standing(village.supervisor), at=village.at
            )

    def test_se01_who_ran_the_meeting_does_not_check_it(self, village: Village):
        run = village.begin("party_group_case", place=people.place())
        village.do(run, village.secretary)
        village.do(run, village.secretary)
        village.lay(run)
        with pytest.raises(services.NotReady) as refused:
            village.complete(run, village.secretary)
        assert refused.value.codes == ["different_person"]
        assert "somebody else completes this step" in str(refused.value)

    def test_days_that_must_pass_are_said_with_the_day(self, village: Village):
        run = village.begin()
        village.do(run, village.clerk)
        village.do(run, village.secretary)
        village.do(run, village.clerk)
        village.lay(run)
        with pytest.raises(services.NotReady) as refused:
            village.complete(run, village.secretary)
        assert refused.value.codes == ["days_since"]
        assert "2026" in str(refused.value)
        village.wait(1)
        assert village.complete(run, village.secretary).state == "done"

    def test_only_who_does_a_step_completes_it(self, village: Village):
        run = village.begin()
        village.do(run, village.clerk)
        village.lay(run)
        for person in (village.clerk, village.supervisor, village.stranger):
            with pytest.raises(NotAllowed):
                village.complete(run, person)

    def test_completing_it_again_changes_nothing(self, village: Village):
        run = village.begin()
        row = village.open(run)
        village.do(run, village.clerk)
        again = services.complete_step(
            step_run=row, actor=village.standing(village.clerk), at=village.at
        )
        assert again.key == "collect"
        assert names(run).count("step_completed") == 1
        with pytest.raises(services.StepSettled):  # another is told
            services.complete_step(
                step_run=row, actor=village.standing(village.secretary), at=village.at
            )

    def test_the_last_step_ends_the_run(self, village: Village):
        run = village.begin("courtyard_consultation")
        for person in (village.clerk, village.clerk, village.clerk, village.secretary):
            village.do(run, person)
        run.refresh_from_db()
        assert run.state == "done"
        assert names(run)[-1] == "run_completed"
        assert [check() for check in INVARIANTS.values()] == [[], [], []]

    def test_a_mandatory_step_is_never_left_out(self, village: Village):
        run = village.begin()
        with pytest.raises(services.NotReady) as refused:
            services.leave_out_step(
                step_run=village.open(run), actor=village.standing(village.clerk), at=village.at,
                reason="没空",
            )  # fmt: skip
        assert refused.value.codes == ["mandatory"]

    def test_an_optional_step_is_left_out_with_a_word(self, village: Village):
        run = village.begin("childrens_council")
        village.do(run, village.clerk)
        village.do(run, village.clerk)
        row = village.open(run)
        assert row.key == "drawings"
        act = {"step_run": row, "actor": village.standing(village.clerk), "at": village.at}
        with pytest.raises(services.WordsMissing):
            services.leave_out_step(**act, reason=" ")
        services.leave_out_step(**act, reason="孩子们说不画了")
        assert village.open(run).key == "choose"
        assert "step_left_out" in names(run)


class TestEvidence:
    def test_what_lies_there_already_changes_nothing(self, village: Village):
        run = village.begin()
        first, second = village.lay(run), village.lay(run)
        assert [one.pk for one in first] == [one.pk for one in second]
        assert Evidence.objects.count() == 1

    def test_pictures_are_drawn_anew_and_documents_kept(self, village: Village):
        kept = prepare_file(picture(), name="../../etc/pass\nwd.png")
        assert (kept.content_type, kept.name) == ("image/jpeg", "passwd.png")
        assert kept.content[:2] == b"\xff\xd8"
        assert prepare_file(PDF, name="a.pdf").content == PDF

    @pytest.mark.parametrize(
        "upload",
        [
            b"",
            b"<html><script>alert(1)</script></html>",
            b"MZ\x90\x00 a program",
            b"PK\x03\x04 an archive called notes.pdf",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"%PDF-1.4 cut off on the way",
            PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"),
            PDF.replace(b"/Type /Catalog", b"/Type /Catalog /AA << /J#53 (x) >>"),
            PDF.replace(b"/Type /Catalog", b"/Names << /EmbeddedFiles 3 0 R >>"),
            PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R"),
            picture()[:60],
        ],
    )  # fmt: skip
    def test_a_hostile_or_broken_file_is_refused_and_leaves_nothing(
        self, village: Village, upload, media
    ):
        run = village.begin("courtyard_consultation")
        village.do(run, village.clerk)
        with pytest.raises(FileRefused):
            services.add_evidence(
                step_run=village.open(run), key="record", upload=upload, file_name="a.pdf",
                actor=village.standing(village.clerk), at=village.at,
            )  # fmt: skip
        assert not [path for path in media.rglob("*") if path.is_file()]

    def test_what_everybody_can_read_names_no_numbers(self, village: Village):
        run = village.begin()
        village.do(run, village.clerk)
        with pytest.raises(services.PersonalData):
            services.add_evidence(
                step_run=village.open(run), key="issue", text="王某11010519491231002X家门口",
                actor=village.standing(village.secretary), at=village.at,
            )  # fmt: skip

    def test_what_the_step_does_not_ask_for_is_refused(self, village: Village):
        run = village.begin()
        act = {"step_run": village.open(run), "actor": village.standing(village.clerk),
               "at": village.at}  # fmt: skip
        for facts in ({"key": "nothing", "text": "x y"}, {"key": "issues", "upload": PDF}):
            with pytest.raises(WrongEvidence):
                services.add_evidence(**act, **facts)

    def test_a_mistake_is_taken_away_while_the_step_is_open(self, village: Village):
        run = village.begin()
        (row,) = village.lay(run)
        services.remove_evidence(evidence=row, actor=village.standing(village.clerk), at=village.at)
        assert not Evidence.objects.exists()
        assert names(run)[-1] == "evidence_removed"

    def test_who_is_of_elsewhere_adds_nothing(self, village: Village):
        run = village.begin()
        with pytest.raises(NotAllowed):
            village.lay(run, by=village.stranger)


class TestFreezing:
    def test_nothing_of_a_completed_step_changes_by_any_way(self, village: Village):
        run = village.begin()
        (row,) = village.lay(run)
        village.complete(run, village.clerk)
        with pytest.raises(services.StepSettled):
            services.remove_evidence(
                evidence=row, actor=village.standing(village.clerk), at=village.at
            )
        for change in (
            lambda: Evidence.objects.filter(pk=row.pk).update(text="改了"),
            lambda: Evidence.objects.filter(pk=row.pk).delete(),
            lambda: Evidence.objects.create(
                step_run=row.step_run, key="issues", kind="text", text="后补", digest="d",
                added_by=village.clerk, added_at=village.at,
            ),
            lambda: StepRun.objects.filter(run=run, key="collect").update(state="open"),
            lambda: StepRun.objects.filter(run=run, key="collect").delete(),
        ):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_nothing_of_an_ended_run_changes(self, village: Village):
        run = village.begin()
        services.end_early(
            run=run, actor=village.standing(village.clerk), at=village.at, reason="并到别的事里办"
        )
        with pytest.raises(services.StepSettled):
            village.lay(run)
        for change in (
            lambda: Run.objects.filter(pk=run.pk).update(title="另一件事"),
            lambda: Run.objects.filter(pk=run.pk).update(
                state="running", ended_at=None, ended_by=None, end_reason=""
            ),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_two_open_steps_are_refused_by_the_database(self, village: Village):
        run = village.begin()
        with pytest.raises(IntegrityError), transaction.atomic():
            StepRun.objects.filter(run=run, key="choose").update(state="open", opened_at=village.at)
        assert INVARIANTS["settled_steps_are_frozen"]() == []

    def test_a_missing_trigger_is_noticed(self, village: Village):
        freezing.remove(None, type("Editor", (), {"connection": connection}))
        try:
            assert INVARIANTS["settled_steps_are_frozen"]() != []
        finally:
            freezing.install(None, type("Editor", (), {"connection": connection}))


class TestREQL04:
    """Reviewer, proposer, subject and their close relatives are never one; recusal is kept."""

    def reviewing(self, village: Village, **facts) -> Run:
        run = village.begin("nomination_review", **facts)
        village.do(run, village.clerk)
        village.do(run, village.clerk)
        village.lay(run)
        return run

    def seat(self, village: Village, run: Run, name: str, **facts) -> PanelSeat:
        return services.add_seat(
            **{"step_run": village.open(run), "name": name, "is_woman": False,
               "closeness": "none", "actor": village.standing(village.clerk), "at": village.at}
            | facts
        )  # fmt: skip

    def test_req_l04_a_panel_of_three_with_a_woman_reviews(self, village: Village):
        run = self.reviewing(village)
        with pytest.raises(services.NotReady) as refused:
            village.complete(run, village.secretary)
        assert refused.value.codes == ["panel", "panel_women"]
        for name in ("张一", "张二"):
            self.seat(village, run, name)
        self.seat(village, run, "李三", is_woman=True)
        assert village.complete(run, village.secretary).state == "done"

    def test_req_l04_who_lives_with_the_subject_must_step_back(self, village: Village):
        subject, relative = people.somebody("本人"), people.somebody("家人")
        from tests.registry.living import household

        home = household()
        for person in (subject, relative):
            person.household = home
            person.save(update_fields=["household"])
        run = self.reviewing(village, subjects=[subject])
        for name in ("张一", "张二"):
            self.seat(village, run, name)
        self.seat(village, run, "李三", is_woman=True)
        close = self.seat(village, run, "", person=relative)
        with pytest.raises(services.NotReady) as refused:
            village.complete(run, village.secretary)
        assert refused.value.codes == ["panel_close"]
        services.recuse(
            seat=close, why="是一家人", actor=village.standing(village.clerk), at=village.at
        )
        assert village.complete(run, village.secretary).state == "done"
        assert "member_recused" in names(run)

    def test_req_l04_a_declared_relative_steps_back_at_once_and_does_not_count(
        self, village: Village
    ):
        run = self.reviewing(village)
        self.seat(village, run, "李三", is_woman=True)
        self.seat(village, run, "张一")
        seat = self.seat(village, run, "张二", closeness="relative")
        assert seat.recused_at is not None
        with pytest.raises(services.NotReady) as refused:
            village.complete(run, village.secretary)
        assert refused.value.codes == ["panel"]

    def test_nobody_sits_twice_and_nobody_sits_without_a_panel(self, village: Village):
        run = self.reviewing(village)
        self.seat(village, run, "张一")
        with pytest.raises(Conflict):
            self.seat(village, run, "张一")
        other = village.begin()
        with pytest.raises(services.panels.NoPanel):
            self.seat(village, other, "张一")


class TestReminding:
    def test_a_step_that_is_nearly_due_is_announced_once(self, village: Village):
        run = village.begin()
        assert services.announce_deadlines(at=village.at) == 0
        village.wait(14)
        assert services.announce_deadlines(at=village.at) == 2  # clerk and secretary
        assert services.announce_deadlines(at=village.at) == 0
        told = Entry.objects.filter(name="procedures.deadline_announced", subject_id=str(run.pk))
        assert {entry.facts["person"] for entry in told} == {
            str(village.clerk.pk), str(village.secretary.pk)
        }  # fmt: skip

    def test_those_who_do_the_step_find_it_in_their_inbox_once(self, village: Village):
        village.begin()
        village.wait(14)
        for _tick in range(2):
            services.announce_deadlines(at=village.at)
        told = Message.objects.filter(declaration__key="procedures.deadline_announced.doer")
        assert {one.recipient_id for one in told} == {village.clerk.pk, village.secretary.pk}
        assert len(told) == 2
        assert {one.side for one in told} == {"staff"}

    def test_whoever_may_not_see_it_is_not_told(self, village: Village):
        people.posted("mediator", at_place=people.place(), name="吴调解")
        run = village.begin()
        step = step_of(village.open(run))
        who = step.model_copy(update={"who": ("mediator", "village_clerk")})
        assert services.running.people_for(run, who, at=village.at) == [village.clerk.pk]


def test_the_same_template_serves_what_begins_later(village: Village):
    assert current("procedure", "six_step_deliberation").version == 1
