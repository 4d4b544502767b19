"""What can be done with issues."""

from xiangyue.deliberation.services.acting import Moved, NotNow, PersonalData, WordsMissing
from xiangyue.deliberation.services.deciding import (
    accept_issue,
    answer_petition,
    ask_again,
    decline_issue,
    hide_issue,
    show_issue,
)
from xiangyue.deliberation.services.following import (
    check_task,
    drop_task,
    finish_task,
    plan_task,
    refer_to_notice,
    report_for_task,
    return_task,
)
from xiangyue.deliberation.services.forgetting import forget_voices
from xiangyue.deliberation.services.joining import (
    WrongIssue,
    merge_issue,
    split_issue,
    undo_merge,
)
from xiangyue.deliberation.services.photos import (
    add_photo,
    check_may_add_photo,
    may_add_photo,
    may_remove_photo,
    remove_photo,
)
from xiangyue.deliberation.services.preparing import (
    TooEarly,
    add_lawyers_note,
    add_research,
    resolve_issue,
)
from xiangyue.deliberation.services.raising import Origin, WrongPlace, raise_issue, withdraw
from xiangyue.deliberation.services.supporting import (
    enter_voices,
    has_supported,
    support_issue,
    take_back_support,
)
from xiangyue.deliberation.services.telling import mark_told, read_telling_list

__all__ = [
    "Moved",
    "NotNow",
    "Origin",
    "PersonalData",
    "TooEarly",
    "WordsMissing",
    "WrongIssue",
    "WrongPlace",
    "accept_issue",
    "add_lawyers_note",
    "add_photo",
    "add_research",
    "answer_petition",
    "ask_again",
    "check_may_add_photo",
    "check_task",
    "decline_issue",
    "drop_task",
    "enter_voices",
    "finish_task",
    "forget_voices",
    "has_supported",
    "hide_issue",
    "mark_told",
    "may_add_photo",
    "may_remove_photo",
    "merge_issue",
    "plan_task",
    "raise_issue",
    "read_telling_list",
    "refer_to_notice",
    "remove_photo",
    "report_for_task",
    "resolve_issue",
    "return_task",
    "show_issue",
    "split_issue",
    "support_issue",
    "take_back_support",
    "undo_merge",
    "withdraw",
]
