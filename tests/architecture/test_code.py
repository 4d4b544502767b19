"""House rules that no general tool knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, files, name

LONGEST = 400
# Each longer file with its reason; a file that shrinks leaves this list.
LONGER: dict[str, str] = {}  # file: the reason why it is longer

CLOCKS = {
    ("timezone", "now"),
    ("timezone", "localtime"),
    ("timezone", "localdate"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/json)"),
    "an on… attribute": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "code in an htmx attribute": re.compile(r"""\bhx-on\b|\bhx-vals\s*=\s*["']js:|\bhx-vars\b"""),
    "a javascript: address": re.compile(r"javascript:"),
}


def clocks_read(source: str) -> Iterator[str]:
    """Each reading of the clock in the code, with its line."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        of = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        if (of, node.func.attr) in CLOCKS and not _converts(node):
            yield f"line {node.lineno}: {of}.{node.func.attr}()"


def _converts(call: ast.Call) -> bool:
    """`timezone.localtime(at)` converts a time that it is given, and reads no clock."""
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr in {"localtime", "localdate"} and bool(call.args)


def inline_in(template: str) -> list[str]:
    html = TAG.sub("", template)
    return [what for what, pattern in INLINE.items() if pattern.search(html)]


def decides(file: Path) -> bool:
    """Whether the file holds rules or services."""
    module = file.relative_to(PACKAGE).with_suffix("").parts[1:]
    return bool({"rules", "services"} & set(module))


def test_a_file_is_one_idea() -> None:
    lengths = {
        name(file): len(file.read_text().splitlines())
        for file in files("*.py", PACKAGE)
        if file.parent.name != "migrations"
    }
    long = {file for file, length in lengths.items() if length > LONGEST}
    assert long == set(LONGER)


def test_rules_and_services_are_given_the_time() -> None:
    read = {
        name(file): found
        for file in files("*.py", PACKAGE)
        if decides(file) and (found := list(clocks_read(file.read_text())))
    }
    assert read == {}


def test_templates_hold_no_style_and_no_script() -> None:
    """The pages' security policy would not run them."""
    found = {
        name(file): what
        for file in files("*.html", PACKAGE)
        if (what := inline_in(file.read_text()))
    }
    assert found == {}


def test_nothing_is_named_utils() -> None:
    junk = re.compile(r"^(utils?|helpers?|managers?|common|misc)$")
    assert [name(file) for file in files("*.py") if junk.match(file.stem)] == []
    assert [name(file) for file in files("__init__.py") if junk.match(file.parent.name)] == []


def test_the_tests_mirror_the_modules() -> None:
    """A folder of tests is a module's, or holds tests of the whole house."""
    modules = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    whole = {"architecture", "contracts", "journeys", "counties", "trouble", "upgrades"}
    tested = {folder.name for folder in (ROOT / "tests").iterdir() if folder.is_dir()}
    assert tested - modules - whole - {"__pycache__"} == set()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("at = timezone.now()", 1),
        ("at = django.utils.timezone.now()", 1),
        ("day = date.today()", 1),
        ("day = datetime.date.today()", 1),
        ("day = timezone.localdate()", 1),
        ("day = timezone.localdate(at)", 0),
        ("Entry(at=at)", 0),
        ("field = DateTimeField(default=timezone.now)", 0),
    ],
)
def test_a_reading_of_the_clock_is_seen(source: str, count: int) -> None:
    assert len(list(clocks_read(source))) == count


@pytest.mark.parametrize(
    ("template", "count"),
    [
        ('<p style="color:red">', 1),
        ("<style>p{}</style>", 1),
        ("<script>go()</script>", 1),
        ('<script src="{% static "a.js" %}" defer></script>', 0),
        ('<script type="application/json" id="data">{}</script>', 0),
        ('<button onclick="go()">', 1),
        ('<a href="javascript:go()">', 1),
        ("<div hx-on:click='go()'>", 1),
        ('<p class="styled">on time</p>', 0),
        ('<span title="{{ on }}">', 0),
        ("<span {% if one == two %}hidden{% endif %}>", 0),
    ],
)
def test_what_is_inline_is_seen(template: str, count: int) -> None:
    assert len(inline_in(template)) == count
