"""A notice on paper: red paper on a wall (LP-17), A3, or A4 for the counter."""

from typing import Any, Literal

import segno
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.documents.printing import printed
from xiangyue.places.models import Organisation
from xiangyue.places.queries import full_name
from xiangyue.publicity.kinds import kind_of
from xiangyue.publicity.models import Notice
from xiangyue.publicity.tables import Facts
from xiangyue.publicity.wording import attachment_in_words, days_in_words, objections_in_words

Paper = Literal["a3", "a4"]
# Points of the body by how many characters there are; A4 is two thirds of A3.
SIZES = ((160, 34), (320, 28), (600, 22), (1_100, 17), (2_200, 13))
SMALLEST = 12
A4_SHARE = 0.68


def poster_pdf(notice: Notice, *, address: str, paper: Paper, is_red: bool) -> bytes:
    """The notice for a wall. `is_red` colours white paper; red paper is printed on without it.

    `address` is where the living text stands, which the QR code opens.
    """
    facts = poster_facts(notice, address=address)
    return printed(
        "publicity/poster.typ",
        facts | {"paper": paper, "is_red": is_red, "size": size_of(notice, paper)},
    )


def size_of(notice: Notice, paper: Paper) -> float:
    """Points of the body, so that a short notice fills its sheet and a long one stays legible."""
    length = len(notice.body) + 12 * notice.body.count("\n")
    wide = next((size for most, size in SIZES if length <= most), SMALLEST)
    return float(wide) if paper == "a3" else max(round(wide * A4_SHARE, 1), 10.5)


def poster_facts(notice: Notice, *, address: str) -> dict[str, Any]:
    """What stands on the paper."""
    language = get_language()
    kind = kind_of(notice)
    published = timezone.localtime(notice.published_at)
    tables = Facts.model_validate(notice.facts).tables if notice.facts else ()
    return {
        "lang": "en" if (language or "").startswith("en") else "zh",
        "kind": kind.name.in_language(language),
        "title": notice.title,
        "issuer": full_name(notice.place),
        "body": notice.body,
        "attachments": [
            f"{position}. {attachment_in_words(one)}"
            for position, one in enumerate(notice.attachments.all(), start=1)
        ],
        "tables": [table.model_dump(mode="json") for table in tables],
        "window": days_in_words(notice) + objections_in_words(notice, at=notice.published_at),
        "how": how_to_object(notice) if notice.objections_until is not None else [],
        "remedy": kind.remedy.in_language(language) if kind.remedy is not None else "",
        "date": f"{published:%Y-%m-%d}",
        "number": notice.number,
        "digest": notice.digest[:16],
        "qr": segno.make(address, error="m").svg_inline(border=2, scale=4),
        "living": _("Scan it for the living text: what stands there holds."),
        "labels": {
            "how": _("How to object"),
            "number": _("No."),
            "digest": _("Check"),
            "attachments": _("Photos and documents, to be read by the code"),
        },
    }


def how_to_object(notice: Notice) -> list[str]:
    """The ways of objecting, first those that need no phone (SE05)."""
    unit = Organisation.objects.filter(
        place_path=notice.place_path, function="VC", is_active=True
    ).first()
    at_counter = _(
        "Tell it at the committee's office or to any grid worker; they enter it for you."
    )
    ways = [at_counter, _("Or write it on paper and hand it in; you get a receipt.")]
    if unit is not None and unit.phone:
        ways.append(_("Or call %(phone)s.") % {"phone": unit.phone})
    ways.append(_("Or scan the code; you need not sign in or say who you are."))
    return ways
