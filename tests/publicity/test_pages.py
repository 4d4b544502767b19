"""Boards and notices for everybody, the desk for those who keep them."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests import people
from tests.publicity.conftest import Village, fresh
from xiangyue.access.models import PersonalRead
from xiangyue.publicity import services
from xiangyue.publicity.models import Notice, NoticeDraft, Objection

pytestmark = pytest.mark.django_db

HOSTILE = (
    r"#panic(“x”) #import *粗* _斜_ \ @引用 $x^2$ `码` <标> // 注 /* */ = 题 😀 "
    "<script>alert(1)</script>{{ 7|add:7 }}"
)


BOARDS = ("board-of", "board-atom", "board-rss")


@pytest.fixture(autouse=True)
def now(village: Village) -> None:
    """What is published here is published now."""
    village.at = timezone.now()


def board(client: Client, query: str = "", code: str = people.VILLAGE):
    return client.get(reverse("board-of", args=[code]) + query)


def page(client: Client, notice: Notice, name: str = "notice"):
    return client.get(reverse(name, args=[notice.number]))


def ended(village: Village, notice: Notice, days: int = 20) -> Notice:
    services.end_windows(at=village.at + timedelta(days=days))
    return fresh(notice)


def past(village: Village, **facts) -> Notice:
    return village.publish(at=village.at - timedelta(days=20), **facts)


def said_in(answer) -> str:
    """What an answer says, read as a person or a program reads it."""
    if "json" in answer.headers["Content-Type"]:
        return json.dumps(answer.json(), ensure_ascii=False)
    if "pdf" in answer.headers["Content-Type"]:
        return words_of(answer.content)
    return answer.content.decode()


def words_of(pdf: bytes) -> str:
    return "".join("".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(pdf)).pages)


# --- the board --------------------------------------------------------------------------------


def test_everybody_reads_the_board_without_signing_in(client: Client, village: Village):
    running, over = village.publish(), past(village, title="上月收支")
    answer = board(client)
    assert running.title in answer.content.decode()
    assert over.title not in answer.content.decode()
    assert over.title in board(client, "?which=past").content.decode()
    both = board(client, "?which=all").content.decode()
    assert running.title in both
    assert over.title in both
    assert board(client, "?kind=finance").content.decode().count(running.title) == 0


def test_the_board_of_a_place_has_its_own_notices_and_leads_to_others(
    client: Client, village: Village
):
    village.publish(title="村里的事")
    town = board(client, code=people.town().code).content.decode()
    assert "村里的事" not in town
    assert reverse("board-of", args=[people.VILLAGE]) in town
    assert people.town().name in board(client).content.decode()
    assert client.get(reverse("board")).status_code == 200
    assert board(client, code="nowhere").status_code == 404
    assert "村里的事" not in board(client, code=people.OTHER_VILLAGE).content.decode()


def test_a_long_board_is_paged_and_costs_the_same(
    client: Client, village: Village, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 3, 25):
        while Notice.objects.count() < number:
            village.publish(title=f"第{Notice.objects.count()}份")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = board(client)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[2] <= counts[1] + 1  # the count is asked for when there is a second page
    assert "page=2" in answer.content.decode()


def test_req_l11_what_names_people_is_for_no_search_engine(client: Client, village: Village):
    plain, named = village.publish(), village.publish("nominees")
    assert "X-Robots-Tag" not in page(client, plain).headers
    for answer in (page(client, named), board(client), page(client, named, "poster-a4")):
        assert "noindex" in answer.headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in page(client, named).content.decode()
    assert page(client, named, "poster-a4").headers["Cache-Control"] == "no-store"


def test_a_notice_says_its_days_and_how_to_object_without_a_phone(client: Client, village: Village):
    notice = village.publish()
    said = page(client, notice).content.decode()
    for words in ("公示期从", "谁都可以提意见", "没有手机怎么提意见", notice.digest, "不生效"):
        assert words in said


def test_objections_are_answered_in_front_of_everybody_without_saying_whose(
    client: Client, village: Village
):
    notice = village.publish()
    for shown, words in (("nothing", "不说的话"), ("words", "只说话"), ("name", "有名有姓的话")):
        village.answer(
            village.object(notice, words, by=village.resident, shown=shown), text=f"答{words}"
        )
    said = page(client, notice).content.decode()
    assert "答不说的话" in said
    assert "<blockquote" in said
    assert ">不说的话<" not in said
    assert ">只说话<" in said
    assert said.count(village.resident.name) == 1
    assert village.secretary.name not in said


def test_nobodys_words_are_public_before_somebody_has_read_them(client: Client, village: Village):
    notice = village.publish()
    first = village.object(notice, "张三偷了东西", shown="name", said_by="王大妈")
    assert "张三偷了东西" not in page(client, notice).content.decode()
    assert "王大妈" not in page(client, notice).content.decode()
    people.sign_in(client, village.secretary)
    entered = {"is_upheld": "no", "text": "与公示无关", "is_withheld": "on"}
    client.post(reverse("answer-objection", args=[first.pk]), entered)
    said = page(client, notice).content.decode()
    assert "与公示无关" in said
    assert "张三偷了东西" not in said
    assert "王大妈" not in said


def test_req_l06_the_archive_of_names_is_not_searched_or_written_again(
    client: Client, village: Village
):
    notice = village.publish("nominees", title="表彰张三丰", at=village.at - timedelta(days=60))
    services.end_windows(at=village.at)
    services.clear_boards(at=village.at)
    people.sign_in(client, village.clerk)
    assert notice.number in client.get(reverse("notices") + "?which=all").content.decode()
    assert (
        notice.number
        not in client.get(reverse("notices") + "?which=all&words=张三丰").content.decode()
    )
    assert "孝老" not in page(client, notice, "kept-notice").content.decode()
    assert client.post(reverse("write-again", args=[notice.number])).status_code == 409
    assert not NoticeDraft.objects.exists()


def test_nothing_typed_becomes_markup(client: Client, village: Village):
    notice = village.publish(
        title=HOSTILE[:100], body=HOSTILE,
        facts={"tables": [{"columns": [HOSTILE[:150]], "rows": [[HOSTILE[:150]]]}]},
    )  # fmt: skip
    village.answer(village.object(notice, HOSTILE, shown="words"), text=HOSTILE)
    for answer in (page(client, notice), board(client)):
        assert "<script>alert" not in answer.content.decode()
        assert "&lt;标&gt;" in answer.content.decode()
    for name in ("poster-a3", "poster-a4"):
        words = words_of(page(client, notice, name).content)
        for part in ("#panic(“x”)", "*粗*", "$x^2$", "`码`", "<标>", "//注", "{{7|add:7}}"):
            assert part in words, part
    for form in ("atom", "rss"):
        feed = client.get(reverse(f"board-{form}", args=[people.VILLAGE])).content.decode()
        assert "<标>" not in feed


# --- paper and feed ---------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "width"), [("poster-a3", 842), ("poster-a4", 595)])
def test_red_paper_holds_the_words_the_days_and_the_way_to_object(
    client: Client, village: Village, name: str, width: int
):
    notice = village.publish("resolution")
    answer = page(client, notice, name)
    paper = PdfReader(io.BytesIO(answer.content))
    assert round(paper.pages[0].mediabox.width) == width
    assert len(paper.pages) == 1
    words = words_of(answer.content)
    for part in ("修整水渠", "决议公开", "公示期从", notice.number, "网格员"):
        assert part in words
    red = client.get(reverse(name, args=[notice.number]) + "?red=1")
    assert red.content != answer.content
    assert client.get(reverse(name, args=[notice.number])).content == answer.content


def test_a_list_of_two_thousand_names_runs_over_several_sheets(client: Client, village: Village):
    rows = [[f"张{number}", "一组"] for number in range(2_000)]
    notice = village.publish(
        "voter_list", facts={"tables": [{"columns": ["姓名", "组别"], "rows": rows}]}
    )
    paper = page(client, notice, "poster-a4").content
    assert len(PdfReader(io.BytesIO(paper)).pages) > 5
    assert "张1999" in words_of(paper)
    assert "张1999" in page(client, notice).content.decode()


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_says_what_hangs_and_never_the_words_or_names(
    client: Client, village: Village, form: str
):
    plain = village.publish(body="写在正文里的话")
    village.publish("nominees", title="拟表彰张三丰", body="张三丰孝老爱亲")
    address = reverse(f"board-{form}", args=[people.VILLAGE])
    answer = client.get(address)
    said = answer.content.decode()
    assert plain.title in said
    assert "写在正文里的话" not in said
    assert "张三丰" not in said
    assert "候选人、表彰对象公示" in said
    assert "no-cache" in answer.headers["Cache-Control"]
    again = client.get(address, headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert form in answer.headers["Content-Type"]


# --- taken down -------------------------------------------------------------------------------


def test_taken_down_it_is_gone_from_every_page_feed_paper_and_api(client: Client, village: Village):
    notice = village.publish(
        "nominees", title="拟表彰张三丰", body="张三丰孝老爱亲",
        facts={"tables": [{"columns": ["姓名"], "rows": [["张三丰"]]}]},
    )  # fmt: skip
    village.answer(village.object(notice, "张三丰不够格", shown="words"), text="张三丰的事已核实")
    people.sign_in(client, village.resident)
    kept = {
        address: client.get(address)
        for address in (
            *(reverse(name, args=[notice.number]) for name in ("notice", "poster-a3", "poster-a4")),
            *(reverse(name, args=[people.VILLAGE]) for name in BOARDS),
            f"/api/v1/notices/{notice.number}",
            f"/api/v1/boards/{people.VILLAGE}/notices",
            f"/api/v1/notices/{notice.number}/poster.pdf",
            "/",
        )
    }  # the home page too, for whoever lives there
    for address, before in kept.items():
        is_said = "张三丰" in said_in(before)
        assert is_said or "feed" in address, address
    services.take_down(
        notice=notice, by=village.clerk, reason="本人撤回同意", at=timezone.now(), is_erased=True
    )
    for address, before in kept.items():
        assert "max-age" not in before.headers.get("Cache-Control", "").replace("max-age=0", "")
        headers = {"if-none-match": before.headers.get("ETag", '"none"')}
        answer = client.get(address, headers=headers)
        assert answer.status_code != 304, address
        assert "张三丰" not in said_in(answer), address
        if "pdf" in address:
            assert answer.status_code == 410
        elif address != "/":
            assert "本人撤回同意" in said_in(answer), address
    assert page(client, notice).status_code == 410


def test_without_erasing_the_words_are_gone_for_everybody_too(client: Client, village: Village):
    notice = village.publish(body="写错了的数字三千元")
    services.take_down(notice=notice, by=village.clerk, reason="数字有误", at=timezone.now())
    for answer in (page(client, notice), board(client), board(client, "?which=all")):
        assert "三千元" not in answer.content.decode()
        assert notice.title not in answer.content.decode()
        assert "数字有误" in answer.content.decode()


def test_in_the_archive_one_reads_what_names_nobody(client: Client, village: Village):
    long_ago = village.at - timedelta(days=60)
    plain = village.publish(title="修渠", at=long_ago)
    named = village.publish("nominees", title="表彰张三丰", at=long_ago)
    services.end_windows(at=village.at)
    services.clear_boards(at=village.at)
    assert page(client, plain).status_code == 200
    gone = page(client, named)
    assert gone.status_code == 410
    assert "张三丰" not in gone.content.decode()
    assert "张三丰" not in board(client, "?which=all").content.decode()
    assert "修渠" in board(client, "?which=past").content.decode()


# --- objecting --------------------------------------------------------------------------------


def objected(client: Client, notice: Notice, name: str = "object-to", **entered):
    sent = {"text": "水渠占了我家的地", "client_key": str(uuid4()), "shown": "nothing"} | entered
    return client.post(reverse(name, args=[notice.number]), sent)


def test_a_visitor_objects_and_follows_by_the_receipt(client: Client, village: Village):
    notice = village.publish()
    answer = objected(client, notice, said_by="王大妈", contact="13900001111")
    assert answer.status_code == 302
    receipt = client.get(answer["Location"])
    assert "水渠占了我家的地" in receipt.content.decode()
    assert receipt.headers["X-Robots-Tag"]
    objection = Objection.objects.get()
    assert (objection.said_by, objection.contact) == ("王大妈", "13900001111")
    village.answer(objection, text="已经改线")
    said = client.get(answer["Location"]).content.decode()
    assert "已经改线" in said
    assert "12345" in said  # how to go on
    code = answer["Location"].rstrip("/").rpartition("/")[2]
    found = client.get(reverse("find-receipt"), {"code": f"{code[:5]} {code[5:].lower()}"})
    assert found["Location"] == answer["Location"]


def test_what_was_refused_keeps_what_was_typed(client: Client, village: Village):
    notice = village.publish()
    answer = objected(client, notice, text="长" * 5_001, said_by="王大妈")
    assert answer.status_code == 422
    assert "长" * 5_001 in answer.content.decode()
    assert "王大妈" in answer.content.decode()
    assert objected(client, notice, text="一\x00二").status_code in {400, 422}
    assert objected(client, notice, text="").status_code == 422
    assert objected(client, notice, shown="everything").status_code == 422
    assert not Objection.objects.exists()


def test_sent_twice_it_is_taken_once(client: Client, village: Village):
    notice, key = village.publish(), str(uuid4())
    first, second = (objected(client, notice, client_key=key) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert Objection.objects.count() == 1


def test_too_many_from_one_network_are_asked_to_wait(client: Client, village: Village):
    notice = village.publish()
    answers = [objected(client, notice, text=f"意见{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "意见5" in answers[-1].content.decode()


def test_guessing_receipts_is_stopped(client: Client, village: Village):
    codes = [
        client.get(reverse("receipt", args=[f"AAAAAAAA{n:02}"])).status_code for n in range(25)
    ]
    assert codes[:20] == [404] * 20
    assert set(codes[20:]) == {429}


def test_signed_in_one_need_not_say_who_one_is(client: Client, village: Village):
    people.sign_in(client, village.resident)
    notice = village.publish()
    objected(client, notice)
    objected(client, notice, text="不留名的意见", is_nameless="on")
    assert [one.person for one in notice.objections.all()] == [village.resident, None]
    mine = client.get(reverse("my-objections")).content.decode()
    assert "水渠占了我家的地" in mine
    assert "不留名的意见" not in mine


def test_se05_a_grid_worker_enters_it_for_somebody_without_a_phone(
    client: Client, village: Village
):
    notice = village.publish()
    people.sign_in(client, village.worker)
    assert page(client, notice, "object-for-others").status_code == 200
    answer = objected(client, notice, "object-for-others", said_by="李大爷")
    assert "回执编码" in client.get(answer["Location"]).content.decode()
    objection = Objection.objects.get()
    assert (objection.said_by, objection.entered_by, objection.person) == (
        "李大爷", village.worker, None,
    )  # fmt: skip
    people.sign_in(client, village.resident)
    assert page(client, notice, "object-for-others").status_code == 403
    elsewhere = Client()
    people.sign_in(elsewhere, village.elsewhere)
    assert page(elsewhere, notice, "object-for-others").status_code == 403


# --- the desk ---------------------------------------------------------------------------------


def test_the_clerk_writes_previews_and_publishes(client: Client, village: Village):
    people.sign_in(client, village.clerk)
    assert client.get(reverse("write-notice")).status_code == 200
    sent = {
        "kind": "general", "place": people.VILLAGE, "title": "停水通知", "body": "周三停水",
        "table": "组 | 时间\n一组 | 上午", "days": "",
    }  # fmt: skip
    answer = client.post(reverse("write-notice"), sent)
    preview = client.get(answer["Location"]).content.decode()
    assert "周三停水" in preview
    assert "上午" in preview
    assert not Notice.objects.exists()
    draft = NoticeDraft.objects.get()
    assert board(Client()).content.decode().count("停水") == 0
    published = client.post(answer["Location"], {"version": draft.version})
    notice = Notice.objects.get()
    assert published["Location"] == reverse("kept-notice", args=[notice.number])
    assert client.post(answer["Location"], {"version": draft.version}).status_code == 404
    assert "停水通知" in board(Client()).content.decode()


def test_a_draft_that_cannot_be_published_says_why_and_loses_nothing(
    client: Client, village: Village
):
    people.sign_in(client, village.clerk)
    sent = {"kind": "resolution", "place": people.VILLAGE, "title": "", "body": "正文", "days": "3"}
    answer = client.post(reverse("write-notice"), sent)
    said = client.get(answer["Location"])
    assert "不能少于7天" in said.content.decode()
    posted = client.post(answer["Location"], {"version": 1})
    assert posted.status_code == 422
    assert (
        "正文"
        in client.get(reverse("notice-draft", args=[NoticeDraft.objects.get().pk])).content.decode()
    )


def test_another_villages_clerk_sees_and_does_nothing_here(client: Client, village: Village):
    notice = village.publish()
    objection = village.object(notice)
    draft = services.write_draft(
        kind="general", place=village.place, by=village.clerk, at=village.at, title="草稿"
    )
    people.sign_in(client, village.elsewhere)
    for name, key in (
        ("kept-notice", notice.number), ("take-down", notice.number),
        ("answer-objection", objection.pk), ("notice-draft", draft.pk),
        ("preview-notice", draft.pk),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[key])).status_code == 404, name
        assert client.post(reverse(name, args=[key]), {}).status_code in {404, 405}, name
    for name, key in (("write-again", notice.number), ("discard-draft", draft.pk)):
        assert client.post(reverse(name, args=[key])).status_code == 404
    assert notice.title not in client.get(reverse("notices") + "?which=all").content.decode()
    assert NoticeDraft.objects.count() == 1


def test_who_objected_is_seen_by_those_who_answer_alone(client: Client, village: Village):
    notice = village.publish()
    village.object(notice, said_by="王大妈", contact="13900001111")
    people.sign_in(client, village.secretary)
    said = page(client, notice, "kept-notice").content.decode()
    assert "王大妈" in said
    assert "13900001111" in said
    dispatcher = Client()
    people.sign_in(dispatcher, people.dispatcher())  # publishes in the town, answers nothing
    said = page(dispatcher, notice, "kept-notice").content.decode()
    assert "水渠占了我家的地" in said
    assert "王大妈" not in said
    assert "13900001111" not in said
    people.sign_in(dispatcher, village.resident)
    assert page(dispatcher, notice, "kept-notice").status_code == 403


def test_an_answer_is_written_beside_the_notice_and_only_once(client: Client, village: Village):
    notice = village.publish()
    objection = village.object(notice)
    people.sign_in(client, village.secretary)
    address = reverse("answer-objection", args=[objection.pk])
    assert "5天" in client.get(address).content.decode()  # until when, and why
    refused = client.post(address, {"is_upheld": "", "text": "写了一半"})
    assert refused.status_code == 422
    assert "写了一半" in refused.content.decode()
    assert client.post(address, {"is_upheld": "yes", "text": "改线"}).status_code == 302
    late = client.post(address, {"is_upheld": "no", "text": "我也写了"})
    assert late.status_code == 409
    assert "我也写了" in late.content.decode()
    assert "改线" in page(Client(), notice).content.decode()


def test_taken_down_while_somebody_was_writing_the_answer(client: Client, village: Village):
    notice = village.publish()
    objection = village.object(notice)
    people.sign_in(client, village.secretary)
    address = reverse("answer-objection", args=[objection.pk])
    client.get(address)
    services.take_down(notice=notice, by=village.clerk, reason="重新公示", at=timezone.now())
    assert "重新公示" in client.get(address).content.decode()
    assert client.post(address, {"is_upheld": "no", "text": "已另行公示"}).status_code == 302
    assert "已另行公示" not in page(Client(), notice).content.decode()


def test_taking_down_asks_for_a_reason(client: Client, village: Village):
    notice = village.publish("nominees")
    people.sign_in(client, village.clerk)
    address = reverse("take-down", args=[notice.number])
    assert "checked" in client.get(address).content.decode()  # erased, as it names people
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "本人要求", "is_erased": "on"}).status_code == 302
    assert fresh(notice).is_erased
    assert client.post(address, {"reason": "再来", "is_erased": "on"}).status_code == 409


def test_the_desk_filters_and_counts(client: Client, village: Village):
    first, second = village.publish(title="修渠"), village.publish("finance", title="五月收支")
    village.object(first)
    people.sign_in(client, village.clerk)

    def listed(query: str) -> str:
        return client.get(reverse("notices") + query).content.decode()

    assert "1条要答复" in listed("")
    assert second.title not in listed("?which=answer")
    assert first.title not in listed("?kind=finance&which=all")
    assert first.title in listed(f"?which=all&words={first.number.lower()}")
    assert "没有符合条件" in listed("?which=gone&kind=finance") or "筛选" in listed("?which=gone")
    resident = Client()
    people.sign_in(resident, village.resident)
    assert resident.get(reverse("notices")).status_code == 403
    assert Client().get(reverse("notices")).status_code == 302


def test_residents_find_what_runs_on_their_first_page(client: Client, village: Village):
    notice = village.publish()
    people.sign_in(client, village.resident)
    assert notice.title in client.get("/").content.decode()
    other = Client()
    people.sign_in(other, people.somebody("外村人", at_place=people.place(people.OTHER_VILLAGE)))
    assert notice.title not in other.get("/").content.decode()


def test_a_clerks_day_shows_what_is_to_answer_and_what_ends(client: Client, village: Village):
    notice = village.publish()
    people.sign_in(client, village.clerk)
    assert "有意见要答复" not in client.get(reverse("today")).content.decode()
    village.object(notice)
    shown = client.get(reverse("today")).content.decode()
    assert "有意见要答复" in shown
    assert "24:00前答复" in shown  # never 0:00 of the day after
    elsewhere = Client()
    people.sign_in(elsewhere, village.elsewhere)
    assert notice.title not in elsewhere.get(reverse("today")).content.decode()


def test_gd05_whoever_objected_sees_who_read_their_name_once_a_day(
    client: Client, village: Village
):
    notice = village.publish()
    village.object(notice, by=village.resident)
    village.object(notice, said_by="王二", contact="13900000000")
    people.sign_in(client, people.dispatcher())  # publishes in the town, answers nothing
    page(client, notice, "kept-notice")
    assert not PersonalRead.objects.filter(subject=village.resident).exists()
    people.sign_in(client, village.secretary)
    for _look in range(2):
        assert "孙大爷" in page(client, notice, "kept-notice").content.decode()
    read = PersonalRead.objects.get(subject=village.resident)
    assert (read.reader, read.what) == (village.secretary, "name")
    assert notice.number in read.purpose
