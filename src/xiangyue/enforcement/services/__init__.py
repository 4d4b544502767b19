"""The verbs on committees, teams, duty areas and reminders."""

from xiangyue.enforcement.services.acting import DoneAlready, NotSoFar, WordsMissing
from xiangyue.enforcement.services.areas import assign_area, end_area, set_area
from xiangyue.enforcement.services.forming import (
    NotForThisSeat,
    WrongPlace,
    answer_invitation,
    begin_committee,
    bring_letter,
    invite,
    propose_by_role,
    withdraw_member,
)
from xiangyue.enforcement.services.objecting import (
    answer_reminder_objection,
    erase_due,
    erase_for_clause,
    object_to_reminder,
)
from xiangyue.enforcement.services.reminding import (
    NoSuchClause,
    NotOfAge,
    NotOnDuty,
    duty_of,
    hear,
    look_at,
    note_breach,
    put_right,
    take_step,
)
from xiangyue.enforcement.services.seating import (
    NotComplete,
    ObjectionUpheld,
    appoint_members,
    dissolve_committee,
    dissolve_team,
    publish_members,
    renew_card,
    step_down,
)
from xiangyue.enforcement.services.teaming import form_team, nominate, set_phone
from xiangyue.enforcement.services.vetting import (
    appeal,
    decide_appeal,
    forget_those_who_did_not_pass,
    vet,
)

__all__ = [
    "DoneAlready",
    "NoSuchClause",
    "NotComplete",
    "NotForThisSeat",
    "NotOfAge",
    "NotOnDuty",
    "NotSoFar",
    "ObjectionUpheld",
    "WordsMissing",
    "WrongPlace",
    "answer_invitation",
    "answer_reminder_objection",
    "appeal",
    "appoint_members",
    "assign_area",
    "begin_committee",
    "bring_letter",
    "decide_appeal",
    "dissolve_committee",
    "dissolve_team",
    "duty_of",
    "end_area",
    "erase_due",
    "erase_for_clause",
    "forget_those_who_did_not_pass",
    "form_team",
    "hear",
    "invite",
    "look_at",
    "nominate",
    "note_breach",
    "object_to_reminder",
    "propose_by_role",
    "publish_members",
    "put_right",
    "renew_card",
    "set_area",
    "set_phone",
    "step_down",
    "take_step",
    "vet",
    "withdraw_member",
]
