from django.urls import path

from xiangyue.enforcement.pages import areas, calls, desk, own, public, reminders, teams, vetting

urlpatterns = [
    path("keeping/", public.keeping, name="keeping"),
    path("keeping/mine/", own.my_duties, name="my-duties"),
    path("keeping/teams/<uuid:compact_team_key>/", public.team, name="compact-team"),
    path("keeping/teams/<uuid:compact_team_key>/call/", calls.add, name="call-for-help"),
    path("keeping/calls/in/<str:code>/", calls.calls, name="help-calls"),
    path("keeping/calls/<uuid:help_call_key>/", calls.call, name="help-call"),
    path("keeping/calls/<uuid:help_call_key>/offer/", calls.offer, name="offer-help"),
    path("keeping/calls/<uuid:help_call_key>/thank/", calls.thank, name="thank-helpers"),
    path("keeping/areas/<str:code>/", public.areas, name="duty-areas"),
    path("keeping/gaps/<str:code>/", public.gaps, name="duty-gaps"),
    path("keeping/invitations/<uuid:own_invitation_id>/", own.invitation, name="own-invitation"),
    path("keeping/seats/<uuid:own_seat_id>/", own.seat, name="own-seat"),
    path("keeping/seats/<uuid:own_seat_id>/leave/", own.leave, name="leave-seat"),
    path("keeping/note/", reminders.note, name="note-breach"),
    path("keeping/reminders/", reminders.reminders, name="compact-reminders"),
    path("keeping/reminders/<uuid:reminder_id>/", reminders.reminder, name="compact-reminder"),
    path("keeping/reminders/<uuid:reminder_id>/step/", reminders.take_step, name="reminder-step"),
    path("keeping/reminders/<uuid:reminder_id>/say/", reminders.say, name="reminder-say"),
    path(
        "keeping/reminders/<uuid:reminder_id>/object/", reminders.object_to, name="reminder-object"
    ),
    path(
        "keeping/reminders/<uuid:reminder_id>/put-right/",
        reminders.put_right,
        name="reminder-put-right",
    ),
    path("keeping/reminders/<uuid:reminder_id>/paper.pdf", reminders.paper, name="reminder-paper"),
    path("cards/<str:card_code>/", public.card, name="work-card"),
    path("desk/keeping/", desk.desk, name="keeping-desk"),
    path("desk/keeping/begin/", desk.begin, name="begin-compact-committee"),
    path("desk/keeping/<uuid:compact_committee_id>/", desk.committee, name="compact-committee"),
    path(
        "desk/keeping/<uuid:compact_committee_id>/invite/", desk.invite, name="invite-to-committee"
    ),
    path(
        "desk/keeping/<uuid:compact_committee_id>/propose/", desk.propose, name="propose-unit-head"
    ),
    path(
        "desk/keeping/<uuid:compact_committee_id>/team/", teams.add_team, name="form-compact-team"
    ),
    path(
        "desk/keeping/<uuid:compact_committee_id>/act/<slug:compact_act>/",
        desk.committee_act,
        name="compact-committee-act",
    ),
    path(
        "desk/invitations/<uuid:compact_invitation_id>/letter.pdf",
        desk.letter,
        name="invitation-letter",
    ),
    path(
        "desk/invitations/<uuid:compact_invitation_id>/<slug:letter_act>/",
        desk.letter_act,
        name="invitation-act",
    ),
    path("desk/compact-seats/<uuid:compact_member_id>/card.pdf", desk.card, name="member-card"),
    path(
        "desk/compact-seats/<uuid:compact_member_id>/<slug:seat_act>/",
        desk.member_act,
        name="member-act",
    ),
    path("desk/compact-teams/<uuid:compact_team_id>/", teams.team, name="kept-compact-team"),
    path(
        "desk/compact-teams/<uuid:compact_team_id>/nominate/",
        teams.nominate,
        name="nominate-to-team",
    ),
    path(
        "desk/compact-teams/<uuid:compact_team_id>/phone/",
        teams.team_phone,
        name="compact-team-phone",
    ),
    path(
        "desk/compact-teams/<uuid:compact_team_id>/act/<slug:compact_act>/",
        teams.team_act,
        name="compact-team-act",
    ),
    path("desk/duty-areas/in/<str:code>/", areas.areas, name="kept-areas"),
    path("desk/duty-areas/in/<str:code>/add/", areas.add, name="add-duty-area"),
    path("desk/duty-areas/<uuid:area_id>/", areas.assign, name="assign-duty-area"),
    path("desk/duty-areas/<uuid:area_id>/end/", areas.end, name="end-duty-area"),
    path("desk/vetting/", vetting.vettings, name="vettings"),
    path("desk/vetting/<uuid:vetted_id>/", vetting.vet, name="vet-member"),
    path("desk/vetting/<uuid:vetted_id>/appeal/", vetting.appeal, name="vetting-appeal"),
    path("desk/reminder-objections/", reminders.objections, name="reminder-objections"),
    path(
        "desk/reminder-objections/<uuid:reminder_objection_id>/",
        reminders.answer,
        name="answer-reminder-objection",
    ),
]
