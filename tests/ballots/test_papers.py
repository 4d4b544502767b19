"""Votes on paper: the roll for the wall, the paper, the result."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.ballots.test_pages import counted, open_ballot, roll_of, signed_in
from xiangyue.ballots import services

pytestmark = pytest.mark.django_db


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_roll_for_the_wall_names_who_is_on_it_and_nobody_who_is_struck(village):
    roll = roll_of(village)
    name = village.villagers[0].name
    keeper = signed_in(village.keeper)
    answer = keeper.get(f"/desk/rolls/{roll.pk}/roll.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "noindex" in answer["X-Robots-Tag"]
    assert name in text_of(answer.content)
    other = services.draw_roll(
        place=village.place, rule="villagers_assembly", at=roll.published_at, by=village.keeper
    )
    assert keeper.get(f"/desk/rolls/{other.pk}/roll.pdf").status_code == 404  # not published
    services.strike_from_roll(
        entry=other.entries.get(person=village.villagers[0]), reason="迁走", by=village.keeper,
        at=roll.published_at,
    )  # fmt: skip
    services.publish_roll(roll=other, at=roll.published_at, by=village.keeper)
    assert name not in text_of(keeper.get(f"/desk/rolls/{other.pk}/roll.pdf").content)


def test_only_who_keeps_the_roll_prints_it(village):
    roll = roll_of(village)
    assert Client().get(f"/desk/rolls/{roll.pk}/roll.pdf").status_code == 302
    assert signed_in(village.villagers[0]).get(f"/desk/rolls/{roll.pk}/roll.pdf").status_code == 403


def test_the_paper_has_the_questions_and_no_name_or_number(village):
    ballot = open_ballot(village, modes=["paper"])
    text = text_of(Client().get(f"/votes/{ballot.pk}/slip.pdf").content)
    assert "同意修村道吗" in text
    assert not [each.name for each in village.villagers if each.name in text]
    hands = open_ballot(village, modes=["hands"])
    assert Client().get(f"/votes/{hands.pk}/slip.pdf").status_code == 404


def test_only_who_hands_papers_out_prints_some_that_count(village):
    ballot = open_ballot(village, modes=["paper"])
    for client in (Client(), signed_in(village.villagers[0])):
        assert "样票" in text_of(client.get(f"/votes/{ballot.pk}/slip.pdf").content)
    keeper = signed_in(village.keeper)
    assert "样票" not in text_of(keeper.get(f"/votes/{ballot.pk}/slip.pdf").content)


def test_the_printed_result_has_the_numbers_and_the_digest(village):
    ballot = counted(village)
    text = text_of(Client().get(f"/votes/{ballot.pk}/result.pdf").content)
    assert "20" in text
    assert ballot.result.digest[:20] in text.replace("\n", "")
    assert Client().get(f"/votes/{open_ballot(village).pk}/result.pdf").status_code == 404


def test_nothing_that_was_typed_is_markup_on_paper(village):
    ballot = open_ballot(village, modes=["paper"], questions=["#panic() *粗* $x$ 修吗？"])
    assert "#panic()" in text_of(Client().get(f"/votes/{ballot.pk}/slip.pdf").content)
