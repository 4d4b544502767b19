"""The grid worker's paper: how an issue stands in words to read out, and whom to tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.deliberation.models import Issue, Support
from xiangyue.deliberation.showing import timeline
from xiangyue.documents.printing import printed
from xiangyue.places.queries import full_name


def slip_pdf(issue: Issue, rows: Sequence[Support], *, at: datetime) -> bytes:
    """A4 in large print; what the living page says holds."""
    return printed("deliberation/slip.typ", slip_facts(issue, rows, at=at))


def slip_facts(issue: Issue, rows: Sequence[Support], *, at: datetime) -> dict[str, Any]:
    resolution = issue.resolutions.exclude(outcome="put_off").first()
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("Tell in person"),
        "issuer": full_name(issue.place),
        "number": issue.number,
        "issue": issue.title,
        "state": str(issue.get_state_display()),
        "said": issue.answer or (resolution.text if resolution is not None else issue.reason),
        "steps": [
            {"day": f"{timezone.localtime(step.at):%Y-%m-%d}", "title": step.title}
            for step in timeline(issue)[-6:]
        ],
        "people": [
            {
                "name": row.person.name if row.person is not None else row.said_by,
                "house": row.person.household.address or row.person.household.code
                if row.person is not None and row.person.household is not None
                else "",
            }
            for row in rows
        ],
        "printed": f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
        "labels": {
            "state": _("How it stands"),
            "steps": _("What happened"),
            "people": _("To be told"),
            "told": _("Told on"),
            "none": _("Nobody waits to be told in person."),
            "printed": _("Printed"),
        },
    }
