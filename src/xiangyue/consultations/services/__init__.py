"""What can be done with consultations."""

from xiangyue.consultations.services.acting import Decided, NotRunning, WordsMissing
from xiangyue.consultations.services.answering import (
    AnswerUnknown,
    answer,
    answer_in_bulk,
    appeal,
    give_reason,
    propose_statement,
    support_reason,
)
from xiangyue.consultations.services.consulting import (
    WindowWrong,
    begin,
    close,
    close_those_over,
)
from xiangyue.consultations.services.moderating import (
    HandsTooMany,
    WrongPlace,
    decide_appeal,
    enter_show_of_hands,
    hide_reason,
    moderate,
)

__all__ = [
    "AnswerUnknown",
    "Decided",
    "HandsTooMany",
    "NotRunning",
    "WindowWrong",
    "WordsMissing",
    "WrongPlace",
    "answer",
    "answer_in_bulk",
    "appeal",
    "begin",
    "close",
    "close_those_over",
    "decide_appeal",
    "enter_show_of_hands",
    "give_reason",
    "hide_reason",
    "moderate",
    "propose_statement",
    "support_reason",
]
