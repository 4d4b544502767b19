"""What a county declares about issues: limits, forms of deliberation, topics."""

from typing import Self

from pydantic import Field, field_validator

from xiangyue.blueprints.schema import Declared, Said
from xiangyue.calendars.rules import Limit, LimitUnreadable


def _limit(value: str) -> str:
    try:
        limit = Limit.parse(value)
    except LimitUnreadable as unreadable:
        raise ValueError(str(unreadable)) from unreadable
    if limit.amount == 0:
        raise ValueError("it takes some time")
    return value


class IssuePolicy(Declared):
    """Limits for issues.

    `decide_within`: the Party organisation accepts or declines so soon. A petition of topic with
    `petition_least` supporters is answered within `answer_within`. What was declined can be asked
    once more when `ask_again_more` people more support it. Issues of the last `similar_days` days
    are offered to whoever writes a similar one.
    """

    decide_within: str = "10wd"
    petition_least: int = Field(ge=2, le=1_000)
    answer_within: str = "15wd"
    ask_again_more: int = Field(ge=1, le=1_000)
    similar_days: int = Field(180, ge=1, le=730)
    issues_per_day: int = Field(5, ge=1, le=50)
    tasks_remind_days: int = Field(3, ge=1, le=30)

    _limits = field_validator("decide_within", "answer_within")(_limit)

    def weakens(self, base: Self) -> str | None:
        """How a county would give people less: longer to wait, more voices needed."""
        if self._is_longer(self.decide_within, base.decide_within):
            return "issues may not wait longer for a yes or no"
        if self._is_longer(self.answer_within, base.answer_within):
            return "petitions may not be answered later"
        if self.petition_least > base.petition_least:
            return "a petition may not need more supporters"
        if self.ask_again_more > base.ask_again_more:
            return "asking again may not need more supporters"
        return None

    @staticmethod
    def _is_longer(mine: str, common: str) -> bool:
        own, base = Limit.parse(mine), Limit.parse(common)
        return own.unit is not base.unit or own.amount > base.amount


class DeliberationForm(Declared):
    """A way of deliberating (SY-29) and the procedure by which it runs.

    Where it `wants_lawyers_note` nothing is resolved before a lawyer has written what the law
    says to it (援法议事).
    """

    name: Said
    says: Said
    template: str
    wants_lawyers_note: bool = False

    def weakens(self, base: Self) -> str | None:
        if base.wants_lawyers_note and not self.wants_lawyers_note:
            return f"{self.key} may not do without the lawyer's note"
        return None


class IssueTopic(Declared):
    """What issues are about, for lists and figures (JC-17)."""

    name: Said


DECLARES = {
    "issue_policy": IssuePolicy,
    "deliberation_form": DeliberationForm,
    "issue_topic": IssueTopic,
}
