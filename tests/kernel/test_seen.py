"""Text without what cannot be seen, and every sign that people write kept."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from xiangyue.kernel.characters import seen, seen_on_one_line

KEPT = "山丹县 · 张三\tA-1「是」（一）１２３😀 é \ufe0f\u3000丶𠀀\ue000"


def test_what_people_write_stays_as_it_is() -> None:
    assert seen(KEPT) == KEPT
    assert seen("一\r\n二\r三\u2028四\n五") == "一\n二\n三\n四\n五"


def test_no_character_of_unicode_that_cannot_be_seen_is_left() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    left = seen(every)
    assert {c for c in left if unicodedata.category(c) in {"Cc", "Cf", "Cs"}} == {"\t", "\n"}
    gone = set(every) - set(left) - set("\r\x85\u2028\u2029")
    assert {unicodedata.category(c) for c in gone} == {"Cc", "Cf", "Cs"}


@given(st.text())
def test_twice_is_once(text: str) -> None:
    assert seen(seen(text)) == seen(text)
    assert seen_on_one_line(seen_on_one_line(text)) == seen_on_one_line(text)
    assert "\n" not in seen_on_one_line(text)
    assert seen_on_one_line(text) == seen_on_one_line(text).strip()
