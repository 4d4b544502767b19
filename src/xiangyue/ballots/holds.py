"""What keeps a roll back beside its own rules: an election has days and a committee of its own.

@holds("publish")
def the_list_hangs_long_enough(roll: Roll, at: datetime) -> list[str]: ...
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from xiangyue.ballots.models import Roll

Step = Literal["publish", "fix"]
Hold = Callable[[Roll, datetime], list[str]]
_holds: dict[Step, list[Hold]] = {"publish": [], "fix": []}


def holds(step: Step) -> Callable[[Hold], Hold]:
    """Have the decorated function asked before a roll is published or fixed: sentences that say
    what is missing, none when nothing is."""

    def decorate(hold: Hold) -> Hold:
        _holds[step].append(hold)
        return hold

    return decorate


def held_back(step: Step, roll: Roll, *, at: datetime) -> list[str]:
    """What keeps the roll from the step, in sentences."""
    return [sentence for hold in _holds[step] for sentence in hold(roll, at)]
