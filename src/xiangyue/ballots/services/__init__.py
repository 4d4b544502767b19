"""Everything that is done with rolls and votes."""

from xiangyue.ballots.services.counting import (
    count_ballot,
    forget_voices,
    say_women_present,
    settle,
)
from xiangyue.ballots.services.members import end_membership, import_members
from xiangyue.ballots.services.planning import (
    Asked,
    annul_ballot,
    close_ballot,
    open_ballot,
    plan_ballot,
)
from xiangyue.ballots.services.rolls import (
    add_to_roll,
    answer_roll_objection,
    confirm_entries,
    draw_roll,
    fix_roll,
    object_to_roll,
    publish_roll,
    strike_from_roll,
)
from xiangyue.ballots.services.taking import (
    cast,
    mark_many_present,
    mark_present,
    take_part,
    withdraw_presence,
)
from xiangyue.ballots.services.tellers import record_count

__all__ = [
    "Asked",
    "add_to_roll",
    "annul_ballot",
    "answer_roll_objection",
    "cast",
    "close_ballot",
    "confirm_entries",
    "count_ballot",
    "draw_roll",
    "end_membership",
    "fix_roll",
    "forget_voices",
    "import_members",
    "mark_many_present",
    "mark_present",
    "object_to_roll",
    "open_ballot",
    "plan_ballot",
    "publish_roll",
    "record_count",
    "say_women_present",
    "settle",
    "strike_from_roll",
    "take_part",
    "withdraw_presence",
]
