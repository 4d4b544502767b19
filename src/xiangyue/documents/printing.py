"""Typesetting: a module's template and its facts become a PDF.

A template is `<module>/print/<name>.typ`. It takes everything that people wrote out of the facts,
so that nothing they typed is ever read as markup.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from xiangyue.kernel.refusals import Refused

HOUSE = Path(__file__).resolve().parent.parent
FONTS = HOUSE / "documents" / "fonts"


class FontsMissing(Refused):
    """The fonts, which come with the front end's build, are not there."""

    code = "fonts_missing"
    status = 503


def printed(template: str, facts: Mapping[str, object]) -> bytes:
    """The PDF that the template makes of the facts.

    `template` is its path below the modules without `print/`: "meetings/minutes.typ". The facts
    are what JSON can hold; the template reads them by `json(bytes(sys.inputs.facts))`. The same
    facts give the same pages. Takes some 50 to 100 ms.

    :raises FontsMissing: the front end was never built here.
    :raises FileNotFoundError: there is no such template.
    """
    module, _, name = template.partition("/")
    source = HOUSE / module / "print" / name
    if not source.is_file():
        raise FileNotFoundError(source)
    made: bytes = typst.compile(
        source,
        root=HOUSE,
        font_paths=_fonts(),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        format="pdf",
    )
    return made


@cache
def _fonts() -> typst.Fonts:
    found = sorted(FONTS.glob("*.otf"))
    if not found:
        raise FontsMissing(
            _("The fonts for printing are missing: run `python frontend/build.py --force`.")
        )
    # The machine's own fonts are left out: the same paper everywhere.
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
