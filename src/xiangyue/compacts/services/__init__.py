"""The verbs of compacts: writing, judging, publishing, hearing, voting, keeping."""

from xiangyue.compacts.services.accompanying import (
    accompany,
    attach_run,
    take_over,
    withdraw,
)
from xiangyue.compacts.services.acting import (
    EditedMeanwhile,
    NotNow,
    NotReady,
    WordsMissing,
)
from xiangyue.compacts.services.drafting import (
    WrongPlace,
    add_clause,
    begin_compact,
    begin_version,
    move_clause,
    remove_clause,
    save_clause,
)
from xiangyue.compacts.services.following import follow_its_ending, follow_to_the_end
from xiangyue.compacts.services.hearing import (
    AlreadyAnswered,
    NotHeard,
    answer_opinion,
    check_may_answer,
    forget_people,
    give_opinion,
    note_asked,
)
from xiangyue.compacts.services.judging import judge
from xiangyue.compacts.services.keeping import (
    acknowledge,
    add_signing,
    add_telling,
    announce_late_filings,
    file_with_town,
    lift_order,
    order_correction,
    put_in_force,
    remove_telling,
)
from xiangyue.compacts.services.publishing import (
    begin_revision,
    post_result,
    publish_first,
    publish_second,
)
from xiangyue.compacts.services.voting import check_may_open, plan_vote, take_result

__all__ = [
    "AlreadyAnswered",
    "EditedMeanwhile",
    "NotHeard",
    "NotNow",
    "NotReady",
    "WordsMissing",
    "WrongPlace",
    "accompany",
    "acknowledge",
    "add_clause",
    "add_signing",
    "add_telling",
    "announce_late_filings",
    "answer_opinion",
    "attach_run",
    "begin_compact",
    "begin_revision",
    "begin_version",
    "check_may_answer",
    "check_may_open",
    "file_with_town",
    "follow_its_ending",
    "follow_to_the_end",
    "forget_people",
    "give_opinion",
    "judge",
    "lift_order",
    "move_clause",
    "note_asked",
    "order_correction",
    "plan_vote",
    "post_result",
    "publish_first",
    "publish_second",
    "put_in_force",
    "remove_clause",
    "remove_telling",
    "save_clause",
    "take_over",
    "take_result",
    "withdraw",
]
