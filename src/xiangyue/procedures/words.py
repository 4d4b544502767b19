"""What is missing, in words a clerk can act on."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiangyue.calendars.wording import day_in_words
from xiangyue.procedures.blueprint import EvidenceKind, Step
from xiangyue.procedures.rules import Missing


def sentence(  # noqa: PLR0911 - one a gate
    missing: Missing, step: Step, steps: Sequence[Step]
) -> str:
    """One sentence: what is missing, and what to do about it."""
    language, facts = get_language(), missing.facts
    if missing.code == "evidence":
        return _evidence(
            step, str(facts["evidence"]), int(str(facts["least"])), int(str(facts["has"]))
        )
    names = {one.key: one.name.in_language(language) for one in steps}
    before = names.get(str(facts.get("step", "")), str(facts.get("step", "")))
    if missing.code == "days_since":
        since, days = facts["since"], int(str(facts["days"]))
        if not isinstance(since, date):
            return _("“%(step)s” comes first.") % {"step": before}
        return _(
            "%(days)d days must lie between “%(step)s” and this step: it can be completed from "
            "%(day)s on."
        ) % {
            "days": days,
            "step": before,
            "day": day_in_words(since + timedelta(days=days), has_year=True),
        }
    if missing.code == "different_person":
        return _(
            "You completed “%(step)s”; somebody else completes this step, so that nobody checks "
            "their own work."
        ) % {"step": before}
    if missing.code == "panel":
        least, has = int(str(facts["least"])), int(str(facts["has"]))
        return ngettext(
            "The panel needs %(least)d member without a tie to the matter; it has %(has)d.",
            "The panel needs %(least)d members without a tie to the matter; it has %(has)d.",
            least,
        ) % {"least": least, "has": has}
    if missing.code == "panel_women":
        least = int(str(facts["least"]))
        return ngettext(
            "At least %(least)d woman sits on the panel.",
            "At least %(least)d women sit on the panel.",
            least,
        ) % {"least": least}
    if missing.code == "panel_close":
        count = int(str(facts["count"]))
        return ngettext(
            "%(count)d member of the panel is, or is close to, whom it is about; note that they "
            "step back, and name another.",
            "%(count)d members of the panel are, or are close to, whom it is about; note that they "
            "step back, and name others.",
            count,
        ) % {"count": count}
    if missing.code == "mandatory":
        return _("This step is mandatory and cannot be left out.")
    return _("This step is not open: the step before it comes first.")


def _evidence(step: Step, key: str, least: int, has: int) -> str:
    asked = step.evidence_named(key)
    assert asked is not None
    said = {"name": asked.name.in_language(get_language()), "least": least, "has": has}
    if asked.kind is EvidenceKind.FILE:
        text = ngettext(
            "Add the document or picture “%(name)s”.",
            "“%(name)s”: %(least)d documents or pictures are needed, %(has)d are there.",
            least,
        )
    elif asked.kind is EvidenceKind.REFERENCE:
        text = ngettext(
            "Choose “%(name)s” from what stands here.",
            "“%(name)s”: choose %(least)d from what stands here, %(has)d are chosen.",
            least,
        )
    else:
        text = ngettext(
            "Write “%(name)s”.",
            "“%(name)s”: %(least)d are needed, %(has)d are written.",
            least,
        )
    return text % said


def sentences(missing: Sequence[Missing], step: Step, steps: Sequence[Step]) -> list[str]:
    return [sentence(one, step, steps) for one in missing]
