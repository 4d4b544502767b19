"""A compact on red paper and for the loudspeaker (LP-17, LP-36)."""

from typing import Any, Literal

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.compacts.kinds import kind_name
from xiangyue.compacts.models import Version
from xiangyue.compacts.queries import text_of
from xiangyue.compacts.wording import (
    clause_name,
    day_of,
    number_in_words,
    suspended_in_words,
    version_name,
)
from xiangyue.documents.printing import printed
from xiangyue.places.queries import full_name
from xiangyue.publicity.printing import A4_SHARE, SIZES, SMALLEST

Paper = Literal["a3", "a4"]


def poster_pdf(version: Version, *, address: str, paper: Paper, is_red: bool) -> bytes:
    """The text in force for a wall. `is_red` colours white paper.

    A clause that is suspended stands with its order in place of its words (CP07). `address` is
    where the living text stands, which the QR code opens.
    """
    return printed(
        "publicity/poster.typ",
        poster_facts(version, address=address, paper=paper) | {"paper": paper, "is_red": is_red},
    )


def poster_facts(version: Version, *, address: str, paper: Paper) -> dict[str, Any]:
    """What stands on the paper."""
    compact = version.compact
    body = "\n".join(_articles(version))
    length = len(body) + 12 * body.count("\n")
    wide = next((size for most, size in SIZES if length <= most), SMALLEST)
    places = [full_name(member.place) for member in compact.members.select_related("place")]
    joiner = ", " if (get_language() or "").startswith("en") else "、"
    since = version.in_force_from
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "kind": kind_name(compact),
        "title": compact.title,
        "issuer": joiner.join(places),
        "body": body,
        "tables": [],
        "window": _("In force since %(day)s.") % {"day": day_of(since)} if since else "",
        "how": [],
        "remedy": _(
            "Nobody is fined by this compact. Whoever finds a clause unlawful may ask the town's"
            " government to order its correction."
        ),
        "date": f"{since:%Y-%m-%d}" if since is not None else "",
        "number": version_name(version),
        "digest": version.digest[:16],
        "qr": segno.make(address, error="m").svg_inline(border=2, scale=4),
        "living": _("Scan it for the living text: what stands there holds."),
        "labels": {"how": "", "number": "", "digest": _("Check")},
        "size": float(wide) if paper == "a3" else max(round(wide * A4_SHARE, 1), 10.5),
    }


def _articles(version: Version) -> list[str]:
    return [
        f"{clause_name(one.number, one.clause.heading)}　"
        + (suspended_in_words(one.order) if one.order is not None else _line(one.clause.text))
        for one in text_of(version)
    ]


def _line(text: str) -> str:
    return " ".join(text.split("\n"))


def read_aloud(version: Version) -> list[str]:
    """The text as somebody reads it out, sentence by sentence; what is suspended is not read."""
    lines = [version.compact.title + "。"]
    for one in text_of(version):
        if one.order is not None:
            continue
        head = number_in_words(one.number)
        lines.append(f"{head}，{one.clause.heading}。" if one.clause.heading else f"{head}。")
        lines += [line.strip() for line in one.clause.text.split("\n") if line.strip()]
    return lines
