"""What became of a project, and why, in a sentence that a villager understands.

Made from the result's facts alone, so that the same facts always say the same.
"""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from xiangyue.orders.money import yuan, yuan_of_share
from xiangyue.orders.rules import Why

NO_QUORUM = "no_quorum"
PAID = {Why.PAID_BY_SHARES.value, Why.PAID_BY_VOTES.value}


def verdict_sentence(facts: dict[str, Any], verdict: dict[str, Any]) -> str:
    """Why the project is paid for, or not, with the figures that it rests on."""
    project = next(each for each in facts["projects"] if each["number"] == verdict["number"])
    words = {
        "votes": verdict["votes"],
        "cost": yuan(project["cost"]),
        "turn": verdict["turn"] or 0,
        "left": yuan(verdict["left"]),
        "short": yuan(max(0, project["cost"] - (verdict["left"] or 0))),
        "share": _share(verdict["dearest_share"]),
        "had": _share(verdict["supporters_had"], is_floor=True),
        "present": facts["present"]["count"],
        "needed": facts["quorum"]["needed"],
    }
    return _template(facts, verdict) % words


def _template(facts: dict[str, Any], verdict: dict[str, Any]) -> str:
    why = verdict["why"]
    if why == Why.PAID_BY_VOTES and facts["method"] == "equal_shares":
        return _(
            "%(votes)d voices. Their shares alone (%(had)s yuan) were not enough for %(cost)s"
            " yuan; but %(left)s yuan were left over, and of what still fitted it had the most"
            " voices. Paid as number %(turn)d."
        )
    return {
        NO_QUORUM: _("Too few took part (%(present)d, needed %(needed)d), so nothing is paid for."),
        Why.NOT_WANTED: _("Nobody marked it."),
        Why.PAID_BY_SHARES: _(
            "%(votes)d voices. It costs %(cost)s yuan; those who want it pay it out of their"
            " shares, each at most %(share)s yuan. Paid as number %(turn)d."
        ),
        Why.PAID_BY_VOTES: _(
            "%(votes)d voices. When its turn came %(left)s yuan were left; it costs %(cost)s."
            " Paid as number %(turn)d."
        ),
        Why.SHARES_TOO_SMALL: _(
            "%(votes)d voices. Those who want it had %(had)s yuan left of their shares, it costs"
            " %(cost)s; and of the whole budget %(left)s yuan were left when its turn came,"
            " %(short)s too little."
        ),
        Why.NOTHING_LEFT: _(
            "%(votes)d voices. When its turn came %(left)s yuan were left; it costs %(cost)s, so"
            " %(short)s were missing."
        ),
    }[why]


def _share(text: str | None, *, is_floor: bool = False) -> str:
    if text is None:
        return "0"
    share = Fraction(text)
    return yuan(share.numerator // share.denominator) if is_floor else yuan_of_share(share)


def verdict_badge(verdict: dict[str, Any]) -> str:
    """In two or three words."""
    if verdict["why"] in PAID:
        return _("Is built")
    if verdict["why"] == NO_QUORUM:
        return _("Nothing decided")
    return _("Not this time")


def method_words(method: str) -> str:
    """How it is reckoned, for those who vote."""
    if method == "equal_shares":
        return _(
            "Everybody who votes has the same part of the money, and it pays only for what they"
            " marked. So a small courtyard that agrees gets its part too. What is left is filled"
            " up by the number of voices."
        )
    return _(
        "The project with the most voices is paid first, then the next that still fits, until the"
        " money is spent."
    )
