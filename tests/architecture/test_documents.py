"""What the documents say holds: links lead somewhere, every setting is explained."""

import ast
import re
import unicodedata
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, files, name

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def links_of(document: str) -> list[str]:
    prose = CODE.sub("", FENCE.sub("", document))
    return [found[1] or found[2] for found in LINK.finditer(prose)]


def anchors_of(document: str) -> set[str]:
    """The anchors that forges give to headings."""
    anchors = set()
    for line in FENCE.sub("", document).splitlines():
        if heading := re.match(r"#{1,6}\s+(.*)", line):
            kept = [
                character
                for character in heading[1].strip().lower().replace(" ", "-")
                if character in "-_" or unicodedata.category(character)[0] in "LNM"
            ]
            anchors.add("".join(kept))
    return anchors


def broken_links(file: Path) -> list[str]:
    broken = []
    for link in links_of(file.read_text()):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (file.parent / path).resolve() if path else file
        leads = target.exists() and (
            not anchor or target.suffix != ".md" or anchor in anchors_of(target.read_text())
        )
        if not leads:
            broken.append(link)
    return broken


def test_links_lead_somewhere() -> None:
    assert {name(file): found for file in files("*.md") if (found := broken_links(file))} == {}


def test_the_readme_begins_with_the_two_commands() -> None:
    head = (ROOT / "README.md").read_text().split("\n## ", 1)[0] + "".join(
        (ROOT / "README.md").read_text().split("\n## ", 2)[1:2]
    )
    assert "make run" in head
    assert "make test" in head


def test_every_setting_is_explained_and_every_explained_setting_exists() -> None:
    variable = re.compile(r"\b(?:XIANGYUE_[A-Z_]+|DATABASE_URL)\b")
    texts = [file.read_text() for file in files("*.py", PACKAGE)]
    in_code = {
        node.value
        for text in texts
        if "XIANGYUE_" in text or "DATABASE_URL" in text  # the others need not be parsed
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and variable.fullmatch(node.value)
    }
    explained = set(variable.findall((ROOT / "docs" / "settings.md").read_text()))
    assert explained == in_code


@pytest.mark.parametrize(
    ("document", "links"),
    [
        ("see [it](a.md#there) and ![a](b.png)", ["a.md#there", "b.png"]),
        ("```\n[no](a.md)\n```", []),
        ("`[no](a.md)`", []),
    ],
)
def test_links_are_seen(document: str, links: list[str]) -> None:
    assert links_of(document) == links


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("# One, two\n[a](#one-two) [b](#three) [c](gone.md) [d](a.md#one-two)")
    assert broken_links(document) == ["#three", "gone.md"]
