"""The indicators as data: what is counted, out of what, in which period, said in words.

The same conditions make the number (`adds`), the list of its rows (`condition`) and the recount,
so that a number and the list behind it cannot differ. Each reads the fields of `Finding`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Condition = Mapping[str, Any]
Text: TypeAlias = "str | Promise"

COUNTED: Condition = {"left_out": ""}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One ratio over incidents.

    `day` is the day of a finding that puts it in a period; `out_of` what its denominator counts
    and `what` which of those its numerator counts: fields and the value, or any of the values,
    that they must have. `split_by` is a field whose values are also counted one by one.
    A figure `is_good` when more of it is better; None says neither.
    """

    key: str
    name: Text
    what_in_words: Text
    out_of_in_words: Text
    source: str
    day: str
    out_of: Condition
    what: Condition
    note: Text = ""
    split_by: str = ""
    is_good: bool | None = True
    is_public: bool = True

    @property
    def slug(self) -> str:
        return self.key.lower()

    @property
    def when(self) -> Text:
        return WHEN[self.day]


def holds(condition: Condition, finding: Any) -> bool:
    """Whether the finding has what the condition asks for."""
    for name, wanted in condition.items():
        value = getattr(finding, name)
        if value not in wanted if isinstance(wanted, tuple) else value != wanted:
            return False
    return True


def as_query(condition: Condition) -> Q:
    """The same condition for the database."""
    query = Q()
    for name, wanted in condition.items():
        query &= Q(**{f"{name}__in" if isinstance(wanted, tuple) else name: wanted})
    return query


# When a matter counts, by the day of a finding that an indicator goes by.
WHEN: Mapping[str, Text] = {
    "accepted_day": _("A matter counts in the period in which it came in."),
    "due_day": _("A matter counts in the period in which its deadline passed."),
    "answered_day": _("A matter counts in the period in which it was last answered."),
    "ended_day": _("A matter counts in the period in which it was first closed or objected to."),
    "closed_day": _("A matter counts in the period in which it was closed."),
    "rated_day": _("A matter counts in the period of its reporter's last word."),
}


def _satisfied(key: str, name: Text, source: str) -> "Indicator":
    """What KPI-11 and the third rate of KPI-12 count alike."""
    return Indicator(
        key,
        name,
        _("matters whose reporter's last word was “satisfied”"),
        _("matters that their reporter rated, each once, by the last word"),
        source,
        "rated_day",
        {**COUNTED, "is_rated": True},
        {"is_satisfied": True},
        note=_("Who says nothing is neither satisfied nor dissatisfied, and not counted here."),
    )


INDICATORS: Mapping[str, Indicator] = {
    one.key: one
    for one in (
        Indicator(
            "KPI-05", _("Closing rate"),
            _("matters that are closed by now"),
            _("matters whose deadline passed in the period"),
            "KPI-05 办结率", "due_day", {**COUNTED, "is_due": True}, {"is_closed": True},
            note=_("Answered and waiting for the reporter's word is not closed yet."),
        ),
        Indicator(
            "KPI-06", _("Rate answered in time"),
            _("matters that were answered by their deadline"),
            _("matters whose deadline passed in the period"),
            "KPI-06 按期办结率", "due_day", {**COUNTED, "is_due": True}, {"is_in_time": True},
            note=_(
                "The deadline is the one with the approved extensions. What is overdue and still "
                "open counts as not in time; what was reopened counts with its new deadline."
            ),
        ),
        Indicator(
            "KPI-07", _("Rate answered at all"),
            _("matters whose reporter has an answer"),
            _("matters whose deadline passed in the period"),
            "KPI-07 回应率（件件有回音）", "due_day", {**COUNTED, "is_due": True},
            {"is_answered": True},
        ),
        Indicator(
            "KPI-08", _("Overdue rate"),
            _("matters that are overdue, or were answered too late"),
            _("matters that came in during the period"),
            "KPI-08 超期率", "accepted_day", COUNTED, {"is_late": True}, is_good=False,
        ),
        Indicator(
            "KPI-09", _("Small matters settled in the grid"),
            _("small matters that were closed at the grid's level"),
            _("matters closed in the period that were small: first dispatched to a grid"),
            "KPI-09 小事不出网格率; SY-16", "closed_day",
            {**COUNTED, "is_closed": True, "first_level": "grid"}, {"level": "grid"},
            note=_("What is small is fixed by the first dispatch; what rises later stays small."),
        ),
        Indicator(
            "KPI-10", _("Larger matters settled in the village"),
            _("of these, those that were closed in the village or below"),
            _("matters closed in the period that needed more than a grid"),
            "KPI-10 大事不出村居率; SY-16", "closed_day",
            {**COUNTED, "is_closed": True, "is_above_grid": True}, {"level": ("grid", "village")},
        ),
        _satisfied("KPI-11", _("Satisfied reporters"), "KPI-11 群众满意率"),
        Indicator(
            "KPI-11-RATED", _("How many said a word"),
            _("matters of which the reporter said whether they are satisfied"),
            _("matters closed in the period that had a reporter to ask"),
            "KPI-11 评价覆盖率; PE07", "closed_day",
            {**COUNTED, "is_closed": True, "is_askable": True}, {"is_rated": True}, is_good=None,
            note=_("Rating is free. A low share says that the satisfied share rests on few."),
        ),
        Indicator(
            "KPI-12-RESPONSE", _("Response rate"),
            _("matters that a unit took on within the time to respond"),
            _("matters that came in during the period and whose time to respond has passed"),
            "KPI-12 响应率", "accepted_day", {**COUNTED, "is_response_due": True},
            {"is_response_in_time": True},
        ),
        Indicator(
            "KPI-12-SOLVED", _("Solution rate"),
            _("matters that were fixed, not only in part"),
            _("matters closed in the period in which there was something to fix"),
            "KPI-12 解决率; N1", "closed_day",
            {**COUNTED, "is_closed": True, "outcome": ("fixed", "partly_fixed", "not_fixed")},
            {"outcome": "fixed"},
            note=_("What could only be explained, or belongs elsewhere, is not counted."),
        ),
        _satisfied("KPI-12-SATISFIED", _("Satisfaction rate"), "KPI-12 满意率"),
        Indicator(
            "KPI-13", _("Rework rate"),
            _("matters that were reopened after their reporter's word"),
            _("matters first closed, or first objected to, in the period"),
            "KPI-13 返工率", "ended_day", COUNTED, {"is_reworked": True}, is_good=False,
        ),
        Indicator(
            "KPI-15", _("Found by grid workers"),
            _("matters that a grid worker found"),
            _("matters that came in during the period"),
            "KPI-15 自主发现率", "accepted_day", COUNTED, {"channel": "worker"},
            split_by="channel", is_good=None,
            note=_("Not a target: a village in which residents speak up is no worse."),
        ),
        Indicator(
            "N1", _("Closed without being fixed"),
            _("matters closed as “not fixed”"),
            _("matters closed in the period"),
            "N1", "closed_day", {**COUNTED, "is_closed": True}, {"outcome": "not_fixed"},
            is_good=None,
            note=_("An honest outcome. It is never counted as fixed."),
        ),
        Indicator(
            "SY-44", _("With the right unit at once"),
            _("matters that nobody had to hand on or refuse"),
            _("matters closed in the period"),
            "SY-44", "closed_day", {**COUNTED, "is_closed": True}, {"is_direct": True},
            split_by="level",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Matters that came in during a period and count in none of its indicators, and why."""

    key: str
    name: Text
    why: Text
    out_of: Condition
    day: str = field(default="accepted_day", init=False)

    @property
    def slug(self) -> str:
        return self.key.lower()


LEFT_OUT: Mapping[str, LeftOut] = {
    one.key: one
    for one in (
        LeftOut(
            "MERGED", _("Merged with another report"),
            _("The matter is counted once, with the report that it was merged into."),
            {"left_out": "merged"},
        ),
        LeftOut(
            "WITHDRAWN", _("Withdrawn by the reporter"),
            _("Nobody had taken it on; there was nothing to settle."),
            {"left_out": "withdrawn"},
        ),
        LeftOut(
            "PART", _("Parts of a split matter"),
            _("The matter is counted once, as a whole."),
            {"left_out": "part"},
        ),
        LeftOut(
            "NOT-DUE", _("Deadline not passed yet, or waiting"),
            _("Counted by deadline once it has passed; in all other figures already."),
            {"left_out": "", "is_due": False},
        ),
    )
}  # fmt: skip

# How long matters took: counted by the day of the answer, from the clock of each.
HOURS_DAY = "answered_day"
HOURS_OUT_OF: Condition = {**COUNTED, "is_answered": True}

DAYS = ("accepted_day", "due_day", "answered_day", "ended_day", "closed_day", "rated_day")


def adds(finding: Any) -> Iterator[tuple[str, str, int]]:
    """To which counts the finding adds: (day's field, key, 1 when the numerator counts it too).

    A split counts under `KEY:value`, always within the denominator of KEY.
    """
    for one in INDICATORS.values():
        if getattr(finding, one.day) is None or not holds(one.out_of, finding):
            continue
        yield one.day, one.key, int(holds(one.what, finding))
        if one.split_by:
            yield one.day, f"{one.key}:{getattr(finding, one.split_by)}", 1
    for reason in LEFT_OUT.values():
        if holds(reason.out_of, finding):
            yield reason.day, reason.key, 0


def key_named(text: str) -> str | None:
    """The key that an address names, None when there is none."""
    key = text.upper()
    return key if key in INDICATORS or key in LEFT_OUT else None
