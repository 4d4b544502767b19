"""Reads a county's files into checked declarations; every fault is told with file, line and key."""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from xiangyue.blueprints.schema import Declared
from xiangyue.kernel.refusals import Refused

COMMON = "_common"


class DeclarationsFaulty(Refused):
    """A county's files cannot be loaded; nothing of them was."""

    code = "declarations_faulty"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(
            _("The county's declarations have %(count)d faults:\n%(faults)s")
            % {"count": len(faults), "faults": "\n".join(faults)}
        )
        self.faults = list(faults)


@dataclass(frozen=True)
class CountyFiles:
    """All that a county declares: checked declarations by kind and key, and its tables."""

    slug: str
    declarations: Mapping[str, Mapping[str, Declared]]
    tables: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)


def read_county(folder: Path, slug: str, kinds: Mapping[str, type[Declared]]) -> CountyFiles:
    """Read `_common` and then the county; what the county says again replaces the common word.

    Tables (`*.csv`) are the county's alone.

    :raises DeclarationsFaulty: with every fault found, not just the first.
    """
    faults: list[str] = []
    if not (folder / slug).is_dir():
        raise DeclarationsFaulty([_("There is no folder %(path)s.") % {"path": folder / slug}])
    declarations: dict[str, dict[str, Declared]] = {kind: {} for kind in kinds}
    for part in (COMMON, slug):
        seen: set[tuple[str, str]] = set()
        for file in sorted((folder / part).rglob("*.toml")):
            for kind, declared, place in _read_toml(file, folder, kinds, faults):
                if (kind, declared.key) in seen:
                    faults.append(
                        _("%(place)s: %(kind)s %(key)s is declared twice.")
                        % {"place": place, "kind": kind, "key": declared.key}
                    )
                seen.add((kind, declared.key))
                base = declarations[kind].get(declared.key)
                if base is not None and (weakened := declared.weakens(base)):
                    faults.append(f"{place}: {weakened}")
                declarations[kind][declared.key] = declared
    tables = {
        str(file.relative_to(folder / slug).with_suffix("")): _read_csv(file)
        for file in sorted((folder / slug).rglob("*.csv"))
    }
    if faults:
        raise DeclarationsFaulty(faults)
    return CountyFiles(slug, declarations, tables)


def _read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _read_toml(
    file: Path, folder: Path, kinds: Mapping[str, type[Declared]], faults: list[str]
) -> list[tuple[str, Declared, str]]:
    name = str(file.relative_to(folder))
    text = file.read_text(encoding="utf-8")
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{name}: {error}")
        return []
    found = []
    for kind, entries in content.items():
        if kind not in kinds:
            faults.append(
                _("%(place)s: there is no kind of declaration called %(kind)s.")
                % {"place": f"{name}:{_line_of(text, kind, 0, None)}", "kind": kind}
            )
            continue
        for position, entry in enumerate(entries if isinstance(entries, list) else [entries]):
            try:
                declared = kinds[kind].model_validate(entry)
            except ValidationError as error:
                for fault in error.errors():
                    path = ".".join(str(step) for step in fault["loc"])
                    line = _line_of(text, kind, position, str(fault["loc"][0]) if path else None)
                    faults.append(f"{name}:{line}: {kind} {path}: {fault['msg']}")
                continue
            found.append((kind, declared, f"{name}:{_line_of(text, kind, position, None)}"))
    return found


def _line_of(text: str, kind: str, position: int, key: str | None) -> int:
    """The line (from 1) where the entry begins, or where its key stands if it has one."""
    entry_line, seen = 1, -1
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped in {f"[[{kind}]]", f"[{kind}]"}:
            seen += 1
            if seen == position:
                entry_line = number
            elif seen > position:
                break
        elif seen == position and key and stripped.partition("=")[0].strip() == key:
            return number
    return entry_line
