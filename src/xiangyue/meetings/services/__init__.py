"""The verbs of a session, by what they do: planned, held, minuted. Decisions: `deciding.py`."""

from xiangyue.meetings.services.holding import (
    add_text,
    close_session,
    correct_minutes,
    note_attendance,
    write_minutes,
)
from xiangyue.meetings.services.passing import announce_meetings, mark_missed
from xiangyue.meetings.services.planning import (
    call_meeting,
    cancel_meeting,
    move_meeting,
    plan_meetings,
)

__all__ = [
    "add_text",
    "announce_meetings",
    "call_meeting",
    "cancel_meeting",
    "close_session",
    "correct_minutes",
    "mark_missed",
    "move_meeting",
    "note_attendance",
    "plan_meetings",
    "write_minutes",
]
