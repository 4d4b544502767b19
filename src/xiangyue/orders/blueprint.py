"""What a county may declare about rounds: who votes, how long each step takes, the reckoning."""

from typing import Literal, Self

from pydantic import Field, model_validator

from xiangyue.blueprints.schema import Declared, Piece, Said
from xiangyue.orders.rules import Method


class SlipLimit(Piece):
    """What one slip may hold: within the budget, and at most so many projects (0: any number)."""

    within_budget: bool = True
    most: int = Field(default=0, ge=0, le=100)


class RoundKind(Declared):
    """A kind of round: who votes on what money, how long each step takes, how it is reckoned.

    Budgets are in yuan. `matter` names what the law reserves to some bodies, as votes know it.
    """

    name: Said
    purpose: Said
    held_at: tuple[Literal["village", "group"], ...] = ("village",)
    segments: tuple[int, int] | None = None
    decision_rule: str
    matter: str = ""
    notice_kind: str = "order_projects"
    result_kind: str = "order_result"
    modes: tuple[Literal["paper", "online"], ...] = ("paper", "online")
    method: Method
    needs_days: int = Field(ge=3, le=120)
    costing_days: int = Field(ge=1, le=120)
    vote_days: int = Field(ge=1, le=60)
    least_budget: int = Field(ge=1)
    most_budget: int = Field(ge=1, le=10_000_000_000)
    most_needs: int = Field(default=5, ge=1, le=50, description="by one person in one round")
    least_projects: int = Field(default=2, ge=1, le=20)
    slip: SlipLimit = SlipLimit()

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        if self.most_budget < self.least_budget:
            raise ValueError("the largest budget is below the smallest")
        if not self.modes:
            raise ValueError("say how people vote")
        if "paper" not in self.modes:
            raise ValueError("paper is always offered, for nobody needs a phone (SE05)")
        return self

    def weakens(self, base: Self) -> str | None:
        """A county may leave people more time, not less."""
        if self.vote_days < base.vote_days or self.needs_days < base.needs_days:
            return f"{self.key}: people have less time than the common kind gives them"
        return None


DECLARES = {"order_round": RoundKind}
