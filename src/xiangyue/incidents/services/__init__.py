"""The verbs of the closed loop, by what they do; each module of this folder is one part of it."""

from xiangyue.incidents.services.acting import Actor, rights_of, verbs_for
from xiangyue.incidents.services.closing import (
    close_in_silence,
    confirm_incident,
    object_to_incident,
    reopen_incident,
    withdraw_incident,
)
from xiangyue.incidents.services.dispatching import (
    dispatch_incident,
    escalate_incident,
    hand_on_incident,
    reclassify_incident,
    refuse_incident,
)
from xiangyue.incidents.services.handling import (
    decide_extension,
    handle_incident,
    pass_incident,
    request_extension,
    resume_incident,
    send_back_incident,
    take_on_incident,
    wait_incident,
)
from xiangyue.incidents.services.joining import merge_incident, split_incident
from xiangyue.incidents.services.oversight import (
    act_on_what_is_due,
    note_incident,
    raise_by_the_clock,
    supervise_incident,
    urge_incident,
)
from xiangyue.incidents.services.reporting import (
    incident_by_slip,
    loop_policy,
    report_incident,
    support_incident,
)
from xiangyue.incidents.services.slips import may_reissue_slip, reissue_slip
from xiangyue.incidents.services.taking_over import Life, LifeRefused, PastAct, take_over_past

__all__ = [
    "Actor",
    "Life",
    "LifeRefused",
    "PastAct",
    "act_on_what_is_due",
    "close_in_silence",
    "confirm_incident",
    "decide_extension",
    "dispatch_incident",
    "escalate_incident",
    "hand_on_incident",
    "handle_incident",
    "incident_by_slip",
    "loop_policy",
    "may_reissue_slip",
    "merge_incident",
    "note_incident",
    "object_to_incident",
    "pass_incident",
    "raise_by_the_clock",
    "reclassify_incident",
    "refuse_incident",
    "reissue_slip",
    "reopen_incident",
    "report_incident",
    "request_extension",
    "resume_incident",
    "rights_of",
    "send_back_incident",
    "split_incident",
    "supervise_incident",
    "support_incident",
    "take_on_incident",
    "take_over_past",
    "urge_incident",
    "verbs_for",
    "wait_incident",
    "withdraw_incident",
]
