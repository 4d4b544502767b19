"""What an election's result says, in sentences; made of its facts alone, in either language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.reckoning import base_in
from xiangyue.ballots.elections.rules import Asker, Fate, Fault
from xiangyue.ballots.rules import Base
from xiangyue.ballots.sentences import part_words


def _name(office: dict[str, Any]) -> str:
    return str(office["en" if (get_language() or "").startswith("en") else "zh"])


def office_sentence(facts: dict[str, Any], office: dict[str, Any]) -> str:
    """“主任: of 100 voters 60 voted; more than half are needed: enough. 31 votes elect.”"""
    is_run_off = facts["kind"] in {"run_off", "tie"}
    words = {
        "office": _name(office),
        "roll": facts["roll"]["count"],
        "returned": office["returned"],
        "turnout": part_words(facts["terms"]["turnout"]),
        "needed": office["needed"],
        "share": part_words(facts["terms"]["run_off" if is_run_off else "first_round"]),
    }
    if base_in(facts) is Base.PRESENT:
        return _of_meeting(facts, office, words, is_run_off=is_run_off)
    if not office["is_valid"]:
        return (
            _("%(office)s: of %(roll)d voters %(returned)d voted; %(turnout)s are needed: not"
              " enough. The election does not hold and is held again.") % words
        )  # fmt: skip
    if is_run_off:
        return (
            _("%(office)s: %(returned)d slips came back; the most votes elect, and %(share)s of the"
              " slips, %(needed)d.") % words
        )  # fmt: skip
    return (
        _("%(office)s: of %(roll)d voters %(returned)d voted; %(turnout)s are needed: enough."
          " %(share)s of the slips elect, %(needed)d.") % words
    )  # fmt: skip


def _of_meeting(
    facts: dict[str, Any], office: dict[str, Any], words: dict[str, Any], *, is_run_off: bool
) -> str:
    """The same of delegates of households or representatives of groups, who meet (RCOL 10)."""
    words |= {"present": facts["handed_out"]["count"]}
    if is_run_off:
        words["share"] = part_words(facts["terms"]["run_off"])
    is_household = facts.get("electors") == "households"
    if not office["is_valid"]:
        return (
            _("%(office)s: of %(roll)d households %(present)d sent their delegate; %(turnout)s are"
              " needed: not enough. It is held again.")
            if is_household
            else _("%(office)s: of %(roll)d representatives %(present)d came; %(turnout)s are"
                   " needed: not enough. It is held again.")
        ) % words  # fmt: skip
    return (
        _("%(office)s: of %(roll)d households %(present)d sent their delegate; %(turnout)s are"
          " needed: enough. %(share)s of those present elect, %(needed)d.")
        if is_household
        else _("%(office)s: of %(roll)d representatives %(present)d came; %(turnout)s are needed:"
               " enough. %(share)s of those present elect, %(needed)d.")
    ) % words  # fmt: skip


def ending_sentence(office: dict[str, Any]) -> str:
    """Who is elected, who is even, who stands in the run-off, what stays open."""
    parts = []
    for fate, text in (
        (Fate.ELECTED, _("Elected: %(names)s.")),
        (Fate.TIED, _("Even, voted on again: %(names)s.")),
        (Fate.RUN_OFF, _("In the run-off: %(names)s.")),
    ):
        names = [row["name"] for row in office["rows"] if row["fate"] == fate]
        if names:
            parts.append(text % {"names": "、".join(names)})
    if office["open_seats"]:
        parts.append(_("%(count)d to be filled still.") % {"count": office["open_seats"]})
    return (" " if (get_language() or "").startswith("en") else "").join(parts)


def rows_of(office: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Each name, the votes, and what became of it; those written in and not elected in one row."""
    found, others, other_count = [], 0, 0
    for row in office["rows"]:
        if row["number"] is None:
            others, other_count = others + row["count"], other_count + 1
            continue
        found.append((row["name"], row["count"], fate_words(row)))
    if other_count:
        found.append((_("Others written in (%(count)d)") % {"count": other_count}, others, ""))
    return found


def fate_words(row: dict[str, Any]) -> str:
    if row["seated"]:
        return _("Holds another seat already")
    return {
        Fate.ELECTED: _("Elected"),
        Fate.TIED: _("Even"),
        Fate.RUN_OFF: _("In the run-off"),
        Fate.NOT_ELECTED: _("Not elected"),
    }[Fate(row["fate"])]


def result_lines(facts: dict[str, Any]) -> list[str]:
    """The result for the notice board."""
    out = facts["handed_out"]
    lines = [
        _("Voters on the list: %(roll)d. Slips handed out: %(out)d, of these by proxy %(proxy)d, at"
          " mobile boxes %(box)d.")
        % {"roll": facts["roll"]["count"], "out": out["count"], "proxy": out["by_proxy"],
           "box": out["by_box"]}
    ]  # fmt: skip
    for office in facts["offices"]:
        lines.append(office_sentence(facts, office))
        votes = "、".join(f"{name} {count}" for name, count, _fate in rows_of(office))
        lines.append(
            _("Slips back %(returned)d, spoiled %(spoiled)d. Votes: %(votes)s.")
            % {"returned": office["returned"], "spoiled": office["spoiled"], "votes": votes}
        )
        lines.append(ending_sentence(office))
    return [line for line in lines if line]


def fault_sentence(fault: Fault) -> tuple[str, str]:
    """What a committee as elected lacks, and how the law solves it; with its source."""
    return {
        Fault.TOO_FEW: (
            _("Fewer are elected than the committee must have. A further vote fills the seats."),
            "VCOL art. 6",
        ),
        Fault.TOO_MANY: (_("More are elected than the committee may have."), "VCOL art. 6"),
        Fault.NO_WOMAN: (
            _("No woman is elected. The law wants one: leave a member's seat open and hold a"
              " by-election for it for which only women stand."),
            "VCOL art. 6",
        ),
        Fault.NO_MINORITY_MEMBER: (
            _("Nobody of a smaller people is elected. Where several peoples live the law wants one:"
              " leave a member's seat open and fill it in a by-election."),
            "VCOL art. 6",
        ),
        Fault.NO_CHOICE: (_("There must be more candidates than seats."), "VCOL art. 15"),
    }[fault]  # fmt: skip


def asker_words(asker: str) -> str:
    return str(
        {Asker.VOTERS: _("voters"), Asker.REPRESENTATIVES: _("representatives")}[Asker(asker)]
    )
