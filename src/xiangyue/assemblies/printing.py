"""Minutes on paper: the public ones, or the full ones with lines to sign on."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.assemblies.kinds import kind_name
from xiangyue.assemblies.models import Sitting
from xiangyue.assemblies.services import minutes_of
from xiangyue.assemblies.signing import sign_seats
from xiangyue.documents.printing import printed
from xiangyue.places.queries import full_name


def minutes_pdf(sitting: Sitting, *, is_public: bool, at: datetime) -> bytes:
    """The minutes for a printer in black and white.

    :raises NotFound: none are written yet.
    """
    return printed("assemblies/minutes.typ", minutes_facts(sitting, is_public=is_public, at=at))


def minutes_facts(sitting: Sitting, *, is_public: bool, at: datetime) -> dict[str, Any]:
    """What stands on the paper; the public one names who signed by their office alone."""
    minutes = minutes_of(sitting)
    language = get_language()
    seats = sign_seats(sitting, minutes, at=at)
    return {
        "lang": "en" if (language or "").startswith("en") else "zh",
        "title": sitting.title,
        "kind": kind_name(sitting),
        "issuer": full_name(sitting.place),
        "text": minutes.public_text if is_public else minutes.text,
        "state": "" if minutes.signed_at is not None else _("Draft, not signed yet"),
        "digest": minutes.digest[:16],
        "seats": [
            {
                "label": seat.label,
                "said": _signed_words(
                    seat.signature.signed_at, is_on_paper=seat.signature.is_on_paper
                )
                if seat.signature is not None
                else "",
            }
            for seat in seats
        ],
        "corrections": [
            {"text": one.text, "day": f"{timezone.localtime(one.written_at):%Y-%m-%d}"}
            for one in minutes.corrections.all()
        ],
        "labels": {
            "corrections": _("Corrections added later"),
            "signed": _("Signed"),
            "digest": _("Check"),
        },
    }


def _signed_words(moment: datetime, *, is_on_paper: bool) -> str:
    facts = {"moment": f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"}
    if is_on_paper:
        return _("signed on paper, entered %(moment)s") % facts
    return _("confirmed %(moment)s") % facts
