"""How compacts are put into words: article numbers, what keeps a version from going on."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xiangyue.calendars.wording import day_in_words
from xiangyue.compacts.legality import Finding, Level
from xiangyue.compacts.models import Clause, CorrectionOrder, Version

_DIGITS = "零一二三四五六七八九"


def number_in_words(number: int) -> str:
    """What an article is called: 第十二条, Article 12."""
    if (get_language() or "").startswith("en"):
        return _("Article %(number)d") % {"number": number}
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return f"第{number}条"
    written = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return f"第{written}{_DIGITS[ones] if ones or not tens else ''}条"


def clause_name(number: int, heading: str) -> str:
    name = number_in_words(number)
    return f"{name} {heading}" if heading else name


def version_name(version: Version) -> str:
    return _("Version %(number)d") % {"number": version.number}


def day_of(day: date) -> str:
    return day_in_words(day, has_year=True, has_weekday=False)


def notice_body(lead: str, clauses: Sequence[tuple[str, str]]) -> str:
    """The text as it hangs on a board: a lead, then article by article."""
    lines = [lead] if lead else []
    for number, (heading, text) in enumerate(clauses, start=1):
        joined = " ".join(text.split("\n"))
        lines.append(f"{clause_name(number, heading)}　{joined}")
    return "\n".join(lines)


def unlawful_in_words(found: Iterable[tuple[Clause, Finding]]) -> list[str]:
    """What of the draft stops it, clause by clause."""
    said: dict[tuple[int, Level], str] = {}
    for clause, finding in found:
        words = {"clause": clause_name(clause.position, clause.heading)}
        said[clause.position, finding.level] = (
            _("%(clause)s reads as unlawful: put it otherwise, or let the town decide.") % words
            if finding.level is Level.UNLAWFUL
            else _("%(clause)s may be unlawful: somebody decides on it first, with reasons.")
            % words
        )
    return [said[key] for key in sorted(said)]


def opinions_in_words(count: int) -> str:
    return ngettext(
        "%(count)d opinion is not answered yet.", "%(count)d opinions are not answered yet.", count
    ) % {"count": count}


def suspended_in_words(order: CorrectionOrder) -> str:
    """Why a clause does not hold for now; on page and paper alike."""
    return _("Suspended since %(day)s by order of the town: %(reason)s") % {
        "day": day_of(timezone.localdate(order.ordered_at)),
        "reason": " ".join(order.reason.split()),
    }
