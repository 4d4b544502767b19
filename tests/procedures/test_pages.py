"""The pages: what they show to whom, what they refuse in place and keep of what was typed."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import people
from tests.procedures.conftest import PDF, Village
from xiangyue.procedures import services
from xiangyue.procedures.models import Design, Evidence, PanelSeat, Run
from xiangyue.publicity.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(village: Village) -> Village:
    village.at = timezone.now() - timedelta(minutes=5)
    return village


def client(person) -> Client:
    made = Client(headers={"accept-language": "en"})
    made.cookies["language"] = "en"
    people.sign_in(made, person)
    return made


def text_of(response) -> str:
    return unescape(response.content.decode())


def step_form(name: str) -> dict[str, object]:
    return {
        "name_zh": name, "kind": "collect", "who": ["village_clerk"], "evidence_0_name": "记录",
        "evidence_0_kind": "text", "evidence_0_least": "1",
    }  # fmt: skip


class TestReaching:
    @pytest.mark.parametrize("path", ["", "begin/", "designs/", "designs/new/"])
    def test_visitors_sign_in_and_residents_are_refused(self, path, now: Village):
        assert Client().get(f"/desk/procedures/{path}").status_code == 302
        assert client(people.somebody()).get(f"/desk/procedures/{path}").status_code == 403

    def test_a_run_of_elsewhere_is_not_there(self, now: Village):
        run = now.begin()
        (row,) = now.lay(run)
        away = client(now.stranger)
        base = f"/desk/procedures/{run.pk}/"
        for path in ("", "end/", f"evidence/{row.pk}/", "publish/publish/"):
            assert away.get(base + path).status_code == 404, path
        for path in (
            "end/", "collect/complete/", "collect/evidence/issues/", "collect/leave-out/",
            "collect/seats/", f"evidence/{row.pk}/remove/",
        ):  # fmt: skip
            assert away.post(base + path, {"text": "x y"}).status_code == 404, path
        assert Evidence.objects.count() == 1

    def test_evidence_of_one_run_is_not_reached_through_another(self, now: Village):
        run, other = now.begin(), now.begin(title="另一件")
        (row,) = now.lay(run)
        mine = client(now.clerk)
        assert mine.get(f"/desk/procedures/{other.pk}/evidence/{row.pk}/").status_code == 404
        assert (
            mine.post(f"/desk/procedures/{other.pk}/evidence/{row.pk}/remove/").status_code == 404
        )

    def test_everybody_sees_what_is_public_and_nobodys_data(self, now: Village):
        run = now.begin()
        now.do(run, now.clerk)
        now.lay(run)
        page = text_of(Client().get(f"/procedures/{run.pk}/"))
        assert "村口停车难" in page
        for private in ("写下来的第1条", now.clerk.name, now.secretary.name):
            assert private not in page
        now.complete(run, now.secretary)
        assert "写下来的第1条" in text_of(Client().get(f"/procedures/{run.pk}/"))  # written for all
        assert "村口停车难" in text_of(Client().get("/procedures/"))

    def test_the_flow_chart_is_for_everybody_and_is_printed(self, now: Village):
        page = text_of(Client().get("/procedures/kinds/nine_step_compact/"))
        assert page.count('class="flow-step') == 9
        assert "style=" not in page.partition('<svg class="flow"')[2].partition("</svg>")[0]
        pdf = Client().get("/procedures/kinds/nine_step_compact/chart.pdf")
        assert pdf.content[:5] == b"%PDF-"
        assert Client().get("/procedures/kinds/no_such/").status_code == 404


class TestWorking:
    def test_a_run_is_begun_and_done_with_pages_alone(self, now: Village):
        mine, secretary = client(now.clerk), client(now.secretary)
        answer = mine.post(
            "/desk/procedures/begin/",
            {"template": "courtyard_consultation", "place": people.VILLAGE, "title": "路灯"},
        )
        base = answer.headers["Location"]
        assert "Write “Everybody's ideas”." in text_of(mine.get(base))
        mine.post(f"{base}ideas/evidence/ideas/", {"ideas-text": "装在树下"})
        mine.post(f"{base}ideas/complete/")
        file = SimpleUploadedFile("记录.pdf", PDF, "application/pdf")
        assert mine.post(f"{base}gather/evidence/record/", {"record-file": file}).status_code == 302
        kept = Evidence.objects.get(key="record")
        shown = mine.get(f"{base}evidence/{kept.pk}/")
        assert shown.content == PDF
        assert shown.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        mine.post(f"{base}gather/complete/")
        mine.post(f"{base}agree/evidence/agreed/", {"agreed-text": "装两盏"})
        mine.post(f"{base}agree/complete/")
        secretary.post(f"{base}hand_on/evidence/reply/", {"reply-text": "照办"})
        secretary.post(f"{base}hand_on/complete/")
        assert Run.objects.get().state == "done"

    def test_what_is_missing_is_said_on_the_page(self, now: Village):
        run = now.begin()
        answer = client(now.clerk).post(f"/desk/procedures/{run.pk}/collect/complete/")
        assert answer.status_code == 422
        assert "Write “Issues that residents brought up”." in text_of(answer)

    def test_what_was_typed_is_kept_when_refused(self, now: Village):
        run = now.begin()
        now.do(run, now.clerk)
        answer = client(now.secretary).post(
            f"/desk/procedures/{run.pk}/choose/evidence/issue/",
            {"issue-text": "找王某13912345678"},
        )
        assert answer.status_code == 422
        assert "找王某13912345678" in text_of(answer)
        begun = client(now.clerk).post(
            "/desk/procedures/begin/",
            {"template": "", "place": people.VILLAGE, "title": "我写了半天的题目"},
        )
        assert begun.status_code == 422
        assert "我写了半天的题目" in text_of(begun)

    def test_a_hostile_file_is_refused_in_place(self, now: Village):
        run = now.begin("courtyard_consultation")
        now.do(run, now.clerk)
        bad = SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>", "application/pdf")
        answer = client(now.clerk).post(
            f"/desk/procedures/{run.pk}/gather/evidence/record/", {"record-file": bad}
        )
        assert answer.status_code == 422
        assert not Evidence.objects.filter(key="record").exists()

    def test_the_steps_notice_is_put_up_from_its_page_and_waited_for(self, now: Village):
        now.at -= timedelta(days=3)
        run = now.up_to_meeting()
        now.do(run, now.secretary)
        mine = client(now.clerk)
        base = f"/desk/procedures/{run.pk}/publish/"
        answer = mine.post(f"{base}publish/", {"title": "结果", "body": "村口划车位。"})
        assert answer.status_code == 302
        notice = Notice.objects.get()
        assert notice.kind == "resolution"
        assert notice.subject_id == str(run.pk)
        assert Evidence.objects.get(key="notice").reference_id == str(notice.pk)
        refused = mine.post(f"{base}complete/")
        assert refused.status_code == 422
        assert notice.number in text_of(refused)
        Notice.objects.filter(pk=notice.pk).update(
            window_ended_at=now.at, settled_at=now.at, state="ended"
        )
        assert mine.post(f"{base}complete/").status_code == 302

    def test_another_matters_notice_does_not_serve(self, now: Village):
        from xiangyue.publicity.services import publish_notice

        now.at -= timedelta(days=3)
        run = now.up_to_meeting()
        now.do(run, now.secretary)
        other = now.begin(title="另一件")
        notice = publish_notice(
            kind="resolution", place=people.place(), title="另一件", body="结果。", subject=other,
            by=now.clerk, at=now.at,
        )  # fmt: skip
        with pytest.raises(services.evidence.WrongEvidence):
            services.refer_to(
                step_run=now.open(run), key="notice", reference_id=str(notice.pk),
                actor=now.standing(now.clerk), at=now.at,
            )  # fmt: skip

    def test_a_panel_is_named_and_somebody_steps_back(self, now: Village):
        run = now.begin("nomination_review")
        now.do(run, now.clerk)
        now.do(run, now.clerk)
        mine = client(now.clerk)
        base = f"/desk/procedures/{run.pk}/"
        mine.post(f"{base}review/seats/", {"seat-name": "张一", "seat-closeness": "none"})
        seat = PanelSeat.objects.get()
        assert mine.post(f"{base}seats/{seat.pk}/recuse/", {"why": ""}).status_code == 422
        assert mine.post(f"{base}seats/{seat.pk}/recuse/", {"why": "是表亲"}).status_code == 302
        assert "是表亲" in text_of(mine.get(base))
        # who reviews whom is nobody else's business
        assert "张一" not in text_of(Client().get(f"/procedures/{run.pk}/"))

    def test_it_is_ended_early_with_a_reason(self, now: Village):
        run = now.begin()
        mine = client(now.clerk)
        assert mine.post(f"/desk/procedures/{run.pk}/end/", {"reason": ""}).status_code == 422
        mine.post(f"/desk/procedures/{run.pk}/end/", {"reason": "并到别的事里办"})
        assert "并到别的事里办" in text_of(Client().get(f"/procedures/{run.pk}/"))


class TestLists:
    def test_filters_and_empty_states(self, now: Village):
        mine = client(now.clerk)
        assert "No procedure has been begun." in text_of(mine.get("/desk/procedures/"))
        now.at -= timedelta(days=60)
        run = now.begin()
        now.begin("courtyard_consultation", title="路灯装哪")
        late = text_of(mine.get("/desk/procedures/?state=late"))
        assert "村口停车难" in late
        only = text_of(mine.get("/desk/procedures/?template=courtyard_consultation"))
        assert "路灯装哪" in only
        assert str(run.pk) not in only
        for odd in ("?state=x", "?place=none", "?page=-1", "?template=%27"):
            assert mine.get(f"/desk/procedures/{odd}").status_code == 200

    def test_lists_cost_the_same_for_one_and_for_many(self, now: Village):
        mine = client(now.clerk)
        now.begin()

        def cost(path: str) -> int:
            mine.get(path)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert mine.get(path).status_code == 200
            return len(seen)

        before = [cost("/desk/procedures/"), cost("/procedures/")]
        for number in range(8):
            now.begin(title=f"第{number}件")
        assert [cost("/desk/procedures/"), cost("/procedures/")] == before

    def test_today_says_what_waits_for_me_late_first(self, now: Village):
        now.begin(title="新的")
        now.at -= timedelta(days=60)
        now.begin(title="晚了的")
        page = text_of(client(now.clerk).get("/today/"))
        assert page.index("晚了的") < page.index("新的")


class TestEditor:
    def test_a_village_adds_a_step_and_another_approves(self, now: Village):
        mine, secretary = client(now.clerk), client(now.secretary)
        begun = mine.post(
            "/desk/procedures/designs/begin/",
            {"procedure": "villagers_assembly", "place": people.VILLAGE},
        )
        base = begun.headers["Location"]
        again = mine.post(
            "/desk/procedures/designs/begin/",
            {"procedure": "villagers_assembly", "place": people.VILLAGE},
        )
        assert again.headers["Location"] == base  # one goes on with what is being written
        step = step_form("鸣锣通知") | {"after": "call"}
        assert mine.post(f"{base}add/", step | {"name_zh": ""}).status_code == 422
        assert mine.post(f"{base}add/", step).status_code == 302
        page = text_of(mine.get(base))
        assert "鸣锣通知" in page
        assert "passes" in page
        assert mine.post(f"{base}submit/", {"words": "老规矩"}).status_code == 302
        assert mine.post(f"{base}approve/").status_code == 403
        assert secretary.post(f"{base}approve/").status_code == 302
        assert Design.objects.get().state == "in_force"
        run = now.begin("villagers_assembly")
        assert run.steps.count() == 4

    def test_the_county_changes_a_step_and_sees_what_is_refused(self, now: Village):
        editor = client(people.posted("procedure_editor", at_place=people.county()))
        base = editor.post(
            "/desk/procedures/designs/begin/", {"procedure": "six_step_deliberation"}
        ).headers["Location"]
        page = text_of(editor.get(f"{base}steps/follow_up/"))
        assert 'value="跟踪落实"' in page
        answer = editor.post(f"{base}steps/follow_up/remove/")
        assert answer.status_code == 302
        assert "drops the mandatory step follow_up" in text_of(editor.get(base))
        refused = editor.post(f"{base}submit/", {"words": "太长了"})
        assert refused.status_code == 422
        assert "太长了" in text_of(refused)

    def test_a_step_saved_unchanged_changes_nothing(self, now: Village):
        """What the form shows and sends back is what was declared."""
        person = people.posted("procedure_editor", at_place=people.county())
        editor = client(person)
        from xiangyue.procedures.reading import all_procedures

        for key, (_row, procedure) in all_procedures().items():
            base = editor.post("/desk/procedures/designs/begin/", {"procedure": key}).headers[
                "Location"
            ]
            for step in procedure.steps:
                form = editor.get(f"{base}steps/{step.key}/").context["form"]
                sent = {
                    name: form[name].value() for name in form.fields
                    if form[name].value() not in (None, False, "")
                }  # fmt: skip
                answer = editor.post(f"{base}steps/{step.key}/", sent)
                assert answer.status_code == 302, (key, step.key, answer.context["form"].errors)
            page = editor.get(base)
            assert page.context["changes"] == [], key
            assert page.context["looked"].is_sound, (key, page.context["looked"].faults)

    def test_a_new_kind_of_procedure_is_written_with_pages_alone(self, now: Village):
        editor = client(people.posted("procedure_editor", at_place=people.county()))
        director = client(people.posted("county_centre_director", at_place=people.county()))
        new = {"key": "doctor_hours", "name": "村医坐诊时间", "purpose": "大家商量村医几点坐诊"}
        assert editor.post("/desk/procedures/designs/new/", new | {"key": "X Y"}).status_code == 422
        base = editor.post("/desk/procedures/designs/new/", new).headers["Location"]
        for name in ("问大家", "定时间"):
            assert editor.post(f"{base}add/", step_form(name)).status_code == 302
        assert editor.post(f"{base}scenarios/", {"anew": "1"}).status_code == 302
        assert editor.post(f"{base}scenarios/", {"text": "[[scenarios"}).status_code == 422
        answer = editor.post(f"{base}submit/", {"words": "村民提的"})
        assert answer.status_code == 302, answer.context["refused"]
        assert director.post(f"{base}approve/").status_code == 302
        assert Client().get("/procedures/kinds/doctor_hours/").status_code == 200
        assert now.begin("doctor_hours").steps.count() == 2
