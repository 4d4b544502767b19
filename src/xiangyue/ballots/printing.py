"""Votes on paper: the roll for the wall, the slip, the result."""

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots import queries
from xiangyue.ballots.models import Ballot, Mode, Roll, RollState
from xiangyue.ballots.reading import rule_of
from xiangyue.ballots.sentences import choice_name
from xiangyue.ballots.showing import counts_table
from xiangyue.documents.printing import printed
from xiangyue.kernel.refusals import NotFound
from xiangyue.places.queries import full_name


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def roll_pdf(roll: Roll) -> bytes:
    """Everybody on the roll by group and name, numbered as on the roll; nobody who is struck.

    :raises NotFound: it is not published.
    """
    if roll.state == RollState.DRAFT:
        raise NotFound(_("This roll is not published yet."))
    groups: dict[str, list[list[str]]] = {}
    rows = roll.entries.filter(is_struck=False).order_by("group", "name", "number")
    for number, name, group in rows.values_list("number", "name", "group"):
        groups.setdefault(group or "—", []).append([str(number), name])
    lines = [
        _("Drawn on %(day)s; %(count)d on it.")
        % {"day": f"{roll.drawn_on:%Y-%m-%d}", "count": roll.entry_count}
    ]
    if roll.state == RollState.PUBLISHED and roll.objections_until is not None:
        until = timezone.localtime(roll.objections_until)
        lines.append(
            _("Whoever is missing, or finds somebody wrongly on it, says so to the committee or at"
              " the clerk's until %(until)s. Each objection is answered.")
            % {"until": f"{until:%Y-%m-%d %H:%M}"}
        )  # fmt: skip
    name = rule_of(roll).name.in_language(get_language())
    return printed(
        "ballots/roll.typ",
        {
            "lang": language(),
            "title": _("Who may vote: %(body)s") % {"body": name},
            "issuer": full_name(roll.place),
            "lines": lines,
            "groups": [{"name": key, "rows": rows} for key, rows in groups.items()],
            "foot": _("Check: %(digest)s") % {"digest": roll.digest[:16]} if roll.digest else "",
        },
    )


def slip_pdf(ballot: Ballot, *, specimen: bool) -> bytes:
    """The paper of a vote, or a specimen of it; it carries no name and no number.

    :raises NotFound: nobody votes on paper in this vote.
    """
    if Mode.PAPER not in ballot.modes:
        raise NotFound(_("In this vote nobody votes on paper."))
    slips = []
    for question in ballot.questions.all():
        facts = {"choices": question.choices}
        slips.append(
            {
                "heading": f"{question.position}. {question.text}",
                "how": _("Mark one box."),
                "by_rows": False,
                "rows": [choice_name(facts, choice["key"]) for choice in question.choices],
                "marks": [],
                "left": "",
                "empty": 0,
                "write": "",
                "foot": "",
            }
        )
    facts = slip_facts(ballot.title, full_name(ballot.place), slips, specimen=specimen)
    return printed("ballots/slip.typ", facts)


def slip_facts(
    title: str, issuer: str, slips: list[dict[str, Any]], *, specimen: bool = False
) -> dict[str, Any]:
    """What a slip's template prints; a `specimen` says over each slip that it is none."""
    facts = {"lang": language(), "title": title, "issuer": issuer, "slips": slips}
    if specimen:
        facts["specimen"] = _("SPECIMEN")
        facts["specimen_says"] = _("Specimen: it is no slip and does not count.")
    return facts


def result_pdf(ballot: Ballot) -> bytes:
    """The result of a vote, with every number that it rests on.

    :raises NotFound: it has none yet.
    """
    outcome = queries.outcome(ballot)
    tables = []
    for question in outcome.questions:
        rows = counts_table(question.facts)
        ways = [way for way, _count in rows[0][2]] if rows else []
        tables.append(
            {
                "title": f"{question.position}. {question.text}",
                "lines": [],
                "columns": [_("Choice"), _("All"), *ways],
                "rows": [
                    [name, str(count), *(str(part) for _way, part in parts)]
                    for name, count, parts in rows
                ],
                "after": [question.sentence],
            }
        )
    return printed(
        "ballots/result.typ",
        result_facts(
            _("Result of the vote: %(title)s") % {"title": ballot.title},
            full_name(ballot.place),
            [outcome.sentence],
            tables,
            outcome.digest,
        ),
    )


def result_facts(
    title: str, issuer: str, lines: list[str], tables: list[dict[str, Any]], digest: str
) -> dict[str, Any]:
    return {
        "lang": language(),
        "title": title,
        "issuer": issuer,
        "lines": lines,
        "tables": tables,
        "digest": _("Digest of the result: %(digest)s") % {"digest": digest},
        "signers": [_("Teller"), _("Teller"), _("In the chair")],
    }
