"""Verbs on notices, objections and drafts."""

from xiangyue.publicity.services.acting import TakenDown, WordsMissing
from xiangyue.publicity.services.attaching import (
    TooManyAttachments,
    add_attachment,
    remove_attachment,
)
from xiangyue.publicity.services.drafting import (
    discard_draft,
    draft_again,
    preview,
    publish_draft,
    write_draft,
)
from xiangyue.publicity.services.ending import clear_boards, end_windows
from xiangyue.publicity.services.objecting import (
    AlreadyAnswered,
    NobodyIsNamed,
    ObjectionsClosed,
    StillUp,
    answer_objection,
    check_may_answer,
    forget_objectors,
    object_to,
)
from xiangyue.publicity.services.publishing import (
    TableUnreadable,
    WindowTooShort,
    WrongBoard,
    publish_notice,
    take_down,
)

__all__ = [
    "AlreadyAnswered",
    "NobodyIsNamed",
    "ObjectionsClosed",
    "StillUp",
    "TableUnreadable",
    "TakenDown",
    "TooManyAttachments",
    "WindowTooShort",
    "WordsMissing",
    "WrongBoard",
    "add_attachment",
    "answer_objection",
    "check_may_answer",
    "clear_boards",
    "discard_draft",
    "draft_again",
    "end_windows",
    "forget_objectors",
    "object_to",
    "preview",
    "publish_draft",
    "publish_notice",
    "remove_attachment",
    "take_down",
    "write_draft",
]
