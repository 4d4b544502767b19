"""The interface is wholly Chinese, and the check that says so can fail."""

from pathlib import Path

import polib
import pytest
from django.utils import translation

from xiangyue.site import messages
from xiangyue.site.messages import Message, NotLiteral, python_messages, template_messages

IMPORT = "from django.utils.translation import"


def test_every_source_string_has_its_chinese() -> None:
    assert messages.problems() == []


def test_the_chinese_that_shows_is_ours() -> None:
    """A library's catalogue that comes first would show its own wording for the same string."""
    messages.compile_all()
    ours = {
        (entry.msgctxt, entry.msgid): entry.msgstr
        for catalogue in messages.catalogues()
        for entry in polib.pofile(str(catalogue))
        if entry.msgstr and not entry.obsolete and not entry.fuzzy
    }
    with translation.override("zh-hans"):
        shown = {
            key: translation.pgettext(*key) if key[0] else translation.gettext(key[1])
            for key in ours
        }
    assert {key[1]: shown[key] for key in ours if shown[key] != ours[key]} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Save")', [("Save", None, None)]),
        ('_("Save "\n"it")', [("Save it", None, None)]),
        ('translation.gettext("Save")', [("Save", None, None)]),
        ('ngettext("%d day", "%d days", n)', [("%d day", "%d days", None)]),
        ('pgettext_lazy("verb", "Open")', [("Open", None, "verb")]),
        (f'{IMPORT} gettext as _now\n_now("Save")', [("Save", None, None)]),
        (f'{IMPORT} pgettext as _in\n_in("verb", "Open")', [("Open", None, "verb")]),
        ('from elsewhere import gettext as _now\n_now("Save")', []),
        ("other('Save')", []),
        ("thing._('Save')", []),
    ],
)
def test_strings_are_found_in_code(source: str, found: list[tuple[str, str, str]]) -> None:
    assert [(m.msgid, m.plural, m.context) for m in python_messages(source)] == found


@pytest.mark.parametrize("source", ["_(name)", '_(f"{name} saved")', "_()"])
def test_a_string_only_known_while_running_is_refused(source: str) -> None:
    with pytest.raises(NotLiteral):
        list(python_messages(source))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% trans "Save" %}', [("Save", None, None)]),
        ("{% translate 'It''s' %}", [("It", None, None)]),
        ('{% translate "Open" context "verb" as label %}', [("Open", None, "verb")]),
        ('<c-button label="{% translate "Save" %}" />', [("Save", None, None)]),
        ('{% include "a.html" with title=_("Save") %}', [("Save", None, None)]),
        ('{{ _("Save") }}', [("Save", None, None)]),
        ("{% blocktranslate %}Due {{ day }}{% endblocktranslate %}", [("Due %(day)s", None, None)]),
        (
            "{% blocktranslate trimmed count n=n %}\n one\n day\n{% plural %}\n{{ n }} days\n"
            "{% endblocktranslate %}",
            [("one day", "%(n)s days", None)],
        ),
        ('{% trans "100%" %}', [("100%%", None, None)]),
        ("{# {% trans 'Save' %} #}", []),
    ],
)
def test_strings_are_found_in_templates(source: str, found: list[tuple[str, str, str]]) -> None:
    assert [(m.msgid, m.plural, m.context) for m in template_messages(source)] == found


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one module that says one thing."""
    folder = tmp_path / "places" / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "places" / "pages.py").write_text('_("%(n)s days are left")')
    return tmp_path


def write(package: Path, entries: str, module: str = "places") -> None:
    folder = package / module / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "django.po").write_text(HEADER + entries)


COMPLETE = 'msgid "%(n)s days are left"\nmsgstr "还剩%(n)s天"\n'


def test_a_complete_catalogue_has_no_problem(package: Path) -> None:
    write(package, COMPLETE)
    assert messages.problems(package) == []
    assert messages.missing(package) == ""


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ("", "no Chinese"),
        ('msgid "%(n)s days are left"\nmsgstr ""\n', "no Chinese"),
        ("#, fuzzy\n" + COMPLETE, "no Chinese"),
        ('msgid "%(n)s days are left"\nmsgstr "还剩几天"\n', "placeholders"),
        ('msgid "%(n)s days are left"\nmsgstr "%(n)s days are left"\n', "still English"),
    ],
)
def test_what_is_missing_or_wrong_is_told(package: Path, entries: str, problem: str) -> None:
    write(package, entries)
    assert problem in "".join(messages.problems(package))


def test_two_modules_must_not_disagree(package: Path) -> None:
    write(package, COMPLETE)
    write(package, COMPLETE.replace("还剩", "尚余"), module="access")
    assert "one of them would never show" in "".join(messages.problems(package))


def test_what_is_missing_comes_ready_to_fill_in(package: Path) -> None:
    write(package, "")
    assert 'msgid "%(n)s days are left"\nmsgstr ""' in messages.missing(package)


def test_compiling_again_does_nothing(package: Path) -> None:
    write(package, COMPLETE)
    assert messages.compile_all(package) == 1
    assert messages.compile_all(package) == 0
    assert Message("a").key == (None, "a")
