"""What holds for every template of every module."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

PACKAGE = Path(settings.PACKAGE)
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
COMPONENTS = PACKAGE / "site" / "templates" / "cotton"
ICONS = Path(settings.ROOT) / "frontend" / "icons.txt"

TAG = re.compile(
    r"<(?P<name>[a-zA-Z][\w.-]*)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|\{%.*?%\}|\{\{.*?\}\}|[^>\"'])*)>"
)
ATTRIBUTE = re.compile(r"(?:^|\s)(:?[a-zA-Z_][\w.:-]*)(?=[\s=/]|$)")
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def relative(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


def without_django(text: str) -> str:
    """The markup with Django's tags taken out, whose own quotes would confuse a reader of HTML."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text, flags=re.DOTALL)


def inline_code(text: str) -> list[str]:
    """What the content policy would refuse."""
    found = []
    for tag in TAG.finditer(without_django(text)):
        names = ATTRIBUTE.findall(QUOTED.sub("", tag["attributes"]))
        found += [f"<{tag['name']} {name}=…>" for name in names if name == "style"]
        found += [
            f"<{tag['name']} {name}=…>" for name in names if re.match(r"(hx-)?on[:a-z]", name)
        ]
        if tag["name"] == "style":
            found.append("<style>")
    for script in SCRIPT.finditer(without_django(text)):
        is_data = "application/json" in script["attributes"] or "geo+json" in script["attributes"]
        if script["code"].strip() and not is_data:
            found.append("<script> with code")
    if "javascript:" in text:
        found.append("javascript:")
    return found


@pytest.mark.parametrize("file", TEMPLATES, ids=relative)
def test_no_template_holds_inline_style_script_or_handlers(file: Path) -> None:
    assert inline_code(file.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color:red">',
        '<a href="#" onclick="go()">',
        '<a class="{% if a %}"b"{% endif %}" onclick="go()">',
        "<style>p{}</style>",
        "<script>go()</script>",
        '<a hx-on:click="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_inline_code_would_be_found(text: str) -> None:
    assert inline_code(text)


@pytest.mark.parametrize("file", TEMPLATES, ids=relative)
def test_every_template_compiles(file: Path) -> None:
    get_template(str(file).partition("/templates/")[2])


def declared(component: str) -> set[str]:
    file = COMPONENTS / f"{component.replace('-', '_').replace('.', '/')}.html"
    found = re.search(r"<c-vars(.*?)/>", file.read_text(), re.DOTALL)
    return (
        {name.lstrip(":") for name in ATTRIBUTE.findall(QUOTED.sub("", found[1]))}
        if found
        else set()
    )


@pytest.mark.parametrize("file", TEMPLATES, ids=relative)
def test_values_reach_the_page_only_through_declared_or_escaped_attributes(file: Path) -> None:
    """An undeclared `:name="value"` would be written into the tag without being escaped."""
    for tag in TAG.finditer(file.read_text()):
        if not tag["name"].startswith("c-") or tag["name"] in {"c-vars", "c-slot"}:
            continue
        names = ATTRIBUTE.findall(QUOTED.sub('""', tag["attributes"]))
        bound = {name.lstrip(":") for name in names if name.startswith(":")}
        assert bound <= declared(tag["name"].removeprefix("c-")), tag[0]


@pytest.mark.parametrize("file", TEMPLATES, ids=relative)
def test_every_icon_is_in_the_sprite(file: Path) -> None:
    lines = (line.partition("#")[0] for line in ICONS.read_text().splitlines())
    known = {line.partition("=")[0].strip() for line in lines} | {"brand", "nothing"}
    text = file.read_text()
    used = set(re.findall(r"\{% icon \"([\w-]+)\"", text))
    used |= set(re.findall(r"<c-[^>]*\sicon=\"([\w-]+)\"", text))
    assert used <= known


@pytest.mark.parametrize("name", ["report", "enter_for_others"])
def test_a_report_waits_in_the_phone_and_its_page_lists_what_waits(name: str) -> None:
    text = (PACKAGE / "incidents" / "templates" / "incidents" / f"{name}.html").read_text()
    assert "data-outbox=" in text
    assert "<c-outbox " in text


def test_the_answer_to_a_report_names_what_a_late_one_keeps() -> None:
    """Sent while nobody looked, a report's slip would be lost without this mark."""
    text = (PACKAGE / "incidents" / "templates" / "incidents" / "reported.html").read_text()
    assert "data-outbox-keep" in text
