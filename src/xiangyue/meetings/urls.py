"""The addresses of sessions' pages."""

from django.urls import path

from xiangyue.meetings.pages import deciding, lists, session

urlpatterns = [
    path("meetings/", lists.meetings, name="meetings"),
    path("meetings/kept/", lists.kept, name="meetings-kept"),
    path("meetings/call/", lists.call, name="call-meeting"),
    path("meetings/<uuid:meeting_id>/", session.meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/open/", session.open_, name="open-meeting"),
    path("meetings/<uuid:meeting_id>/nil/", session.hold_nil, name="hold-nil-meeting"),
    path("meetings/<uuid:meeting_id>/add/", session.add, name="add-to-meeting"),
    path("meetings/<uuid:meeting_id>/move/", session.move, name="move-meeting"),
    path("meetings/<uuid:meeting_id>/cancel/", session.cancel, name="cancel-meeting"),
    path("meetings/<uuid:meeting_id>/attendance/", session.attendance, name="meeting-attendance"),
    path("meetings/<uuid:meeting_id>/minutes/", session.minutes, name="meeting-minutes"),
    path("meetings/<uuid:meeting_id>/minutes.pdf", session.printed_minutes, name="minutes-pdf"),
    path("meetings/<uuid:meeting_id>/correct/", session.correct, name="correct-minutes"),
    path(
        "meetings/<uuid:meeting_id>/items/<uuid:item_id>/<slug:decision>/",
        deciding.decide,
        name="decide",
    ),
]
