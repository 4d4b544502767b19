"""The tables, by idea."""

from xiangyue.enforcement.models.calling import HelpCall, Helper
from xiangyue.enforcement.models.keeping import (
    Committee,
    DutyArea,
    Invitation,
    Member,
    Team,
    Vetting,
    VettingAppeal,
)
from xiangyue.enforcement.models.reminders import (
    Reminder,
    ReminderObjection,
    ReminderRead,
    ReminderStep,
)

__all__ = [
    "Committee",
    "DutyArea",
    "HelpCall",
    "Helper",
    "Invitation",
    "Member",
    "Reminder",
    "ReminderObjection",
    "ReminderRead",
    "ReminderStep",
    "Team",
    "Vetting",
    "VettingAppeal",
]
