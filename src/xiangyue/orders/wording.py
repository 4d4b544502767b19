"""Rounds in the words of the board: the list of projects, the result."""

from typing import Any

from django.utils.translation import gettext as _

from xiangyue.orders.models import ProjectState, Round
from xiangyue.orders.money import yuan
from xiangyue.orders.sentences import verdict_badge, verdict_sentence

LONGEST_TITLE = 100


def list_of_projects(round_: Round) -> tuple[str, str, dict[str, Any]]:
    """Title, words and table of the notice before the vote."""
    body = _(
        "Budget: %(budget)s yuan, from %(money_from)s. These projects are put to the vote once the"
        " notice is over and every objection is answered. What was not taken up, and why, stands on"
        " the round's page."
    ) % {"budget": yuan(round_.budget), "money_from": round_.money_from}
    rows = [
        [str(one.number), one.title, yuan(one.cost), yuan(one.upkeep) or "0", one.costed_by]
        for one in round_.projects.filter(state=ProjectState.DRAFT)
    ]
    table = {
        "title": _("Projects"),
        "columns": [
            _("Number"),
            _("Project"),
            _("Costs (yuan)"),
            _("Upkeep a year (yuan)"),
            _("Costed by"),
        ],
        "rows": rows,
    }
    title = _("Projects to choose from: %(title)s") % {"title": round_.title}
    return title[:LONGEST_TITLE], body, {"tables": [table]}


def result_in_words(
    round_: Round, facts: dict[str, Any], digest: str
) -> tuple[str, str, dict[str, Any]]:
    """Title, words and table of the notice after the vote."""
    named = {each["number"]: each for each in facts["projects"]}
    lines = [attendance_sentence(facts)]
    for each in facts["verdicts"]:
        project = named[each["number"]]
        lines.append(f"{each['number']}. {project['title']}：{verdict_sentence(facts, each)}")
    lines.append(_("Digest of the result: %(digest)s") % {"digest": digest})
    rows = [
        [
            str(each["number"]),
            named[each["number"]]["title"],
            str(each["votes"]),
            yuan(named[each["number"]]["cost"]),
            str(verdict_badge(each)),
        ]
        for each in facts["verdicts"]
    ]
    table = {
        "title": _("Result"),
        "columns": [
            _("Number"),
            _("Project"),
            _("Voices"),
            _("Costs (yuan)"),
            _("What became of it"),
        ],
        "rows": rows,
    }
    title = _("What the budget pays for: %(title)s") % {"title": round_.title}
    return title[:LONGEST_TITLE], "\n".join(lines)[:19_000], {"tables": [table]}


def attendance_sentence(facts: dict[str, Any]) -> str:
    """How many took part, and whether it was enough."""
    words = {
        "present": facts["present"]["count"],
        "roll": facts["roll"]["count"],
        "needed": facts["quorum"]["needed"],
        "blank": facts["blank"],
        "invalid": facts["invalid"],
        "budget": yuan(facts["budget"]),
        "spent": yuan(facts["spent"]),
        "left": yuan(facts["budget"] - facts["spent"]),
    }
    if not facts["quorum"]["is_met"]:
        return (
            _(
                "%(present)d of %(roll)d took part; at least %(needed)d are needed, so nothing is"
                " decided."
            )
            % words
        )
    return (
        _(
            "%(present)d of %(roll)d took part (at least %(needed)d are needed). Of the %(budget)s"
            " yuan %(spent)s are spent, %(left)s are left."
        )
        % words
    )
