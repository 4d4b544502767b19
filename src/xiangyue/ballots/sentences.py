"""What a result says, in sentences; made of its facts alone, so in either language at any time."""

from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.ballots.rules import Ground


def part_words(part: dict[str, Any]) -> str:
    """A share in words: more than half, at least two thirds."""
    share = Fraction(part["share"])
    named = {
        Fraction(1, 2): _("half"),
        Fraction(1, 3): _("a third"),
        Fraction(2, 3): _("two thirds"),
        Fraction(3, 4): _("three quarters"),
    }.get(share, f"{share.numerator}/{share.denominator}")
    return (_("more than %(share)s") if part["is_strict"] else _("at least %(share)s")) % {
        "share": named
    }


def base_words(base: str) -> str:
    return {
        "present": _("those present"),
        "roll": _("all on the roll"),
        "cast": _("the votes cast"),
    }[base]


def attendance_sentence(facts: dict[str, Any]) -> str:
    """“20 of 30 took part; more than half are needed: enough.”"""
    rule, words = facts["rule"], _words(facts)
    words["needed"] = part_words(rule["quorum"])
    is_short = any(each["ground"] == Ground.NO_QUORUM for each in facts["questions"])
    if rule["basis"] == "households":
        text = (
            _("Of %(roll)d households %(present)d were represented; %(needed)s are needed: not"
              " enough.")
            if is_short
            else _("Of %(roll)d households %(present)d were represented; %(needed)s are needed:"
                   " enough.")
        )  # fmt: skip
    else:
        text = (
            _("Of %(roll)d on the roll %(present)d took part; %(needed)s are needed: not enough.")
            if is_short
            else _("Of %(roll)d on the roll %(present)d took part; %(needed)s are needed: enough.")
        )
    return text % words


def question_sentence(facts: dict[str, Any], question: dict[str, Any]) -> str:
    """Why a question was accepted or not, with the numbers it rests on."""
    majority = facts["rule"]["majority"]
    words = _words(facts) | {
        "count": question["count"],
        "choice": choice_name(question, question["choice"]) or _("anything"),
        "base": question["base_count"],
        "of": base_words(majority["base"]),
        "needed": part_words(majority),
        "least": question["needed_count"],
    }
    ground = Ground(question["ground"])
    counted = _(
        "%(count)d for “%(choice)s”, of %(base)d (%(of)s); %(needed)s are needed, %(least)d."
    )
    ending = {
        Ground.CARRIED: _("Accepted."),
        Ground.NO_MAJORITY: _("Not accepted."),
        Ground.NO_QUORUM: _("Too few took part, so nothing is decided."),
        Ground.TOO_FEW_WOMEN: _("Too few women took part, so nothing is decided."),
        Ground.WOMEN_NOT_COUNTED: _(
            "How many women took part was not counted, so nothing is decided."
        ),
    }[ground]
    return f"{counted % words}{_sentence_space()}{ending}"


def _sentence_space() -> str:
    return " " if (get_language() or "").startswith("en") else ""


def choice_name(question: dict[str, Any], key: str | None) -> str:
    """What a choice of the question is called."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    if key == "invalid":
        return _("Invalid")
    return next((each[language] for each in question["choices"] if each["key"] == key), "")


def _words(facts: dict[str, Any]) -> dict[str, Any]:
    return {"roll": facts["roll"]["count"], "present": facts["present"]["count"]}
