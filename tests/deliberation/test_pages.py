"""What is being decided here, an issue and its button, the desk, the supervisors' list."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests import people
from tests.deliberation.conftest import TEXT, TITLE, House, fresh
from xiangyue.access.models import PersonalRead
from xiangyue.deliberation import services
from xiangyue.deliberation.models import Issue, Task
from xiangyue.deliberation.pages import public
from xiangyue.kernel.deciding import DecidingLine

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def now(house: House) -> None:
    house.at = timezone.now()


def get(client: Client, name: str, *args: object, query: str = ""):
    return client.get(reverse(name, args=args) + query)


def post(client: Client, name: str, *args: object, **entered: object):
    return client.post(reverse(name, args=args), entered)


def words(answer) -> str:
    return answer.content.decode()


class TestEverybody:
    def test_a_visitor_reads_what_is_being_decided_in_a_village(
        self, client: Client, house: House
    ) -> None:
        issue = house.raised()
        hidden = house.raised(1, is_shown=False, title="还没看过的")
        page = words(get(client, "decisions", query=f"?place={people.VILLAGE}"))
        assert issue.title in page
        assert hidden.title not in page
        other = words(get(client, "decisions", query=f"?place={people.OTHER_VILLAGE}"))
        assert issue.title not in other
        assert get(client, "decisions", query="?place=x").status_code == 404

    def test_the_page_of_decisions_gathers_from_all(self, client: Client, house: House) -> None:
        from xiangyue.consultations.services import begin

        begin(
            place=house.place, title="今冬先办哪几件事", background="请大家说说",
            statements=["先修水渠"], closes_at=house.at + timedelta(days=5), by=house.clerk,
            at=house.at,
        )  # fmt: skip
        issue = house.accepted()
        people.sign_in(client, house.residents[2])
        page = words(get(client, "decisions", query=f"?place={people.VILLAGE}"))
        assert "今冬先办哪几件事" in page
        assert page.count(issue.title) == 1

    def test_what_is_decided_in_a_county_is_told_in_pages(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lines(**_asked: object) -> list[DecidingLine]:
            waits = DecidingLine("表决", "等我的事", "/", "正在表决", needs_me=True)
            being = [DecidingLine("议事", f"在议{number:02}", "/", "在议") for number in range(45)]
            done = [
                DecidingLine("议事", f"议定{number:02}", "/", "已定", outcome="通过")
                for number in range(9)
            ]
            return [waits, *being, *done]

        monkeypatch.setattr(public, "all_lines", lines)
        pages = [words(get(client, "decisions", query=f"?page={number}")) for number in (1, 2, 3)]
        for number in range(45):
            assert sum(f"在议{number:02}" in page for page in pages) == 1
        assert ["等我的事" in page for page in pages] == [True, False, False]
        assert "议定04" in pages[0]
        assert "议定05" not in pages[0]
        assert "（9件）" in pages[0]
        decided = words(get(client, "decisions", query="?which=decided"))
        assert all(f"议定{number:02}" in decided for number in range(9))
        assert "在议00" not in decided

    def test_what_is_not_shown_is_its_raisers_alone(self, client: Client, house: House) -> None:
        issue = house.raised(is_shown=False)
        assert get(client, "issue", issue.number).status_code == 404
        people.sign_in(client, house.residents[1])
        assert get(client, "issue", issue.number).status_code == 404
        people.sign_in(client, house.residents[0])
        assert get(client, "issue", issue.number).status_code == 200

    def test_no_page_names_who_raised_or_supports(self, client: Client, house: House) -> None:
        issue = house.raised()
        house.support(issue, 1)
        services.enter_voices(issue=issue, names="马奶奶", by=house.worker, at=house.at)
        people.sign_in(client, house.residents[3])
        for name, args in (("issue", [issue.number]), ("issues", []), ("decisions", [])):
            page = words(get(client, name, *args))
            assert not any(each in page for each in ("居民0", "居民1", "马奶奶"))

    def test_old_links_lead_on(self, client: Client, house: House) -> None:
        one, other = house.raised(), house.raised(1)
        house.merge(one, other)
        answer = get(client, "issue", one.number)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("issue", args=[other.number]))
        assert one.number in words(client.get(answer.url))

    def test_hostile_words_are_words(self, client: Client, house: House) -> None:
        issue = house.raised(title=HOSTILE[:50], text=HOSTILE)
        page = words(get(client, "issue", issue.number))
        assert "<script>alert" not in page
        assert "{{ 7|add:7 }}" in page

    def test_jc16_the_rate_comes_out_of_what_happened_and_drills_down(
        self, client: Client, house: House
    ) -> None:
        house.checked(house.done(house.task()))
        house.raised(1, title="路灯")
        house.merge(house.raised(2, title="路灯坏"), house.raised(3, title="路灯不亮"))
        page = words(get(client, "issue-figures", query=f"?place={people.VILLAGE}"))
        assert "33.3" in page
        query = f"?place={people.VILLAGE}&which=counted"
        found = words(get(client, "issues", query=query))
        assert [title in found for title in (TITLE, "路灯不亮", "路灯坏")] == [True, True, False]
        query = f"?place={people.VILLAGE}&which=settled&since=2999-01-01"
        assert TITLE not in words(get(client, "issues", query="?since=2150-01-01&which=all"))
        town = words(get(client, "issue-figures", query=f"?place={people.town().code}"))
        assert "33.3" in town

    @pytest.mark.parametrize(
        "query",
        ["?since=x&before=9999-99-99", "?which=%00", "?page=zz", "?topic=';--", "?place=no"],
    )
    def test_nonsense_in_the_address_is_no_fault(self, client: Client, query: str) -> None:
        assert get(client, "issues", query=query).status_code in {200, 400}


class TestResidents:
    def test_three_fields_and_it_is_sent(self, client: Client, house: House) -> None:
        people.sign_in(client, house.residents[0])
        page = words(get(client, "raise-issue"))
        assert 'name="title"' in page
        facts = {"title": TITLE, "text": TEXT, "place": people.VILLAGE, "asks": ""}
        gone = post(client, "raise-issue", **facts)
        assert gone.status_code == 302
        assert words(client.get(gone.url)).count(TITLE) > 0
        assert Issue.objects.get().raised_by_id == house.residents[0].pk

    def test_a_refusal_keeps_what_was_typed(self, client: Client, house: House) -> None:
        people.sign_in(client, house.residents[0])
        facts = {"title": "我的标题", "text": "", "place": people.VILLAGE}
        refused = post(client, "raise-issue", **facts)
        assert refused.status_code == 422
        assert "我的标题" in words(refused)

    def test_what_neighbours_say_already_is_offered_before_sending(
        self, client: Client, house: House
    ) -> None:
        there = house.raised()
        people.sign_in(client, house.residents[1])
        facts = {"title": "村口乱停车堵路", "text": "停满了车", "place": people.VILLAGE}
        offered = post(client, "raise-issue", **facts)
        assert offered.status_code == 200
        assert reverse("support-issue", args=[there.number]) in words(offered)
        assert "村口乱停车堵路" in words(offered)
        assert Issue.objects.count() == 1
        assert post(client, "raise-issue", **facts, anyway="1").status_code == 302
        assert Issue.objects.count() == 2

    def test_another_villages_place_cannot_be_chosen(self, client: Client, house: House) -> None:
        people.sign_in(client, house.residents[0])
        facts = {"title": TITLE, "text": TEXT, "place": people.OTHER_VILLAGE}
        assert post(client, "raise-issue", **facts).status_code == 422

    def test_one_button_supports(self, client: Client, house: House) -> None:
        issue = house.raised()
        assert post(client, "support-issue", issue.number).status_code == 302
        assert fresh(issue).support_count == 1
        people.sign_in(client, house.residents[1])
        for _twice in range(2):
            assert post(client, "support-issue", issue.number).status_code == 302
        assert fresh(issue).support_count == 2
        post(client, "unsupport-issue", issue.number)
        assert fresh(issue).support_count == 1
        people.sign_in(client, house.elsewhere)
        assert post(client, "support-issue", issue.number).status_code == 403

    def test_mine_are_those_i_raised_or_support(self, client: Client, house: House) -> None:
        one, other = house.raised(0, title="我提的事"), house.raised(1, title="邻居提的事")
        house.raised(2, title="别人的事")
        house.support(other, 0)
        people.sign_in(client, house.residents[0])
        page = words(get(client, "my-issues"))
        assert [title in page for title in (one.title, other.title, "别人的事")] == [
            True, True, False,
        ]  # fmt: skip

    def test_nobody_takes_back_anothers(self, client: Client, house: House) -> None:
        issue = house.raised()
        people.sign_in(client, house.residents[1])
        assert post(client, "withdraw-issue", issue.number).status_code == 403
        people.sign_in(client, house.residents[0])
        assert post(client, "withdraw-issue", issue.number).status_code == 302
        assert fresh(issue).state == "withdrawn"


class TestDesk:
    def test_from_a_sentence_to_the_work_checked(self, client: Client, house: House) -> None:
        issue = house.raised(is_shown=False)
        number = issue.number

        def act(by, name, **entered):
            people.sign_in(client, by)
            page = get(client, "act-on-issue", number, name)
            assert page.status_code == 200, words(page)
            done = post(client, "act-on-issue", number, name, **entered)
            assert done.status_code == 302, words(done)
            assert client.get(done.url).status_code == 200

        act(house.clerk, "show", seen=issue.version)
        act(house.secretary, "accept", form="consultation", reason="大家都有意见")
        act(house.clerk, "research", text="数了三天")
        house.at = timezone.now()  # the pages act by the real clock
        house.step(fresh(issue), "research", house.clerk)
        act(house.clerk, "resolve", outcome="accepted", text="划十二个车位", settled_in="议事会")
        due = f"{timezone.localdate() + timedelta(days=9):%F}"
        act(
            house.clerk, "plan", kind="spending", text="买牌子", who="村委会", due_on=due,
            amount="1200.50",
        )  # fmt: skip
        task = Task.objects.get()
        assert task.amount_cents == 120_050
        assert "1,200.50" in words(client.get(reverse("issue", args=[number])))
        assert post(client, "act-on-task", task.pk, "done", note="买好了").status_code == 302
        assert post(client, "act-on-task", task.pk, "check", note="好").status_code == 403
        people.sign_in(client, house.checker)
        assert reverse("act-on-task", args=[task.pk, "check"]) in words(get(client, "issue-tasks"))
        assert post(client, "act-on-task", task.pk, "check", note="看了").status_code == 302
        assert fresh(issue).state == "settled"

    def test_two_keepers_at_once(self, client: Client, house: House) -> None:
        issue = house.raised(is_shown=False)
        people.sign_in(client, house.clerk)
        assert post(client, "act-on-issue", issue.number, "show", seen=issue.version).status_code
        late = post(client, "act-on-issue", issue.number, "hide", why="不合适", seen=issue.version)
        assert late.status_code == 409
        assert "不合适" in words(late)

    def test_who_has_no_post_there_finds_nothing(self, client: Client, house: House) -> None:
        issue = house.raised()
        for who in (house.residents[0], people.clerk(people.OTHER_VILLAGE)):
            people.sign_in(client, who)
            assert get(client, "kept-issue", issue.number).status_code in {403, 404}
            assert post(client, "act-on-issue", issue.number, "hide", why="x").status_code == 404
        people.sign_in(client, house.checker)
        assert post(client, "act-on-issue", issue.number, "hide", why="x").status_code == 403

    def test_an_unknown_act_is_no_page(self, client: Client, house: House) -> None:
        issue = house.raised()
        people.sign_in(client, house.clerk)
        assert get(client, "act-on-issue", issue.number, "explode").status_code == 404

    def test_the_list_is_narrowed(self, client: Client, house: House) -> None:
        house.raised(0, title="等着看的", is_shown=False)
        house.accepted(house.raised(1, title="在议的"))
        people.sign_in(client, house.clerk)
        look = words(get(client, "kept-issues", query="?which=look"))
        assert ["等着看的" in look, "在议的" in look] == [True, False]
        doing = words(get(client, "kept-issues", query="?which=doing&words=在议"))
        assert ["等着看的" in doing, "在议的" in doing] == [False, True]

    def test_a_report_that_concerns_everyone_becomes_an_issue(
        self, client: Client, house: House
    ) -> None:
        task = house.task()
        from xiangyue.blueprints.queries import all_current

        key = next(
            row.key for row in all_current("incident_category") if row.body["audience"] == "public"
        )
        incident, _code = services.report_for_task(
            task=task, category_key=key, by=house.clerk, at=house.at
        )
        people.sign_in(client, house.clerk)
        page = get(client, "enter-issue", query=f"?incident={incident.number}")
        assert page.status_code == 200
        assert incident.description not in words(page)
        query = f"?incident={incident.number}"
        done = client.post(
            reverse("enter-issue") + query,
            {"place": people.VILLAGE, "title": "路灯", "text": "整条街都不亮。"},
        )
        assert done.status_code == 302, words(done)
        made = Issue.objects.get(title="路灯")
        assert (made.source, made.origin_id) == ("incident", str(incident.pk))
        assert get(client, "enter-issue", query="?incident=NONE").status_code == 404
        assert get(client, "enter-issue", query="?consultation=zz").status_code == 404

    def test_whom_to_tell_in_person_is_read_by_who_tells_and_each_look_is_noted(
        self, client: Client, house: House
    ) -> None:
        from xiangyue.places.models import Person

        issue = house.raised()
        old = Person.objects.create(name="马奶奶", place=house.place)
        services.enter_voices(issue=issue, names="马奶奶\n牛爷爷", by=house.worker, at=house.at)
        for who in (house.residents[0], house.checker):
            people.sign_in(client, who)
            assert get(client, "issue-telling", issue.number).status_code == 404
        people.sign_in(client, house.worker)
        page = words(get(client, "issue-telling", issue.number))
        assert ["马奶奶" in page, "牛爷爷" in page, "居民0" in page] == [True, True, False]
        assert PersonalRead.objects.get().subject_id == old.pk
        slip = get(client, "issue-slip", issue.number)
        text = PdfReader(BytesIO(slip.content)).pages[0].extract_text()
        assert "牛爷爷" in text
        assert post(client, "act-on-issue", issue.number, "told").status_code == 302

    def test_research_documents_are_saved_at_the_desk_alone(
        self, client: Client, house: House
    ) -> None:
        issue = house.accepted()
        note = services.add_research(
            issue=issue, text="数了三天", by=house.clerk, at=house.at,
            upload=b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF", file_name="表.pdf",
        )  # fmt: skip
        people.sign_in(client, house.residents[0])
        assert get(client, "research-file", note.pk).status_code in {403, 404}
        people.sign_in(client, house.clerk)
        answer = get(client, "research-file", note.pk)
        assert answer.headers["Content-Disposition"].startswith("attachment")

    @pytest.mark.parametrize("who", ["clerk", "secretary", "checker"])
    def test_the_day_says_what_waits(self, client: Client, house: House, who: str) -> None:
        house.raised(0, title="等书记定的事")
        house.raised(1, title="等文书看的事", is_shown=False)
        house.done(house.task(house.resolved(house.accepted(house.raised(2))).issue))
        people.sign_in(client, getattr(house, who))
        page = words(get(client, "today"))
        wanted = {"clerk": "等文书看的事", "secretary": "等书记定的事", "checker": "划线十二个车位"}
        for role, title in wanted.items():
            if role == who or (who == "clerk" and role == "checker"):
                continue
            assert (title in page) is (role == who), (role, who)
        assert wanted[who] in page

    def test_the_home_of_a_resident_shows_what_is_open(self, client: Client, house: House) -> None:
        house.raised()
        people.sign_in(client, house.residents[1])
        assert TITLE in words(client.get("/"))
