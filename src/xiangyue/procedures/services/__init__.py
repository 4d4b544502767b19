"""The verbs of procedures: runs, their evidence and panels, and the design of templates."""

from xiangyue.procedures.services.acting import (
    NotReady,
    PersonalData,
    StepSettled,
    WordsMissing,
)
from xiangyue.procedures.services.designing import (
    DesignUnderWay,
    approve_design,
    begin_addition,
    begin_design,
    begin_new,
    drop_design,
    return_design,
    save_design,
    submit_design,
)
from xiangyue.procedures.services.drawing import draw
from xiangyue.procedures.services.evidence import (
    add_evidence,
    publish_for_step,
    refer_to,
    remove_evidence,
)
from xiangyue.procedures.services.panels import add_seat, recuse
from xiangyue.procedures.services.running import (
    announce_deadlines,
    begin,
    begin_here,
    complete_step,
    end_early,
    end_with_subject,
    leave_out_step,
)

__all__ = [
    "DesignUnderWay",
    "NotReady",
    "PersonalData",
    "StepSettled",
    "WordsMissing",
    "add_evidence",
    "add_seat",
    "announce_deadlines",
    "approve_design",
    "begin",
    "begin_addition",
    "begin_design",
    "begin_here",
    "begin_new",
    "complete_step",
    "draw",
    "drop_design",
    "end_early",
    "end_with_subject",
    "leave_out_step",
    "publish_for_step",
    "recuse",
    "refer_to",
    "remove_evidence",
    "return_design",
    "save_design",
    "submit_design",
]
