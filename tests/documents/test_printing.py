"""Papers: what they hold, and that nothing anybody typed is taken for markup."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from xiangyue.documents import printing
from xiangyue.documents.printing import FontsMissing, printed

FACTS = {
    "title": "会办纪要",
    "issuer": "山丹县清泉镇",
    "heading": "议题",
    "text": "路灯不亮",
    "rows": [["序号", "议题"], ["1", "巷道积水"]],
    "signed_by": "主持人：",
}
HOSTILE = "#panic() *bold* _it_ @ref $x$ \\ <b> `code` [ ] { } // /* = 标题 \u202e 😀 \u0000"


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_paper_holds_what_its_facts_say() -> None:
    text = text_of(printed("documents/specimen.typ", FACTS))
    for piece in ("会办纪要", "议题", "路灯不亮", "巷道积水", "主持人", "1 / 1"):
        assert piece in text


def test_the_same_facts_give_the_same_bytes() -> None:
    assert printed("documents/specimen.typ", FACTS) == printed("documents/specimen.typ", FACTS)


def test_markup_that_somebody_typed_is_printed_as_they_typed_it() -> None:
    text = text_of(printed("documents/specimen.typ", FACTS | {"text": HOSTILE}))
    for piece in ("#panic()", "*bold*", "@ref", "`code`", "//", "/*"):
        assert piece in text


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_printed(text: str) -> None:
    assert printed("documents/specimen.typ", FACTS | {"text": text}).startswith(b"%PDF")


def test_long_text_flows_onto_further_pages() -> None:
    pdf = printed("documents/specimen.typ", FACTS | {"text": "巷道积水，出门要绕行。\n" * 300})
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 3


def test_a_template_that_is_not_there_is_said_so() -> None:
    with pytest.raises(FileNotFoundError):
        printed("documents/nothing.typ", FACTS)


def test_without_fonts_the_paper_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(printing, "FONTS", tmp_path)
    printing._fonts.cache_clear()
    try:
        with pytest.raises(FontsMissing):
            printed("documents/specimen.typ", FACTS)
    finally:
        printing._fonts.cache_clear()
