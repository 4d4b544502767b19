"""What people see and do on the pages of compacts."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.compacts.conftest import DAY, FAIR, FINE, Village, make_village, sheet
from xiangyue.compacts import services
from xiangyue.compacts.models import Clause, Compact, Version
from xiangyue.places.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db) -> Village:
    """The village, today, for the pages read the clock."""
    made = make_village()
    made.at = timezone.now() - 40 * DAY
    return made


@pytest.fixture
def now(village: Village) -> Village:
    village.at = timezone.now() - timedelta(hours=1)
    return village


def signed(client: Client, person: Person) -> Client:
    people.sign_in(client, person)
    return client


def url(name: str, *args, query: str = "") -> str:
    return reverse(name, args=args) + query


class TestDesk:
    def test_a_compact_is_begun_from_a_starter_and_written_clause_by_clause(
        self, client: Client, now: Village
    ) -> None:
        signed(client, now.clerk)
        page = client.get(url("begin-compact"))
        assert "五个方面的范本" in page.content.decode()
        sent = {"what": "village_compact", "place": now.place.code, "title": "北滩村村规民约"}
        answer = client.post(url("begin-compact"), sent)
        version = Version.objects.get()
        assert answer.url == url("draft-compact", version.pk)
        answer = client.post(
            url("add-clause", version.pk),
            {"topic": "roads", "heading": "不占路", "text": "村道上不堆柴。"},
        )
        clause = Clause.objects.get()
        assert answer.url.endswith(f"#clause-{clause.pk}")
        page = client.get(url("draft-compact", version.pk)).content.decode()
        assert "第一条" in page
        assert "村道上不堆柴。" in page

    def test_a_refused_clause_keeps_every_word(self, client: Client, now: Village) -> None:
        version = now.begin()
        signed(client, now.clerk)
        answer = client.post(
            url("add-clause", version.pk), {"topic": "roads", "heading": "标题留着", "text": ""}
        )
        assert answer.status_code == 422
        assert "标题留着" in answer.content.decode()

    def test_findings_stand_beside_the_clause_with_law_and_better_words(
        self, client: Client, now: Village
    ) -> None:
        version = now.draft(FAIR, FINE)
        signed(client, now.clerk)
        page = client.get(url("draft-compact", version.pk)).content.decode()
        assert "行政处罚法" in page
        assert "批评教育" in page
        answer = client.post(url("publish-compact", version.pk))
        assert answer.status_code == 422
        assert "第二条" in answer.content.decode()

    def test_of_two_who_edit_the_later_sees_both_texts_and_may_save_again(
        self, client: Client, now: Village
    ) -> None:
        clause = now.write(now.begin())
        signed(client, now.clerk)
        form = {"topic": now.topic, "heading": "", "text": "文书写的话。", "seen": "1"}
        services.save_clause(
            clause=clause, topic=now.topic, heading="", text="书记写的话。", seen=1,
            by=now.secretary, at=now.at,
        )  # fmt: skip
        answer = client.post(url("edit-clause", clause.pk), form)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert now.secretary.name in page
        assert "书记" in page
        assert "文书写的话。" in page
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen is not None
        answer = client.post(url("edit-clause", clause.pk), form | {"seen": seen[1]})
        assert answer.status_code == 302
        clause.refresh_from_db()
        assert clause.text == "文书写的话。"

    def test_moving_and_taking_out_work_without_a_script(
        self, client: Client, now: Village
    ) -> None:
        version = now.draft("甲说好", "乙说好")
        second = version.clauses.get(text="乙说好")
        signed(client, now.clerk)
        seen = Version.objects.get().revision
        client.post(url("move-clause", second.pk), {"way": "up", "seen": seen})
        assert version.clauses.first() == second
        answer = client.post(url("move-clause", second.pk), {"way": "down", "seen": seen})
        assert answer.status_code == 409
        client.post(url("remove-clause", second.pk), {"seen": 1})
        assert version.clauses.count() == 1

    def test_a_finding_is_decided_with_reasons(self, client: Client, now: Village) -> None:
        version = now.draft(FINE)
        clause = version.clauses.get()
        signed(client, now.town)
        where = url("judge-clause", clause.pk, "fine")
        assert "罚款" in client.get(where).content.decode()
        assert client.post(where, {"verdict": "stands", "reasons": ""}).status_code == 422
        client.post(where, {"verdict": "stands", "reasons": "旧约原文，仅作引用"})
        assert version.judgements.count() == 1
        assert client.get(url("judge-clause", clause.pk, "petition")).status_code == 404

    def test_strangers_see_no_draft(self, client: Client, now: Village) -> None:
        version = now.draft()
        where = url("draft-compact", version.pk)
        assert client.get(where).status_code == 302
        for who in (now.residents[0], now.worker, people.clerk(people.OTHER_VILLAGE)):
            signed(client, who)
            assert client.get(where).status_code in {403, 404}
            assert client.get(url("compact-version", version.pk)).status_code == 404


class TestOpinions:
    def test_a_resident_says_something_and_follows_it(self, client: Client, now: Village) -> None:
        version = now.first()
        signed(client, now.residents[0])
        lineage = version.clauses.first().lineage
        where = url("compact-say", version.pk)
        assert (
            f'value="{lineage}" selected'
            in client.get(f"{where}?clause={lineage}").content.decode()
        )
        answer = client.post(where, {"lineage": str(lineage), "text": "太严了", "is_shown": "on"})
        page = client.get(answer.url).content.decode()
        assert "太严了" in page
        opinion = version.opinions.get()
        now.answer(opinion, at=timezone.now())
        assert "改成自愿参加。" in client.get(answer.url).content.decode()
        public = Client().get(url("compact-version", version.pk)).content.decode()
        assert "太严了" in public
        assert now.residents[0].name not in public

    def test_words_are_public_only_when_allowed_and_answered(
        self, client: Client, now: Village
    ) -> None:
        version = now.first()
        shown, hidden = now.say(version, "给大家看的", is_shown=True), now.say(version, "不给看的")
        page = client.get(url("compact-version", version.pk)).content.decode()
        assert "给大家看的" not in page
        now.answer(shown)
        now.answer(hidden, text="已答复")
        page = client.get(url("compact-version", version.pk)).content.decode()
        assert "给大家看的" in page
        assert "不给看的" not in page
        assert "已答复" in page

    def test_what_was_typed_is_kept_when_refused(self, client: Client, now: Village) -> None:
        version = now.first()
        signed(client, now.elsewhere)
        answer = client.post(url("compact-say", version.pk), {"text": "我也说一句"})
        assert answer.status_code == 403
        signed(client, now.clerk)
        answer = client.post(
            url("compact-enter", version.pk), {"text": "", "way": "door", "said_by": "王奶奶"}
        )
        assert answer.status_code == 422
        assert "王奶奶" in answer.content.decode()

    def test_a_grid_worker_goes_door_to_door(self, client: Client, now: Village) -> None:
        version = now.first()
        signed(client, now.worker)
        where = url("compact-ask", version.pk)
        page = client.get(where).content.decode()
        assert "1号" in page
        client.post(where, {"household": str(now.households[0].pk), "way": "door"})
        assert "1 / 3" in client.get(where).content.decode()
        answer = client.post(
            url("compact-enter", version.pk),
            {"text": "路灯也写进去", "way": "door", "household": str(now.households[1].pk)},
        )
        assert answer.status_code == 302
        assert "2 / 3" in client.get(where).content.decode()

    def test_contact_is_shown_to_those_alone_who_answer(self, client: Client, now: Village) -> None:
        version = now.first()
        now.say(
            version, by=None, entered_by=now.worker, way="door", said_by="王奶奶",
            contact="13912345678",
        )  # fmt: skip
        where = url("compact-register", version.pk)
        signed(client, now.secretary)
        assert "13912345678" in client.get(where).content.decode()
        signed(client, now.town)  # reviews, does not answer
        page = client.get(where).content.decode()
        assert "13912345678" not in page
        assert "王奶奶" not in page

    def test_the_answer_is_written_once(self, client: Client, now: Village) -> None:
        made = now.say(now.first())
        signed(client, now.secretary)
        where = url("answer-opinion", made.pk)
        assert client.post(where, {"text": "好"}).status_code == 422
        sent = {"answered": "partly", "text": "改成提倡。"}
        assert client.post(where, sent).status_code == 302
        answer = client.post(where, sent | {"text": "第二次写的"})
        assert answer.status_code == 409
        assert "第二次写的" in answer.content.decode()

    def test_a_wrong_receipt_is_told(self, client: Client, now: Village) -> None:
        assert client.get(url("compact-receipt", "AAAAAAAAAA")).status_code == 404


class TestWay:
    def test_the_whole_way_on_pages(self, client: Client, village: Village) -> None:
        version = village.first()
        village.answer(village.say(version))
        signed(client, village.clerk)
        client.post(url("revise-compact", version.pk))
        version.refresh_from_db()
        assert version.state == "revised"
        clause = version.clauses.first()
        client.post(
            url("edit-clause", clause.pk),
            {"topic": clause.topic, "heading": "", "text": "改过的话。", "seen": "1"},
        )
        hung = Client().get(url("compact-version", version.pk)).content.decode()
        assert FAIR in hung  # while it is revised everybody reads what hung
        assert "改过的话。" not in hung
        assert client.post(url("publish-compact", version.pk)).status_code == 302
        version.refresh_from_db()
        assert version.state == "second_notice"
        page = Client().get(url("compact-changes", version.pk)).content.decode()
        assert "<ins>" in page
        assert "<del>" in page

    def test_from_the_vote_to_force_on_pages(self, client: Client, village: Village) -> None:
        version = village.voted(None, 0)
        signed(client, village.clerk)
        client.post(
            url("sign-compact", version.pk),
            {
                "place": village.place.code, "signer_count": "2", "signed_on": "2026-06-01",
                "file": SimpleUploadedFile("签字.png", sheet()),
            },
        )  # fmt: skip
        signing = version.signings.get()
        assert client.get(url("compact-sheet", signing.pk)).status_code == 200
        refused = client.post(url("force-compact", version.pk))
        assert refused.status_code == 422
        client.post(url("file-compact", version.pk), {"text": "请查收"})
        client.post(url("post-compact", version.pk))
        assert client.post(url("force-compact", version.pk)).status_code == 302
        version.refresh_from_db()
        assert version.state == "in_force"
        for who in (village.residents[0], village.worker, people.clerk(people.OTHER_VILLAGE)):
            assert signed(client, who).get(url("compact-sheet", signing.pk)).status_code in {
                403, 404,
            }  # fmt: skip
        signed(client, village.town)
        client.post(url("acknowledge-compact", version.pk), {"text": "收到"})
        version.filing.refresh_from_db()
        assert version.filing.acknowledgement == "收到"

    def test_the_vote_is_called_from_the_roll_that_is_fixed(
        self, client: Client, village: Village
    ) -> None:
        from xiangyue.ballots import services as ballots

        version = village.second()
        roll = ballots.draw_roll(
            place=village.place, rule="compact_assembly", by=village.clerk, at=village.at
        )
        ballots.publish_roll(roll=roll, by=village.clerk, at=village.at)
        ballots.confirm_entries(roll=roll, entries=None, by=village.clerk, at=village.at)
        ballots.fix_roll(roll=roll, by=village.clerk, at=village.at + 4 * DAY)
        signed(client, village.clerk)
        where = url("call-compact-vote", version.pk)
        assert str(roll.pk) in client.get(where).content.decode()
        opens = timezone.localtime() + 12 * DAY
        sent = {
            "roll": str(roll.pk), "modes": ["hands"], "tellers": [str(village.secretary.pk)],
            "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
            "closes_at": f"{opens + timedelta(hours=2):%Y-%m-%dT%H:%M}", "meets_at": "戏台",
        }  # fmt: skip
        assert client.post(where, sent | {"opens_at": ""}).status_code == 422
        assert client.post(where, sent).status_code == 302
        from xiangyue.ballots.models import Ballot

        assert Ballot.objects.get().questions.count() == 3

    def test_a_procedure_accompanies_a_draft(self, client: Client, now: Village) -> None:
        version = now.draft()
        signed(client, now.clerk)
        assert client.post(url("accompany-compact", version.pk)).status_code == 302
        version.refresh_from_db()
        assert version.run is not None
        assert client.post(url("publish-compact", version.pk)).status_code == 422


class TestPublic:
    @pytest.fixture
    def held(self, village: Village) -> Version:
        return village.in_force(None, 0)

    def test_everybody_reads_what_is_in_force_and_its_history(
        self, client: Client, village: Village, held: Version
    ) -> None:
        page = client.get(url("compact", held.compact_id)).content.decode()
        assert FAIR in page
        assert "红白喜事从简。" not in page  # failed
        page = client.get(url("compact-history", held.compact_id)).content.decode()
        assert f"{held.in_force_from:%F}" in page
        assert len(held.clauses.all()) == 3
        assert page.count("同意") >= 1
        assert "北滩村村规民约" in client.get(url("compacts")).content.decode()

    def test_cp07_the_suspended_clause_is_told_on_page_paper_and_loudspeaker(
        self, client: Client, village: Village, held: Version
    ) -> None:
        from io import BytesIO

        from pypdf import PdfReader

        clause = held.clauses.first()
        services.order_correction(
            clause=clause, law="村组法第二十七条", reason="强迫劳动", by=village.town,
            at=timezone.now(),
        )  # fmt: skip
        page = client.get(url("compact", held.compact_id)).content.decode()
        assert "强迫劳动" in page
        spoken = client.get(url("compact-aloud-text", held.compact_id)).content.decode()
        assert FAIR not in spoken
        assert "村道上不堆柴" in spoken
        paper = client.get(url("compact-a4", held.compact_id))
        text = "".join(one.extract_text() for one in PdfReader(BytesIO(paper.content)).pages)
        assert "强迫劳动" in text
        assert "每月十日" not in text

    def test_verses_stand_beside_it_in_their_language(
        self, client: Client, village: Village, held: Version
    ) -> None:
        signed(client, village.clerk)
        where = url("tell-compact", held.compact_id)
        sent = {"form": "song", "language": "侗语", "title": "款歌", "text": "寨门开，众人来"}
        assert client.post(where, sent | {"language": ""}).status_code == 422
        client.post(where, sent)
        page = client.get(url("compact-aloud", held.compact_id)).content.decode()
        assert "侗语" in page
        assert "寨门开，众人来" in page
        telling = held.compact.tellings.get()
        client.post(url("untell-compact", telling.pk))
        assert "寨门开" not in client.get(url("compact-aloud", held.compact_id)).content.decode()

    def test_what_is_typed_as_markup_stays_text(self, client: Client, now: Village) -> None:
        version = now.first("<script>alert(1)</script>不堆柴。", '#import "x" $a$ 好。')
        page = client.get(url("compact-version", version.pk)).content.decode()
        assert "<script>alert" not in page

    def test_the_number_of_queries_does_not_grow_with_the_list(
        self, client: Client, now: Village, django_assert_max_num_queries
    ) -> None:
        now.first()
        client.get(url("compacts"))
        with django_assert_max_num_queries(40) as one:
            client.get(url("compacts"))
        for number in range(3):
            version = now.begin(kind="charter", title=f"章程{number}")
            now.topic = "general"
            now.write(version)
            services.publish_first(version=version, by=now.clerk, at=now.at)
        assert Compact.objects.count() == 4
        with django_assert_max_num_queries(len(one.captured_queries)):
            client.get(url("compacts"))


class TestToday:
    def test_the_drafter_and_the_town_find_what_waits(
        self, client: Client, village: Village
    ) -> None:
        from xiangyue.compacts.deciding import lines_for

        version = village.first()
        village.say(version)
        page = signed(client, village.secretary).get(url("today"))
        assert version.compact.title in page.content.decode()
        (line,) = lines_for(place=village.place, person=village.residents[1], at=timezone.now())
        assert (line.title, line.needs_me) == (version.compact.title, True)
        (line,) = lines_for(place=village.place, person=village.residents[0], at=timezone.now())
        assert not line.needs_me
