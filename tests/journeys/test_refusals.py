"""What residents and clerks are commonly refused: said in place, and nothing they did is lost."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import people
from tests.journeys.conftest import DESK, Visit, code_sent_to
from tests.journeys.gestures import press
from xiangyue.incidents.models import Incident
from xiangyue.incidents.services import handle_incident, report_incident, take_on_incident
from xiangyue.places.models import Person

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]

WORDS = "村口垃圾堆了三天没人清"


def reported(reporter: Person | None = None, **facts: Any) -> Incident:
    incident, _code = report_incident(
        **{
            "category_key": "0401",
            "place": people.place(),
            "at": timezone.now(),
            "channel": "resident",
            "description": WORDS,
            "reporter": reporter or people.somebody(),
        }
        | facts
    )
    return incident


def told(page: Page, sentence: str) -> None:
    expect(page.get_by_text(sentence).first).to_be_visible()


def writing(page: Page, words: str) -> None:
    page.goto("/report/")
    page.get_by_label("什么事？").fill(words)


class TestReporting:
    @pytest.mark.parametrize("is_signed_in", [True, False], ids=["resident", "visitor"])
    def test_nothing_said_and_nothing_shown(self, visit: Visit, is_signed_in: bool) -> None:
        page = visit(people.somebody() if is_signed_in else None)
        page.goto(f"/at/{people.VILLAGE}/")
        page.goto("/report/")
        page.get_by_label("具体位置").fill("东头水井边")
        press(page, "提交")
        told(page, "请说一句话，或者拍一张照片。")
        expect(page.get_by_label("什么事？")).to_be_focused()
        expect(page.get_by_label("具体位置")).to_have_value("东头水井边")
        page.get_by_label("什么事？").fill(WORDS)
        press(page, "提交")
        expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
        page.goto("/report/")
        expect(page.get_by_label("什么事？")).to_have_value("")

    def test_too_many_words(self, visit: Visit) -> None:
        page = visit(people.somebody())
        page.goto("/report/")
        field = page.get_by_label("什么事？")
        field.evaluate("field => field.removeAttribute('maxlength')")  # as an old browser does
        field.fill("长" * 2001)
        press(page, "提交")
        told(page, "最多写2000个字，现在有2001个字")
        expect(field).to_have_value("长" * 2001)
        as_many_as_may_be = "\n".join(["长" * 199] * 10)
        field.fill(as_many_as_may_be)
        press(page, "提交")
        expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
        assert Incident.objects.get().description == as_many_as_may_be

    def test_no_village_chosen(self, visit: Visit) -> None:
        page = visit()
        writing(page, WORDS)
        press(page, "提交")
        told(page, "请选择是哪个村（社区）。")
        expect(page.get_by_label("什么事？")).to_have_value(WORDS)

    def test_a_question_of_the_kind_that_was_guessed(self, visit: Visit) -> None:
        page = visit(people.somebody(), java_script_enabled=False)
        writing(page, "楼道里煤气味很大")
        press(page, "提交")
        page.get_by_label("是燃气还是用电").select_option(label="燃气")
        press(page, "提交")
        expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
        assert Incident.objects.get().answers == {"which": "gas"}

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [(b"<script>", "这个文件不是能识别的照片"), (b"\xff" * (15 * 1024 * 1024 + 1), "16 MB")],
        ids=["no picture", "too heavy"],
    )
    def test_a_file_that_cannot_be_kept(
        self, visit: Visit, tmp_path: Path, content: bytes, sentence: str
    ) -> None:
        file = tmp_path / "photo.jpg"
        file.write_bytes(content)
        page = visit(people.somebody())
        writing(page, WORDS)
        # They come a moment later and move what stands below them, the button too.
        expect(page.get_by_text("建议的类别")).to_be_visible()
        page.get_by_label("拍照或选照片").set_input_files(file)
        expect(page.get_by_role("button", name="移除 照片 1")).to_be_visible()
        press(page, "提交")
        told(page, sentence)
        expect(page.get_by_label("什么事？")).to_have_value(WORDS)
        page.get_by_role("button", name="移除 照片 1").click()
        press(page, "提交")
        expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
        assert Incident.objects.count() == 1


class TestSigningIn:
    def test_a_wrong_code_and_another_too_soon(self, visit: Visit) -> None:
        phone = "13800001234"
        page = visit()
        page.goto("/mine/")
        page.get_by_label("手机号").fill("12345")
        press(page, "获取验证码")
        expect(page.get_by_label("手机号")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("手机号").fill(phone)
        press(page, "获取验证码")
        code = code_sent_to(page)
        page.get_by_label("验证码").fill(f"{(int(code) + 1) % 1_000_000:06}")
        press(page, "登录")
        expect(page.get_by_label("验证码")).to_have_attribute("aria-invalid", "true")
        page.get_by_role("button", name="重新获取验证码").click()
        told(page, "刚刚操作过，请在")
        page.get_by_label("验证码").fill(code)
        press(page, "登录")
        expect(page.get_by_role("heading", name="我反映的")).to_be_visible()


class TestFollowing:
    def test_an_unknown_slip(self, visit: Visit) -> None:
        page = visit()
        page.goto("/slip/")
        page.get_by_label("查询码").fill("abcd-efgh")
        press(page, "查询")
        told(page, "没有这个查询码的回执")
        expect(page.get_by_label("查询码")).to_have_value("abcd-efgh")

    def test_somebody_elses_matter(self, visit: Visit) -> None:
        incident = reported()
        page = visit(people.somebody())
        page.goto(f"/incidents/{incident.number}/")
        told(page, "没有这个编号的事项，或者您无权查看。")
        expect(page.get_by_role("main")).not_to_contain_text(WORDS)

    def test_who_has_not_signed_in_does_so_and_comes_back(self, visit: Visit) -> None:
        page = visit()
        page.goto("/desk/")
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
        assert "next=%2Fdesk%2F" in page.url

    def test_a_desk_is_not_for_residents(self, visit: Visit) -> None:
        page = visit(people.somebody())
        page.goto("/desk/")
        told(page, "您现在的岗位不能使用这个页面。")
        page.get_by_role("main").get_by_role("link").first.click()
        expect(page.get_by_role("main").get_by_role("link", name="我要反映")).to_be_visible()


class TestHandling:
    def test_of_two_who_act_the_later_is_told_and_loses_nothing(self, visit: Visit) -> None:
        incident = reported()
        first, second = visit(people.clerk(), DESK), visit(people.clerk(), DESK)
        first.goto(f"/incidents/{incident.number}/do/take_on/")
        second.goto(f"/incidents/{incident.number}/do/refuse/")
        press(first, "受理")
        expect(first.get_by_text("操作成功：受理")).to_be_visible()
        second.get_by_label("理由").fill("这是镇上的事")
        press(second, "退回（不属本单位）")
        told(second, "有人先操作了一步：这件事现在是“办理中”。")
        expect(second.get_by_label("理由")).to_have_value("这是镇上的事")
        second.get_by_role("link", name="看最新情况").click()
        expect(second.locator(".page-header").get_by_text("办理中")).to_be_visible()
        incident.refresh_from_db()
        assert incident.state == "in_progress"

    def test_nothing_is_finished_without_a_word_to_the_reporter(self, visit: Visit) -> None:
        clerk = people.clerk()
        incident = reported()
        now = timezone.now()
        take_on_incident(incident=incident, actor=people.acting(clerk, at=now), at=now)
        page = visit(clerk, DESK)
        page.goto(f"/incidents/{incident.number}/do/handle/")
        press(page, "办理完成")
        told(page, "请选择办理结果。")
        page.get_by_label("未解决", exact=True).check()
        press(page, "办理完成")
        told(page, "请写明给反映人的答复，不答复不能办结。")
        expect(page.get_by_label("未解决", exact=True)).to_be_checked()
        page.get_by_label("给反映人的答复").fill("没有经费，列入明年计划。")
        press(page, "办理完成")
        expect(page.get_by_text("操作成功：办理完成")).to_be_visible()

    def test_nobody_verifies_their_own_work(self, visit: Visit) -> None:
        clerk = people.clerk()
        people.appoint(person=clerk, role="town_dispatcher", place=people.town(), at=people.MONDAY)
        incident = reported()
        now = timezone.now()
        actor = people.acting(clerk, at=now)
        take_on_incident(incident=incident, actor=actor, at=now)
        handle_incident(incident=incident, actor=actor, at=now, outcome="fixed", reply="已清运")
        page = visit(clerk, DESK)
        page.goto(f"/incidents/{incident.number}/")
        expect(page.get_by_role("heading", name="办理过程")).to_be_visible()
        expect(page.get_by_role("link", name="核实通过")).to_have_count(0)
        page.goto(f"/incidents/{incident.number}/do/pass/")
        told(page, "事项现在的状态不能这样操作。")

    def test_who_has_no_post_for_it_cannot_send_the_form_either(self, visit: Visit) -> None:
        reporter = people.somebody()
        incident = reported(reporter)
        unit = people.unit("TV", people.town())
        page = visit(reporter)
        page.goto(f"/incidents/{incident.number}/")
        status = page.evaluate(
            """async ([path, unit]) => {
                 const token = document.querySelector('meta[name="csrf-token"]').content;
                 const body = new URLSearchParams({ unit, csrfmiddlewaretoken: token });
                 return (await fetch(path, { method: "POST", body })).status;
               }""",
            [f"/incidents/{incident.number}/do/dispatch/", str(unit.pk)],
        )
        assert status == 403
        incident.refresh_from_db()
        assert incident.unit != unit
