"""The Chinese of every source string: compiles the catalogues and finds what is missing.

    python -m xiangyue.site.messages compile | check | missing

Each module keeps its own catalogue, `locale/zh_Hans/LC_MESSAGES/django.po`. The GNU gettext
programs are not needed.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

PACKAGE = Path(__file__).resolve().parent.parent
CATALOGUES = "*/locale/zh_Hans/LC_MESSAGES/django.po"
TEMPLATES = "*/templates/**/*.*"

# Which arguments of each function are the context, the message and its plural.
CALLS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
TRANSLATION = "django.utils.translation"
QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""
MARKED = re.compile(r"(?<![\w.])_\(\s*" + QUOTED + r"\s*\)")
TAG = re.compile(r"^(?:trans|translate)\s+" + QUOTED)
CONTEXT = re.compile(r"\bcontext\s+" + QUOTED)
BLOCK = re.compile(r"^(?:blocktrans|blocktranslate)\b")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")


@dataclass(frozen=True, slots=True)
class Message:
    """A source string; `where` says file and line."""

    msgid: str
    plural: str | None = None
    context: str | None = None
    where: str = ""

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.msgid


class NotLiteral(ValueError):  # noqa: N818 - named for what it says
    """A string is marked for translation that is only known while running."""


# --- what the sources say -----------------------------------------------------------------------


def source_messages(package: Path = PACKAGE) -> Iterator[Message]:
    """Every string marked for translation in the package's code and templates.

    :raises NotLiteral: naming file and line.
    """
    for file in sorted(package.rglob("*.py")):
        yield from python_messages(file.read_text(), where=str(file.relative_to(package)))
    for file in sorted(package.glob(TEMPLATES)):
        yield from template_messages(file.read_text(), where=str(file.relative_to(package)))


def python_messages(source: str, *, where: str = "") -> Iterator[Message]:
    """Under whatever name the file imports gettext's functions."""
    tree = ast.parse(source)
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if isinstance(node.func, ast.Name):
            name = aliases.get(node.func.id, name)
        if name not in CALLS or (name == "_" and not isinstance(node.func, ast.Name)):
            continue
        line = f"{where}:{node.lineno}"

        def literal(position: int | None, node: ast.Call = node, line: str = line) -> str | None:
            if position is None:
                return None
            argument = node.args[position] if position < len(node.args) else None
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                raise NotLiteral(f"{line}: what is translated must be written out as one string.")
            return argument.value

        context, message, plural = CALLS[name]
        yield Message(literal(message) or "", literal(plural), literal(context), line)


def _aliases(tree: ast.Module) -> dict[str, str]:
    return {
        imported.asname: imported.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION
        for imported in node.names
        if imported.asname
    }


def template_messages(source: str, *, where: str = "") -> Iterator[Message]:
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        line = f"{where}:{token.lineno}"
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        for found in MARKED.finditer(token.contents):
            yield Message(_doubled(_unquoted(found)), where=line)
        if token.token_type is not TokenType.BLOCK:
            continue
        if tag := TAG.match(token.contents):
            yield Message(_doubled(_unquoted(tag)), None, _context(token), line)
        elif BLOCK.match(token.contents):
            yield _block_message(token, tokens, line)


def _block_message(opening: Token, tokens: Iterator[Token], line: str) -> Message:
    parts = [""]
    for token in tokens:
        if token.token_type is TokenType.TEXT:
            parts[-1] += _doubled(token.contents)
        elif token.token_type is TokenType.VAR:
            parts[-1] += f"%({token.contents})s"
        elif token.token_type is TokenType.BLOCK and token.contents.strip() == "plural":
            parts.append("")
        elif token.token_type is TokenType.BLOCK:
            break
    if re.search(r"\btrimmed\b", opening.contents):
        parts = [trim_whitespace(part) for part in parts]
    return Message(parts[0], parts[1] if len(parts) > 1 else None, _context(opening), line)


def _context(token: Token) -> str | None:
    found = CONTEXT.search(token.contents)
    return _unquoted(found) if found else None


def _unquoted(found: re.Match[str]) -> str:
    text = found[1] if found[1] is not None else found[2]
    return re.sub(r"\\(.)", r"\1", text)


def _doubled(text: str) -> str:
    """Django looks templates' strings up with their percent signs doubled."""
    return text.replace("%", "%%")


# --- what the catalogues say --------------------------------------------------------------------


def catalogues(package: Path = PACKAGE) -> list[Path]:
    return sorted(package.glob(CATALOGUES))


def compile_all(package: Path = PACKAGE) -> int:
    """Compile each catalogue that changed since it was last compiled; returns how many."""
    count = 0
    for catalogue in catalogues(package):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns > catalogue.stat().st_mtime_ns:
            continue
        draft = compiled.with_suffix(f".mo-{os.getpid()}")
        polib.pofile(str(catalogue)).save_as_mofile(str(draft))
        draft.replace(compiled)
        count += 1
    return count


def problems(package: Path = PACKAGE) -> list[str]:
    """What keeps the interface from being wholly Chinese; an empty list means that it is."""
    found = []
    translated: dict[tuple[str | None, str], tuple[str, Path]] = {}
    for catalogue in catalogues(package):
        name = catalogue.relative_to(package).parts[0]
        entries = polib.pofile(str(catalogue))
        if "nplurals=1" not in entries.metadata.get("Plural-Forms", "nplurals=1"):
            found.append(f"{name}: Chinese has one form for all numbers; say nplurals=1.")
        for entry in entries:
            if entry.obsolete or entry.fuzzy:
                continue
            text = _text(entry)
            if text:
                found += [f"{name}: {fault}" for fault in _faults(entry, text)]
                earlier, other = translated.setdefault(
                    (entry.msgctxt, entry.msgid), (text, catalogue)
                )
                if earlier != text:
                    found.append(
                        f"{name}: {entry.msgid!r} is {text!r} here and {earlier!r} in"
                        f" {other.relative_to(package).parts[0]}; one of them would never show."
                    )
    for message in _each_once(package):
        if message.key not in translated:
            found.append(f"{message.where}: no Chinese for {message.msgid!r}")
    return found


def missing(package: Path = PACKAGE) -> str:
    """Catalogue entries, ready to fill in, for every string that has no Chinese."""
    done = {
        (entry.msgctxt, entry.msgid)
        for catalogue in catalogues(package)
        for entry in polib.pofile(str(catalogue))
        if not entry.obsolete and not entry.fuzzy and _text(entry)
    }
    return "\n".join(
        str(
            polib.POEntry(
                msgid=message.msgid,
                msgid_plural=message.plural or "",
                msgctxt=message.context,
                comment=message.where,
                msgstr_plural={0: ""} if message.plural else {},
            )
        )
        for message in _each_once(package)
        if message.key not in done
    )


def _each_once(package: Path) -> Iterator[Message]:
    seen = set()
    for message in source_messages(package):
        if message.msgid and message.key not in seen:
            seen.add(message.key)
            yield message


def _text(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def _faults(entry: polib.POEntry, text: str) -> Iterator[str]:
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    if wanted != set(PLACEHOLDER.findall(text)):
        yield f"{entry.msgid!r} and {text!r} have different placeholders."
    if text == entry.msgid and " " in text and re.search("[a-z]", text):
        yield f"{entry.msgid!r} is still English."


def main(words: list[str]) -> int:
    match words:
        case ["compile"]:
            sys.stdout.write(f"{compile_all()} catalogues compiled\n")
        case ["check"]:
            found = problems()
            sys.stdout.write("".join(f"{problem}\n" for problem in found))
            sys.stdout.write(f"{len(found)} problems with translations\n")
            return 1 if found else 0
        case ["missing"]:
            sys.stdout.write(missing())
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
