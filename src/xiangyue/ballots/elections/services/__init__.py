"""Everything that is done with elections."""

from xiangyue.ballots.elections.services.announcing import (
    announce_election,
    annul_election,
    join_committee,
    leave_committee,
)
from xiangyue.ballots.elections.services.counting import count_round, record_office_count
from xiangyue.ballots.elections.services.ending import conclude_election, hand_over
from xiangyue.ballots.elections.services.grouping import choose_representatives
from xiangyue.ballots.elections.services.nominating import (
    answer_nomination,
    nominate,
    publish_candidates,
    record_answer,
    withdraw_candidate,
)
from xiangyue.ballots.elections.services.polling import (
    add_proxy,
    choose_tellers,
    close_round,
    hand_out,
    open_round,
    take_back,
    withdraw_proxy,
)
from xiangyue.ballots.elections.services.recalling import (
    ask_for_recall,
    call_recall,
    decide_recall,
    draw_recall_roll,
    drop_recall,
    hear_recalled,
)
from xiangyue.ballots.elections.services.registering import (
    answer_claim,
    claim_vote,
    draw_voters,
)
from xiangyue.ballots.elections.services.rounds import plan_next_round, void_round

__all__ = [
    "add_proxy",
    "announce_election",
    "annul_election",
    "answer_claim",
    "answer_nomination",
    "ask_for_recall",
    "call_recall",
    "choose_representatives",
    "choose_tellers",
    "claim_vote",
    "close_round",
    "conclude_election",
    "count_round",
    "decide_recall",
    "draw_recall_roll",
    "draw_voters",
    "drop_recall",
    "hand_out",
    "hand_over",
    "hear_recalled",
    "join_committee",
    "leave_committee",
    "nominate",
    "open_round",
    "plan_next_round",
    "publish_candidates",
    "record_answer",
    "record_office_count",
    "take_back",
    "void_round",
    "withdraw_candidate",
    "withdraw_proxy",
]
