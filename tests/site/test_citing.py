"""Where a rule comes from, as it is told to who reads it."""

import pytest
from django.utils import translation

from xiangyue.site.templatetags.shell import cited


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("VCOL art. 12", "《村民委员会组织法》第12条"),
        ("VCOL arts 21, 22; EL04", "《村民委员会组织法》第21、22条；EL04"),
        ("VCOL arts 6, 11-16; defaults: five of them", "《村民委员会组织法》第6、11-16条"),
        ("信访工作条例 art. 30; PE02", "信访工作条例第30条；PE02"),
        ("SD-30", "SD-30"),
        ("default limit", "default limit"),
    ],
)  # fmt: skip
def test_a_law_is_named_and_its_articles_numbered_in_chinese(source: str, words: str) -> None:
    with translation.override("zh-hans"):
        assert cited(source) == words


def test_in_english_it_stands_as_it_was_declared() -> None:
    with translation.override("en"):
        assert cited("VCOL art. 12; EL04") == "VCOL art. 12; EL04"
