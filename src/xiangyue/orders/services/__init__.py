"""Everything that is done with rounds, orders, projects and slips."""

from xiangyue.orders.services.building import check_project, report_progress
from xiangyue.orders.services.counting import count_round, type_papers
from xiangyue.orders.services.needs import order, put_into, set_aside, support
from xiangyue.orders.services.photos import add_photo, remove_photo, stages_for
from xiangyue.orders.services.projects import (
    Cost,
    keep_project,
    publish_projects,
    refuse_project,
    take_up_project,
)
from xiangyue.orders.services.rounds import (
    begin_round,
    end_needs,
    reopen_costing,
    stop_round,
)
from xiangyue.orders.services.voting import (
    announce_vote,
    cast_slip,
    close_vote,
    draw_voters,
    open_vote,
)

__all__ = [
    "Cost",
    "add_photo",
    "announce_vote",
    "begin_round",
    "cast_slip",
    "check_project",
    "close_vote",
    "count_round",
    "draw_voters",
    "end_needs",
    "keep_project",
    "open_vote",
    "order",
    "publish_projects",
    "put_into",
    "refuse_project",
    "remove_photo",
    "reopen_costing",
    "report_progress",
    "set_aside",
    "stages_for",
    "stop_round",
    "support",
    "take_up_project",
    "type_papers",
]
