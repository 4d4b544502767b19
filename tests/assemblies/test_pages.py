"""Meetings on pages: everybody, residents, the tablet, the screen; strangers are refused."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests import people, worlds
from tests.assemblies.conftest import Village, fresh
from tests.incidents.drawings import photo
from xiangyue.assemblies import rules, services
from xiangyue.assemblies.models import Sitting, Wish
from xiangyue.assemblies.motion_models import Motion

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }} #panic(“x”) *粗* \\ 题 😀"


@pytest.fixture
def client_of():
    def made(person=None) -> Client:
        client = Client()
        if person is not None:
            people.sign_in(client, person)
        return client

    return made


@worlds.standing
def held(village: Village) -> Sitting:
    """A courtyard consultation that is open now, with six neighbours here."""
    now = timezone.now()
    sitting = village.announce(
        "courtyard", at=now - timedelta(days=3), starts_at=now - timedelta(minutes=5),
        expected_count=10,
    )  # fmt: skip
    village.open(sitting, at=now)
    village.come(sitting, 6, at=now)
    return fresh(sitting)


def url(name: str, *args) -> str:
    return reverse(name, args=[getattr(one, "pk", one) for one in args])


def test_everybody_reads_what_is_called_and_nobody_else_runs_it(village, held, client_of):
    visitor = client_of()
    assert held.title in visitor.get(url("sittings")).content.decode()
    page = visitor.get(url("sitting", held)).content.decode()
    assert "修通村口到小学的路" in page
    assert village.villagers[0].name not in page
    for name in ("run-sitting", "sitting-screen", "sitting-door", "sitting-invited"):
        assert visitor.get(url(name, held)).status_code == 302
        for stranger in (village.villagers[0], village.stranger):
            assert client_of(stranger).get(url(name, held)).status_code == 404


def test_the_clerk_calls_a_meeting_and_keeps_what_was_typed_when_refused(village, client_of):
    clerk = client_of(village.clerk)
    page = clerk.get(url("announce-sitting")).content.decode()
    key = re.search(r'name="client_key" value="([^"]+)"', page)[1]
    soon = timezone.localtime() + timedelta(days=2)
    typed = {
        "what": f"{people.VILLAGE}:villagers_assembly:", "title": "修路大会",
        "starts_at_0": f"{soon:%Y-%m-%d}", "starts_at_1": "15:00", "where": "村委会",
        "agenda": "修路\n架桥", "client_key": key,
    }  # fmt: skip
    refused = clerk.post(url("announce-sitting"), typed)
    assert refused.status_code == 422
    assert "修路大会" in refused.content.decode()
    later = soon + timedelta(days=20)
    typed |= {"starts_at_0": f"{later:%Y-%m-%d}"}
    assert clerk.post(url("announce-sitting"), typed).status_code == 302
    assert clerk.post(url("announce-sitting"), typed).status_code == 302  # sent twice
    assert Sitting.objects.filter(title="修路大会").count() == 1
    assert clerk.get(url("sittings-desk")).status_code == 200


def test_every_act_has_a_page(village, held, client_of):
    clerk, item = client_of(village.clerk), held.items.get(position=1)
    for act in ("move", "call-off", "add-item", "roll", "open", "paper-list", "close"):
        assert clerk.get(url("act-on-sitting", held, act)).status_code == 200, act
    for act in ("edit", "take-up", "note", "speak", "next", "motion", "vote", "decide"):
        assert clerk.get(url("act-on-item", item, act)).status_code == 200, act
    motion = village.move(item, held.attendances.first(), at=timezone.now())
    amendment = services.amend(
        motion=motion, text=HOSTILE, mover=held.attendances.first(), by=village.clerk,
        at=timezone.now(),
    )  # fmt: skip
    for act in ("second", "withdraw", "amend", "order"):
        assert clerk.get(url("act-on-motion", motion, act)).status_code == 200, act
    for act in ("decide", "withdraw"):
        assert clerk.get(url("act-on-amendment", amendment, act)).status_code == 200, act
    for name, one in (("act-on-sitting", held), ("act-on-item", item), ("act-on-motion", motion)):
        assert clerk.get(url(name, one, "fly")).status_code == 404
    page = clerk.get(url("run-sitting", held)).content.decode()
    assert "<script>alert" not in page
    assert "<ins>" in page


def test_a_motion_is_moved_amended_and_decided_on_pages(village, held, client_of):
    clerk, item = client_of(village.clerk), held.items.get(position=1)
    here = held.attendances.filter(is_voice=True)
    refused = clerk.post(url("act-on-item", item, "motion"), {"text": "", "mover": here[0].pk})
    assert refused.status_code == 422
    clerk.post(url("act-on-item", item, "motion"), {"text": "出工三天。", "mover": here[0].pk})
    motion = Motion.objects.get()
    clerk.post(url("act-on-motion", motion, "second"), {"seconder": here[1].pk})
    clerk.post(url("act-on-motion", motion, "amend"), {"text": "出工五天。", "mover": here[1].pk})
    early = clerk.post(url("act-on-item", item, "decide"), {"outcome": "accepted"})
    assert early.status_code == 409
    amendment = motion.amendments.get()
    clerk.post(url("act-on-amendment", amendment, "decide"), {"yes_count": "5", "no_count": "1"})
    said = {"outcome": "accepted", "motion": motion.pk}
    assert clerk.post(url("act-on-item", item, "decide"), said).status_code == 302
    assert "出工五天。" in client_of().get(url("sitting", held)).content.decode()


def test_the_screen_shows_a_code_that_a_phone_may_use(village, held, client_of):
    screen = client_of(village.clerk).get(url("sitting-screen", held))
    page = screen.content.decode()
    assert 'hx-trigger="every 15s"' in page
    still = client_of(village.clerk).get(url("sitting-screen", held) + "?still=1").content.decode()
    assert "hx-trigger" not in still
    assert "wall-code" not in still  # it would soon be no good
    assert held.screen_key not in page
    assert "no-store" in screen["Cache-Control"] or "no-cache" in screen["Cache-Control"]
    code = rules.code_at(held.screen_key.encode(), at=timezone.now())
    phone = client_of(village.villagers[10])
    assert code in phone.get(url("sitting-here", held) + f"?code={code}").content.decode()
    assert not held.attendances.filter(person=village.villagers[10]).exists()  # looking is nothing
    assert phone.post(url("sitting-here", held), {"code": code}).status_code == 302
    assert phone.post(url("sitting-here", held), {"code": code}).status_code == 302
    assert held.attendances.filter(person=village.villagers[10]).count() == 1
    assert client_of().post(url("sitting-here", held), {"code": code}).status_code == 302


def test_guessing_codes_ends_soon(village, held, client_of):
    phone = client_of(village.villagers[11])
    statuses = [
        phone.post(url("sitting-here", held), {"code": f"AAAA{number:04}"}).status_code
        for number in range(22)
    ]
    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert not held.attendances.filter(person=village.villagers[11]).exists()


def test_the_door_marks_finds_and_takes_back(village, held, client_of):
    clerk = client_of(village.clerk)
    who = village.villagers[20]
    page = clerk.get(url("sitting-door", held) + f"?q={who.name}").content.decode()
    assert f"person:{who.pk}" in page
    clerk.post(url("sitting-mark", held), {"who": f"person:{who.pk}"})
    clerk.post(url("sitting-mark", held), {"name": "外村的老李"})
    clerk.post(url("sitting-mark", held), {"who": "person:not-a-key"})
    clerk.post(url("sitting-mark", held), {"who": f"person:{village.stranger.pk}"})
    row = held.attendances.get(person=who)
    assert row.is_voice
    assert not held.attendances.get(name="外村的老李").is_voice
    assert not held.attendances.filter(person=village.stranger).exists()
    clerk.post(url("sitting-unmark", row))
    assert not held.attendances.filter(person=who).exists()


def test_residents_say_that_they_come_and_ask_for_items(village, client_of):
    now = timezone.now()
    sitting = village.announce("hearing", at=now, starts_at=now + timedelta(days=8))
    phone, clerk = client_of(village.villagers[0]), client_of(village.clerk)
    assert phone.post(url("sitting-coming", sitting), {"coming": "no"}).status_code == 302
    run = clerk.get(url("run-sitting", sitting)).content.decode()
    assert village.villagers[0].name not in run
    assert phone.post(url("sitting-ask", sitting), {"text": " "}).status_code == 422
    assert phone.post(url("sitting-ask", sitting), {"text": HOSTILE}).status_code == 302
    wish = Wish.objects.get()
    assert phone.get(url("answer-wish", wish)).status_code == 404
    said = {"is_taken": "no", "answer": "下次议"}
    assert clerk.post(url("answer-wish", wish), said).status_code == 302
    assert "下次议" in phone.get(url("sitting", sitting)).content.decode()
    assert client_of().post(url("sitting-coming", sitting)).status_code == 302
    assert (
        clerk.post(url("sitting-ask", sitting), {"text": "修桥", "said_by": "老王"}).status_code
        == 302
    )
    assert Wish.objects.get(text="修桥").said_by == "老王"


def test_who_is_here_asks_to_speak_from_their_phone(village, held, client_of):
    phone = client_of(village.villagers[0])
    assert phone.post(url("sitting-speak", held)).status_code == 302
    turn = held.turns.get()
    assert client_of(village.villagers[1]).post(url("sitting-step-back", turn)).status_code == 404
    assert phone.post(url("sitting-step-back", turn)).status_code == 302
    assert fresh(turn).state == "stepped_back"
    assert client_of(village.villagers[20]).post(url("sitting-speak", held)).status_code == 422


def test_minutes_are_written_signed_printed_and_added_to(village, held, client_of):
    clerk, writer = client_of(village.clerk), client_of(village.writer)
    now = timezone.now()
    village.decide(held.items.get(position=1), text="大家出工修路。", at=now)
    assert clerk.post(url("act-on-sitting", held, "close")).status_code == 302
    page = writer.get(url("write-sitting-minutes", held)).content.decode()
    assert "大家出工修路。" in page
    minutes = fresh(held).minutes
    typed = {"version": minutes.version, "text": HOSTILE, "public_text": "大家出工修路。"}
    assert writer.post(url("write-sitting-minutes", held), typed).status_code == 302
    lost = clerk.post(url("write-sitting-minutes", held), typed | {"text": "我也写了"})
    assert lost.status_code == 409
    assert "我也写了" in lost.content.decode()
    assert writer.post(url("settle-minutes", held)).status_code == 302
    assert client_of().get(url("sitting-pdf", held)).status_code == 404
    assert client_of(village.stranger).get(url("sitting-minutes", held)).status_code == 404
    assert client_of(village.villagers[0]).get(url("sitting-minutes", held)).status_code == 200
    assert client_of(village.villagers[20]).get(url("sitting-minutes", held)).status_code == 404
    digest = {"digest": fresh(held).minutes.digest}
    assert (
        client_of(village.villagers[0]).post(url("sign-sitting-minutes", held), digest).status_code
        == 403
    )
    assert writer.post(url("sign-sitting-minutes", held), {"digest": "old"}).status_code == 409
    assert writer.post(url("sign-sitting-minutes", held), digest).status_code == 302
    sheet = SimpleUploadedFile("s.png", photo(), content_type="image/png")
    said = {"who": f"chair:{village.secretary.pk}", "file": sheet}
    assert clerk.post(url("sign-on-paper", held), said).status_code == 302
    assert fresh(held).state == "signed"
    signature = fresh(held).minutes.signatures.get(is_on_paper=True)
    assert clerk.get(url("sitting-sheet", signature)).status_code == 200
    assert client_of(village.stranger).get(url("sitting-sheet", signature)).status_code == 404
    assert (
        writer.post(url("correct-sitting-minutes", held), {"text": "应为四天"}).status_code == 302
    )
    pdf = client_of().get(url("sitting-pdf", held))
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "应为四天" in words.replace(" ", "")
    assert clerk.get(url("sitting-full-pdf", held)).status_code == 200
    assert "应为四天" in client_of().get(url("sitting", held)).content.decode()


@pytest.mark.parametrize("name", ["sittings", "sittings-desk"])
def test_a_list_asks_as_often_for_three_as_for_one(
    village, client_of, django_assert_max_num_queries, name
):
    now = timezone.now()
    client = client_of(village.clerk)
    for number in range(3):
        village.announce(
            "hearing", at=now, starts_at=now + timedelta(days=9 + number), title=f"听证{number}"
        )
    client.get(url(name))
    with django_assert_max_num_queries(45):
        assert "听证2" in client.get(url(name) + "?which=").content.decode()
